//! The state of a session as a value: what another driver, in this process or another one, needs to go on with it.

use std::fmt;

use bytes::Bytes;
use postern_model::SessionId;
use postern_protocol::{SessionKeys, Snapshot, SnapshotMark};
use tokio::sync::watch;

/// What is typed into a session, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionInput {
    /// Bytes for the terminal, the program or the port.
    Bytes(Bytes),
    /// A flag of a port session, see [`crate::flag`].
    Flag(u32),
}

/// A session that can be gone on with by [`crate::Session::resume`].
///
/// It holds bytes of the session that are on their way, and the keys of an encrypted one: keep it where only the user can
/// read it, and the keys in a keyring. It is for one driver at a time, and for the newest state only: what the session did
/// behind it is lost, and with an old one its input may go wrong (see `docs/PROTOCOL.md`, "A lost process").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSession {
    /// Its id at AWS, by which it is resumed.
    pub session: SessionId,
    /// The state of its data channel.
    pub channel: Snapshot,
    /// What an encrypted session needs besides.
    pub encryption: Option<SavedEncryption>,
    /// What was typed and is not in the data channel yet; nothing, unless very much was typed.
    pub input: Vec<SessionInput>,
}

/// The encryption of a saved session.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedEncryption {
    /// The ARN of the KMS key.
    pub key_arn: String,
    /// The data key.
    pub keys: SessionKeys,
}

/// The state of a session at one place among its events: it knows everything in front of it and nothing behind it.
///
/// A journaled session ([`crate::Persistence::Journaled`]) sends nothing that no written save point knows. So it stands
/// still until the consumer has made this one durable, together with what it keeps of the events in front, and called
/// [`SavePoint::written`]; the next one comes only then. Keep the one before until then.
#[derive(Clone)]
pub struct SavePoint {
    saved: SavedSession,
    /// Whom to tell; nobody, of the last one of a session that is left.
    written: Option<(SnapshotMark, watch::Sender<Option<SnapshotMark>>)>,
}

impl SavePoint {
    pub(crate) fn new(
        saved: SavedSession,
        written: Option<(SnapshotMark, watch::Sender<Option<SnapshotMark>>)>,
    ) -> Self {
        Self { saved, written }
    }

    /// The state.
    #[must_use]
    pub fn saved(&self) -> &SavedSession {
        &self.saved
    }

    /// The state, of a session that is left.
    #[must_use]
    pub fn into_saved(self) -> SavedSession {
        self.saved
    }

    /// It is durable: what it knows may leave.
    pub fn written(self) {
        if let Some((mark, written)) = self.written {
            written.send_replace(Some(mark));
        }
    }
}

impl PartialEq for SavePoint {
    fn eq(&self, other: &Self) -> bool {
        self.saved == other.saved
    }
}

impl Eq for SavePoint {}

impl fmt::Debug for SavePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SavePoint").field(&self.saved).finish()
    }
}

impl fmt::Debug for SavedEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedEncryption")
            .field("key_arn", &self.key_arn)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionInput {
    /// Without the bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Flag(value) => write!(f, "Flag({value})"),
        }
    }
}
