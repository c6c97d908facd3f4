//! One run: the clock, the network between the two ends, the user and the link that is cut.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{
    ChannelConfig, ChannelEvent, DataChannel, Message, MessageKind, Moment, PayloadType, Size,
};
use uuid::Uuid;

use super::agent::Agent;
use super::chance::Chance;

/// No run takes longer than this in virtual time; one that does has stalled.
const LONGEST: Duration = Duration::from_secs(4 * 3600);

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) faults: Faults,
    pub(crate) handshake: bool,
    /// Bytes that the user types.
    pub(crate) typed: usize,
    /// Bytes that the agent prints.
    pub(crate) printed: usize,
    /// One after the other.
    pub(crate) cuts: Vec<Cut>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Faults {
    pub(crate) loss: f64,
    pub(crate) duplicates: f64,
    /// Towards the client only: the real agent does not check digests.
    pub(crate) corrupt: f64,
    pub(crate) delay_ms: u64,
    pub(crate) jitter_ms: u64,
}

/// A socket that is gone for a while, with everything on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) side: Side,
    /// After the end of the cut before it.
    pub(crate) after_ms: u64,
    pub(crate) length_ms: u64,
    /// How much later the client learns of it; what it sends until then is lost.
    pub(crate) noticed_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Agent,
}

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) printed_arrived: bool,
    pub(crate) typed_arrived: bool,
    /// Input frames written, repeats included.
    pub(crate) frames_sent: usize,
    /// Input messages written, each counted once.
    pub(crate) messages_sent: usize,
    pub(crate) took_ms: u128,
}

pub(crate) fn run(plan: &Plan) -> Outcome {
    let mut simulation = Simulation::new(plan);
    while !simulation.is_done() && simulation.now < LONGEST {
        simulation.step();
    }
    simulation.outcome()
}

struct Simulation {
    now: Duration,
    chance: Chance,
    faults: Faults,
    client: DataChannel,
    agent: Agent,
    client_is_linked: bool,
    agent_is_linked: bool,
    agenda: BinaryHeap<Reverse<(Duration, u64)>>,
    happenings: HashMap<u64, Happening>,
    scheduled: u64,
    to_type: Vec<u8>,
    taken: usize,
    to_print: Vec<u8>,
    shown: Vec<u8>,
    last_size: Size,
    sent: BTreeMap<i64, Bytes>,
    frames_sent: usize,
}

enum Happening {
    ToClient(Bytes),
    ToAgent(Bytes),
    Cut(Side),
    Noticed,
    Linked(Side),
    Type,
}

impl Simulation {
    fn new(plan: &Plan) -> Self {
        let to_print: Vec<u8> = (0..plan.printed).map(|n| (n * 7 + n / 251) as u8).collect();
        let mut simulation = Self {
            now: Duration::ZERO,
            chance: Chance::new(plan.seed),
            faults: plan.faults,
            client: DataChannel::new(ChannelConfig::default(), [plan.seed as u8; 32]),
            agent: Agent::new(plan.handshake, &to_print),
            client_is_linked: true,
            agent_is_linked: true,
            agenda: BinaryHeap::new(),
            happenings: HashMap::new(),
            scheduled: 0,
            to_type: (0..plan.typed).map(|n| (n * 13 + n / 253) as u8).collect(),
            taken: 0,
            to_print: [b"$ ", &to_print[..]].concat(),
            shown: Vec::new(),
            last_size: Size { cols: 80, rows: 24 },
            sent: BTreeMap::new(),
            frames_sent: 0,
        };
        simulation.client.open(simulation.moment(), "token");
        simulation
            .client
            .resize(simulation.moment(), simulation.last_size);
        simulation.schedule(Duration::ZERO, Happening::Type);
        simulation.schedule_cuts(&plan.cuts);
        simulation
    }

    /// The next thing that happens, and everything that follows at once.
    fn step(&mut self) {
        let next_planned = self.agenda.peek().map(|Reverse((at, _))| *at);
        let next = [
            next_planned,
            self.client.next_timeout(),
            Some(self.agent.next_wake()),
        ];
        self.now = next
            .into_iter()
            .flatten()
            .min()
            .expect("the agent always scans again")
            .max(self.now);
        while let Some(happening) = self.take_due() {
            self.happen(happening);
        }
        if self.client.next_timeout().is_some_and(|at| at <= self.now) {
            self.client.handle_timeout(self.moment());
        }
        if self.agent.next_wake() <= self.now {
            self.agent.wake(self.now);
        }
        self.transmit();
    }

    fn is_done(&self) -> bool {
        self.shown.len() >= self.to_print.len()
            && self.agent.typed.len() >= self.to_type.len()
            && self.client.held_input() == 0
            && self.agent.size == Some(self.last_size)
    }

    fn outcome(self) -> Outcome {
        Outcome {
            printed_arrived: self.shown == self.to_print,
            typed_arrived: self.agent.typed == self.to_type && self.agent.size == Some(self.last_size),
            frames_sent: self.frames_sent,
            messages_sent: self.sent.len(),
            took_ms: self.now.as_millis(),
        }
    }

    fn happen(&mut self, happening: Happening) {
        let now = self.moment();
        match happening {
            Happening::ToClient(frame) if self.client_is_linked => drop(self.client.handle_frame(now, frame)),
            Happening::ToAgent(frame) if self.agent_is_linked => self.agent.receive(self.now, &frame),
            Happening::ToClient(_) | Happening::ToAgent(_) => {}
            Happening::Cut(side) => self.cut(side),
            Happening::Noticed => self.client.link_lost(now),
            Happening::Linked(side) => self.link(side),
            Happening::Type => self.type_some(),
        }
    }

