//! Why there is no snapshot, why one cannot be read, and why a channel cannot be restored from it.

use thiserror::Error;

/// Why a channel cannot be written down now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SnapshotUnavailable {
    /// The channel was opened to outlive less than this. Of one that is not journaled, what has left may be unknown to a
    /// snapshot that is not its last.
    #[error("The channel was not opened to be written down.")]
    NotPersistent,
    /// The agent answers one handshake only, so that another process could not go on with it.
    #[error(
        "The session has not begun to carry data, so there is nothing to go on with. Try again when it is ready."
    )]
    NotReady,
    /// Nothing is left to go on with.
    #[error("The session is over, so there is nothing to go on with.")]
    Over,
    /// The snapshot says that everything in front of it was polled.
    #[error("Events wait to be polled. Take them, then try again.")]
    EventsWaiting,
}

/// Why bytes are no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotDefect {
    /// More bytes than any snapshot has.
    #[error("The saved session has {len} bytes, more than any has. Open a new session.")]
    TooLarge {
        /// How many.
        len: usize,
    },
    /// Something else.
    #[error("This is no saved session. Open a new session.")]
    Foreign,
    /// Written by a version that writes another form.
    #[error(
        "The saved session has the form {version:?}, which this version of Postern does not know. Update Postern, or open \
         a new session."
    )]
    UnknownVersion {
        /// The form's version, cut to 10 characters.
        version: String,
    },
    /// Changed or cut short.
    #[error("The saved session is damaged. Open a new session.")]
    Damaged,
    /// Whole, but not of the form that it claims.
    #[error("The saved session cannot be read (byte {at}). Open a new session.")]
    Malformed {
        /// Where the defect is, counted from 1 behind the first line.
        at: usize,
    },
    /// Readable, but no channel can be so.
    #[error("The saved session contradicts itself in {what}. Open a new session.")]
    Impossible {
        /// What is impossible.
        what: &'static str,
    },
}

/// Why a channel cannot go on from a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RestoreError {
    /// The session is encrypted, and there are no keys.
    #[error("The saved session is encrypted and its keys are missing.")]
    KeysMissing,
    /// The keys are those of another session.
    #[error("The keys are not those of the saved session.")]
    OtherKeys,
    /// Encryption is required now.
    #[error("The saved session is not encrypted, and this connection requires it.")]
    NotEncrypted,
    /// Encryption is off now.
    #[error("The saved session is encrypted, and this connection has encryption off.")]
    EncryptionOff,
    /// The channel is not for port sessions.
    #[error("The saved session forwards a port, which cannot be used here.")]
    PortSession,
}

impl RestoreError {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(self) -> &'static str {
        match self {
            Self::KeysMissing | Self::OtherKeys | Self::PortSession => "Open a new session.",
            Self::NotEncrypted | Self::EncryptionOff => {
                "Open a new session, or change the connection's demand on encryption."
            }
        }
    }
}
