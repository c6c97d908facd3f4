//! A session is left as it is and another driver goes on with it: every byte once and in order, both ways.

use std::time::Duration;

use bytes::Bytes;
use postern_model::{ControlError, EncryptionPolicy, KmsKey};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::{sleep, timeout};

use super::agent::{Agent, KEY};
use super::control::{denied, resuming_after};
use super::{Setup, World, session_id};
use crate::driver::SessionOrigin;
use crate::{
    Persistence, RestoreError, SavedSession, SessionEncryption, SessionEnd, SessionError, SessionEvent,
    SessionOptions, SessionOver, SessionState, SessionType, Snapshot,
};

fn detachable() -> SessionOptions {
    SessionOptions {
        persistence: Persistence::Detachable,
        ..Setup::default().options
    }
}

fn going_on_with(saved: SavedSession) -> Setup {
    Setup {
        saved: Some(saved),
        ..detachable().into()
    }
}

/// What is read of what was written.
fn kept(saved: SavedSession) -> SavedSession {
    let written = saved.channel.to_bytes();
    let channel = Snapshot::from_bytes(&written).unwrap();
    SavedSession { channel, ..saved }
}

fn terminations(world: &World) -> usize {
    world.control.terminate_session.count()
}

/// The events up to the end of a session that is left, and its state.
async fn left(world: &mut World) -> (Vec<SessionEvent>, SavedSession) {
    let mut seen = world.until(SessionEvent::is_last).await;
    let end = SessionState::Ended(SessionEnd::Detached);
    assert_eq!(seen.pop(), Some(SessionEvent::State(end)));
    let Some(SessionEvent::Saved(save_point)) = seen.pop() else {
        panic!("{seen:?}");
    };
    (seen, save_point.into_saved())
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_left_stays_at_aws_and_gives_its_state_last() {
    let (mut world, mut peer) = World::ready_with(detachable()).await;
    peer.output(1, "unread").await;
    peer.attend(Duration::from_secs(1)).await;
    world.type_in("on its way").await;
    world.session.detach();
    world.session.terminate();
    peer.until_gone().await;
    let (seen, saved) = left(&mut world).await;
    assert_eq!(seen, [SessionEvent::Output("unread".into())]);
    assert_eq!(saved.session, session_id());
    assert_eq!(saved.channel.held_input(), 10);
    assert_eq!(terminations(&world), 0);
    assert_eq!(world.session.send_input("x".into()).await, Err(SessionOver));
    assert_eq!(world.control.resume_session.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_handles_of_a_session_that_is_left_does_not_end_it() {
    let (world, mut peer) = World::ready_with(detachable()).await;
    world.session.detach();
    drop(world.session);
    drop(world.events);
    peer.until_gone().await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(world.control.terminate_session.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_could_go_on_with_is_terminated_instead() {
    for (options, is_ready) in [(Setup::default().options, true), (detachable(), false)] {
        let (mut world, mut peer) = World::opened(options).await;
        if is_ready {
            peer.output(0, "$ ").await;
            world.until_output().await;
        }
        world.session.detach();
        let ((), last) = tokio::join!(peer.until_gone(), world.last_state());
        assert_eq!(last, SessionState::Ended(SessionEnd::TerminatedByUser));
        assert_eq!(terminations(&world), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_gone_on_with_is_ready_once_its_link_carries() {
    let (mut world, mut peer) = World::ready_with(detachable()).await;
    world.session.detach();
    peer.until_gone().await;
    let (_, saved) = left(&mut world).await;
    let (mut world, mut peer) = World::opened(going_on_with(saved)).await;
    peer.output(1, "still here").await;
    let seen = world.until_output().await;
    let states: Vec<_> = seen.iter().filter(|event| !is_resuming(event)).collect();
    let ready = SessionState::Ready {
        session: session_id(),
        session_type: SessionType::Shell,
        encryption: None,
    };
    assert_eq!(
        states,
        [
            &SessionEvent::State(ready),
            &SessionEvent::Output("still here".into())
        ]
    );
    assert_eq!(world.control.start_session.count(), 0);
    assert_eq!(world.control.resume_session.count(), 1);
}

fn is_resuming(event: &SessionEvent) -> bool {
    matches!(event, SessionEvent::State(SessionState::Resuming { .. }))
}

#[tokio::test(start_paused = true)]
async fn everything_that_was_typed_is_left_however_much_it_is() {
    let chunk = |n: u8| Bytes::from(vec![b'a' + n; 300 * 1024]);
    let (mut world, peer) = World::ready_with(detachable()).await;
    drop(peer);
    let mut typed = 0;
    while timeout(Duration::from_secs(1), world.session.send_input(chunk(typed)))
        .await
        .is_ok()
    {
        typed += 1;
    }
    assert!((4..12).contains(&typed), "{typed} times 300 KiB");
    world.session.detach();
    let (_, saved) = left(&mut world).await;
    assert!(!saved.input.is_empty(), "the data channel does not hold so much");
    let (_world, mut peer) = World::opened(going_on_with(kept(saved))).await;
    let mut received = Vec::new();
    let all: Vec<u8> = (0..typed).flat_map(|n| chunk(n).to_vec()).collect();
    while received.len() < all.len() {
        received.extend_from_slice(&peer.next_typed().await.payload);
    }
    assert!(received == all, "every byte once and in order");
}

#[tokio::test(start_paused = true)]
async fn a_resume_that_is_refused_names_its_reason_and_loses_nothing() {
    let (mut world, mut peer) = World::ready_with(detachable()).await;
    world.type_in("held").await;
    world.session.detach();
    peer.until_gone().await;
    let (_, saved) = left(&mut world).await;
    let denied = denied("ssm:ResumeSession");
    let control = resuming_after((0..100).map(|_| Err(denied.clone())));
    let setup = Setup {
        control,
        ..going_on_with(saved.clone())
    };
    let mut world = World::new(setup);
    let refused = SessionError::Control(denied);
    let is_named = |state: &SessionState| matches!(state, SessionState::Resuming { last_error: Some(error), .. } if *error == refused);
    world.until_state(is_named).await;
    world.session.detach();
    assert_eq!(left(&mut world).await.1, saved);
    assert_eq!(terminations(&world), 0);

    let gone = ControlError::SessionGone {
        session: session_id(),
    };
    let control = resuming_after([Err(gone)]);
    let setup = Setup {
        control,
        ..going_on_with(saved)
    };
    let mut world = World::new(setup);
    let end = SessionState::Ended(SessionEnd::GoneWhileAway);
    assert_eq!(world.last_state().await, end);
}

#[tokio::test(start_paused = true)]
async fn the_demand_on_encryption_holds_for_what_is_gone_on_with() {
    let error = |saved: &SavedSession, encryption| {
        let options = SessionOptions {
            encryption,
            ..detachable()
        };
        SessionOrigin::resume(saved, &options).err()
    };
    let requires = |key: Option<&str>| EncryptionPolicy::Require {
        key: key.map(|key| KmsKey::parse(key).unwrap()),
    };
    let (mut world, mut peer) = World::ready_with(detachable()).await;
    world.session.detach();
    peer.until_gone().await;
    let plain = left(&mut world).await.1;
    assert_eq!(error(&plain, EncryptionPolicy::Off), None);
    let not_encrypted = Some(SessionError::Restore(RestoreError::NotEncrypted));
    assert_eq!(error(&plain, requires(None)), not_encrypted);

    let mut story = Story::new(Agent::encrypted(3, KEY), 3);
    story.tell(1).await;
    let mut sealed = story.saved.unwrap();
    assert_eq!(error(&sealed, requires(Some(KEY))), None);
    let other = KEY.replace("1234abcd", "99999999");
    let wrong = error(&sealed, requires(Some(&other)));
    assert!(matches!(wrong, Some(SessionError::WrongKey { .. })), "{wrong:?}");
    let off = Some(SessionError::Restore(RestoreError::EncryptionOff));
    assert_eq!(error(&sealed, EncryptionPolicy::Off), off);
    sealed.encryption = None;
    let missing = Some(SessionError::Restore(RestoreError::KeysMissing));
    assert_eq!(error(&sealed, EncryptionPolicy::Prefer), missing);
}

/// A session that is left and gone on with again and again, in the middle of its output and of what is typed.
struct Story {
    agent: Agent,
    dice: ChaCha8Rng,
    saved: Option<SavedSession>,
    printed: Vec<u8>,
    typed: Vec<u8>,
    seen: Vec<u8>,
}

impl Story {
    fn new(agent: Agent, seed: u64) -> Self {
        Self {
            agent,
            dice: ChaCha8Rng::seed_from_u64(seed),
            saved: None,
            printed: Vec::new(),
            typed: Vec::new(),
            seen: Vec::new(),
        }
    }

    async fn tell(&mut self, drivers: usize) {
        for _ in 0..drivers {
            let mut world = self.next_driver();
            let mut peer = world.gateway.accept_lasting().await;
            self.agent.client_is_back();
            let ready = world.until_state(|state| matches!(state, SessionState::Ready { .. }));
            self.print(1);
            let SessionState::Ready { encryption, .. } = self.agent.serve(&mut peer, ready).await.unwrap()
            else {
                unreachable!()
            };
            let expected = self.agent.challenge_used.as_ref().map(|_| SessionEncryption {
                key_arn: KEY.to_owned(),
            });
            assert_eq!(encryption, expected);
            for _ in 0..self.dice.random_range(1..6) {
                self.print(300);
                self.type_into(&world).await;
                let moment = Duration::from_millis(self.dice.random_range(0..60));
                self.agent.serve(&mut peer, sleep(moment)).await.unwrap();
            }
            self.type_into(&world).await;
            world.session.detach();
            // The rest is read, and acknowledged into the void, until the client is gone.
            let (seen, saved) = tokio::join!(
                self.agent.serve(&mut peer, std::future::pending::<()>()),
                left(&mut world)
            )
            .1;
            self.agent.client_is_gone();
            self.see(seen);
            self.saved = Some(kept(saved));
        }
    }

    /// Nobody leaves any more, and all arrives.
    async fn end(mut self) {
        let mut world = self.next_driver();
        let mut peer = world.gateway.accept_lasting().await;
        self.agent.client_is_back();
        while !self.agent.is_delivered() || self.agent.typed.len() < self.typed.len() {
            let moment = sleep(Duration::from_millis(100));
            self.agent.serve(&mut peer, moment).await.unwrap();
            while let Ok(Some(event)) = timeout(Duration::ZERO, world.events.next()).await {
                self.see(vec![event]);
            }
        }
        assert!(self.agent.typed == self.typed, "input differs");
        assert!(self.seen == self.printed, "output differs");
    }

    fn next_driver(&mut self) -> World {
        World::new(match self.saved.take() {
            Some(saved) => going_on_with(saved),
            None => detachable().into(),
        })
    }

    fn print(&mut self, lines: usize) {
        for _ in 0..lines {
            let line = format!("{:016x} {}\r\n", self.dice.random::<u64>(), self.printed.len());
            self.printed.extend(line.as_bytes());
            self.agent.print(line.as_bytes());
        }
    }

    async fn type_into(&mut self, world: &World) {
        let times = if self.dice.random_bool(0.1) { 3000 } else { 3 };
        let text = format!("{:016x};", self.dice.random::<u64>()).repeat(times);
        self.typed.extend(text.as_bytes());
        world.type_in(&text).await;
    }

    fn see(&mut self, events: Vec<SessionEvent>) {
        for event in events {
            if let SessionEvent::Output(bytes) = event {
                self.seen.extend(bytes);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn left_in_the_middle_of_everything_a_session_loses_and_doubles_nothing() {
    for seed in 0..4 {
        let mut story = Story::new(Agent::plain(seed), seed);
        story.tell(12).await;
        story.end().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_encrypted_session_is_left_and_gone_on_with_likewise() {
    for seed in 0..3 {
        let mut story = Story::new(Agent::encrypted(seed, KEY), seed);
        story.tell(12).await;
        story.end().await;
    }
}