    /// The service tells each end when the other is gone and back.
    fn cut(&mut self, side: Side) {
        self.happenings
            .retain(|_, happening| !matches!(happening, Happening::ToClient(_) | Happening::ToAgent(_)));
        match side {
            Side::Client => {
                self.client_is_linked = false;
                self.agent.pause();
            }
            Side::Agent => {
                self.agent_is_linked = false;
                self.publish(MessageKind::PausePublication);
            }
        }
    }

    fn link(&mut self, side: Side) {
        match side {
            Side::Client => {
                self.client_is_linked = true;
                self.agent.start();
                self.client.open(self.moment(), "another token");
            }
            Side::Agent => {
                self.agent_is_linked = true;
                self.publish(MessageKind::StartPublication);
            }
        }
    }

    fn publish(&mut self, kind: MessageKind) {
        let message = Message {
            kind,
            created_at_ms: 1,
            sequence: 0,
            flags: 0,
            id: Uuid::nil(),
            payload_type: PayloadType::None,
            payload: Bytes::from_static(b"{}"),
        };
        self.client
            .handle_frame(self.moment(), message.encode())
            .expect("a publication");
    }

    /// A user who pastes and types, and changes the size of the window at times.
    fn type_some(&mut self) {
        let most = if self.chance.happens(0.2) { 20_000 } else { 40 };
        let end = (self.taken + 1 + self.chance.up_to(most) as usize).min(self.to_type.len());
        self.taken += self
            .client
            .send_input(self.moment(), &self.to_type[self.taken..end]);
        if self.chance.happens(0.1) {
            self.last_size = Size {
                cols: 1 + self.chance.up_to(300) as u32,
                rows: 1 + self.chance.up_to(100) as u32,
            };
            self.client.resize(self.moment(), self.last_size);
        }
        if self.taken < self.to_type.len() {
            let pause = self.chance.up_to(50);
            self.schedule(Duration::from_millis(pause), Happening::Type);
        }
    }

    fn transmit(&mut self) {
        while let Some(event) = self.client.poll_event() {
            if let ChannelEvent::Output(bytes) = event {
                self.shown.extend_from_slice(&bytes);
            }
        }
        while let Some(frame) = self.client.poll_transmit() {
            self.count(&frame);
            self.carry(frame, false);
        }
        for frame in self.agent.drain() {
            self.carry(frame, true);
        }
    }

    fn count(&mut self, frame: &Bytes) {
        let message = Message::decode(frame).expect("a valid message");
        if message.kind == MessageKind::InputStreamData {
            self.frames_sent += 1;
            let first = self.sent.entry(message.sequence).or_insert_with(|| frame.clone());
            assert_eq!(first, frame, "a number keeps its bytes");
        }
    }

    /// The network: what is not lost arrives late, perhaps twice, perhaps damaged.
    fn carry(&mut self, frame: Bytes, to_client: bool) {
        let copies = 1 + usize::from(self.chance.happens(self.faults.duplicates));
        for _ in 0..copies {
            if !self.client_is_linked || !self.agent_is_linked || self.chance.happens(self.faults.loss) {
                continue;
            }
            let delay =
                Duration::from_millis(self.faults.delay_ms + self.chance.up_to(self.faults.jitter_ms));
            if to_client {
                let frame = self.damaged(frame.clone());
                self.schedule(delay, Happening::ToClient(frame));
            } else {
                self.schedule(delay, Happening::ToAgent(frame.clone()));
            }
        }
    }

    fn damaged(&mut self, frame: Bytes) -> Bytes {
        if frame.len() <= 120 || !self.chance.happens(self.faults.corrupt) {
            return frame;
        }
        let mut bytes = frame.to_vec();
        let at = 120 + self.chance.up_to(bytes.len() as u64 - 121) as usize;
        bytes[at] ^= 1 << self.chance.up_to(7);
        bytes.into()
    }

    fn schedule_cuts(&mut self, cuts: &[Cut]) {
        let mut at = Duration::ZERO;
        for cut in cuts {
            at += Duration::from_millis(cut.after_ms);
            self.schedule(at, Happening::Cut(cut.side));
            if cut.side == Side::Client {
                self.schedule(at + Duration::from_millis(cut.noticed_ms), Happening::Noticed);
            }
            at += Duration::from_millis(cut.length_ms);
            self.schedule(at, Happening::Linked(cut.side));
        }
    }

    fn schedule(&mut self, delay: Duration, happening: Happening) {
        self.scheduled += 1;
        self.agenda.push(Reverse((self.now + delay, self.scheduled)));
        self.happenings.insert(self.scheduled, happening);
    }

    /// What is due now, in the order in which it was scheduled; frames that a cut took are gone.
    fn take_due(&mut self) -> Option<Happening> {
        while let Some(Reverse((at, id))) = self.agenda.peek().copied()
            && at <= self.now
        {
            self.agenda.pop();
            if let Some(happening) = self.happenings.remove(&id) {
                return Some(happening);
            }
        }
        None
    }

    fn moment(&self) -> Moment {
        Moment {
            monotonic: self.now,
            wall_ms: 1_700_000_000_000 + self.now.as_millis() as u64,
        }
    }
}
