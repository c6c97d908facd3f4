//! The content of a snapshot, and what it can be.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::as_text::base64_bytes;
use super::keys::KeyDigest;
use super::parts::{SavedInbox, SavedOutbox, demand};
use crate::SessionType;
use crate::acknowledgement::Acknowledgement;
use crate::input::{SavedFlag, SizeUpdates};
use crate::limits::{INPUT_BYTES, RECEIVED_AHEAD, WAITING_ACKNOWLEDGEMENTS, cost_of_flags};

/// The snapshot's content. What a channel makes is valid; what was read is checked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelState {
    pub(crate) client_id: Uuid,
    pub(crate) session_type: SessionType,
    /// Tells the right keys from others; none when the session is not encrypted.
    pub(crate) key_digest: Option<KeyDigest>,
    pub(crate) inbox: SavedInbox,
    pub(crate) outbox: SavedOutbox,
    /// Input that is in no message yet.
    #[serde(with = "base64_bytes")]
    pub(crate) input: Bytes,
    /// Flags that are in no message yet, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) flags: Vec<SavedFlag>,
    pub(crate) terminal_size: SizeUpdates,
    pub(crate) acknowledgements: Vec<Acknowledgement>,
}

impl ChannelState {
    pub(super) fn held_input(&self) -> usize {
        self.input.len().saturating_add(self.outbox.input_bytes())
    }

    /// What is impossible in it, if anything is.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        self.inbox.check()?;
        self.outbox.check(self.key_digest.is_some())?;
        let last = self.inbox.expected.saturating_add(RECEIVED_AHEAD);
        let owed = &self.acknowledgements;
        demand(
            owed.len() <= WAITING_ACKNOWLEDGEMENTS,
            "the number of acknowledgements",
        )?;
        demand(
            owed.iter().all(|owed| (0..last).contains(&owed.sequence())),
            "what is acknowledged",
        )?;
        let input = self.held_input().saturating_add(cost_of_flags(self.flags.len()));
        demand(input <= INPUT_BYTES, "the amount of input")?;
        demand(self.has_valid_flags(), "its flags")?;
        demand(self.terminal_size.is_valid(), "the terminal's size")
    }

    /// Flags are of port sessions, and none is sent behind more than there is.
    fn has_valid_flags(&self) -> bool {
        let is_port = matches!(self.session_type, SessionType::Port { .. });
        let end = u64::try_from(self.input.len()).unwrap_or(u64::MAX);
        let places = self.flags.iter().map(|flag| flag.behind);
        (is_port || self.flags.is_empty()) && places.clone().is_sorted() && places.max() <= Some(end)
    }
}
