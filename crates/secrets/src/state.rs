//! Where a secret is kept, and how it stands.

use postern_model::SecretError;

use crate::keyring::Presence;

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the keyring, until it is removed.
    Keyring,
    /// In memory, until the program ends.
    ThisRun,
}

/// How a secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretState {
    /// The keyring has it.
    Stored,
    /// It is in memory and gone at the end.
    ThisRun,
    /// The keyring has it, or may have it, and is locked.
    Locked,
    /// There is none.
    Absent,
    /// The keyring does not say.
    Unknown,
}

/// How some secrets stand, and what keeps the keyring from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretStates {
    /// In the order of the names that were asked for.
    pub states: Vec<SecretState>,
    /// Why the keyring cannot be used: there is none, or it does not answer as it should. None while it is only locked.
    pub trouble: Option<SecretError>,
}

impl From<Presence> for SecretState {
    fn from(presence: Presence) -> Self {
        match presence {
            Presence::Stored => Self::Stored,
            Presence::Locked => Self::Locked,
            Presence::Absent => Self::Absent,
        }
    }
}
