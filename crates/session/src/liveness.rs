//! Pings, and when silence means that the other end is gone (reliability R5): time in, verdicts out.

use std::time::Duration;

/// Between two pings. The official client pings every 5 minutes and checks nothing; half-open links stay unseen.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(15);

/// A peer that answers neither of so many pings is gone: 15 s until the first, 30 s for both answers.
const MISSES_UNTIL_DEAD: u32 = 2;

/// A peer that is asked because there is doubt answers sooner, or is gone.
const ANSWER_TO_CHECK: Duration = Duration::from_secs(5);

/// What is to be done for a link at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing yet.
    Nothing,
    /// The peer is to be asked whether it is there.
    Ping,
    /// The peer is gone.
    Dead,
}

/// The life signs of one link. All times are since one fixed origin.
#[derive(Debug)]
pub(crate) struct Liveness {
    next_ping: Duration,
    pinged: bool,
    received_since_ping: bool,
    misses: u32,
    /// The ping that is under way was sent because there is reason to doubt the link.
    in_doubt: bool,
}

impl Liveness {
    /// A link that is up since `now`: the first ping is due at once.
    pub(crate) fn new(now: Duration) -> Self {
        Self {
            next_ping: now,
            pinged: false,
            received_since_ping: false,
            misses: 0,
            in_doubt: false,
        }
    }

    /// When [`Liveness::tick`] has something to do.
    pub(crate) fn next_timeout(&self) -> Duration {
        self.next_ping
    }

    /// Any frame of the peer is a sign of life.
    pub(crate) fn received(&mut self) {
        self.received_since_ping = true;
        self.misses = 0;
        self.in_doubt = false;
    }

    /// Nothing was read for a while, because the consumer is slow: what was missed then is not the peer's silence.
    pub(crate) fn not_reading(&mut self) {
        self.received();
    }

    /// There is reason to doubt the link, such as a network that came back: asks now. A doubt that is still unanswered
    /// stands as it is, or else a network that never settles would put off the verdict for ever.
    pub(crate) fn check(&mut self, now: Duration) {
        if self.in_doubt {
            return;
        }
        self.next_ping = now;
        self.pinged = false;
        self.in_doubt = true;
    }

    /// What is due at `now`.
    pub(crate) fn tick(&mut self, now: Duration) -> Due {
        if now < self.next_ping {
            return Due::Nothing;
        }
        let missed = self.pinged && !self.received_since_ping;
        self.misses += u32::from(missed);
        if self.misses >= MISSES_UNTIL_DEAD || (missed && self.in_doubt) {
            return Due::Dead;
        }
        self.pinged = true;
        self.received_since_ping = false;
        self.next_ping = now
            + if self.in_doubt {
                ANSWER_TO_CHECK
            } else {
                PING_EVERY
            };
        Due::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_first_ping_is_due_at_once_and_then_every_fifteen_seconds() {
        let mut link = Liveness::new(at(7));
        assert_eq!(link.tick(at(7)), Due::Ping);
        link.received();
        assert_eq!(link.tick(at(21)), Due::Nothing);
        assert_eq!(link.tick(at(22)), Due::Ping);
    }

    #[test]
    fn a_peer_that_falls_silent_is_dead_within_forty_five_seconds() {
        let mut link = Liveness::new(at(0));
        link.tick(at(0));
        link.received();
        assert_eq!(link.tick(at(15)), Due::Ping);
        assert_eq!(link.tick(at(30)), Due::Ping);
        assert_eq!(link.tick(at(45)), Due::Dead);
    }

    #[test]
    fn one_late_answer_keeps_the_link() {
        let mut link = Liveness::new(at(0));
        link.tick(at(0));
        link.tick(at(15));
        link.received();
        assert_eq!(link.tick(at(30)), Due::Ping);
        assert_eq!(link.tick(at(45)), Due::Ping);
        assert_eq!(link.tick(at(60)), Due::Dead);
    }

    #[test]
    fn a_doubted_peer_answers_soon_or_is_dead() {
        let mut link = Liveness::new(at(0));
        link.tick(at(0));
        link.received();
        link.check(at(3));
        assert_eq!(link.tick(at(3)), Due::Ping);
        link.received();
        assert_eq!(link.tick(at(8)), Due::Ping, "it answered: all is well again");
        link.received();
        link.check(at(9));
        assert_eq!(link.tick(at(9)), Due::Ping);
        assert_eq!(link.tick(at(13)), Due::Nothing);
        assert_eq!(link.tick(at(14)), Due::Dead);
    }

    #[test]
    fn checks_without_end_do_not_put_off_the_verdict() {
        let mut link = Liveness::new(at(0));
        link.tick(at(0));
        link.received();
        let verdicts: Vec<_> = (3..20)
            .map(|now| {
                link.check(at(now));
                link.tick(at(now))
            })
            .collect();
        assert_eq!(verdicts.first(), Some(&Due::Ping));
        assert_eq!(verdicts.iter().position(|due| *due == Due::Dead), Some(5));
    }

    #[test]
    fn silence_of_our_own_making_kills_nobody() {
        let mut link = Liveness::new(at(0));
        for tick in 0..100 {
            link.not_reading();
            assert_eq!(link.tick(at(tick * 15)), Due::Ping);
        }
    }
}
