//! Sessions that cannot be resumed for now are held, not lost: without credentials, without a policy, with an AWS that
//! answers oddly.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postern_model::ControlError;
use postern_scripted::ScriptedControlPlane;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, timeout};

use super::World;
use super::control::{denied, expired, in_weather, resuming_after, throttled};
use crate::{SessionError, SessionEvent, SessionState};

/// Holds back every call with `error` for as long as the flag is set.
fn held_by(
    error: impl Fn() -> ControlError + Send + Sync + 'static,
) -> (ScriptedControlPlane, Arc<AtomicBool>) {
    let holds = Arc::new(AtomicBool::new(false));
    let held = Arc::clone(&holds);
    let control = in_weather(move || {
        if held.load(Ordering::SeqCst) {
            Err(error())
        } else {
            Ok(())
        }
    });
    (control, holds)
}

fn told_of_credentials(seen: &[SessionState]) -> usize {
    let waits = |state: &&SessionState| {
        matches!(
            state,
            SessionState::Resuming {
                waits_for_credentials: true,
                ..
            }
        )
    };
    seen.iter().filter(waits).count()
}

/// The states of the next while.
async fn states_of(world: &mut World, time: Duration) -> Vec<SessionState> {
    let mut seen = Vec::new();
    let watching = async {
        while let Some(event) = world.events.next().await {
            if let SessionEvent::State(state) = event {
                seen.push(state);
            }
        }
    };
    assert!(timeout(time, watching).await.is_err(), "the session goes on");
    seen
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_hold_the_session_and_the_user_is_asked_once() {
    for error in [
        expired(),
        ControlError::NoCredentials {
            who: "acme-prod".into(),
            detail: "the file is gone".into(),
        },
        ControlError::InvalidCredentials {
            who: "acme-prod".into(),
            detail: "the key was deleted".into(),
        },
    ] {
        let told = error.clone();
        let (control, holds) = held_by(move || error.clone());
        let (mut world, peer) = World::ready_with(control).await;
        holds.store(true, Ordering::SeqCst);
        drop(peer);
        let seen = states_of(&mut world, Duration::from_secs(3600)).await;
        assert_eq!(told_of_credentials(&seen), 1, "{seen:?}");
        let Some(SessionState::Resuming { wait, last_error, .. }) = seen.last() else {
            panic!("{seen:?}");
        };
        assert!(*wait > Duration::from_secs(20), "{wait:?}");
        assert_eq!(*last_error, Some(SessionError::Control(told)));
        let resumes = world.control.resume_session.count();
        assert!((95..=162).contains(&resumes), "{resumes} in an hour");
        holds.store(false, Ordering::SeqCst);
        let mut peer = world.accept().await;
        peer.attend(Duration::from_secs(1)).await;
        world.until_state(|state| *state == SessionState::Resumed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn retry_now_uses_new_credentials_at_once_and_says_what_it_does() {
    let (control, holds) = held_by(expired);
    control.resume_session.takes(Duration::from_secs(2));
    let (mut world, peer) = World::ready_with(control).await;
    holds.store(true, Ordering::SeqCst);
    drop(peer);
    states_of(&mut world, Duration::from_secs(600)).await;
    // Whatever was under way is over, and the next attempt is far.
    loop {
        let before = world.control.resume_session.count();
        states_of(&mut world, Duration::from_secs(3)).await;
        if before == world.control.resume_session.count() {
            break;
        }
    }
    world.session.retry_now();
    let seen = states_of(&mut world, Duration::from_secs(3)).await;
    let waits: Vec<bool> = seen
        .iter()
        .map(|state| matches!(state, SessionState::Resuming { wait, .. } if wait.is_zero()))
        .collect();
    assert_eq!(waits, [true, false], "under way, and waiting again: {seen:?}");
    holds.store(false, Ordering::SeqCst);
    let asked_at = Instant::now();
    world.session.retry_now();
    world.accept().await;
    assert!(asked_at.elapsed() <= Duration::from_millis(2001));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_expiries_lose_no_session() {
    let (control, expired) = held_by(expired);
    let (mut world, mut peer) = World::ready_with(control).await;
    let mut dice = ChaCha8Rng::seed_from_u64(14);
    for round in 0..100 {
        peer.attend(Duration::from_millis(dice.random_range(1..3_600_000)))
            .await;
        expired.store(true, Ordering::SeqCst);
        let before_the_cut = Duration::from_millis(dice.random_range(1..60_000));
        peer.attend(before_the_cut).await;
        world.type_in(&format!("{round};")).await;
        drop(peer);
        let outage = Duration::from_millis(dice.random_range(1_000..1_800_000));
        let seen = states_of(&mut world, outage).await;
        assert!(
            told_of_credentials(&seen) <= 2,
            "asked once, and once more for what was typed"
        );
        expired.store(false, Ordering::SeqCst);
        if dice.random_bool(0.5) {
            world.session.retry_now();
        }
        let back_at = Instant::now();
        peer = world.gateway.accept_lasting().await;
        assert!(
            back_at.elapsed() < Duration::from_secs(40),
            "{:?}",
            back_at.elapsed()
        );
        let typed = peer.next_typed().await;
        assert_eq!(typed.payload, format!("{round};"), "nothing is lost or doubled");
        world.until_state(|state| *state == SessionState::Resumed).await;
    }
    assert_eq!(world.control.start_session.count(), 1);
    assert_eq!(world.control.terminate_session.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_an_odd_answer_hold_the_session_with_few_attempts() {
    for error in [
        denied("ssm:ResumeSession"),
        ControlError::Rejected {
            operation: "ssm:ResumeSession".into(),
            code: "ValidationException".into(),
            message: "odd".into(),
        },
    ] {
        let told = SessionError::Control(error.clone());
        let (control, holds) = held_by(move || error.clone());
        let (mut world, peer) = World::ready_with(control).await;
        holds.store(true, Ordering::SeqCst);
        drop(peer);
        let seen = states_of(&mut world, Duration::from_secs(3600)).await;
        let resumes = world.control.resume_session.count();
        assert!((90..=165).contains(&resumes), "{resumes} in an hour");
        let Some(SessionState::Resuming {
            last_error,
            waits_for_credentials: false,
            ..
        }) = seen.last()
        else {
            panic!("{seen:?}");
        };
        assert_eq!(*last_error, Some(told), "the reason is shown");
        holds.store(false, Ordering::SeqCst);
        world.accept().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_told_and_is_zero_while_an_attempt_is_under_way() {
    let script: Vec<_> = (0..12).map(|_| Err(throttled())).collect();
    let control = resuming_after(script);
    control.resume_session.takes(Duration::from_secs(2));
    let (mut world, peer) = World::ready_with(control).await;
    drop(peer);
    let mut expected_at = None;
    for _ in 0..20 {
        let SessionState::Resuming { wait, .. } = world.until_resuming().await else {
            unreachable!();
        };
        match (expected_at.take(), wait.is_zero()) {
            (None, false) => expected_at = Some(Instant::now() + wait),
            // There was no wait to speak of.
            (None, true) => {}
            (Some(at), begun) => {
                assert!(begun, "{wait:?}");
                let late = Instant::now() - at;
                assert!(late <= Duration::from_millis(2), "begun {late:?} late");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_attempts_are_never_more_than_fifteen_seconds_apart() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let called = Arc::clone(&calls);
    let control = in_weather(move || {
        called.lock().unwrap().push(Instant::now());
        Err(throttled())
    });
    // The first upgrade is signed in the same weather, so the session is resumed before it was ever open.
    let mut world = World::new(control);
    states_of(&mut world, Duration::from_secs(3600)).await;
    let calls = calls.lock().unwrap().clone();
    assert!((300..800).contains(&calls.len()), "{}", calls.len());
    for pair in calls.windows(2) {
        assert!(pair[1] - pair[0] <= Duration::from_millis(15_010));
    }
}
