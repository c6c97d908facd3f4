//! Input messages in order: the next one is processed, later ones wait, earlier ones are known already.

use std::collections::BTreeMap;

use postern_protocol::Message;

/// How many early messages the real agent keeps.
const HELD_LIMIT: usize = 100_000;

/// What a message's sequence number says about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The one that is due.
    Next,
    /// It came before its time.
    Early,
    /// It was accepted before.
    Known,
}

/// The receiving side of the input sequence.
#[derive(Debug, Default)]
pub(super) struct AgentInbox {
    expected: i64,
    held: BTreeMap<i64, Message>,
}

impl AgentInbox {
    /// How a message with this number comes.
    pub(super) fn arrival(&self, sequence: i64) -> Arrival {
        match sequence.cmp(&self.expected) {
            std::cmp::Ordering::Equal => Arrival::Next,
            std::cmp::Ordering::Greater => Arrival::Early,
            std::cmp::Ordering::Less => Arrival::Known,
        }
    }

    /// Keeps an early message; false when there is no room, so that it must not be acknowledged.
    pub(super) fn hold(&mut self, message: Message) -> bool {
        let room = self.held.len() < HELD_LIMIT || self.held.contains_key(&message.sequence);
        if room {
            self.held.entry(message.sequence).or_insert(message);
        }
        room
    }

    /// The due message is accepted.
    pub(super) fn advance(&mut self) {
        self.held.remove(&self.expected);
        self.expected += 1;
    }

    /// The due message, when it came early.
    pub(super) fn held_next(&self) -> Option<&Message> {
        self.held.get(&self.expected)
    }
}
