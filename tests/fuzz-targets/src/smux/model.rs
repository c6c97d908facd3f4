//! A mux between local sides and an agent that are written plainly, and what must hold of it at any time.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{Moment, Mux, MuxEvent, MuxLimits, PortFlag, StreamFailure, StreamId};

use super::far::{Far, Item, Place, byte_at};
use super::near::{Near, NearState};
use super::script::{Bounds, Step};

/// The session brings no more than this at once.
const READ_BYTES: usize = 2048;
/// A script opens no more.
const MOST_STREAMS: usize = 200;
/// A play whose end takes more rounds than this goes in circles.
const MOST_ROUNDS: usize = 10_000;
/// What a piece of input counts for besides its bytes, at most.
const PIECE_COST: usize = 64;

pub(super) struct Model {
    mux: Mux,
    limits: MuxLimits,
    now: Duration,
    far: Far,
    nears: Vec<Near>,
    /// Streams whose FIN of the agent was read.
    ended_by_far: BTreeSet<u32>,
    written: u64,
    acknowledged: u64,
    is_held: bool,
    /// Since when streams wait for what is not read because of others.
    blocked_since: Option<Duration>,
    most_rounds: usize,
}

impl Model {
    pub(super) fn new(bounds: &Bounds) -> Self {
        let limits = bounds.limits();
        Self {
            mux: Mux::new(limits),
            limits,
            now: Duration::ZERO,
            far: Far::default(),
            nears: Vec::new(),
            ended_by_far: BTreeSet::new(),
            written: 0,
            acknowledged: 0,
            is_held: false,
            blocked_since: None,
            most_rounds: MOST_ROUNDS,
        }
    }

    pub(super) fn play(&mut self, step: Step) {
        let now = self.moment();
        match step {
            Step::Open => self.open(),
            Step::Send(which, bytes) => self.send(which, bytes.into()),
            Step::EndInput(which) => {
                if let Some(near) = self.near(which) {
                    near.has_ended_input = true;
                    let stream = near.stream;
                    self.mux.end_input(now, stream);
                }
            }
            Step::Reset(which) => self.reset(which),
            Step::Take(which, bytes) => self.take(which, bytes.into()),
            Step::FarSend(which, bytes) => {
                let number = self.number(which);
                self.far.send(number, usize::from(bytes) % 4096);
            }
            Step::FarEnd(which) => {
                let number = self.number(which);
                self.far.finish_refusal();
                self.far.end(number);
            }
            Step::FarRefuse(which) => {
                let number = self.number(which);
                self.far.refuse(number);
            }
            Step::FarNothing => self.far.sign_of_life(),
            Step::Read(bytes) => self.read(usize::from(bytes) % READ_BYTES),
            Step::Write(most) => {
                self.write(most.into());
            }
            Step::Acknowledge(bytes) => self.acknowledge(bytes.into()),
            Step::Wait(seconds) => self.wait(self.now + Duration::from_secs(seconds.into())),
            Step::Hold => {
                self.is_held = true;
                self.mux.hold(now);
            }
            Step::GoOn => {
                self.is_held = false;
                self.mux.go_on(now);
            }
        }
        self.drain();
    }

    fn moment(&self) -> Moment {
        Moment {
            monotonic: self.now,
            wall_ms: 0,
        }
    }

    fn near(&mut self, which: u8) -> Option<&mut Near> {
        let count = self.nears.len().max(1);
        self.nears.get_mut(usize::from(which) % count)
    }

    fn number(&mut self, which: u8) -> u32 {
        self.near(which).map_or(0, |near| near.stream.number())
    }

    fn open(&mut self) {
        if self.nears.len() >= MOST_STREAMS {
            return;
        }
        match self.mux.open(self.moment()) {
            Ok(stream) => self.nears.push(Near::new(stream)),
            Err(_) => assert_eq!(self.mux.streams(), self.limits.streams),
        }
    }

    fn send(&mut self, which: u8, bytes: usize) {
        let now = self.moment();
        let Some(near) = self.near(which) else { return };
        let (stream, from) = (near.stream, near.sent);
        let room = self.mux.room(stream);
        let bytes = bytes.min(room);
        let piece: Bytes = (0..bytes)
            .map(|n| byte_at(stream.number(), from + n, true))
            .collect();
        if self.mux.send(now, stream, piece).is_ok()
            && let Some(near) = self.near(which)
        {
            near.sent += bytes;
        }
        let too_much = Bytes::from(vec![0; self.mux.room(stream) + 1]);
        assert!(
            self.mux.send(now, stream, too_much).is_err(),
            "more than there is room for"
        );
    }

    fn reset(&mut self, which: u8) {
        let now = self.moment();
        if let Some(near) = self.near(which) {
            if !matches!(near.state, NearState::Gone(_)) {
                near.state = NearState::Gone(None);
            }
            let stream = near.stream;
            self.mux.reset(now, stream);
        }
    }

