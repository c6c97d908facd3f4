//! One stream: a connection from its SYN to the last FIN.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::frame::{FrameCommand, FrameHeader, HEADER_BYTES};
use super::stream_input::{OWN_SHARE, StreamInput};
use super::stream_output::StreamOutput;
use super::totals::Totals;
use super::{MuxEvent, StreamFailure, StreamId};

/// One stream of a mux.
#[derive(Debug)]
pub(super) struct MuxStream {
    number: u32,
    /// Whether its SYN was given to the session.
    is_begun: bool,
    sending: Sending,
    receiving: Receiving,
    /// The agent's FIN has come. It sends one for each stream, at the latest behind ours.
    is_ended_by_agent: bool,
    input: StreamInput,
    output: StreamOutput,
    /// When something last went or came; for one whose local side has ended its input.
    moved_at: Duration,
    /// When the local side last took something or had nothing to take.
    took_at: Duration,
    /// Whether it stands in the queue for the session's input, and in that for events. While it does it is not forgotten, so
    /// that no queue is longer than there are streams.
    is_in_turn: bool,
    is_in_news: bool,
}

/// The way to the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    Open,
    /// The local side has ended its input; the FIN is held back.
    Ended,
    /// A FIN goes behind what waits.
    Closing,
    Closed,
}

/// The way to the local side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Receiving {
    Open,
    /// The destination has ended; to be told behind the output.
    Ended,
    /// To be told at once.
    Failed(StreamFailure),
    /// Told, or nobody is left to tell.
    Over,
}

impl MuxStream {
    pub(super) fn new(number: u32, now: Duration) -> Self {
        Self {
            number,
            is_begun: false,
            sending: Sending::Open,
            receiving: Receiving::Open,
            is_ended_by_agent: false,
            input: StreamInput::default(),
            output: StreamOutput::default(),
            moved_at: now,
            took_at: now,
            is_in_turn: false,
            is_in_news: false,
        }
    }

    /// What it adds to the totals of all streams.
    pub(super) fn totals(&self, behind_from: usize) -> Totals {
        let held = self.output.held();
        Totals {
            output: held,
            input: self.input.cost(),
            shared_input: self.input.cost().saturating_sub(OWN_SHARE),
            hungry: usize::from(self.receiving == Receiving::Open && held == 0),
            behind: usize::from(held >= behind_from),
            half_closed: usize::from(self.is_half_closed()),
        }
    }

    /// Whether its FIN is held back and nothing else.
    fn is_half_closed(&self) -> bool {
        self.sending == Sending::Ended && self.input.is_empty()
    }

    /// Whether nothing will come of it any more, so that it can be forgotten.
    pub(super) fn is_over(&self) -> bool {
        let is_settled = self.is_ended_by_agent || !self.is_begun;
        let is_told = self.sending == Sending::Closed && self.receiving == Receiving::Over;
        is_settled && is_told && self.output.held() == 0 && !self.is_in_turn && !self.is_in_news
    }

    /// Whether the agent knows it.
    pub(super) fn is_begun(&self) -> bool {
        self.is_begun
    }
}

/// Input.
impl MuxStream {
    pub(super) fn takes_input(&self) -> bool {
        self.sending == Sending::Open
    }

    pub(super) fn input_cost(&self) -> usize {
        self.input.cost()
    }

    pub(super) fn push_input(&mut self, bytes: Bytes) {
        self.input.push(bytes);
    }

    pub(super) fn end_input(&mut self, now: Duration) {
        if self.sending == Sending::Open {
            self.sending = Sending::Ended;
            self.moved_at = now;
        }
    }

    /// Since when a stream whose FIN is held back is silent.
    pub(super) fn silent_since(&self) -> Option<Duration> {
        self.is_half_closed().then_some(self.moved_at)
    }

    /// Ends the stream at the agent; what was to be sent goes first.
    pub(super) fn close(&mut self) {
        if self.sending != Sending::Closed {
            self.sending = Sending::Closing;
        }
    }

    /// What was to be sent is of no use any more.
    fn close_at_once(&mut self) {
        self.input.clear();
        self.close();
        if !self.is_begun {
            self.sending = Sending::Closed;
        }
    }

    fn wants_turn(&self) -> bool {
        !self.input.is_empty() || self.sending == Sending::Closing || self.is_to_begin()
    }

