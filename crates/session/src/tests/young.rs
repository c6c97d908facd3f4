//! A target that is not connected because it has just started.

use std::time::Duration;

use postern_model::{ControlError, Target};
use postern_scripted::ScriptedControlPlane;
use tokio::time::Instant;

use super::control::{grant, scripted};
use super::{Setup, TARGET, World, scope};
use crate::{AgentPatience, SessionEnd, SessionError, SessionOptions, SessionState};

fn not_connected() -> ControlError {
    ControlError::TargetNotConnected {
        target: Target::parse(TARGET).unwrap(),
        place: scope().to_string(),
    }
}

/// AWS refuses so many times, and then grants.
fn refusing(times: usize) -> ScriptedControlPlane {
    let control = scripted();
    control.start_session.answers(|_| Ok(grant(0, None)));
    control
        .start_session
        .next((0..times).map(|_| Err(not_connected())));
    control
}

fn world(control: ScriptedControlPlane, patience: AgentPatience) -> World {
    World::new(Setup {
        options: SessionOptions {
            patience,
            ..SessionOptions::default()
        },
        ..Setup::from(control)
    })
}

/// The attempts that were counted until the session opened or failed, and that last state.
async fn counted(world: &mut World) -> (Vec<u32>, SessionState) {
    let mut counts = Vec::new();
    loop {
        let state = world
            .until_state(|state| !matches!(state, SessionState::Starting))
            .await;
        if let SessionState::NotConnectedYet { attempts, .. } = state {
            counts.push(attempts);
        } else {
            return (counts, state);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_has_just_started_is_asked_for_again_with_a_count() {
    let control = refusing(3);
    control.just_started.answers(|_| Ok(true));
    let mut world = world(control, AgentPatience::WhereJustStarted);
    world.type_in("early").await;
    let (counts, state) = counted(&mut world).await;
    assert_eq!(counts, [1, 2, 3]);
    assert!(matches!(state, SessionState::Opening { .. }), "{state:?}");
    assert_eq!(
        world.control.just_started.count(),
        1,
        "it is young for the whole minute"
    );
    let mut peer = world.gateway.accept().await;
    peer.expect_open().await;
    peer.output(0, "$ ").await;
    assert_eq!(peer.next_typed().await.payload, "early");
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_it_is_not_connected() {
    let mut world = world(refusing(100), AgentPatience::Always);
    let begun = Instant::now();
    let (counts, state) = counted(&mut world).await;
    assert_eq!(
        state,
        SessionState::Failed(SessionError::Control(not_connected()))
    );
    assert_eq!(counts.last(), Some(&20));
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(57) && waited <= Duration::from_secs(61),
        "{waited:?}"
    );
    assert_eq!(world.control.just_started.count(), 0, "who started it knows");
}

#[tokio::test(start_paused = true)]
async fn who_has_no_patience_and_what_runs_for_long_fails_at_once() {
    for (patience, asked) in [(AgentPatience::Never, 0), (AgentPatience::WhereJustStarted, 1)] {
        let mut world = world(refusing(1), patience);
        let (counts, state) = counted(&mut world).await;
        assert_eq!(counts, Vec::<u32>::new());
        assert_eq!(
            state,
            SessionState::Failed(SessionError::Control(not_connected()))
        );
        assert_eq!(world.control.just_started.count(), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn another_failure_ends_the_wait() {
    let control = refusing(2);
    let denied = ControlError::Denied {
        who: "a".into(),
        action: "ssm:StartSession".into(),
        detail: String::new(),
    };
    control.start_session.next([Err(denied.clone())]);
    let mut world = world(control, AgentPatience::Always);
    let (counts, state) = counted(&mut world).await;
    assert_eq!(
        (counts, state),
        (vec![1, 2], SessionState::Failed(SessionError::Control(denied)))
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_leaves_meanwhile_leaves_at_once_and_nothing_is_left_at_aws() {
    let mut world = world(refusing(100), AgentPatience::Always);
    world
        .until_state(|state| matches!(state, SessionState::NotConnectedYet { .. }))
        .await;
    let asked_at = Instant::now();
    world.session.terminate();
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::TerminatedByUser)
    );
    assert_eq!(asked_at.elapsed(), Duration::ZERO);
    assert_eq!(
        (
            world.control.start_session.count(),
            world.control.terminate_session.count()
        ),
        (1, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_wants_it_at_once_gets_the_next_attempt_at_once() {
    let mut world = world(refusing(2), AgentPatience::Always);
    world
        .until_state(|state| matches!(state, SessionState::NotConnectedYet { .. }))
        .await;
    let asked_at = Instant::now();
    world.session.retry_now();
    world
        .until_state(|state| matches!(state, SessionState::NotConnectedYet { attempts: 2, .. }))
        .await;
    assert_eq!(asked_at.elapsed(), Duration::ZERO);
}
