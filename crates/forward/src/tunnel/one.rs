//! A session that carries one connection at a time, as plain bytes: what agents do that are too old for streams.

mod current;
mod ends;
#[cfg(test)]
mod tests;
mod timers;

use std::collections::VecDeque;
use std::future::pending;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use postern_protocol::{BasicOutput, BasicPort, Moment};
use postern_session::SessionInput;
use tokio::time::Instant;

use super::connection::{ReadOutcome, SocketWait, WaitKind, WriteOutcome};
use super::counts::Counts;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::{ForwardError, ForwardNotice};
use current::CurrentConnection;

/// Read from the local socket at once.
const READ_BYTES: usize = 16 * 1024;
/// How often a socket that has more is read before others have their turn.
const READS_AT_ONCE: usize = 4;
/// How much of the input the agent may not have acknowledged.
const IN_FLIGHT_BYTES: u64 = 320 << 10;
/// How much output may wait for the local socket before the session is not read.
const WAITING_BYTES: usize = 256 << 10;

/// How the connections of the session are told apart.
#[derive(Debug)]
enum Turns {
    /// There is one, and the session ends with it.
    Single,
    /// One after the other.
    Basic(BasicPort),
}

/// The connection of a session that carries one at a time.
pub(super) struct OneConnection {
    turns: Turns,
    current: Option<CurrentConnection>,
    /// How many there were. Each wait for a socket names its connection by that number.
    taken: u64,
    waits: FuturesUnordered<SocketWait<u64>>,
    /// What the destination said before anybody was connected.
    kept: VecDeque<Bytes>,
    to_send: VecDeque<SessionInput>,
    /// Input that was read, and how much of it the agent has acknowledged.
    read: u64,
    acknowledged: u64,
    received: u64,
    /// Until when what the last connection sent may still arrive, where the session ends with that.
    last_words: Option<Instant>,
    /// A connection that was not taken waits for its turn.
    is_waited_for: bool,
    has_room_again: bool,
    is_held: bool,
    started: Instant,
    notices: NoticeSender,
    counts: Counts,
    defect: Option<ForwardError>,
    scratch: Vec<u8>,
}

impl OneConnection {
    /// Of a session that ends with its connection.
    pub(super) fn single(notices: NoticeSender) -> Self {
        Self::new(Turns::Single, notices)
    }

    /// Of a session whose agent dials again for each connection.
    pub(super) fn basic(notices: NoticeSender) -> Self {
        Self::new(Turns::Basic(BasicPort::new()), notices)
    }

    fn new(turns: Turns, notices: NoticeSender) -> Self {
        Self {
            turns,
            current: None,
            taken: 0,
            waits: FuturesUnordered::new(),
            kept: VecDeque::new(),
            to_send: VecDeque::new(),
            read: 0,
            acknowledged: 0,
            received: 0,
            last_words: None,
            is_waited_for: false,
            has_room_again: false,
            is_held: false,
            started: Instant::now(),
            notices,
            counts: Counts::default(),
            defect: None,
            scratch: vec![0; READ_BYTES],
        }
    }

    /// How many connections there are, one that is closed and whose input has not arrived among them.
    pub(super) fn len(&self) -> usize {
        usize::from(self.current.is_some() || self.last_words.is_some())
    }

    pub(super) fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    pub(super) fn take_defect(&mut self) -> Option<ForwardError> {
        self.defect.take()
    }

