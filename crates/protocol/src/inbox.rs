//! What has arrived from the agent: each stream message once and in order, whatever the way did to them.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::limits::{HELD_BYTES, RECEIVED_AHEAD, cost_of_held};
use crate::snapshot::{SavedInbox, SavedOutput};
use crate::{FrameError, Message};

/// The receiving half of the stream. Its numbers go on across sockets.
#[derive(Default)]
pub(crate) struct Inbox {
    expected: i64,
    /// The expected message. It needs no place in the map, and nearly every message is the expected one.
    arrived: Option<Message>,
    held: BTreeMap<i64, Message>,
    held_bytes: usize,
}

impl Inbox {
    /// Takes a stream message. `Ok` means that it must be acknowledged: it is new and kept, or it was taken before. An old
    /// one is acknowledged again because the agent resends only the oldest message that it thinks missing, for ever.
    pub(crate) fn accept(&mut self, message: Message) -> Result<(), FrameError> {
        let sequence = message.sequence;
        if sequence < 0 {
            return Err(FrameError::NegativeSequence { sequence });
        }
        if sequence < self.expected || self.held.contains_key(&sequence) {
            return Ok(());
        }
        if sequence == self.expected {
            self.arrived.get_or_insert(message);
            return Ok(());
        }
        let message = self.ahead(message)?;
        self.held_bytes += cost(&message);
        self.held.insert(sequence, message);
        Ok(())
    }

    /// The next message in order, if it has arrived.
    pub(crate) fn next(&mut self) -> Option<Message> {
        let message = match self.arrived.take() {
            Some(message) => message,
            None => self.take_held()?,
        };
        self.expected = self.expected.saturating_add(1);
        Some(message)
    }

    /// What has to outlive the process: what waits behind a gap was acknowledged, so it does not come again.
    pub(crate) fn save(&self) -> SavedInbox {
        SavedInbox {
            expected: self.expected,
            held: self.held.values().map(SavedOutput::of).collect(),
        }
    }

    pub(crate) fn restored(saved: SavedInbox) -> Self {
        let messages = saved.held.into_iter().map(SavedOutput::into_message);
        let held: BTreeMap<_, _> = messages.map(|message| (message.sequence, message)).collect();
        Self {
            expected: saved.expected,
            arrived: None,
            held_bytes: held.values().map(cost).sum(),
            held,
        }
    }

    fn take_held(&mut self) -> Option<Message> {
        let message = self.held.remove(&self.expected)?;
        self.held_bytes = self.held_bytes.saturating_sub(cost(&message));
        Some(message)
    }

    /// A message behind a gap is kept within bounds, and copied: its payload may be a small part of a large receive
    /// buffer, which it would keep alive.
    fn ahead(&self, message: Message) -> Result<Message, FrameError> {
        let sequence = message.sequence;
        if sequence.saturating_sub(self.expected) >= RECEIVED_AHEAD {
            return Err(FrameError::BeyondWindow {
                sequence,
                expected: self.expected,
            });
        }
        if self.held_bytes + cost(&message) > HELD_BYTES {
            return Err(FrameError::HeldBytesFull {
                sequence,
                held_bytes: self.held_bytes,
            });
        }
        Ok(Message {
            payload: Bytes::copy_from_slice(&message.payload),
            ..message
        })
    }
}

