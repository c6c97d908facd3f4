//! What the agent has got of the client, once and in order.

use std::collections::BTreeMap;

use super::ports::Ports;
use crate::content::Tally;

/// The agent holds so many behind a gap; what is ahead of them is not acknowledged.
const WINDOW: i64 = 10_000;

/// Received messages.
#[derive(Default)]
pub struct Inbox {
    expected: i64,
    held: BTreeMap<i64, (u32, Vec<u8>)>,
    /// Typed bytes.
    pub typed: Tally,
    /// The newest typed byte.
    pub newest: Option<u8>,
    /// Messages that came more than once.
    pub repeated: u64,
    /// The client has answered the handshake.
    pub has_agreed: bool,
    /// The connections of a port session; without them what comes is typed.
    pub ports: Option<Ports>,
    /// What no client may send.
    pub complaint: Option<String>,
}

impl Inbox {
    /// Takes a message; whether it is to be acknowledged.
    pub fn take(&mut self, sequence: i64, payload_type: u32, payload: &[u8]) -> bool {
        if sequence >= self.expected + WINDOW {
            return false;
        }
        if sequence < self.expected || self.held.contains_key(&sequence) {
            self.repeated += 1;
            return true;
        }
        if sequence > self.expected {
            self.held.insert(sequence, (payload_type, payload.to_vec()));
            return true;
        }
        self.deliver(payload_type, payload);
        while let Some((payload_type, payload)) = self.held.remove(&self.expected) {
            self.deliver(payload_type, &payload);
        }
        true
    }

    fn deliver(&mut self, payload_type: u32, payload: &[u8]) {
        self.expected += 1;
        match (payload_type, &mut self.ports) {
            (1, Some(ports)) => self.complaint = ports.take(payload).err().or(self.complaint.take()),
            (1, None) => {
                self.typed.take(payload);
                self.newest = payload.last().copied().or(self.newest);
            }
            (6, _) => self.has_agreed = true,
            _ => {}
        }
    }
}
