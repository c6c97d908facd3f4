//! Both ends, the path between them, the service that says who is there, and the one clock of them all.

use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{ChannelClosed, JsonPayload, Message, MessageKind, Moment, PayloadType};
use uuid::Uuid;

use crate::chance::Chance;
use crate::far_side::{EXIT_CODE, FarSide, Session};
use crate::near_side::NearSide;
use crate::path::Path;
use crate::plan::{Cut, CutPoint, Plan, Whose};

/// When nothing has moved for so long on a path that is there, it never will: the longest wait of our end is 5 s, and with
/// 30 % of the frames lost each way not one of 24 attempts fails together with all the others.
const STANDSTILL: Duration = Duration::from_secs(120);
/// When everything has arrived, nothing more may come: for so long we look.
const AFTERMATH: Duration = Duration::from_secs(10);
/// So many steps at one instant mean that somebody does the same thing for ever.
const MOST_STEPS_AT_ONCE: u32 = 100_000;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In virtual time, until everything had arrived.
    pub took: Duration,
    /// The longest time without any progress while the path was there.
    pub longest_standstill: Duration,
    /// Input frames written, repeats included.
    pub frames: usize,
    /// Input messages, each counted once.
    pub messages: usize,
    /// The longest time from a link's return until something moved again.
    pub slowest_return: Duration,
    /// How many of the plan's cuts were made.
    pub cuts: usize,
    /// How many times our process ended and another one went on.
    pub crashes: usize,
    /// The agent's words at the end of the session, if it ended.
    pub closed: Option<String>,
}

/// Plays a plan to its end.
///
/// # Errors
/// What went wrong, as a sentence: a byte lost, doubled or changed, a standstill, an event out of place.
pub fn converse(plan: &Plan) -> Result<Report, String> {
    let mut conversation = Conversation::new(plan);
    conversation
        .begin()
        .and_then(|()| conversation.run())
        .map_err(|fault| format!("at {:?}: {fault}", conversation.now))?;
    Ok(conversation.report())
}

struct Conversation {
    now: Duration,
    near: NearSide,
    far: FarSide,
    session: Session,
    user: Chance,
    to_far: Path,
    to_near: Path,
    link: Link,
    cuts: std::vec::IntoIter<Cut>,
    next_cut: Option<Cut>,
    cuts_made: usize,
    crashes: usize,
    arrived_since_up: u64,
    progress: Progress,
    slowest_return: Duration,
    returned_at: Option<Duration>,
    took: Option<Duration>,
}

/// The socket between our end and the service.
enum Link {
    Up,
    Cut {
        whose: Whose,
        back_at: Duration,
        noticed_at: Option<Duration>,
        told_at: Option<Duration>,
    },
}

/// When something moved last.
struct Progress {
    last: (usize, usize, usize, usize),
    at: Duration,
    longest: Duration,
}

impl Conversation {
    fn new(plan: &Plan) -> Self {
        let mut chance = Chance::new(plan.seed);
        let start = moment(Duration::ZERO);
        let amounts = (plan.up, plan.down);
        let mut conversation = Self {
            now: Duration::ZERO,
            near: NearSide::new(plan, &mut chance),
            far: FarSide::new(start, plan.session, amounts, plan.timing, plan.seed),
            session: plan.session,
            to_far: Path::new(plan.weather, chance.branch()),
            to_near: Path::new(plan.weather, chance.branch()),
            user: chance.branch(),
            link: Link::Up,
            cuts: plan.cuts.clone().into_iter(),
            next_cut: None,
            cuts_made: 0,
            crashes: 0,
            arrived_since_up: 0,
            progress: Progress {
                last: (0, 0, 0, 0),
                at: Duration::ZERO,
                longest: Duration::ZERO,
            },
            slowest_return: Duration::ZERO,
            returned_at: None,
            took: None,
        };
        let size = conversation.near.size;
        conversation.near.channel.resize(start, size);
        conversation
    }

    fn begin(&mut self) -> Result<(), String> {
        self.come_up(Whose::Ours)?;
        self.settle()
    }

