//! From StartSession to the first prompt.

use std::time::Duration;

use postern_model::{ControlError, Target};
use postern_protocol::{PayloadType, SessionType};

use super::control::{HOST, grant, scripted};
use super::gateway::Gateway;
use super::{Setup, World, scope, session_id};
use crate::{LinkError, SessionError, SessionEvent, SessionState};

#[tokio::test(start_paused = true)]
async fn a_session_opens_types_and_prints() {
    let mut world = World::new(Setup::default());
    let mut peer = world.gateway.accept().await;
    let open = peer.expect_open().await;
    assert_eq!(open.token_value, "token-0");
    peer.output(0, "$ ").await;
    let seen = world.until_output().await;
    let session = session_id();
    let expected = [
        SessionEvent::State(SessionState::Starting),
        SessionEvent::State(SessionState::Opening {
            session: session.clone(),
        }),
        SessionEvent::State(SessionState::Waiting {
            session: session.clone(),
        }),
        SessionEvent::State(SessionState::Ready {
            session,
            session_type: SessionType::Shell,
            encryption: None,
        }),
        SessionEvent::Output("$ ".into()),
    ];
    assert_eq!(seen, expected);
    world.type_in("echo hällo\r").await;
    assert_eq!(peer.next_typed().await.payload, "echo hällo\r");
    peer.output(1, "hällo\r\n").await;
    let seen = world.until_output().await;
    assert_eq!(seen, [SessionEvent::Output("hällo\r\n".into())]);
}

#[tokio::test(start_paused = true)]
async fn nothing_but_the_opening_leaves_before_the_agent_speaks() {
    let (world, mut peer) = World::opened(Setup::default()).await;
    world.type_in("early").await;
    world.session.resize(postern_model::TerminalSize::clamped(90, 30));
    let silence = tokio::time::timeout(Duration::from_secs(60), peer.next_input()).await;
    assert!(
        silence.is_err(),
        "input before the first output is lost by agents"
    );
    peer.output(0, "$ ").await;
    let mut types = Vec::new();
    loop {
        let message = peer.next_input().await;
        peer.acknowledge(&message).await;
        types.push(message.payload_type);
        if message.payload_type == PayloadType::Output {
            assert_eq!(message.payload, "early");
            break;
        }
        assert_eq!(message.payload, r#"{"cols":90,"rows":30}"#);
    }
    assert_eq!(types, [PayloadType::Size, PayloadType::Output]);
}

#[tokio::test(start_paused = true)]
async fn the_upgrade_is_signed_and_carries_nothing_more_than_it_must() {
    let world = World::new(Setup::default());
    let peer = world.gateway.accept().await;
    let header = |name: &str| {
        peer.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(
        peer.target,
        format!("/v1/data-channel/{}?role=publish_subscribe&n=0", session_id())
    );
    assert_eq!(header("host"), Some(HOST));
    assert_eq!(header("authorization"), Some("signature-0"));
    assert_eq!(header("origin"), None);
    assert_eq!(header("sec-websocket-extensions"), None);
    assert_eq!(header("sec-websocket-protocol"), None);
    drop(world);
}

#[tokio::test(start_paused = true)]
async fn a_denied_start_fails_with_its_cause_and_dials_nothing() {
    let error = ControlError::TargetNotConnected {
        target: Target::parse("i-0a1b2c3d4e5f67890").unwrap(),
        place: scope().to_string(),
    };
    let control = scripted();
    control.start_session.next([Err(error.clone())]);
    let mut world = World::new(control);
    assert_eq!(
        world.last_state().await,
        SessionState::Failed(SessionError::Control(error))
    );
    assert_eq!(world.gateway.dialled(), Vec::<String>::new());
    assert_eq!(
        world.control.terminate_session.count(),
        0,
        "there is nothing to end"
    );
}

#[tokio::test(start_paused = true)]
async fn a_foreign_stream_url_fails_before_anything_is_dialled() {
    let control = scripted();
    control.start_session.answers(|_| {
        Ok(grant(
            0,
            Some("wss://ssmmessages.eu-central-1.amazonaws.com.evil.example/v1/data-channel/x"),
        ))
    });
    let mut world = World::new(control);
    let error = world.until_failed().await;
    assert!(matches!(error, SessionError::StreamUrl(_)), "{error:?}");
    assert_eq!(world.gateway.dialled(), Vec::<String>::new());
    assert_eq!(world.control.sign_upgrade.count(), 0);
    assert_eq!(
        world.control.terminate_session.count(),
        1,
        "the session at AWS is ended"
    );
}

#[tokio::test(start_paused = true)]
async fn a_first_connect_that_fails_is_retried_through_resume() {
    let obstacles = [Gateway::unreachable(), Gateway::unreachable()];
    let mut world = World::new(Gateway::with_obstacles(obstacles));
    let mut peer = world.gateway.accept().await;
    assert_eq!(
        peer.expect_open().await.token_value,
        "token-2",
        "each attempt has a token of its own"
    );
    peer.output(0, "$ ").await;
    let seen = world.until_output().await;
    let attempt = |event: &SessionEvent| {
        let SessionEvent::State(SessionState::Resuming {
            attempt, last_error, ..
        }) = event
        else {
            return None;
        };
        assert_eq!(*last_error, Some(SessionError::Link(Gateway::unreachable())));
        Some(*attempt)
    };
    let mut attempts: Vec<u32> = seen.iter().filter_map(attempt).collect();
    attempts.dedup();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(world.gateway.dialled().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_that_is_not_allowed_fails_at_once() {
    let mut world = World::new(Setup::default());
    world.gateway.refuse(403).await;
    let state = world.last_state().await;
    let SessionState::Failed(error @ SessionError::Link(LinkError::Refused { status: 403, .. })) = state
    else {
        panic!("{state:?}");
    };
    assert!(error.next_step().contains("ssmmessages:OpenDataChannel"));
    assert_eq!(world.gateway.dialled().len(), 1);
    assert_eq!(world.control.terminate_session.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_is_overloaded_is_tried_again() {
    let mut world = World::new(Setup::default());
    world.gateway.refuse(503).await;
    world.gateway.accept().await.expect_open().await;
    let error = world.until_lost().await;
    assert_eq!(
        error,
        LinkError::Refused {
            host: HOST.into(),
            status: 503
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_does_not_answer_the_upgrade_times_out_and_is_tried_again() {
    let mut world = World::new(Setup::default());
    let silent = world.gateway.next_stream().await;
    let error = world.until_lost().await;
    let timed_out = LinkError::TimedOut {
        host: HOST.into(),
        step: "WebSocket",
        seconds: 15,
    };
    assert_eq!(error, timed_out);
    drop(silent);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_answers_leaves_the_session_waiting() {
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    peer.attend(Duration::from_secs(600)).await;
    assert!(peer.pings >= 40, "the link stays watched: {} pings", peer.pings);
    world
        .until_state(|state| matches!(state, SessionState::Waiting { .. }))
        .await;
    world.session.terminate();
    tokio::join!(peer.until_gone(), world.last_state());
}
