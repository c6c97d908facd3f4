//! Days of many sessions with everything that happens to links: hourly closes, cuts, silence, sleep, throttled and failing
//! calls, expired credentials. Nothing is lost, nothing comes twice.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postern_model::ControlError;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::World;
use super::agent::{Agent, KEY};
use super::control::{expired, in_weather, throttled};
use super::gateway::{Gateway, Peer};
use crate::{Session, SessionEnd, SessionEvent, SessionEvents, SessionState};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn three_sessions_live_through_six_hours() {
    live_through(1, 3, 6).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "long; part of npm run test:deep"]
async fn fifty_sessions_live_through_a_day() {
    live_through(2, 50, 24).await;
}

/// Runs the sessions side by side and looks at what the user saw of their links.
async fn live_through(seed: u64, sessions: u64, hours: u32) {
    let begun_at = std::time::Instant::now();
    let mut living = JoinSet::new();
    for number in 0..sessions {
        living.spawn(live(seed * 1000 + number, HOUR * hours));
    }
    let diaries = living.join_all().await;
    let mut gaps: Vec<Duration> = diaries.iter().flat_map(|diary| diary.gaps.clone()).collect();
    gaps.sort();
    let median = gaps[gaps.len() / 2];
    let held = diaries.iter().map(|diary| diary.held).sum::<usize>();
    let bytes = diaries.iter().map(|diary| diary.bytes).sum::<usize>();
    println!(
        "{sessions} sessions of {hours} h: {} gaps, median {median:?}, longest {:?}; {held} holds without credentials; \
         {bytes} bytes, none lost, none doubled; {:?} of real time",
        gaps.len(),
        gaps[gaps.len() - 1],
        begun_at.elapsed()
    );
    let hourly = usize::try_from(sessions * u64::from(hours - 1)).unwrap();
    assert!(gaps.len() >= hourly, "{} gaps", gaps.len());
    assert!(median <= Duration::from_secs(2), "{median:?}");
    assert!(held > 0, "credentials expired");
}

/// What one session went through.
struct Diary {
    gaps: Vec<Duration>,
    held: usize,
    bytes: usize,
}

/// A session of the given length; every third is encrypted.
async fn live(number: u64, length: Duration) -> Diary {
    let sky = Arc::new(Mutex::new(Sky {
        dice: dice(number, 0),
        expired_until: Instant::now(),
        fair_until: Instant::now() + Duration::from_secs(60),
    }));
    let world = World::new(in_weather({
        let sky = Arc::clone(&sky);
        move || sky.lock().unwrap().answer()
    }));
    let until = Instant::now() + length;
    let typed = Arc::new(Mutex::new(Vec::new()));
    let mut node = Node {
        agent: if number.is_multiple_of(3) {
            Agent::encrypted(number, KEY)
        } else {
            Agent::plain(number)
        },
        dice: dice(number, 1),
        until,
        printed: Vec::new(),
        typed: Arc::clone(&typed),
        sky,
    };
    let World {
        gateway,
        session,
        events,
        wall_seconds,
        network: _network,
        control: _control,
    } = world;
    let lived = async { tokio::join!(watch(events), node.serve(&gateway, &wall_seconds)).0 };
    let seen = tokio::select! {
        seen = lived => seen,
        () = type_until(until, session, dice(number, 2), &typed) => unreachable!("it outlives the session"),
    };
    assert!(seen.output == node.printed, "session {number}: output differs");
    assert!(
        node.agent.typed == *typed.lock().unwrap(),
        "session {number}: input differs"
    );
    Diary {
        bytes: seen.output.len() + node.agent.typed.len(),
        gaps: seen.gaps,
        held: seen.held,
    }
}

fn dice(number: u64, stream: u64) -> ChaCha8Rng {
    let mut dice = ChaCha8Rng::seed_from_u64(number);
    dice.set_stream(stream);
    dice
}

/// What AWS answers at this moment.
struct Sky {
    dice: ChaCha8Rng,
    expired_until: Instant,
    /// A session begins undisturbed.
    fair_until: Instant,
}

impl Sky {
    fn answer(&mut self) -> Result<(), ControlError> {
        let now = Instant::now();
        if now < self.expired_until {
            return Err(expired());
        }
        match self.dice.random_range(0..100) {
            _ if now < self.fair_until => Ok(()),
            0..15 => Err(throttled()),
            15..30 => Err(ControlError::Rejected {
                operation: "ssm:ResumeSession".into(),
                code: "InternalServerError".into(),
                message: "try again".into(),
            }),
            _ => Ok(()),
        }
    }
}

/// How a link ends.
#[derive(Clone, Copy)]
enum Cut {
    Bye,
    Dropped,
    Silent,
    Asleep { hours: i64 },
}

impl Cut {
    fn random(dice: &mut ChaCha8Rng) -> Self {
        match dice.random_range(0..100) {
            0..70 => Self::Bye,
            70..85 => Self::Dropped,
            85..95 => Self::Silent,
            _ => Self::Asleep {
                hours: dice.random_range(1..10),
            },
        }
    }
}

