//! Every way out of a session, and that AWS is told where it does not know.

use std::time::Duration;

use postern_model::ControlError;
use postern_protocol::{HandshakeRequest, JsonPayload, MessageKind, PayloadType};
use tokio::time::Instant;

use super::control::{resuming_after, scripted, throttled, unreachable};
use super::{Setup, World, session_id};
use crate::outlet::QUEUED_EVENTS;
use crate::{SessionEnd, SessionError, SessionEvent, SessionOver, SessionState};

fn terminations(world: &World) -> usize {
    world.control.terminate_session.count()
}

#[tokio::test(start_paused = true)]
async fn a_closed_channel_ends_the_session_after_its_last_output() {
    let (mut world, mut peer) = World::ready().await;
    peer.output(1, "logout\r\n").await;
    peer.channel_closed("").await;
    let seen = world.until(SessionEvent::is_last).await;
    let end = SessionEnd::Closed {
        output: String::new(),
    };
    assert_eq!(
        seen,
        [
            SessionEvent::Output("logout\r\n".into()),
            SessionEvent::State(SessionState::Ended(end))
        ]
    );
    assert_eq!(world.events.next().await, None);
    assert_eq!(terminations(&world), 0, "AWS knows");
    assert_eq!(world.session.send_input("x".into()).await, Err(SessionOver));
    assert_eq!(world.gateway.dialled().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_the_gateway_cut_the_link_is_heard_to_the_last() {
    const LINES: i64 = 200;
    let (mut world, mut peer) = World::ready().await;
    // All of it is in the pipe before the driver runs: its acknowledgements meet a peer that is gone.
    tokio::task::unconstrained(async move {
        for sequence in 1..=LINES {
            peer.output(sequence, "line").await;
        }
        peer.channel_closed("").await;
    })
    .await;
    let seen = world.until(SessionEvent::is_last).await;
    let lines = seen.iter().filter(|e| matches!(e, SessionEvent::Output(_)));
    assert_eq!(lines.count(), usize::try_from(LINES).unwrap());
    let end = SessionEnd::Closed {
        output: String::new(),
    };
    assert_eq!(seen.last(), Some(&SessionEvent::State(SessionState::Ended(end))));
}

#[tokio::test(start_paused = true)]
async fn terminate_calls_aws_once_and_says_goodbye() {
    let (mut world, mut peer) = World::ready().await;
    world.session.terminate();
    world.session.terminate();
    let ((), last) = tokio::join!(peer.until_gone(), world.last_state());
    assert_eq!(last, SessionState::Ended(SessionEnd::TerminatedByUser));
    assert_eq!(terminations(&world), 1);
}

#[tokio::test(start_paused = true)]
async fn an_aws_that_does_not_answer_holds_up_the_end_for_a_few_seconds_only() {
    let control = scripted();
    control.terminate_session.takes(Duration::from_secs(3600));
    let (mut world, _peer) = World::opened(control).await;
    let asked_at = Instant::now();
    world.session.terminate();
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::LeftBehind)
    );
    assert!(
        asked_at.elapsed() < Duration::from_secs(10),
        "{:?}",
        asked_at.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_which_aws_could_not_be_told_says_so() {
    let control = scripted();
    control.sign_upgrade.answers(|_| panic!("as the test wishes"));
    let failure = Err(unreachable());
    control.terminate_session.next([failure]);
    let mut world = World::new(control);
    let SessionState::Failed(error) = world.last_state().await else {
        panic!("it failed")
    };
    assert_eq!(error, SessionError::LeftBehind(Box::new(SessionError::Crashed)));
    assert!(error.to_string().contains("AWS may keep it"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_failed_is_no_ordinary_end_and_aws_knows() {
    for words in [
        "document process failed unexpectedly , check [ssm-document-worker]/[ssm-session-worker] log for crash reason",
        "Plugin crashed with message runtime error!",
        "\n----------ERROR-------\nSetting up data channel with id ops-1 failed",
    ] {
        let (mut world, mut peer) = World::ready().await;
        peer.channel_closed(words).await;
        let SessionState::Failed(SessionError::Agent(told)) = world.last_state().await else {
            panic!("it failed")
        };
        assert_eq!(told.as_str(), words);
        assert_eq!(terminations(&world), 0, "AWS knows");
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_all_handles_terminates_the_session() {
    let (world, mut peer) = World::ready().await;
    let second = world.session.clone();
    drop(world.session);
    peer.attend(Duration::from_secs(60)).await;
    assert_eq!(world.control.terminate_session.count(), 0, "one handle is left");
    drop(second);
    peer.until_gone().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.control.terminate_session.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_events_terminates_the_session() {
    let (world, mut peer) = World::ready().await;
    drop(world.events);
    peer.until_gone().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.control.terminate_session.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn leaving_while_aws_starts_the_session_still_ends_it() {
    let control = scripted();
    control.start_session.takes(Duration::from_secs(3));
    let mut world = World::new(control);
    world.until_state(|state| *state == SessionState::Starting).await;
    world.session.terminate();
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::TerminatedByUser)
    );
    assert_eq!(terminations(&world), 1);
    assert_eq!(world.gateway.dialled(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn leaving_while_the_link_is_down_terminates_too() {
    let script: Vec<_> = (0..1000).map(|_| Err(throttled())).collect();
    let (mut world, peer) = World::opened(resuming_after(script)).await;
    drop(peer);
    world
        .until_state(|state| matches!(state, SessionState::Resuming { attempt: 8, .. }))
        .await;
    world.session.terminate();
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::TerminatedByUser)
    );
    assert_eq!(terminations(&world), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_its_own_session_and_aws_is_told() {
    let control = scripted();
    control.sign_upgrade.answers(|_| panic!("as the test wishes"));
    let mut world = World::new(control);
    let (mut other, mut peer) = World::ready().await;
    assert_eq!(
        world.last_state().await,
        SessionState::Failed(SessionError::Crashed)
    );
    assert_eq!(terminations(&world), 1);
    other.type_in("unharmed").await;
    assert_eq!(peer.next_typed().await.payload, "unharmed");
    peer.output(1, "indeed").await;
    other.until_output().await;
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_cannot_be_met_is_answered_and_ends_the_session() {
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    let request = r#"{"AgentVersion":"3.3.987.0","RequestedClientActions":[
        {"ActionType":"Telepathy","ActionParameters":{}},
        {"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream","Properties":null}}]}"#;
    HandshakeRequest::from_payload(request.as_bytes()).unwrap();
    peer.send(
        MessageKind::OutputStreamData,
        0,
        PayloadType::HandshakeRequest,
        request.into(),
    )
    .await;
    assert_eq!(
        peer.next_input().await.payload_type,
        PayloadType::HandshakeResponse
    );
    let ((), last) = tokio::join!(peer.until_gone(), world.last_state());
    assert!(
        matches!(last, SessionState::Failed(SessionError::Channel(_))),
        "{last:?}"
    );
    assert_eq!(terminations(&world), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_granted_long_after_everybody_left_is_ended() {
    let control = scripted();
    control.start_session.takes(Duration::from_secs(90));
    let mut world = World::new(control);
    world.until_state(|state| *state == SessionState::Starting).await;
    let asked_at = Instant::now();
    world.session.terminate();
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::LeftBehind)
    );
    assert!(
        asked_at.elapsed() < Duration::from_secs(15),
        "{:?}",
        asked_at.elapsed()
    );
    assert_eq!(terminations(&world), 0);
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!(terminations(&world), 1);
    assert_eq!(world.gateway.dialled(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_left_without_a_network_is_ended_when_it_is_back() {
    let control = scripted();
    control.terminate_session.next((0..8).map(|_| Err(unreachable())));
    let (mut world, mut peer) = World::opened(control).await;
    world.session.terminate();
    let ((), last) = tokio::join!(peer.until_gone(), world.last_state());
    assert_eq!(last, SessionState::Ended(SessionEnd::LeftBehind));
    assert_eq!(terminations(&world), 1);
    assert_eq!(world.session.send_input("x".into()).await, Err(SessionOver));
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(terminations(&world), 9, "until AWS was told, and no longer");
}

#[tokio::test(start_paused = true)]
async fn a_session_is_ended_even_when_nobody_reads_what_it_still_has_to_say() {
    let control = scripted();
    let failure = Err(unreachable());
    control.terminate_session.next([failure]);
    let (mut world, mut peer) = World::ready_with(control).await;
    for sequence in 1..=i64::try_from(QUEUED_EVENTS).unwrap() + 40 {
        peer.output(sequence, "more").await;
    }
    peer.attend(Duration::from_secs(1)).await;
    world.session.terminate();
    peer.until_gone().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(terminations(&world), 2, "the first did not get through");
    let unread = world.until(SessionEvent::is_last).await.len();
    assert!(unread > QUEUED_EVENTS, "{unread}: the last state waited for room");
}

#[tokio::test(start_paused = true)]
async fn aws_is_not_asked_for_ever() {
    let control = scripted();
    control
        .terminate_session
        .next((0..10_000).map(|_| Err(unreachable())));
    let (mut world, mut peer) = World::opened(control).await;
    world.session.terminate();
    let ((), _) = tokio::join!(peer.until_gone(), world.last_state());
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    assert!(
        (50..100).contains(&terminations(&world)),
        "{}",
        terminations(&world)
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_really_over_ends_within_five_seconds_and_leaves_no_task() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let gone = || ControlError::SessionGone {
        session: session_id(),
    };
    for variant in 0..5 {
        let script = match variant {
            0 => vec![Err(gone())],
            1 => vec![Err(throttled()), Err(gone())],
            _ => Vec::new(),
        };
        let control = resuming_after(script);
        let (mut world, mut peer) = World::ready_with(control).await;
        let over_at = Instant::now();
        match variant {
            0 => peer.close(1000, "Bye").await,
            1 => drop(peer),
            2 => peer.channel_closed("").await,
            3 => {
                peer.channel_closed("----------ERROR-------\nThe session timed out.")
                    .await
            }
            _ => {
                peer.channel_closed("terminated").await;
                peer.close(1000, "Bye").await;
            }
        }
        let state = world.last_state().await;
        let is_over = matches!(
            state,
            SessionState::Ended(_) | SessionState::Failed(SessionError::Agent(_))
        );
        assert!(is_over, "{variant}: {state:?}");
        assert!(
            over_at.elapsed() <= Duration::from_secs(5),
            "{variant}: {:?}",
            over_at.elapsed()
        );
        drop(world);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(tasks(), before, "{variant}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_ends_is_told_whole() {
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    let stream = MessageKind::OutputStreamData;
    let request = r#"{"AgentVersion":"3.3.987.0","RequestedClientActions":[
        {"ActionType":"SessionType","ActionParameters":{"SessionType":"NonInteractiveCommands","Properties":null}}]}"#;
    peer.send(stream.clone(), 0, PayloadType::HandshakeRequest, request.into())
        .await;
    let response = peer.next_input().await;
    peer.acknowledge(&response).await;
    let complete = r#"{"HandshakeTimeToComplete":1286178,"CustomerMessage":""}"#;
    for (sequence, payload_type, payload) in [
        (1, PayloadType::HandshakeComplete, complete),
        (2, PayloadType::Output, "done"),
        (3, PayloadType::ExitCode, "EXIT_CODE: 3"),
        (4, PayloadType::StdErr, "late"),
    ] {
        peer.send(stream.clone(), sequence, payload_type, payload.into())
            .await;
    }
    peer.channel_closed("").await;
    let seen = world.until(SessionEvent::is_last).await;
    let tail = seen.get(seen.len() - 4..).unwrap();
    let end = SessionEnd::Closed {
        output: String::new(),
    };
    assert_eq!(
        tail,
        [
            SessionEvent::Output("done".into()),
            SessionEvent::ExitCode(3),
            SessionEvent::StdErr("late".into()),
            SessionEvent::State(SessionState::Ended(end))
        ]
    );
}
