//! The state of a channel as a value: what must outlive the process so that another one can go on with the session.
//!
//! It holds no time, because a new socket begins all timers anew, and no key, see [`SessionKeys`]. It does hold the bytes
//! of the session that are on their way, in an unencrypted session as they were typed and printed: keep it where only the
//! user can read it.

mod as_text;
mod error;
mod keys;
mod mark;
mod parts;
mod state;
#[cfg(test)]
mod tests;
mod written;

use std::fmt;

use crate::SessionType;

pub use error::{RestoreError, SnapshotDefect, SnapshotUnavailable};
pub(crate) use keys::KeyDigest;
pub use keys::SessionKeys;
pub use mark::SnapshotMark;
pub(crate) use parts::{SavedInbox, SavedMessage, SavedOutbox, SavedOutput};
pub(crate) use state::ChannelState;

/// A channel whose data flows, as it was at one moment: taken with [`crate::DataChannel::snapshot`] or
/// [`crate::DataChannel::into_snapshot`], gone on with by [`crate::DataChannel::restore`].
///
/// Whatever it does not hold is with the one who took it: every event was polled before. So what follows from those events
/// (output that was shown or recorded) is to be written in the same step as the snapshot, or before it and cut back to the
/// snapshot's place when it is restored.
///
/// # What holds
/// When each snapshot is durable before [`crate::DataChannel::snapshot_written`] is called, and a channel is restored from
/// the last one that was durable, then whatever the moment of the crash:
/// * Output that the agent takes for delivered is in the snapshot, or was polled before it. All other output comes again.
/// * A number that may have been written keeps its bytes, and the agent gets the bytes of the input once and in order.
///
/// # What is lost
/// * Input that was taken behind the last durable snapshot. None of it was sent, and it never arrives in part.
/// * A session whose handshake was not complete, and one whose last events were not polled when it ended.
///
/// A snapshot is for one channel at a time: two that are restored from the same one would speak with one voice.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub(crate) state: ChannelState,
}

impl Snapshot {
    /// The snapshot in its written form: a line with its version and its digest, and JSON.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        written::write(&self.state)
    }

    /// Reads the written form. What can be read has all the bounds of a channel's state.
    ///
    /// # Errors
    /// [`SnapshotDefect`] when it is none of ours, was changed or cut short, or says what no channel can be.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotDefect> {
        let state = written::read(bytes)?;
        state
            .check()
            .map_err(|what| SnapshotDefect::Impossible { what })?;
        Ok(Self { state })
    }

    /// What the session is for, as [`crate::ChannelEvent::Ready`] told it; that event does not come again.
    #[must_use]
    pub fn session_type(&self) -> &SessionType {
        &self.state.session_type
    }

    /// Whether [`SessionKeys`] are needed to go on.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.state.key_digest.is_some()
    }

    /// How many bytes of input the agent has not acknowledged.
    #[must_use]
    pub fn held_input(&self) -> usize {
        self.state.held_input()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChannelState { inbox, outbox, .. } = &self.state;
        f.debug_struct("Snapshot")
            .field("session_type", self.session_type())
            .field("encrypted", &self.is_encrypted())
            .field("expected", &inbox.expected)
            .field("held_messages", &inbox.held.len())
            .field("next_sequence", &outbox.next_sequence)
            .field("unacknowledged", &outbox.messages.len())
            .field("held_input", &self.held_input())
            .field("acknowledgements", &self.state.acknowledgements.len())
            .finish_non_exhaustive()
    }
}
