//! The local sides: what they sent, what they got, and what they may expect.

use std::time::Duration;

use postern_protocol::{MuxEvent, StreamFailure, StreamId};

use super::far::byte_at;

#[derive(Debug)]
pub(super) struct Near {
    pub(super) stream: StreamId,
    pub(super) state: NearState,
    pub(super) has_ended_input: bool,
    /// What the mux took of it.
    pub(super) sent: usize,
    /// What the session brought for it.
    pub(super) came: usize,
    /// What it was given of that.
    pub(super) given: usize,
    /// What it has taken of that.
    pub(super) taken: usize,
    /// When it last took something, or something came that it could take.
    pub(super) took_at: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NearState {
    Open,
    Ended,
    /// By the mux or by itself: nothing is held for it any more.
    Gone(Option<StreamFailure>),
}

impl Near {
    pub(super) fn new(stream: StreamId) -> Self {
        Self {
            stream,
            state: NearState::Open,
            has_ended_input: false,
            sent: 0,
            came: 0,
            given: 0,
            taken: 0,
            took_at: Duration::ZERO,
        }
    }

    /// What waits for it.
    pub(super) fn held(&self) -> usize {
        match self.state {
            NearState::Open | NearState::Ended => self.came - self.taken,
            NearState::Gone(_) => 0,
        }
    }

    /// Whether more could come for it and nothing waits.
    pub(super) fn is_hungry(&self, is_end_here: bool) -> bool {
        self.state == NearState::Open && !is_end_here && self.held() == 0
    }

    pub(super) fn take_event(&mut self, event: &MuxEvent) {
        match event {
            MuxEvent::Output { bytes, .. } => {
                assert_eq!(self.state, NearState::Open, "output behind the end");
                assert!((1..=16 << 10).contains(&bytes.len()));
                for byte in bytes {
                    let expected = byte_at(self.stream.number(), self.given, false);
                    assert_eq!(*byte, expected, "output of {}", self.stream);
                    self.given += 1;
                }
                assert!(self.given <= self.came);
            }
            MuxEvent::Ended { .. } => {
                assert_eq!(self.state, NearState::Open, "two ends");
                assert_eq!(self.given, self.came, "the end came before the output");
                self.state = NearState::Ended;
            }
            MuxEvent::Reset { why, .. } => {
                assert!(
                    !matches!(self.state, NearState::Gone(_)),
                    "a reset behind the end"
                );
                if let StreamFailure::Stalled { waiting } = why {
                    assert_eq!(*waiting, self.held(), "what waits");
                }
                self.state = NearState::Gone(Some(*why));
            }
            MuxEvent::Wedged { .. } | MuxEvent::Unwedged => panic!("not of a stream"),
        }
    }
}
