//! What carries the connections of a port session, by how old its agent is: streams, or one connection at a time.

use std::future::pending;

use bytes::Bytes;
use postern_protocol::{MuxLimits, PortMode, StreamId};
use postern_session::SessionInput;
use tokio::time::Instant;

use super::connection::WaitKind;
use super::counts::Counts;
use super::one::OneConnection;
use super::probe::Probe;
use super::streams::Streams;
use super::use_as::{PlainSession, SessionUse};
use crate::ForwardError;
use crate::local::LocalStream;
use crate::notice::NoticeSender;

/// What carries the connections of a session that is ready.
pub(super) enum Carrier {
    /// Any number of them.
    Many(Box<Streams>),
    /// One at a time.
    One(Box<OneConnection>),
}

/// A socket that is ready, by what its connection is called.
pub(super) enum ReadySocket {
    OfMany(Option<(StreamId, WaitKind)>),
    OfOne(Option<(u64, WaitKind)>),
}

/// Calls the same method of either.
macro_rules! either {
    ($carrier:expr, $each:ident => $call:expr) => {
        match $carrier {
            Self::Many($each) => $call,
            Self::One($each) => $call,
        }
    };
}

impl Carrier {
    /// What carries a session of this mode.
    ///
    /// # Errors
    /// Why the session is of no use here: [`ForwardError::OldAgent`], [`ForwardError::NoPortSession`].
    pub(super) fn of(
        mode: PortMode,
        use_as: SessionUse,
        destination: &str,
        notices: &NoticeSender,
    ) -> Result<Self, ForwardError> {
        let notices = notices.clone();
        match (mode, use_as.plain) {
            (PortMode::Mux { keep_alive }, _) => {
                let limits = MuxLimits {
                    keep_alive,
                    wedged_after: use_as.wedged_after,
                    ..MuxLimits::default()
                };
                let probe = Probe::new(use_as.asks_after, use_as.answers_within, Instant::now());
                let streams = Streams::new(limits, probe, destination.to_owned(), notices);
                Ok(Self::Many(Box::new(streams)))
            }
            (PortMode::Basic, PlainSession::InTurns) => {
                Ok(Self::One(Box::new(OneConnection::basic(notices))))
            }
            (PortMode::StandardStream, PlainSession::Single) => {
                Ok(Self::One(Box::new(OneConnection::single(notices))))
            }
            (PortMode::Basic, PlainSession::Left | PlainSession::Single) => Err(ForwardError::OldAgent),
            (PortMode::StandardStream, PlainSession::Left | PlainSession::InTurns) => {
                Err(ForwardError::NoPortSession)
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        either!(self, each => each.len())
    }

    pub(super) fn counts(&mut self) -> &mut Counts {
        either!(self, each => each.counts())
    }

    pub(super) fn take_defect(&mut self) -> Option<ForwardError> {
        either!(self, each => each.take_defect())
    }

    pub(super) fn take_room(&mut self) -> bool {
        either!(self, each => each.take_room())
    }

    /// Whether the agent takes nothing any more, or something again, told once. One connection harms no other.
    pub(super) fn take_wedge(&mut self) -> Option<bool> {
        match self {
            Self::Many(streams) => streams.take_wedge(),
            Self::One(_) => None,
        }
    }

    /// Why what comes belongs into another session, told once.
    pub(super) fn take_silence(&mut self) -> Option<ForwardError> {
        match self {
            Self::Many(streams) => streams.take_silence(),
            Self::One(_) => None,
        }
    }

    pub(super) fn received(&self) -> u64 {
        either!(self, each => each.received())
    }

    pub(super) fn connect(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        either!(self, each => each.connect(stream))
    }

    /// Whether no further connection can be taken, ever.
    pub(super) fn is_used_up(&self) -> bool {
        matches!(self, Self::One(one) if one.is_used_up())
    }

    /// Whether another connection has all that the session can carry.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::One(one) if one.len() > 0)
    }

    /// Whether the session has done what it was opened for.
    pub(super) fn is_served(&self) -> bool {
        matches!(self, Self::One(one) if one.is_served())
    }

    pub(super) fn takes_more(&self) -> bool {
        either!(self, each => each.takes_more())
    }

    pub(super) fn receive(&mut self, bytes: &Bytes) {
        either!(self, each => each.receive(bytes));
    }

    pub(super) fn flag(&mut self, flag: u32) {
        if let Self::Many(streams) = self {
            streams.flag(flag);
        }
    }

    pub(super) fn acknowledged(&mut self, total: u64) {
        either!(self, each => each.acknowledged(total));
    }

    pub(super) fn hold(&mut self) {
        either!(self, each => each.hold());
    }

    pub(super) fn go_on(&mut self) {
        either!(self, each => each.go_on());
    }

    pub(super) fn poll_transmit(&mut self) -> Option<SessionInput> {
        match self {
            Self::Many(streams) => streams.poll_transmit().map(SessionInput::Bytes),
            Self::One(one) => one.poll_transmit(),
        }
    }

    pub(super) fn settle(&mut self) {
        either!(self, each => each.settle());
    }

    /// The session has ended as it should. Whether that is the end of a connection, which is still to be told.
    pub(super) fn ends_with_session(&mut self) -> bool {
        match self {
            Self::Many(_) => false,
            Self::One(one) => one.is_used_up() && one.remote_ended(),
        }
    }

    pub(super) fn fail_all(&mut self, why: &ForwardError) {
        either!(self, each => each.fail_all(why));
    }

    /// Waits for a socket; for ever where there is none. Cancel safe.
    pub(super) async fn next_ready(carrier: Option<&mut Self>) -> ReadySocket {
        match carrier {
            Some(Self::Many(streams)) => ReadySocket::OfMany(streams.next_ready().await),
            Some(Self::One(one)) => ReadySocket::OfOne(one.next_ready().await),
            None => pending().await,
        }
    }

    /// Deals with a socket that is ready.
    pub(super) fn ready(&mut self, ready: ReadySocket) {
        match (self, ready) {
            (Self::Many(streams), ReadySocket::OfMany(first)) => streams.ready(first),
            (Self::One(one), ReadySocket::OfOne(ready)) => one.ready(ready),
            (Self::Many(_), ReadySocket::OfOne(_)) | (Self::One(_), ReadySocket::OfMany(_)) => {}
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        either!(self, each => each.next_timeout())
    }

    pub(super) fn time_out(&mut self) {
        either!(self, each => each.time_out());
    }
}
