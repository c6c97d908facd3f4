//! Whether an agent still answers, asked before a connection is given to a session that was silent for long.

use std::time::Duration;

use tokio::time::Instant;

/// Whether an agent still answers. A node that is gone says nothing of it, and AWS tells late; what a program had sent into
/// its session by then would be lost.
#[derive(Debug)]
pub(super) struct Probe {
    /// An agent that was heard so lately is not asked.
    lately: Duration,
    answers_within: Duration,
    heard_at: Instant,
    question: ProbeQuestion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProbeQuestion {
    None,
    /// Asked; the time that counts begins here.
    Asked(Instant),
    /// There is no link: silence says nothing.
    Held,
    /// It was not answered in time.
    Unanswered,
}

/// What is to be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProbeAdvice {
    /// The agent answers: give it.
    Give,
    /// Ask the agent, and keep the connection meanwhile.
    Ask,
    /// Keep it: the agent was asked.
    Keep,
}

impl Probe {
    /// Of an agent that was just heard.
    pub(super) fn new(lately: Duration, answers_within: Duration, now: Instant) -> Self {
        Self {
            lately,
            answers_within,
            heard_at: now,
            question: ProbeQuestion::None,
        }
    }

    /// What is to be done with a connection that comes now.
    pub(super) fn advice(&mut self, now: Instant) -> ProbeAdvice {
        if self.question != ProbeQuestion::None {
            return ProbeAdvice::Keep;
        }
        if now.duration_since(self.heard_at) < self.lately {
            return ProbeAdvice::Give;
        }
        self.question = ProbeQuestion::Asked(now);
        ProbeAdvice::Ask
    }

    /// The agent was heard. What it answers by that.
    pub(super) fn heard(&mut self, now: Instant) -> ProbeAnswer {
        self.heard_at = now;
        match std::mem::replace(&mut self.question, ProbeQuestion::None) {
            ProbeQuestion::None => ProbeAnswer::Nothing,
            ProbeQuestion::Asked(_) | ProbeQuestion::Held => ProbeAnswer::InTime,
            ProbeQuestion::Unanswered => ProbeAnswer::Late,
        }
    }

    /// The link is lost.
    pub(super) fn hold(&mut self) {
        if let ProbeQuestion::Asked(_) = self.question {
            self.question = ProbeQuestion::Held;
        }
    }

    /// The link is back.
    pub(super) fn go_on(&mut self, now: Instant) {
        if self.question == ProbeQuestion::Held {
            self.question = ProbeQuestion::Asked(now);
        }
    }

    /// When the agent has been silent for too long.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        match self.question {
            ProbeQuestion::Asked(since) => Some(since + self.answers_within),
            ProbeQuestion::None | ProbeQuestion::Held | ProbeQuestion::Unanswered => None,
        }
    }

    /// How long it has been silent, when that is too long now; told once.
    pub(super) fn unanswered(&mut self, now: Instant) -> Option<Duration> {
        self.next_timeout().filter(|at| *at <= now)?;
        self.question = ProbeQuestion::Unanswered;
        Some(self.answers_within)
    }
}

/// What it means that an agent was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProbeAnswer {
    /// Nobody had asked.
    Nothing,
    /// Connections that were kept can be given.
    InTime,
    /// The same, although it was told that the agent is silent.
    Late,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn probe(start: Instant) -> Probe {
        Probe::new(s(10), s(8), start)
    }

    #[test]
    fn an_agent_that_was_heard_lately_is_not_asked() {
        let start = Instant::now();
        let mut probe = probe(start);
        assert_eq!(probe.advice(start + s(9)), ProbeAdvice::Give);
        assert_eq!(probe.heard(start + s(9)), ProbeAnswer::Nothing);
        assert_eq!(probe.advice(start + s(18)), ProbeAdvice::Give);
        assert_eq!(probe.next_timeout(), None);
    }

    #[test]
    fn connections_are_kept_until_the_agent_answers() {
        let start = Instant::now();
        let mut probe = probe(start);
        assert_eq!(probe.advice(start + s(10)), ProbeAdvice::Ask);
        assert_eq!(probe.advice(start + s(11)), ProbeAdvice::Keep);
        assert!(probe.unanswered(start + s(17)).is_none());
        assert_eq!(probe.heard(start + s(17)), ProbeAnswer::InTime);
        assert_eq!(probe.advice(start + s(18)), ProbeAdvice::Give);
    }

    #[test]
    fn silence_without_a_link_says_nothing_and_with_one_it_is_told_once() {
        let start = Instant::now();
        let mut probe = probe(start);
        probe.advice(start + s(20));
        probe.hold();
        assert!(probe.unanswered(start + s(200)).is_none());
        probe.go_on(start + s(200));
        assert_eq!(probe.next_timeout(), Some(start + s(208)));
        assert_eq!(probe.unanswered(start + s(208)), Some(s(8)));
        assert_eq!(probe.unanswered(start + s(209)), None);
        assert_eq!(
            probe.advice(start + s(210)),
            ProbeAdvice::Keep,
            "nothing is given to it"
        );
        assert_eq!(probe.heard(start + s(211)), ProbeAnswer::Late);
        assert_eq!(probe.advice(start + s(211)), ProbeAdvice::Give);
    }
}
