//! What the payloads mean, as types that both ends use.

mod control;
mod handshake;

use bytes::Bytes;
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use thiserror::Error;

pub use control::{Acknowledge, ChannelClosed, ExitCode, OpenDataChannel, Size, flag};
pub use handshake::{
    ActionStatus, EncryptionChallenge, HandshakeComplete, HandshakeRequest, HandshakeResponse, KmsParameters,
    KmsResult, ProcessedAction, RequestedAction, SessionTypeParameters,
};

/// Why a payload cannot be read. Holds no part of the payload, which may be what a user typed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The {payload} cannot be read (byte {at}).")]
pub struct PayloadError {
    /// Its name, such as `HandshakeRequest`.
    pub payload: &'static str,
    /// Where the defect is, counted from 1; 0 where it has no place.
    pub at: usize,
}

/// A payload that is one JSON object.
pub trait JsonPayload: Serialize + DeserializeOwned {
    /// The payload's name, for errors.
    const NAME: &'static str;

    /// Writes the payload.
    #[must_use]
    fn to_payload(&self) -> Bytes {
        // These types hold nothing that JSON lacks, so writing them cannot fail.
        serde_json::to_vec(self).unwrap_or_default().into()
    }

    /// Writes the payload as text.
    #[must_use]
    fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the payload; unknown members are ignored, nesting is limited.
    ///
    /// # Errors
    /// [`PayloadError`] with the place of the defect.
    fn from_payload(payload: &[u8]) -> Result<Self, PayloadError> {
        serde_json::from_slice(payload).map_err(|error| PayloadError {
            payload: Self::NAME,
            at: error.column(),
        })
    }
}

/// The agent writes an empty list or text as `null` at times.
fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
