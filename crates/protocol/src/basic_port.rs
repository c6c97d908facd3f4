//! The connections of a basic port session, one after the other, with nothing on the wire that tells them apart.

use std::time::Duration;

use crate::{Moment, PortFlag};

/// After a connection was closed the next one waits until nothing came for so long: what comes may still be of the old one.
const SETTLED_AFTER: Duration = Duration::from_secs(1);

/// The connections of a session in [`crate::PortMode::Basic`]: one at a time.
///
/// The agent dials the destination when the session begins. When the local side closes, [`PortFlag::DisconnectToPort`] has the
/// agent close it, and it dials again on the next input. When the destination closes, the agent tells nobody and dials again
/// on the next input as well. So a destination that speaks first is heard on the first connection only.
#[derive(Debug, Default)]
pub struct BasicPort {
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// The agent has dialled; nobody is connected here yet.
    #[default]
    Fresh,
    /// Somebody is connected to what the agent dialled.
    Connected,
    /// Somebody is connected who has sent nothing yet, so that the agent has not dialled again.
    Silent,
    /// The last connection was closed here, and so long nothing came.
    Closed { quiet_since: Duration },
}

/// What becomes of a piece of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasicOutput {
    /// It is for the connection that there is.
    Deliver,
    /// It is for the first connection, which is still to come: keep it, and do not read the session meanwhile.
    Keep,
    /// It is of a connection that was closed.
    ThrowAway,
}

impl BasicPort {
    /// Of a session that is ready.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody wants to connect. Whether that is possible now: not while somebody else is connected, and not before
    /// [`Self::next_timeout`] after that.
    pub fn connect(&mut self, now: Moment) -> bool {
        self.state = match self.state {
            State::Fresh => State::Connected,
            State::Closed { quiet_since } if now.monotonic >= quiet_since.saturating_add(SETTLED_AFTER) => {
                State::Silent
            }
            State::Connected | State::Silent | State::Closed { .. } => return false,
        };
        true
    }

    /// Input of the connection is given to the session.
    pub fn input(&mut self) {
        if self.state == State::Silent {
            self.state = State::Connected;
        }
    }

    /// Output of the session has come.
    pub fn output(&mut self, now: Moment) -> BasicOutput {
        match &mut self.state {
            State::Fresh => BasicOutput::Keep,
            State::Connected => BasicOutput::Deliver,
            State::Silent => BasicOutput::ThrowAway,
            State::Closed { quiet_since } => {
                *quiet_since = now.monotonic.max(*quiet_since);
                BasicOutput::ThrowAway
            }
        }
    }

    /// The connection was closed here: the flag to send behind its input, if there was one.
    #[must_use]
    pub fn disconnect(&mut self, now: Moment) -> Option<PortFlag> {
        match self.state {
            State::Connected | State::Silent => {
                let quiet_since = now.monotonic;
                self.state = State::Closed { quiet_since };
                Some(PortFlag::DisconnectToPort)
            }
            State::Fresh | State::Closed { .. } => None,
        }
    }

    /// The link is back after it was lost: what the agent held back meanwhile may only come now.
    pub fn go_on(&mut self, now: Moment) {
        if let State::Closed { quiet_since } = &mut self.state {
            *quiet_since = now.monotonic.max(*quiet_since);
        }
    }

    /// When the next connection may come, on the monotonic clock; none when it may come now or another is there.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        match self.state {
            State::Closed { quiet_since } => Some(quiet_since.saturating_add(SETTLED_AFTER)),
            State::Fresh | State::Connected | State::Silent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Moment {
        Moment {
            monotonic: Duration::from_millis(ms),
            wall_ms: ms,
        }
    }

    #[test]
    fn the_first_connection_gets_what_the_destination_said_before_it() {
        let mut port = BasicPort::new();
        assert_eq!(port.output(at(0)), BasicOutput::Keep);
        assert!(port.connect(at(1)));
        assert_eq!(port.output(at(2)), BasicOutput::Deliver);
        assert!(!port.connect(at(3)), "one at a time");
    }

    #[test]
    fn the_next_connection_gets_nothing_of_the_last() {
        let mut port = BasicPort::new();
        assert!(port.connect(at(0)));
        assert_eq!(port.disconnect(at(100)), Some(PortFlag::DisconnectToPort));
        assert_eq!(port.disconnect(at(100)), None);
        assert_eq!(port.output(at(500)), BasicOutput::ThrowAway);
        assert!(!port.connect(at(1499)), "something may still come");
        assert_eq!(port.next_timeout(), Some(Duration::from_millis(1500)));
        assert!(port.connect(at(1500)));
        assert_eq!(port.next_timeout(), None);
        assert_eq!(
            port.output(at(1600)),
            BasicOutput::ThrowAway,
            "the agent has not dialled"
        );
        port.input();
        assert_eq!(port.output(at(1700)), BasicOutput::Deliver);
        assert_eq!(port.disconnect(at(1800)), Some(PortFlag::DisconnectToPort));
    }

    #[test]
    fn silence_without_a_link_does_not_count() {
        let mut port = BasicPort::new();
        assert!(port.connect(at(0)));
        port.disconnect(at(0)).unwrap();
        port.go_on(at(900));
        assert!(!port.connect(at(1800)));
        assert!(port.connect(at(1900)));
        port.go_on(at(2000));
        assert_eq!(port.next_timeout(), None);
    }

    #[test]
    fn nothing_is_closed_that_was_not_open() {
        let mut port = BasicPort::new();
        assert_eq!(port.disconnect(at(0)), None);
        port.input();
        assert!(port.connect(at(0)));
    }
}
