//! When a stream is given up: its first input does not arrive, or its input has ended and nothing moves any more.

use std::time::Duration;

use tokio::time::Instant;

/// How long it may bring nothing and take nothing before it is over.
const QUIET: Duration = Duration::from_secs(5);

/// How long the first input may take to arrive. An agent that cannot connect to the port takes nothing.
const UNANSWERED: Duration = Duration::from_secs(15);

/// Whether the other end of a stream takes anything.
#[derive(Debug, Default)]
pub(crate) struct StreamStart {
    /// Until when something must have arrived.
    unanswered_at: Option<Instant>,
    is_answered: bool,
}

impl StreamStart {
    /// The first input is on its way.
    pub(crate) fn typed(&mut self) {
        if !self.is_answered {
            self.unanswered_at
                .get_or_insert_with(|| Instant::now() + UNANSWERED);
        }
    }

    /// The other end takes something, or says something.
    pub(crate) fn answered(&mut self) {
        self.is_answered = true;
        self.unanswered_at = None;
    }

    pub(crate) fn unanswered_at(&self) -> Option<Instant> {
        self.unanswered_at
    }
}

/// The end of a stream, or that it has not come.
#[derive(Debug)]
pub(crate) struct StreamEnd {
    quiet_at: Option<Instant>,
    /// How much of the input had arrived when that was decided.
    arrived: u64,
}

impl StreamEnd {
    pub(crate) fn not_yet() -> Self {
        Self {
            quiet_at: None,
            arrived: 0,
        }
    }

    /// The input has ended; so much of it has `arrived`.
    pub(crate) fn came(&mut self, arrived: u64) {
        self.arrived = arrived;
        self.quiet_at = Some(Instant::now() + QUIET);
    }

    /// Something came from the destination.
    pub(crate) fn moved(&mut self) {
        if self.quiet_at.is_some() {
            self.came(self.arrived);
        }
    }

    /// When it is to be looked at whether the stream is over.
    pub(crate) fn quiet_at(&self) -> Option<Instant> {
        self.quiet_at
    }

    /// Whether it is over, now that so much of the input has `arrived`; if not, it is looked at again later.
    pub(crate) fn is_reached(&mut self, arrived: u64) -> bool {
        let is_reached = arrived == self.arrived;
        if is_reached {
            self.quiet_at = None;
        } else {
            self.came(arrived);
        }
        is_reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_input_must_arrive_in_time_and_later_input_does_not_put_that_off() {
        let mut start = StreamStart::default();
        assert_eq!(start.unanswered_at(), None, "who says nothing waits for nothing");
        start.typed();
        let due = start.unanswered_at().unwrap();
        assert_eq!(due, Instant::now() + UNANSWERED);
        tokio::time::advance(Duration::from_secs(1)).await;
        start.typed();
        assert_eq!(start.unanswered_at(), Some(due));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_was_answered_once_is_not_asked_again() {
        let mut start = StreamStart::default();
        start.typed();
        start.answered();
        assert_eq!(start.unanswered_at(), None);
        start.typed();
        assert_eq!(start.unanswered_at(), None);
        let mut greeted = StreamStart::default();
        greeted.answered();
        greeted.typed();
        assert_eq!(greeted.unanswered_at(), None, "the other end spoke first");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_over_when_nothing_moved_for_a_while() {
        let mut end = StreamEnd::not_yet();
        end.moved();
        assert_eq!(end.quiet_at(), None);
        end.came(7);
        let first = end.quiet_at().unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        end.moved();
        assert!(end.quiet_at().unwrap() > first);
        assert!(!end.is_reached(8), "input has arrived meanwhile");
        assert!(end.is_reached(8));
        assert_eq!(end.quiet_at(), None);
    }
}