    fn is_to_begin(&self) -> bool {
        !self.is_begun && self.sending != Sending::Closed
    }

    /// Whether it is to be put into the queue for the session's input. Says so once.
    pub(super) fn enters_turn(&mut self) -> bool {
        let enters = self.wants_turn() && !self.is_in_turn;
        self.is_in_turn |= enters;
        enters
    }

    /// Writes what it may in one turn: at most one frame of data. Says whether there was space for it, and then its turn
    /// is over.
    pub(super) fn take_turn(&mut self, now: Duration, most: usize, frames: &mut BytesMut) -> bool {
        if self.is_to_begin() {
            if most.saturating_sub(frames.len()) < HEADER_BYTES {
                return false;
            }
            FrameHeader::bare(FrameCommand::Begin, self.number).write(frames);
            self.is_begun = true;
        }
        let space = most.saturating_sub(frames.len());
        if !self.input.is_empty() {
            if !self.input.fits(space, frames.is_empty()) {
                return false;
            }
            self.input.write_frame(self.number, space, frames);
            self.moved_at = now;
        } else if self.sending == Sending::Closing {
            if space < HEADER_BYTES {
                return false;
            }
            FrameHeader::bare(FrameCommand::End, self.number).write(frames);
            self.sending = Sending::Closed;
        }
        self.is_in_turn = false;
        true
    }
}

/// Output.
impl MuxStream {
    /// Takes bytes of the destination, unless the stream is over here.
    pub(super) fn push_output(&mut self, now: Duration, bytes: &[u8]) {
        if self.receiving == Receiving::Open {
            if self.output.held() == 0 {
                self.took_at = now;
            }
            self.moved_at = now;
            self.output.push(bytes);
        }
    }

    pub(super) fn taken(&mut self, now: Duration, bytes: usize) {
        let before = self.output.held();
        self.output.taken(bytes);
        if self.output.held() < before {
            self.took_at = now;
        }
    }

    pub(super) fn held_output(&self) -> usize {
        self.output.held()
    }

    /// Since when the local side has taken nothing of what it could.
    pub(super) fn took_at(&self) -> Duration {
        self.took_at
    }

    /// The agent's FIN: the destination has ended, or was not reached. At the agent nothing is left of the stream.
    pub(super) fn end_by_agent(&mut self, is_refusal: bool) {
        self.is_ended_by_agent = true;
        if self.receiving == Receiving::Open {
            self.receiving = if is_refusal {
                Receiving::Failed(StreamFailure::NotReached)
            } else {
                Receiving::Ended
            };
        }
        self.close_at_once();
    }

    /// The local side is gone.
    pub(super) fn drop_local(&mut self) {
        self.close_at_once();
        self.output.clear();
        self.receiving = Receiving::Over;
    }

    /// The local side is gone; what it sent is still to arrive.
    pub(super) fn close_local(&mut self) {
        self.close();
        self.output.clear();
        self.receiving = Receiving::Over;
    }

    /// The local side is given up, and told so.
    pub(super) fn fail_as_stalled(&mut self) {
        let waiting = self.output.held();
        self.drop_local();
        self.receiving = Receiving::Failed(StreamFailure::Stalled { waiting });
    }

    fn has_news(&self) -> bool {
        match self.receiving {
            Receiving::Failed(_) => true,
            Receiving::Ended => self.output.has_next() || self.output.is_given(),
            Receiving::Open | Receiving::Over => self.output.has_next(),
        }
    }

    /// Whether it is to be put into the queue for events. Says so once.
    pub(super) fn enters_news(&mut self) -> bool {
        let enters = self.has_news() && !self.is_in_news;
        self.is_in_news |= enters;
        enters
    }

    /// The next event, and its place in the queue is given up.
    pub(super) fn take_news(&mut self) -> Option<MuxEvent> {
        self.is_in_news = false;
        let stream = StreamId(self.number);
        if let Receiving::Failed(why) = self.receiving {
            self.receiving = Receiving::Over;
            return Some(MuxEvent::Reset { stream, why });
        }
        if let Some(bytes) = self.output.next() {
            return Some(MuxEvent::Output { stream, bytes });
        }
        let is_end = self.receiving == Receiving::Ended && self.output.is_given();
        if is_end {
            self.receiving = Receiving::Over;
        }
        is_end.then_some(MuxEvent::Ended { stream })
    }
}