    fn take(&mut self, which: u8, bytes: usize) {
        let now = self.moment();
        if let Some(near) = self.near(which) {
            let bytes = bytes.min(near.given - near.taken);
            near.taken += bytes;
            if bytes > 0 {
                near.took_at = now.monotonic;
            }
            let stream = near.stream;
            self.mux.delivered(now, stream, bytes);
        }
    }

    /// Brings bytes and flags of the agent in their order, unless the session is not to be read.
    fn read(&mut self, most: usize) {
        if !self.mux.takes_more() || self.is_held {
            return;
        }
        let (mut bytes, mut left) = (Vec::new(), most);
        while left > 0
            && let Some(item) = self.far.wire.pop_front()
        {
            match item {
                Item::Byte(byte, place) => {
                    bytes.push(byte);
                    left -= 1;
                    self.note_place(place);
                }
                Item::Refusal => {
                    self.receive(&std::mem::take(&mut bytes));
                    self.mux.flag(self.moment(), PortFlag::ConnectToPortError);
                }
            }
        }
        self.receive(&bytes);
    }

    fn receive(&mut self, bytes: &[u8]) {
        let outcome = self.mux.receive(self.moment(), bytes);
        assert_eq!(outcome, Ok(()), "the agent is right");
    }

    fn note_place(&mut self, place: Place) {
        match place {
            Place::Header => {}
            Place::PayloadOf(number) => self.note_came(number),
            Place::LastOfFin(number) => {
                self.ended_by_far.insert(number);
            }
        }
    }

    fn note_came(&mut self, number: u32) {
        let now = self.now;
        let near = self.nears.iter_mut().find(|near| near.stream.number() == number);
        if let Some(near) = near.filter(|near| near.state == NearState::Open) {
            if near.held() == 0 {
                near.took_at = now;
            }
            near.came += 1;
        }
    }

    fn write(&mut self, most: usize) -> bool {
        let Some(bytes) = self.mux.poll_transmit(most) else {
            return false;
        };
        assert!((1..=most).contains(&bytes.len()));
        self.written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let most = u64::try_from(self.limits.in_flight_bytes.max(1024)).unwrap_or(u64::MAX);
        assert!(
            self.written - self.acknowledged <= most,
            "more on its way than may be"
        );
        self.far.take(&bytes);
        true
    }

    fn acknowledge(&mut self, bytes: u64) {
        if self.mux.takes_more() && !self.is_held {
            self.acknowledged = self.acknowledged.saturating_add(bytes).min(self.written);
            self.mux.acknowledged(self.moment(), self.acknowledged);
        }
    }

