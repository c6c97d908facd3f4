//! The connections of a multiplexed port session: its streams on one side, local sockets on the other.

mod admission;

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use postern_protocol::{Moment, Mux, MuxEvent, MuxLimits, PortFlag, StreamFailure, StreamId};
use tokio::time::Instant;

use super::connection::{LocalConnection, ReadOutcome, SocketWait, WaitKind, WriteOutcome};
use super::counts::Counts;
use super::probe::Probe;
use crate::ForwardError;
use crate::local::closed_for_good;
use crate::notice::NoticeSender;

/// Sockets that are dealt with before anything is sent on.
const SOCKETS_AT_ONCE: usize = 64;
/// Read from a local socket at once.
const READ_BYTES: usize = 16 * 1024;
/// How often a socket that has more is read before others have their turn.
const READS_AT_ONCE: usize = 4;
/// Given to the session at once: a multiple of what one message holds.
const PIECE_BYTES: usize = 16 * 1024;
/// How long a program may still send after the destination has ended, so that its close does not cost it the answer.
const LINGER: Duration = Duration::from_secs(5);
/// How often it is looked whether a program that has ended its input is gone: nothing tells that by itself.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The connections of a session.
pub(super) struct Streams {
    destination: String,
    mux: Mux,
    connections: HashMap<StreamId, LocalConnection>,
    waits: FuturesUnordered<SocketWait<StreamId>>,
    /// Whose output is to be written.
    to_write: Vec<StreamId>,
    /// Whose input waits for room in the stream.
    without_room: Vec<StreamId>,
    /// Whose destination has ended, and until when they may still send.
    lingering: VecDeque<(Instant, StreamId)>,
    /// Whose programs have ended their input, and may wait for an answer or be gone.
    half_closed: Vec<StreamId>,
    look_at: Option<Instant>,
    started: Instant,
    notices: NoticeSender,
    counts: Counts,
    /// A connection could not be taken because there were too many.
    is_full: bool,
    has_room_again: bool,
    /// Whether the agent takes nothing any more, where that was not told yet.
    wedge: Option<bool>,
    probe: Probe,
    /// How much of the session's input has arrived.
    acknowledged: u64,
    /// The agent does not answer, where that was not told yet.
    silence: Option<ForwardError>,
    /// How much has come.
    received: u64,
    /// Why the session is of no use any more.
    defect: Option<ForwardError>,
    scratch: Vec<u8>,
}

