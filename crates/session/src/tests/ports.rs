//! Port sessions and commands: no terminal, no size, and flags both ways.

use std::time::Duration;

use postern_protocol::{Message, MessageKind, PayloadType, flag};
use tokio::time::timeout;

use super::gateway::Peer;
use super::{Setup, World};
use crate::{SessionError, SessionEvent, SessionOptions, SessionState, SessionType};

const COMPLETE: &str = r#"{"HandshakeTimeToComplete":1286178,"CustomerMessage":""}"#;

/// The agent asks for a session of the type. The answer, not acknowledged.
async fn request(peer: &mut Peer, session_type: &str) -> Message {
    let request = format!(
        r#"{{"AgentVersion":"3.3.987.0","RequestedClientActions":[
        {{"ActionType":"SessionType","ActionParameters":{{"SessionType":"{session_type}","Properties":{{"portNumber":"22"}}}}}}]}}"#
    );
    let kind = MessageKind::OutputStreamData;
    peer.send(kind, 0, PayloadType::HandshakeRequest, request.into())
        .await;
    let response = peer.next_input().await;
    assert_eq!(response.payload_type, PayloadType::HandshakeResponse);
    response
}

async fn complete(peer: &mut Peer, response: Message) {
    peer.acknowledge(&response).await;
    let kind = MessageKind::OutputStreamData;
    peer.send(kind, 1, PayloadType::HandshakeComplete, COMPLETE.into())
        .await;
}

#[tokio::test(start_paused = true)]
async fn flags_go_both_ways_and_keep_their_place() {
    let options = SessionOptions {
        port_sessions: true,
        ..SessionOptions::default()
    };
    let (mut world, mut peer) = World::opened(options).await;
    let response = request(&mut peer, "Port").await;
    world.type_in("first").await;
    world.session.send_flag(flag::DISCONNECT_TO_PORT).await.unwrap();
    world.type_in("second").await;
    complete(&mut peer, response).await;
    let mut sent = Vec::new();
    for _ in 0..3 {
        let message = peer.next_input().await;
        peer.acknowledge(&message).await;
        sent.push((message.payload_type, message.payload));
    }
    assert_eq!(
        sent,
        [
            (PayloadType::Output, "first".into()),
            (PayloadType::Flag, flag::to_payload(1)),
            (PayloadType::Output, "second".into())
        ]
    );
    let error = flag::to_payload(flag::CONNECT_TO_PORT_ERROR);
    peer.send(MessageKind::OutputStreamData, 2, PayloadType::Flag, error)
        .await;
    let seen = world.until(|event| matches!(event, SessionEvent::Flag(_))).await;
    assert_eq!(seen.last(), Some(&SessionEvent::Flag(3)));
    let is_port = |event: &SessionEvent| {
        let SessionEvent::State(SessionState::Ready { session_type, .. }) = event else {
            return false;
        };
        matches!(session_type, SessionType::Port { .. })
    };
    assert!(seen.iter().any(is_port), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn what_the_agent_acknowledges_is_counted_in_bytes_of_input() {
    let options = SessionOptions {
        port_sessions: true,
        ..SessionOptions::default()
    };
    let (mut world, mut peer) = World::opened(options).await;
    let mut acknowledged = world.session.acknowledged();
    let response = request(&mut peer, "Port").await;
    world.type_in("first").await;
    world.session.send_flag(flag::DISCONNECT_TO_PORT).await.unwrap();
    world.type_in("second").await;
    complete(&mut peer, response).await;
    let mut counts = Vec::new();
    for _ in 0..3 {
        counts.push(*acknowledged.borrow_and_update());
        let message = peer.next_input().await;
        peer.acknowledge(&message).await;
        peer.output(2 + i64::try_from(counts.len()).unwrap() - 1, "seen")
            .await;
        world.until_output().await;
    }
    counts.push(*acknowledged.borrow_and_update());
    assert_eq!(counts, [0, 5, 5, 11]);
    world.session.terminate();
    tokio::join!(peer.until_gone(), world.last_state());
    assert!(
        acknowledged.changed().await.is_err(),
        "it closes with the session"
    );
}

#[tokio::test(start_paused = true)]
async fn a_port_session_that_nobody_asked_for_is_refused() {
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    request(&mut peer, "Port").await;
    let error = tokio::join!(peer.until_gone(), world.until_failed()).1;
    assert!(matches!(error, SessionError::Channel(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_command_without_a_terminal_sends_no_size_and_no_flag() {
    let (world, mut peer) = World::opened(SessionOptions::default()).await;
    let response = request(&mut peer, "NonInteractiveCommands").await;
    world.session.send_flag(1).await.unwrap();
    complete(&mut peer, response).await;
    world.type_in("\u{3}").await;
    let typed = peer.next_input().await;
    assert_eq!(
        (typed.payload_type, typed.payload.as_ref()),
        (PayloadType::Output, &b"\x03"[..])
    );
    peer.acknowledge(&typed).await;
    let more = timeout(Duration::from_secs(60), peer.next_input()).await;
    assert!(more.is_err(), "{more:?}");
}
