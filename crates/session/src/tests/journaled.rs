//! A session that survives a crash: nothing leaves it that no written save point knows.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::{sleep, timeout};

use super::agent::{Agent, KEY};
use super::{Setup, World};
use crate::{Persistence, SavePoint, SavedSession, SessionEvent, SessionOptions, SessionState};

fn journaled() -> SessionOptions {
    SessionOptions {
        persistence: Persistence::Journaled,
        ..Setup::default().options
    }
}

/// The next save point, and the events in front of it.
async fn next_save_point(world: &mut World) -> (Vec<SessionEvent>, SavePoint) {
    let mut seen = world.until(|event| matches!(event, SessionEvent::Saved(_))).await;
    let Some(SessionEvent::Saved(save_point)) = seen.pop() else {
        unreachable!();
    };
    (seen, *save_point)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_acknowledged_or_sent_before_it_is_written_down() {
    let (mut world, mut peer) = World::opened(journaled()).await;
    world.type_in("ls").await;
    peer.attend(Duration::from_secs(1)).await;
    peer.output(0, "$ ").await;
    let (seen, save_point) = next_save_point(&mut world).await;
    assert_eq!(seen.last(), Some(&SessionEvent::Output("$ ".into())));
    let too_early = timeout(Duration::from_secs(60), peer.next_acknowledged()).await;
    assert!(too_early.is_err(), "{too_early:?} was acknowledged");
    assert_eq!(save_point.saved().channel.held_input(), 2);
    save_point.written();
    assert_eq!(peer.next_acknowledged().await, 0);
    assert_eq!(peer.next_typed().await.payload, "ls");
}

#[tokio::test(start_paused = true)]
async fn there_is_one_save_point_at_a_time_and_the_next_knows_what_came_meanwhile() {
    let (mut world, mut peer) = World::opened(journaled()).await;
    peer.output(0, "$ ").await;
    let (_, first) = next_save_point(&mut world).await;
    peer.output(1, "one").await;
    peer.output(2, "two").await;
    let seen = world
        .until(|event| *event == SessionEvent::Output("two".into()))
        .await;
    assert!(
        !seen.iter().any(|event| matches!(event, SessionEvent::Saved(_))),
        "{seen:?}"
    );
    first.written();
    let (_, second) = next_save_point(&mut world).await;
    second.written();
    for sequence in 0..3 {
        assert_eq!(peer.next_acknowledged().await, sequence);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_without_a_link_is_written_down_too() {
    let (mut world, mut peer) = World::opened(journaled()).await;
    peer.output(0, "$ ").await;
    next_save_point(&mut world).await.1.written();
    assert_eq!(peer.next_acknowledged().await, 0);
    drop(peer);
    world
        .until_state(|state| matches!(state, SessionState::Resuming { .. }))
        .await;
    world.type_in("held").await;
    let (_, save_point) = next_save_point(&mut world).await;
    assert_eq!(save_point.saved().channel.held_input(), 4);
}

#[tokio::test(start_paused = true)]
async fn crashes_lose_no_output_double_none_and_tear_no_input() {
    for seed in 0..4 {
        let is_encrypted = seed % 2 == 1;
        let agent = if is_encrypted {
            Agent::encrypted(seed, KEY)
        } else {
            Agent::plain(seed)
        };
        Crashes::new(seed, agent).go_through(15).await;
    }
}

/// A session whose process crashes again and again.
struct Crashes {
    dice: ChaCha8Rng,
    agent: Agent,
    printed: Vec<u8>,
    /// How many pieces were typed: `1;`, `2;` and so on.
    typed: usize,
    disk: Option<SavedSession>,
    /// What was seen, and how much of it the disk knows.
    seen: Vec<u8>,
    on_disk: usize,
}

impl Crashes {
    fn new(seed: u64, agent: Agent) -> Self {
        Self {
            dice: ChaCha8Rng::seed_from_u64(seed),
            agent,
            printed: Vec::new(),
            typed: 0,
            disk: None,
            seen: Vec::new(),
            on_disk: 0,
        }
    }

    async fn go_through(mut self, crashes: usize) {
        // A process that crashed says nothing any more: its handles are kept, and nobody answers what it dials.
        let mut dead = Vec::new();
        for crash in 0..=crashes {
            let mut world = World::new(Setup {
                saved: self.disk.clone(),
                ..journaled().into()
            });
            self.seen.truncate(self.on_disk);
            let mut peer = world.gateway.accept_lasting().await;
            self.agent.client_is_back();
            let steps = if crash == crashes {
                2000
            } else {
                self.dice.random_range(20..120)
            };
            for step in 0..steps {
                if crash < crashes || step == 0 {
                    self.print_and_type(&world).await;
                }
                let moment = Duration::from_millis(self.dice.random_range(0..30));
                self.agent.serve(&mut peer, sleep(moment)).await.unwrap();
                // Only a disk that knows the beginning can be gone on with.
                let may_stop = self.disk.is_some();
                self.read(&mut world, may_stop).await;
            }
            self.agent.client_is_gone();
            dead.push(world);
        }
        assert!(
            self.agent.is_delivered() && self.seen == self.printed,
            "output differs"
        );
        let typed = String::from_utf8(std::mem::take(&mut self.agent.typed)).unwrap();
        let pieces: Vec<usize> = typed.split_terminator(';').map(|n| n.parse().unwrap()).collect();
        assert!(pieces.is_sorted_by(|a, b| a < b), "{pieces:?}");
        assert!(
            pieces.len() > self.typed / 2,
            "{} of {}",
            pieces.len(),
            self.typed
        );
    }

    async fn print_and_type(&mut self, world: &World) {
        let line = format!("{:016x}\r\n", self.dice.random::<u64>());
        self.printed.extend(line.as_bytes());
        self.agent.print(line.as_bytes());
        self.typed += 1;
        world.type_in(&format!("{};", self.typed)).await;
    }

    /// Reads what is there; writes save points down, slowly at times.
    async fn read(&mut self, world: &mut World, may_be_slow: bool) {
        if may_be_slow && self.dice.random_bool(0.3) {
            return;
        }
        while let Ok(Some(event)) = timeout(Duration::ZERO, world.events.next()).await {
            assert!(!event.is_last(), "{event:?}");
            if let SessionEvent::Output(bytes) = event {
                self.seen.extend(bytes);
            } else if let SessionEvent::Saved(save_point) = event {
                self.disk = Some(save_point.saved().clone());
                self.on_disk = self.seen.len();
                save_point.written();
            }
        }
    }
}