impl Streams {
    /// No connections yet, in a session that is ready.
    pub(super) fn new(limits: MuxLimits, probe: Probe, destination: String, notices: NoticeSender) -> Self {
        Self {
            destination,
            mux: Mux::new(limits),
            connections: HashMap::new(),
            waits: FuturesUnordered::new(),
            to_write: Vec::new(),
            without_room: Vec::new(),
            lingering: VecDeque::new(),
            half_closed: Vec::new(),
            look_at: None,
            started: Instant::now(),
            notices,
            counts: Counts::default(),
            is_full: false,
            has_room_again: false,
            wedge: None,
            probe,
            acknowledged: 0,
            silence: None,
            received: 0,
            defect: None,
            scratch: vec![0; READ_BYTES],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.connections.len()
    }

    pub(super) fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    /// Why the session is of no use any more, told once.
    pub(super) fn take_defect(&mut self) -> Option<ForwardError> {
        self.defect.take()
    }

    /// Whether the agent takes nothing any more, or something again, told once.
    pub(super) fn take_wedge(&mut self) -> Option<bool> {
        self.wedge.take()
    }

    /// Why new connections belong into another session although this one goes on, told once.
    pub(super) fn take_silence(&mut self) -> Option<ForwardError> {
        self.silence.take()
    }

    /// How much has come so far: a number that stays means that nothing moves.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Whether a connection that came back can be tried again, told once.
    pub(super) fn take_room(&mut self) -> bool {
        std::mem::take(&mut self.has_room_again)
    }

    /// Whether the session is to be read.
    pub(super) fn takes_more(&self) -> bool {
        self.mux.takes_more()
    }

    /// Takes output of the session.
    pub(super) fn receive(&mut self, bytes: &Bytes) {
        self.received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.heard();
        if let Err(error) = self.mux.receive(self.now(), bytes) {
            self.defect = Some(ForwardError::Malformed(error.to_string()));
        }
    }

    /// Takes a flag of the session.
    pub(super) fn flag(&mut self, flag: u32) {
        self.mux.flag(self.now(), PortFlag::from(flag));
    }

    /// So much of the session's input has arrived.
    pub(super) fn acknowledged(&mut self, total: u64) {
        if total > self.acknowledged {
            self.acknowledged = total;
            self.heard();
        }
        self.mux.acknowledged(self.now(), total);
    }

    /// The link is lost: nobody is to blame for silence.
    pub(super) fn hold(&mut self) {
        self.probe.hold();
        self.mux.hold(self.now());
    }

    /// The link is back.
    pub(super) fn go_on(&mut self) {
        self.probe.go_on(Instant::now());
        self.mux.go_on(self.now());
    }

    /// The next piece for the session's input.
    pub(super) fn poll_transmit(&mut self) -> Option<Bytes> {
        self.mux.poll_transmit(PIECE_BYTES)
    }

    /// Hands output to the sockets and reads those whose stream has room.
    pub(super) fn settle(&mut self) {
        self.deliver();
        if !self.takes_more() {
            // A silence that nobody listens to says nothing.
            self.heard();
        }
        for id in std::mem::take(&mut self.without_room) {
            self.read(id);
        }
        if self.look_at.is_some_and(|at| at <= Instant::now()) {
            self.close_what_is_gone();
        }
    }

    /// Tells the agent of programs that have closed their connections, so that it does not keep them for an answer.
    fn close_what_is_gone(&mut self) {
        let now = self.now();
        let connections = &self.connections;
        self.half_closed.retain(|id| connections.contains_key(id));
        let waiting: Vec<_> = self
            .half_closed
            .iter()
            .filter_map(|id| Some((*id, connections.get(id)?)))
            .collect();
        let streams: Vec<_> = waiting
            .iter()
            .map(|(_, connection)| connection.stream())
            .collect();
        let closed = closed_for_good(&streams).into_iter();
        let gone: Vec<_> = closed
            .zip(&waiting)
            .filter(|(closed, _)| *closed)
            .map(|(_, (id, _))| *id)
            .collect();
        for id in gone {
            self.mux.close(now, id);
            self.remove(id);
        }
        let connections = &self.connections;
        self.half_closed.retain(|id| connections.contains_key(id));
        self.look_at = (!self.half_closed.is_empty()).then(|| Instant::now() + LOOK_EVERY);
    }

    /// Ends all connections as the loss that it is.
    pub(super) fn fail_all(&mut self, why: &ForwardError) {
        for (_, connection) in self.connections.drain() {
            connection.fail(why);
        }
    }

    fn now(&self) -> Moment {
        Moment {
            monotonic: self.started.elapsed(),
            wall_ms: 0,
        }
    }

    /// Takes the streams' events and writes their output, which makes room for more of them.
    fn deliver(&mut self) {
        loop {
            let mut came = false;
            while let Some(event) = self.mux.poll_event() {
                self.take(event);
                came = true;
            }
            for id in std::mem::take(&mut self.to_write) {
                self.write(id);
            }
            if !came {
                return;
            }
        }
    }

    fn take(&mut self, event: MuxEvent) {
        match event {
            MuxEvent::Output { stream, bytes } => {
                if let Some(connection) = self.connections.get_mut(&stream) {
                    self.counts.received(bytes.len());
                    if connection.push_output(bytes) {
                        self.to_write.push(stream);
                    }
                }
            }
            MuxEvent::Ended { stream } => {
                if let Some(connection) = self.connections.get_mut(&stream) {
                    connection.remote_ended();
                    self.to_write.push(stream);
                }
            }
            MuxEvent::Reset { stream, why } => self.lose(stream, why),
            MuxEvent::Wedged { unacknowledged } => {
                tracing::warn!(unacknowledged, "the agent acknowledges nothing any more");
                self.wedge = Some(true);
            }
            MuxEvent::Unwedged => self.wedge = Some(false),
        }
    }

    fn lose(&mut self, stream: StreamId, why: StreamFailure) {
        let Some(connection) = self.connections.get(&stream) else {
            return;
        };
        let why = match why {
            StreamFailure::NotReached => ForwardError::DialFailed {
                destination: self.destination.clone(),
            },
            StreamFailure::Stalled { waiting } => ForwardError::Stalled(format!(
                "its program took too little while others waited, and {waiting} bytes were left."
            )),
        };
        connection.fail(&why);
        self.remove(stream);
        self.notices.lost(why);
    }

    fn write(&mut self, id: StreamId) {
        let now = self.now();
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let (written, outcome) = connection.write();
        if written > 0 {
            self.mux.delivered(now, id, written);
        }
        match outcome {
            WriteOutcome::Done => {}
            WriteOutcome::Full => self.waits.push(connection.wait_for(id, WaitKind::Room)),
            WriteOutcome::OutputEnded => self.lingering.push_back((Instant::now() + LINGER, id)),
            WriteOutcome::BothEnded => self.remove(id),
            WriteOutcome::Gone => self.local_gone(id),
        }
    }

    /// Reads a local socket as far as its stream has room.
    fn read(&mut self, id: StreamId) {
        let now = self.now();
        for _ in 0..READS_AT_ONCE {
            let Some(connection) = self.connections.get_mut(&id) else {
                return;
            };
            // What comes behind the end of the destination is thrown away, as the agent would.
            let is_over = connection.is_over();
            let room = if is_over {
                READ_BYTES
            } else {
                self.mux.room(id).min(READ_BYTES)
            };
            if room == 0 {
                return self.without_room.push(id);
            }
            match connection.read(self.scratch.get_mut(..room).unwrap_or_default()) {
                ReadOutcome::Bytes(_) if is_over => {}
                ReadOutcome::Bytes(bytes) => {
                    self.counts.sent(bytes.len());
                    if let Err(error) = self.mux.send(now, id, bytes) {
                        tracing::debug!(%error, "bytes behind the end");
                    }
                }
                ReadOutcome::Nothing => return self.waits.push(connection.wait_for(id, WaitKind::Input)),
                ReadOutcome::End if connection.is_told() => return self.remove(id),
                ReadOutcome::End => {
                    self.half_closed.push(id);
                    self.look_at = Some(Instant::now());
                    return self.mux.end_input(now, id);
                }
                ReadOutcome::Gone => return self.local_gone(id),
            }
        }
        if let Some(connection) = self.connections.get(&id) {
            self.waits.push(connection.wait_for(id, WaitKind::Input));
        }
    }

    /// The local program has reset the connection, or is gone.
    fn local_gone(&mut self, id: StreamId) {
        self.mux.reset(self.now(), id);
        self.remove(id);
    }

    fn remove(&mut self, id: StreamId) {
        self.connections.remove(&id);
        self.counts.changed();
        self.has_room_again |= std::mem::take(&mut self.is_full);
    }

    /// Waits for a socket. Cancel safe.
    pub(super) async fn next_ready(&mut self) -> Option<(StreamId, WaitKind)> {
        if self.waits.is_empty() {
            return pending().await;
        }
        self.waits.next().await.flatten()
    }

    /// Deals with a socket that is ready, and with those that are as well.
    pub(super) fn ready(&mut self, first: Option<(StreamId, WaitKind)>) {
        let mut ready = vec![first];
        while ready.len() < SOCKETS_AT_ONCE
            && let Some(Some(next)) = self.waits.next().now_or_never()
        {
            ready.push(next);
        }
        for (id, kind) in ready.into_iter().flatten() {
            match kind {
                WaitKind::Input => self.read(id),
                WaitKind::Room => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.has_room();
                        self.write(id);
                    }
                }
            }
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let of_mux = self.mux.next_timeout().map(|since| self.started + since);
        let of_lingering = self.lingering.front().map(|(until, _)| *until);
        let of_sockets = [of_lingering, self.look_at, self.counts.due()];
        of_sockets
            .into_iter()
            .chain([of_mux, self.probe.next_timeout()])
            .flatten()
            .min()
    }

    /// Does what is due.
    pub(super) fn time_out(&mut self) {
        self.mux.handle_timeout(self.now());
        self.look_at_probe();
        while let Some((until, id)) = self.lingering.front().copied()
            && until <= Instant::now()
        {
            self.lingering.pop_front();
            self.remove(id);
        }
    }
}

impl Drop for Streams {
    /// Programs must not take a connection that was cut for one that ended.
    fn drop(&mut self) {
        for connection in self.connections.values() {
            connection.reset();
        }
    }
}