    /// Lets time pass; timers run when they are due.
    fn wait(&mut self, until: Duration) {
        while let Some(due) = self.mux.next_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.mux.handle_timeout(self.moment());
            self.drain();
            let next = self.mux.next_timeout();
            assert!(
                next.is_none_or(|next| next > self.now),
                "a timer that is always due"
            );
        }
        self.now = until;
        self.mux.handle_timeout(self.moment());
    }

    /// Takes what the mux tells.
    fn drain(&mut self) {
        while let Some(event) = self.mux.poll_event() {
            match &event {
                MuxEvent::Output { stream, .. } | MuxEvent::Ended { stream } => self.tell(*stream, &event),
                MuxEvent::Reset { stream, why } => {
                    self.assert_just(*stream, *why);
                    self.tell(*stream, &event);
                }
                MuxEvent::Wedged { .. } => {
                    assert!(self.written > self.acknowledged, "nothing to acknowledge")
                }
                MuxEvent::Unwedged => {}
            }
        }
        self.note_blocked();
    }

    fn tell(&mut self, stream: StreamId, event: &MuxEvent) {
        let near = self.nears.iter_mut().find(|near| near.stream == stream);
        near.expect("a stream that was opened").take_event(event);
    }

    /// Only who was not connected is told so, and only who keeps others waiting is given up.
    fn assert_just(&self, stream: StreamId, why: StreamFailure) {
        match why {
            StreamFailure::NotReached => {
                let far = &self.far.streams[&stream.number()];
                assert!(far.is_refused, "{stream} was connected");
            }
            StreamFailure::Stalled { waiting } => {
                let near = self
                    .nears
                    .iter()
                    .find(|near| near.stream == stream)
                    .expect("a stream");
                assert!(waiting > 0);
                let patience = self.limits.stalled_for;
                let since = self.blocked_since.expect("somebody waits");
                let is_idle = self.now >= near.took_at + patience && waiting >= self.limits.stream_bytes;
                assert!(is_idle || self.now >= since + patience, "{stream} had time left");
            }
        }
    }

    fn note_blocked(&mut self) {
        let is_blocked = !self.mux.takes_more() && !self.is_held && self.nears.iter().any(|n| self.waits(n));
        self.blocked_since = is_blocked.then(|| self.blocked_since.unwrap_or(self.now));
    }

    /// Whether it waits for output. What the mux has not told yet of its end is not known here.
    fn waits(&self, near: &Near) -> bool {
        near.is_hungry(self.ended_by_far.contains(&near.stream.number()))
    }

    fn held_output(&self) -> usize {
        self.nears.iter().map(Near::held).sum()
    }

    /// What holds at any time.
    pub(super) fn check(&mut self) {
        let held = self.held_output();
        assert!(
            held < self.limits.session_bytes + READ_BYTES,
            "{held} bytes of output are held"
        );
        let is_any_behind = self
            .nears
            .iter()
            .any(|near| near.held() >= self.limits.stream_bytes);
        if held <= self.limits.session_bytes / 2 && !is_any_behind {
            assert!(self.mux.takes_more(), "{held} bytes are no reason not to read");
        }
        let waiting: usize = self.nears.iter().map(|near| self.unsent(near)).sum();
        let own = self.limits.streams * (1016 + PIECE_COST);
        assert!(
            waiting <= self.limits.session_bytes + own,
            "{waiting} bytes of input wait"
        );
        assert!(self.mux.streams() <= self.limits.streams);
    }

    fn unsent(&self, near: &Near) -> usize {
        let far = self.far.streams.get(&near.stream.number());
        let is_over = matches!(near.state, NearState::Gone(_)) || far.is_some_and(|far| far.is_over);
        if is_over {
            return 0;
        }
        near.sent - far.map_or(0, |far| far.arrived)
    }

    /// From now on all are honest, and all but one take what they are given: everything arrives, and the one that does not
    /// take stops nobody for longer than it may.
    pub(super) fn end_well(&mut self, stalled: u8) {
        self.play(Step::GoOn);
        self.far.finish_refusal();
        let stalled = self.near(stalled).map(|near| near.stream);
        while self.round(stalled) {
            self.most_rounds -= 1;
            assert!(self.most_rounds > 0, "the play goes in circles");
        }
        for near in self.nears.iter().filter(|near| Some(near.stream) != stalled) {
            self.assert_whole(near);
        }
        self.assert_nothing_stays();
    }

    /// Whether anything happened.
    fn round(&mut self, stalled: Option<StreamId>) -> bool {
        let before = self.progress();
        while self.write(1024) {
            self.acknowledge(1024);
        }
        self.acknowledge(u64::MAX);
        self.drain();
        for which in 0..self.nears.len() {
            if stalled != Some(self.nears[which].stream) {
                self.take(u8::try_from(which).unwrap_or(0), usize::MAX);
                self.drain();
            }
        }
        self.read(READ_BYTES - 1);
        self.drain();
        if self.is_settled(stalled) {
            return false;
        }
        before != self.progress() || self.pass_time()
    }

    /// What changes when something moves; an acknowledgement alone makes room for what waits.
    fn progress(&self) -> (u64, u64, usize, usize) {
        let waiting = (self.far.wire.len(), self.held_output());
        (self.written, self.acknowledged, waiting.0, waiting.1)
    }

    /// Whether all has arrived that can. The one that takes nothing may hold back what is only its own.
    fn is_settled(&self, stalled: Option<StreamId>) -> bool {
        let is_settled = |near: &Near| {
            let is_open = near.state == NearState::Open;
            let waits_for_end = is_open && near.has_ended_input;
            let waits_to_begin = is_open && !self.far.streams.contains_key(&near.stream.number());
            near.held() == 0 && self.unsent(near) == 0 && !waits_for_end && !waits_to_begin
        };
        let mut others = self.nears.iter().filter(|near| Some(near.stream) != stalled);
        self.far.wire.is_empty() && others.all(is_settled)
    }

    /// When nothing moves by itself, a timer must move it while anything is left.
    fn pass_time(&mut self) -> bool {
        let Some(due) = self.mux.next_timeout() else {
            return false;
        };
        if let Some(since) = self.blocked_since {
            assert!(due <= since + self.limits.stalled_for, "others wait for too long");
        }
        self.wait(due);
        true
    }

    fn assert_whole(&self, near: &Near) {
        let far = self.far.streams.get(&near.stream.number());
        match near.state {
            NearState::Open => {
                assert!(!near.has_ended_input, "{near:?} waits for its end");
                let far = far.expect("it was begun");
                assert!(!far.is_over, "{near:?} was not told of its end");
                assert_eq!((near.sent, near.taken), (far.arrived, far.sent), "{near:?}");
            }
            NearState::Ended => {
                let far = far.expect("it was begun");
                assert!(far.is_over && !far.is_refused);
                assert_eq!(near.taken, far.sent, "{near:?}");
            }
            NearState::Gone(_) => {}
        }
    }

    /// When all local sides are gone, so are the streams.
    fn assert_nothing_stays(&mut self) {
        for which in 0..self.nears.len() {
            let stream = self.nears[which].stream;
            self.nears[which].state = NearState::Gone(None);
            self.mux.reset(self.moment(), stream);
        }
        for _ in 0..self.far.wire.len() + self.nears.len() + 1000 {
            self.write(1024);
            self.acknowledge(u64::MAX);
            self.read(READ_BYTES - 1);
            self.drain();
        }
        assert_eq!(self.mux.streams(), 0);
        assert_eq!(self.mux.poll_event(), None);
    }
}