/// The far end: the agent, its program, and the service between.
struct Node {
    agent: Agent,
    dice: ChaCha8Rng,
    /// When the program stops printing and the user stops typing.
    until: Instant,
    printed: Vec<u8>,
    typed: Arc<Mutex<Vec<u8>>>,
    sky: Arc<Mutex<Sky>>,
}

impl Node {
    /// Serves link after link until the program has ended.
    async fn serve(&mut self, gateway: &Gateway, wall_seconds: &AtomicI64) {
        // Links that nobody answers on, until the client comes by another.
        let mut silent = Vec::new();
        loop {
            let mut peer = gateway.accept_lasting().await;
            silent.clear();
            self.agent.client_is_back();
            let cut = self.serve_link(&mut peer).await;
            if self.agent.ended {
                return peer.until_gone().await;
            }
            self.agent.client_is_gone();
            if self.dice.random_bool(0.15) {
                let minutes = self.dice.random_range(1..15);
                self.sky.lock().unwrap().expired_until = Instant::now() + Duration::from_secs(60 * minutes);
            }
            match cut {
                Some(Cut::Bye) => peer.close(1000, "Bye").await,
                Some(Cut::Dropped) | None => drop(peer),
                Some(Cut::Silent) => silent.push(peer),
                Some(Cut::Asleep { hours }) => {
                    wall_seconds.fetch_add(hours * 3600, Ordering::SeqCst);
                    silent.push(peer);
                }
            }
        }
    }

    /// An hour at most; none when the client left or the session ended.
    async fn serve_link(&mut self, peer: &mut Peer) -> Option<Cut> {
        let cut_at = Instant::now() + HOUR.mul_f64(self.dice.random_range(0.95..1.0));
        while Instant::now() < cut_at {
            let pause = Duration::from_millis(self.dice.random_range(1..30_000));
            let next = cut_at.min(Instant::now() + pause);
            self.agent.serve(peer, sleep_until(next)).await?;
            if Instant::now() < self.until {
                let lines = if self.dice.random_bool(0.02) { 500 } else { 2 };
                self.print(lines);
            } else if self.is_done() {
                self.agent.exit();
            }
        }
        // The cut comes in the middle of something.
        if Instant::now() < self.until {
            self.print(400);
        }
        let moment = Duration::from_millis(self.dice.random_range(0..20));
        self.agent.serve(peer, sleep(moment)).await?;
        Some(Cut::random(&mut self.dice))
    }

    fn print(&mut self, lines: usize) {
        for _ in 0..lines {
            let line = format!("{:016x} {}\r\n", self.dice.random::<u64>(), self.printed.len());
            self.printed.extend(line.as_bytes());
            self.agent.print(line.as_bytes());
        }
    }

    fn is_done(&self) -> bool {
        let late = Instant::now().saturating_duration_since(self.until);
        assert!(late < HOUR * 3, "what was typed or printed does not arrive");
        late > Duration::from_secs(60)
            && self.agent.is_delivered()
            && self.agent.typed.len() >= self.typed.lock().unwrap().len()
    }
}

/// The user.
async fn type_until(until: Instant, session: Session, mut dice: ChaCha8Rng, typed: &Mutex<Vec<u8>>) {
    while Instant::now() < until {
        let times = if dice.random_bool(0.03) { 150 } else { 1 };
        let text = format!("{:016x};", dice.random::<u64>()).repeat(times);
        typed.lock().unwrap().extend(text.as_bytes());
        session.send_input(text.into()).await.unwrap();
        sleep(Duration::from_millis(dice.random_range(1..40_000))).await;
    }
    // A session without handles is terminated.
    std::future::pending::<()>().await;
}

/// What the consumer saw.
#[derive(Default)]
struct Seen {
    output: Vec<u8>,
    gaps: Vec<Duration>,
    held: usize,
}

async fn watch(mut events: SessionEvents) -> Seen {
    let (mut seen, mut lost_at, mut waited) = (Seen::default(), None, false);
    while let Some(event) = events.next().await {
        match event {
            SessionEvent::Output(bytes) => seen.output.extend(bytes),
            SessionEvent::State(SessionState::Resuming {
                waits_for_credentials,
                ..
            }) => {
                lost_at.get_or_insert_with(Instant::now);
                seen.held += usize::from(waits_for_credentials && !waited);
                waited = waits_for_credentials;
            }
            SessionEvent::State(SessionState::Resumed) => {
                seen.gaps.push(lost_at.take().unwrap().elapsed());
                waited = false;
            }
            SessionEvent::State(SessionState::Ended(end)) => {
                assert!(matches!(end, SessionEnd::Closed { .. }), "{end:?}");
            }
            SessionEvent::State(SessionState::Failed(error)) => panic!("{error}"),
            SessionEvent::State(_)
            | SessionEvent::StdErr(_)
            | SessionEvent::ExitCode(_)
            | SessionEvent::Message(_)
            | SessionEvent::Flag(_)
            | SessionEvent::Saved(_) => {}
        }
    }
    seen
}