    pub(super) fn take_room(&mut self) -> bool {
        std::mem::take(&mut self.has_room_again)
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Whether no further connection can be taken, ever.
    pub(super) fn is_used_up(&self) -> bool {
        matches!(self.turns, Turns::Single) && self.taken > 0
    }

    /// Takes a connection; it comes back when it is not its turn.
    pub(super) fn connect(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        let now = self.now();
        let is_its_turn = self.current.is_none()
            && match &mut self.turns {
                Turns::Single => self.taken == 0,
                Turns::Basic(port) => port.connect(now),
            };
        if !is_its_turn {
            if !std::mem::replace(&mut self.is_waited_for, true) {
                self.notices.tell(ForwardNotice::OneAtATime);
            }
            return Err(stream);
        }
        self.taken += 1;
        self.is_waited_for = false;
        let mut current = CurrentConnection::new(stream);
        current.push_all(&mut self.kept);
        self.waits.push(current.wait_for(self.taken, WaitKind::Input));
        self.current = Some(current);
        self.notices.tell(ForwardNotice::Accepted);
        Ok(())
    }

    pub(super) fn takes_more(&self) -> bool {
        let waiting = self.current.as_ref().map_or(0, CurrentConnection::waiting);
        self.kept.is_empty() && waiting < WAITING_BYTES
    }

    /// Takes output of the session.
    pub(super) fn receive(&mut self, bytes: &Bytes) {
        self.received += count(bytes.len());
        let now = self.now();
        let fate = match &mut self.turns {
            Turns::Basic(port) => port.output(now),
            Turns::Single if self.taken == 0 => BasicOutput::Keep,
            Turns::Single => BasicOutput::Deliver,
        };
        match (fate, &mut self.current) {
            (BasicOutput::Keep, _) => self.kept.push_back(bytes.clone()),
            (BasicOutput::Deliver, Some(current)) => {
                self.counts.received(bytes.len());
                current.push(bytes.clone());
            }
            (BasicOutput::Deliver, None) | (BasicOutput::ThrowAway, _) => {}
        }
    }

    pub(super) fn acknowledged(&mut self, total: u64) {
        if total > self.acknowledged {
            self.acknowledged = total;
            self.answered();
        }
    }

    pub(super) fn poll_transmit(&mut self) -> Option<SessionInput> {
        self.to_send.pop_front()
    }

    /// Hands output to the socket and reads it, where there is room.
    pub(super) fn settle(&mut self) {
        self.write();
        let has_room = self.room() > 0;
        if self
            .current
            .as_mut()
            .is_some_and(|current| current.reads_again(has_room))
        {
            self.read();
        }
        self.look_whether_closed();
        self.end_with_last_words();
    }

    pub(super) async fn next_ready(&mut self) -> Option<(u64, WaitKind)> {
        if self.waits.is_empty() {
            return pending().await;
        }
        self.waits.next().await.flatten()
    }

    /// Deals with a socket that is ready.
    pub(super) fn ready(&mut self, ready: Option<(u64, WaitKind)>) {
        match ready.filter(|(number, _)| *number == self.taken) {
            Some((_, WaitKind::Input)) => self.read(),
            Some((_, WaitKind::Room)) => {
                if let Some(current) = &mut self.current {
                    current.has_room();
                }
                self.write();
            }
            None => {}
        }
    }

    fn now(&self) -> Moment {
        Moment {
            monotonic: self.started.elapsed(),
            wall_ms: 0,
        }
    }

    /// How much more of the local input may be read.
    fn room(&self) -> usize {
        let in_flight = self.read.saturating_sub(self.acknowledged);
        usize::try_from(IN_FLIGHT_BYTES.saturating_sub(in_flight)).unwrap_or(READ_BYTES)
    }

    /// The agent takes something, or the destination says something.
    fn answered(&mut self) {
        if let Some(current) = &mut self.current {
            current.answered();
        }
    }

    fn write(&mut self) {
        let Some(current) = &mut self.current else { return };
        match current.write() {
            WriteOutcome::Done | WriteOutcome::OutputEnded => {}
            WriteOutcome::Full => {
                let wait = current.wait_for(self.taken, WaitKind::Room);
                self.waits.push(wait);
            }
            WriteOutcome::BothEnded => self.close(),
            WriteOutcome::Gone => self.gone(),
        }
    }

    /// Reads the local socket as far as there is room.
    fn read(&mut self) {
        for _ in 0..READS_AT_ONCE {
            let room = self.room().min(READ_BYTES);
            let Some(current) = &mut self.current else { return };
            if room == 0 {
                return current.wait_for_acknowledgement();
            }
            let is_over = current.is_over();
            match current.read(self.scratch.get_mut(..room).unwrap_or_default()) {
                ReadOutcome::Bytes(_) if is_over => {}
                ReadOutcome::Bytes(bytes) => self.take_input(bytes),
                ReadOutcome::Nothing => {
                    let wait = current.wait_for(self.taken, WaitKind::Input);
                    return self.waits.push(wait);
                }
                ReadOutcome::End if current.is_told() => return self.close(),
                ReadOutcome::End => return current.input_ended(),
                ReadOutcome::Gone => return self.gone(),
            }
        }
        if let Some(current) = &self.current {
            self.waits.push(current.wait_for(self.taken, WaitKind::Input));
        }
    }

    fn take_input(&mut self, bytes: Bytes) {
        self.read += count(bytes.len());
        self.counts.sent(bytes.len());
        if let Turns::Basic(port) = &mut self.turns {
            port.input();
        }
        if let Some(current) = &mut self.current {
            current.typed();
        }
        self.to_send.push_back(SessionInput::Bytes(bytes));
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

impl Drop for OneConnection {
    /// A program must not take a connection that was cut for one that ended.
    fn drop(&mut self) {
        if let Some(current) = &self.current {
            current.reset();
        }
    }
}