    fn run(&mut self) -> Result<(), String> {
        let mut steps_at_once = 0;
        loop {
            if self.took.is_none() && self.is_done() {
                self.took = Some(self.now);
            }
            let look_until = self.took.map(|took| took + AFTERMATH);
            let Some(next) = self.next_instant() else {
                return self.judge_silence();
            };
            if look_until.is_some_and(|until| next > until) {
                return Ok(());
            }
            steps_at_once = if next > self.now { 0 } else { steps_at_once + 1 };
            if steps_at_once > MOST_STEPS_AT_ONCE {
                return Err("somebody does the same thing for ever".to_owned());
            }
            self.now = next.max(self.now);
            self.step()?;
            self.note_progress()?;
        }
    }

    /// The next instant at which anything is to be done.
    fn next_instant(&self) -> Option<Duration> {
        let link = match &self.link {
            Link::Up => None,
            Link::Cut {
                back_at,
                noticed_at,
                told_at,
                ..
            } => [Some(*back_at), *noticed_at, *told_at]
                .into_iter()
                .flatten()
                .min(),
        };
        [
            link,
            self.to_near.next_arrival(),
            self.to_far.next_arrival(),
            self.near.next_wake(),
            self.far.agent.next_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn step(&mut self) -> Result<(), String> {
        self.tend_link()?;
        while let Some(frame) = self.to_near.arrived(self.now) {
            self.arrive(frame, true)?;
        }
        while let Some(frame) = self.to_far.arrived(self.now) {
            self.arrive(frame, false)?;
        }
        self.near.handle_timeout(moment(self.now));
        if self.far.agent.next_timeout().is_some_and(|at| at <= self.now) {
            self.far.agent.handle_timeout(moment(self.now));
        }
        self.settle()
    }

    fn arrive(&mut self, frame: Bytes, to_near: bool) -> Result<(), String> {
        let number = self.arrived_since_up;
        self.arrived_since_up += 1;
        let point = self.next_cut.map(|cut| cut.point);
        if point == Some(CutPoint::Before(number)) {
            return self.cut();
        }
        let is_last =
            matches!(point, Some(CutPoint::Unacknowledged(from)) if number >= from && is_stream(&frame));
        if to_near {
            self.near.receive(moment(self.now), frame)?;
        } else {
            self.far.receive(moment(self.now), &frame);
        }
        if is_last { self.cut() } else { Ok(()) }
    }

    /// Lets both ends do what follows at once. What is sent into a link that is cut is lost.
    fn settle(&mut self) -> Result<(), String> {
        let now = moment(self.now);
        self.far.play(now)?;
        self.near.type_on(now, &mut self.user);
        self.near.write_down(now)?;
        let is_up = matches!(self.link, Link::Up);
        while let Some(frame) = self.near.transmit()? {
            if is_up {
                self.to_far.send(self.now, &frame);
            }
        }
        while let Some(frame) = self.far.agent.poll_transmit() {
            if is_up {
                self.to_near.send(self.now, &frame);
            }
        }
        self.close()
    }

    /// The service's last message. It comes when everything was acknowledged, so the path cannot matter.
    fn close(&mut self) -> Result<(), String> {
        if matches!(self.link, Link::Up)
            && self.near.closed().is_none()
            && let Some(output) = self.far.ended.clone()
        {
            let words = ChannelClosed {
                output,
                ..ChannelClosed::default()
            };
            let closed = service_message(MessageKind::ChannelClosed, words.to_payload());
            self.near.receive(moment(self.now), closed)?;
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), String> {
        let Some(cut) = self.next_cut.take() else {
            return Ok(());
        };
        self.cuts_made += 1;
        self.to_near.cut();
        self.to_far.cut();
        self.link = Link::Cut {
            whose: cut.whose,
            back_at: self.now + cut.length,
            noticed_at: Some(self.now + cut.noticed.min(cut.length)),
            told_at: cut.told.map(|told| self.now + told.min(cut.length)),
        };
        if cut.whose == Whose::OfOurProcess && self.near.crash(moment(self.now))? {
            self.crashes += 1;
            self.took = None;
        }
        Ok(())
    }

    fn tend_link(&mut self) -> Result<(), String> {
        let now = self.now;
        let Link::Cut {
            whose,
            back_at,
            noticed_at,
            told_at,
        } = &mut self.link
        else {
            return Ok(());
        };
        let (whose, is_back) = (*whose, *back_at <= now);
        if noticed_at.take_if(|at| *at <= now).is_some() && whose != Whose::Agents {
            self.near.channel.link_lost(moment(now));
        }
        if told_at.take_if(|at| *at <= now).is_some() {
            self.publish(whose, MessageKind::PausePublication)?;
        }
        if is_back {
            self.publish(whose, MessageKind::StartPublication)?;
            return self.come_up(whose);
        }
        Ok(())
    }

    fn come_up(&mut self, whose: Whose) -> Result<(), String> {
        self.link = Link::Up;
        self.arrived_since_up = 0;
        self.progress.at = self.now;
        self.returned_at = (self.now > Duration::ZERO).then_some(self.now);
        self.next_cut = self.cuts.next();
        if whose != Whose::Agents {
            self.near.channel.open(moment(self.now), "token");
        }
        if self.next_cut.is_some_and(|cut| cut.point == CutPoint::Opened) {
            return self.cut();
        }
        Ok(())
    }

    /// The service tells the other end.
    fn publish(&mut self, whose: Whose, kind: MessageKind) -> Result<(), String> {
        let message = service_message(kind, Bytes::from_static(b"{}"));
        if whose == Whose::Agents {
            self.near.receive(moment(self.now), message)
        } else {
            self.far.receive(moment(self.now), &message);
            Ok(())
        }
    }

    fn note_progress(&mut self) -> Result<(), String> {
        let (received, held) = self.near.progress();
        let progress = (
            received,
            held,
            self.far.received(),
            self.far.agent.unacknowledged(),
        );
        let moved = progress != self.progress.last;
        if moved || self.is_done() || !matches!(self.link, Link::Up) {
            self.progress.last = progress;
            self.progress.at = self.now;
        }
        if moved
            && matches!(self.link, Link::Up)
            && let Some(returned_at) = self.returned_at.take()
        {
            self.slowest_return = self.slowest_return.max(self.now - returned_at);
        }
        let standstill = self.now - self.progress.at;
        self.progress.longest = self.progress.longest.max(standstill);
        if standstill > STANDSTILL {
            return Err(format!("nothing has moved for {standstill:?}; {}", self.state()));
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        let has_end = self.session.has_end();
        let ended = self.near.closed().is_some() && self.near.exit_code() == self.exit_code_due();
        // An agent that gave up has nothing more to say; whoever planned it judges its words.
        let gave_up = self.near.closed().is_some_and(|words| !words.is_empty());
        let carried = self.near.has_all_output() && self.far.has_all_input() && self.near.has_typed_all();
        let sized = has_end || self.far.size == Some(self.near.size);
        gave_up || (carried && sized && self.far.agent.unacknowledged() == 0 && (ended || !has_end))
    }

    fn exit_code_due(&self) -> Option<i32> {
        (self.session == Session::SeparateCommand).then_some(EXIT_CODE)
    }

    fn judge_silence(&self) -> Result<(), String> {
        if self.is_done() {
            Ok(())
        } else {
            Err(format!("nobody has anything more to do; {}", self.state()))
        }
    }

    fn state(&self) -> String {
        let (received, held) = self.near.progress();
        format!(
            "{received} bytes have come, {} have gone, {held} are held, everything is typed: {}, the sizes are {:?} and \
             {:?}, closed: {:?}, the agent: {:?}",
            self.far.received(),
            self.near.has_typed_all(),
            self.near.size,
            self.far.size,
            self.near.closed(),
            self.far.agent
        )
    }

    fn report(&self) -> Report {
        let (frames, messages) = self.near.sent();
        Report {
            took: self.took.unwrap_or(self.now),
            longest_standstill: self.progress.longest,
            frames,
            messages,
            slowest_return: self.slowest_return,
            cuts: self.cuts_made,
            crashes: self.crashes,
            closed: self.near.closed().map(str::to_owned),
        }
    }
}

fn moment(now: Duration) -> Moment {
    Moment {
        monotonic: now,
        wall_ms: 1_700_000_000_000 + now.as_millis() as u64,
    }
}

fn is_stream(frame: &Bytes) -> bool {
    Message::decode(frame).is_ok_and(|message| {
        matches!(
            message.kind,
            MessageKind::InputStreamData | MessageKind::OutputStreamData
        )
    })
}

fn service_message(kind: MessageKind, payload: Bytes) -> Bytes {
    Message {
        kind,
        created_at_ms: 1,
        sequence: 0,
        flags: 0,
        id: Uuid::nil(),
        payload_type: PayloadType::None,
        payload,
    }
    .encode()
}