fn cost(message: &Message) -> usize {
    cost_of_held(&message.payload)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::limits::HELD_OVERHEAD;
    use crate::{MessageKind, PayloadType};

    fn message(sequence: i64, payload: impl Into<Bytes>) -> Message {
        Message {
            kind: MessageKind::OutputStreamData,
            created_at_ms: 1,
            sequence,
            flags: 0,
            id: Uuid::nil(),
            payload_type: PayloadType::Output,
            payload: payload.into(),
        }
    }

    fn drain(inbox: &mut Inbox) -> Vec<i64> {
        std::iter::from_fn(|| inbox.next())
            .map(|message| message.sequence)
            .collect()
    }

    #[test]
    fn messages_ahead_wait_for_the_gap_to_close() {
        let mut inbox = Inbox::default();
        for sequence in [2, 1, 4] {
            assert_eq!(inbox.accept(message(sequence, "x")), Ok(()));
            assert!(drain(&mut inbox).is_empty());
        }
        assert_eq!(inbox.accept(message(0, "x")), Ok(()));
        assert_eq!(drain(&mut inbox), [0, 1, 2]);
        assert_eq!(inbox.accept(message(3, "x")), Ok(()));
        assert_eq!(drain(&mut inbox), [3, 4]);
        assert_eq!(inbox.held_bytes, 0);
    }

    #[test]
    fn old_and_held_messages_are_acknowledged_again_and_delivered_once() {
        let mut inbox = Inbox::default();
        for sequence in [0, 0, 2, 2, 0] {
            assert_eq!(inbox.accept(message(sequence, "x")), Ok(()));
        }
        assert_eq!(drain(&mut inbox), [0]);
        assert_eq!(inbox.accept(message(0, "another")), Ok(()));
        assert!(drain(&mut inbox).is_empty());
    }

    #[test]
    fn numbers_outside_the_window_are_refused() {
        let mut inbox = Inbox::default();
        assert_eq!(inbox.accept(message(RECEIVED_AHEAD - 1, "x")), Ok(()));
        for sequence in [RECEIVED_AHEAD, 1 << 40, i64::MAX] {
            assert_eq!(
                inbox.accept(message(sequence, "x")),
                Err(FrameError::BeyondWindow {
                    sequence,
                    expected: 0
                })
            );
        }
        for sequence in [-1, i64::MIN] {
            assert_eq!(
                inbox.accept(message(sequence, "x")),
                Err(FrameError::NegativeSequence { sequence })
            );
        }
    }

    #[test]
    fn a_flood_behind_a_gap_stays_within_its_bytes_and_the_gap_can_still_close() {
        let mut inbox = Inbox::default();
        let payload = Bytes::from(vec![7; 200 << 10]);
        let taken = (1..1000)
            .take_while(|n| inbox.accept(message(*n, payload.clone())).is_ok())
            .count();
        assert!(inbox.held_bytes <= HELD_BYTES);
        assert_eq!(taken, HELD_BYTES / ((200 << 10) + HELD_OVERHEAD));
        assert_eq!(
            inbox.accept(message(0, payload)),
            Ok(()),
            "the missing one always fits"
        );
        assert_eq!(drain(&mut inbox).len(), taken + 1);
        assert_eq!(inbox.held_bytes, 0);
    }

    #[test]
    fn the_bound_is_reached_exactly_and_not_by_a_byte_more() {
        let most = HELD_BYTES - HELD_OVERHEAD;
        let mut inbox = Inbox::default();
        assert_eq!(inbox.accept(message(1, vec![7; most])), Ok(()));
        assert_eq!(inbox.held_bytes, 16 << 20);
        let mut inbox = Inbox::default();
        assert_eq!(
            inbox.accept(message(1, vec![7; most + 1])),
            Err(FrameError::HeldBytesFull {
                sequence: 1,
                held_bytes: 0
            })
        );
    }

    #[test]
    fn a_held_payload_does_not_keep_its_receive_buffer() {
        let buffer = Bytes::from(vec![7; 1 << 20]);
        let mut inbox = Inbox::default();
        inbox.accept(message(1, buffer.slice(..10))).unwrap();
        assert!(buffer.try_into_mut().is_ok(), "nobody else holds the buffer");
    }

    proptest! {
        #[test]
        fn any_order_with_repeats_comes_out_once_and_in_order(
            order in Just((0_i64..60).collect::<Vec<_>>()).prop_shuffle(),
            repeats in proptest::collection::vec(0_i64..60, 0..60),
        ) {
            let mut inbox = Inbox::default();
            let mut delivered = Vec::new();
            for sequence in repeats.iter().take(20).chain(&order).chain(&repeats) {
                prop_assert_eq!(inbox.accept(message(*sequence, "x")), Ok(()));
                delivered.extend(drain(&mut inbox));
                prop_assert_eq!(inbox.held_bytes, inbox.held.values().map(cost).sum::<usize>());
            }
            prop_assert_eq!(delivered, (0..60).collect::<Vec<_>>());
            prop_assert_eq!(inbox.held_bytes, 0);
        }
    }
}
