//! The link is lost and comes back: nothing is lost, nothing comes twice.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use postern_model::{ControlError, TerminalSize};
use postern_protocol::PayloadType;
use tokio::time::Instant;

use super::control::{grant, resuming_after, scripted, throttled};
use super::{Setup, World, session_id};
use crate::{LinkError, SessionEnd, SessionError, SessionEvent, SessionState};

#[tokio::test(start_paused = true)]
async fn a_close_with_code_1000_is_resumed_with_a_new_token_and_address() {
    let (mut world, mut peer) = World::ready().await;
    peer.close(1000, "Bye").await;
    let mut peer = world.gateway.accept().await;
    assert_eq!(peer.expect_open().await.token_value, "token-1");
    assert!(
        world.gateway.dialled()[1].ends_with("n=1"),
        "the address of ResumeSession is used"
    );
    peer.output(1, "still here").await;
    let seen = world.until_output().await;
    let closed = LinkError::Closed {
        code: Some(1000),
        reason: "Bye".into(),
    };
    let (last, before) = seen.split_last().unwrap();
    assert_eq!(*last, SessionEvent::Output("still here".into()));
    let (last, before) = before.split_last().unwrap();
    assert_eq!(*last, SessionEvent::State(SessionState::Resumed));
    for event in before {
        let SessionEvent::State(SessionState::Resuming {
            attempt: 1,
            held_bytes: 0,
            wait,
            waits_for_credentials: false,
            last_error,
        }) = event
        else {
            panic!("{event:?}");
        };
        assert!(*wait <= Duration::from_millis(200), "{wait:?}");
        assert_eq!(*last_error, Some(SessionError::Link(closed.clone())));
    }
    assert_eq!(world.control.sign_upgrade.count(), 2, "signed anew");
}

#[tokio::test(start_paused = true)]
async fn input_that_was_not_acknowledged_is_sent_again_and_once_only() {
    let (mut world, mut peer) = World::ready().await;
    world.type_in("lost in the cut").await;
    let lost = loop {
        let message = peer.next_input().await;
        if message.payload_type == PayloadType::Output {
            break message;
        }
        peer.acknowledge(&message).await;
    };
    drop(peer);
    world.until_resuming().await;
    world.type_in(", typed while away").await;
    let mut peer = world.accept().await;
    let again = peer.next_typed().await;
    assert_eq!((again.sequence, &again.payload), (lost.sequence, &lost.payload));
    let next = peer.next_typed().await;
    assert_eq!(
        (next.sequence, next.payload),
        (lost.sequence + 1, Bytes::from(", typed while away"))
    );
    let more = tokio::time::timeout(Duration::from_secs(30), peer.next_input()).await;
    assert!(
        more.is_err(),
        "nothing comes again after its acknowledgement: {more:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn output_that_comes_again_is_acknowledged_again_and_shown_once() {
    let (mut world, peer) = World::ready().await;
    drop(peer);
    let mut peer = world.accept().await;
    peer.output(0, "$ ").await;
    peer.output(1, "next").await;
    assert_eq!(
        (peer.next_acknowledged().await, peer.next_acknowledged().await),
        (0, 1)
    );
    let seen = world.until_output().await;
    assert_eq!(seen.last(), Some(&SessionEvent::Output("next".into())));
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_while_away_is_counted() {
    let control = scripted();
    control.resume_session.takes(Duration::from_secs(5));
    let (mut world, mut peer) = World::opened(control).await;
    peer.output(0, "$ ").await;
    world.until_output().await;
    drop(peer);
    world
        .until_state(|state| matches!(state, SessionState::Resuming { held_bytes: 0, .. }))
        .await;
    world.type_in("12345").await;
    world
        .until_state(|state| {
            matches!(
                state,
                SessionState::Resuming {
                    held_bytes: 5,
                    attempt: 1,
                    ..
                }
            )
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_gone_at_aws_ends() {
    let gone = ControlError::SessionGone {
        session: session_id(),
    };
    let control = resuming_after([Err(gone)]);
    let (mut world, peer) = World::opened(control).await;
    drop(peer);
    assert_eq!(
        world.last_state().await,
        SessionState::Ended(SessionEnd::GoneWhileAway)
    );
    assert_eq!(world.control.terminate_session.count(), 0);
    assert_eq!(world.gateway.dialled().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_that_say_nothing_of_the_session_are_outlasted() {
    let denied = ControlError::Denied {
        who: "acme".into(),
        action: "ssm:ResumeSession".into(),
        detail: String::new(),
    };
    let expired = ControlError::CredentialsExpired {
        who: "acme".into(),
        detail: String::new(),
    };
    let script: Vec<_> = (0..200)
        .map(|n| match n % 3 {
            0 => Err(throttled()),
            1 => Err(denied.clone()),
            _ => Err(expired.clone()),
        })
        .collect();
    let control = resuming_after(script);
    let (mut world, mut peer) = World::opened(control).await;
    peer.output(0, "$ ").await;
    world.until_output().await;
    let cut_at = Instant::now();
    drop(peer);
    let gateway = Arc::clone(&world.gateway);
    let mut accepted = std::pin::pin!(gateway.accept());
    let mut peer = loop {
        tokio::select! {
            peer = &mut accepted => break peer,
            event = world.events.next() => assert!(event.is_some_and(|event| !event.is_last())),
        }
    };
    peer.expect_open().await;
    assert_eq!(world.control.resume_session.count(), 201);
    assert!(
        cut_at.elapsed() > Duration::from_secs(600),
        "not hammered: {:?}",
        cut_at.elapsed()
    );
    peer.attend(Duration::from_secs(1)).await;
    world.until_state(|state| *state == SessionState::Resumed).await;
}

#[tokio::test(start_paused = true)]
async fn a_foreign_address_after_a_resume_fails_and_is_not_dialled() {
    let control = scripted();
    control.resume_session.answers(|_| {
        Ok(grant(
            1,
            Some("wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/x"),
        ))
    });
    let (mut world, peer) = World::opened(control).await;
    drop(peer);
    let error = world.until_failed().await;
    assert!(matches!(error, SessionError::StreamUrl(_)), "{error:?}");
    assert_eq!(world.gateway.dialled().len(), 1);
}

fn presigned() -> String {
    let host = super::control::HOST;
    format!("wss://{host}/v1/data-channel/x?X-Amz-Signature=00")
}

#[tokio::test(start_paused = true)]
async fn a_presigned_session_of_somebody_else_is_not_resumed_and_says_so() {
    let setup = Setup {
        adopted: Some((grant(0, Some(&presigned())), None)),
        ..Setup::default()
    };
    let (mut world, peer) = World::opened(setup).await;
    let signatures = world.control.sign_upgrade.count();
    assert_eq!(signatures, 0, "it is signed already");
    drop(peer);
    let error = world.until_failed().await;
    assert!(matches!(error, SessionError::NotResumable(_)), "{error:?}");
    assert_eq!(world.control.resume_session.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn our_own_session_is_resumed_though_aws_signs_its_addresses() {
    let control = scripted();
    control
        .start_session
        .answers(|_| Ok(grant(0, Some(&presigned()))));
    control
        .resume_session
        .answers(|_| Ok(grant(1, Some(&presigned()))));
    let (world, peer) = World::ready_with(control).await;
    drop(peer);
    let resumed = async {
        drop(world.accept().await);
        world.accept().await
    };
    let mut third = tokio::time::timeout(Duration::from_secs(60), resumed)
        .await
        .unwrap();
    world.type_in("alive").await;
    assert_eq!(third.next_typed().await.payload, "alive");
    assert_eq!(world.control.resume_session.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dead_peer_is_found_within_forty_five_seconds() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let silent_since = Instant::now();
    let error = world.until_lost().await;
    assert!(
        silent_since.elapsed() <= Duration::from_secs(45),
        "{:?}",
        silent_since.elapsed()
    );
    assert_eq!(error, LinkError::Silent);
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn an_idle_link_whose_peer_answers_pings_is_kept_for_a_day() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(24 * 3600)).await;
    assert_eq!(world.gateway.dialled().len(), 1);
    peer.output(1, "good morning").await;
    let seen = world.until_output().await;
    assert_eq!(seen, [SessionEvent::Output("good morning".into())]);
}

#[tokio::test(start_paused = true)]
async fn retry_now_resumes_at_once() {
    // An attempt that hangs, as on a network that is gone.
    let control = scripted();
    control.resume_session.takes(Duration::from_secs(30));
    let (mut world, peer) = World::opened(control).await;
    drop(peer);
    world.until_resuming().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.control.resume_session.count(), 1);
    world.session.retry_now();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(
        world.control.resume_session.count(),
        2,
        "the hanging attempt is given up"
    );
}

#[tokio::test(start_paused = true)]
async fn retry_now_ends_the_wait_between_attempts() {
    let script: Vec<_> = (0..12).map(|_| Err(throttled())).collect();
    let (mut world, peer) = World::opened(resuming_after(script)).await;
    drop(peer);
    let started = Instant::now();
    let gateway = Arc::clone(&world.gateway);
    let mut accepted = std::pin::pin!(gateway.accept_lasting());
    loop {
        tokio::select! {
            _ = &mut accepted => break,
            event = world.events.next() => {
                if matches!(event, Some(SessionEvent::State(SessionState::Resuming { .. }))) {
                    world.session.retry_now();
                }
            }
        }
    }
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn retry_now_on_a_link_that_is_dead_finds_out_within_seconds() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let asked_at = Instant::now();
    world.session.retry_now();
    world.until_resuming().await;
    assert!(
        asked_at.elapsed() <= Duration::from_secs(5),
        "{:?}",
        asked_at.elapsed()
    );
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn retry_now_on_a_healthy_link_changes_nothing() {
    let (world, mut peer) = World::ready().await;
    for _ in 0..20 {
        world.session.retry_now();
        peer.attend(Duration::from_secs(7)).await;
    }
    assert_eq!(world.gateway.dialled().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_size_while_away_arrives_after_the_resume() {
    let (mut world, mut peer) = World::ready().await;
    let first = peer.next_input().await;
    assert_eq!(first.payload, r#"{"cols":120,"rows":40}"#);
    peer.acknowledge(&first).await;
    peer.attend(Duration::from_secs(1)).await;
    drop(peer);
    world.until_resuming().await;
    world.session.resize(TerminalSize::clamped(80, 24));
    let mut peer = world.accept().await;
    assert_eq!(peer.next_input().await.payload, r#"{"cols":80,"rows":24}"#);
}

#[tokio::test(start_paused = true)]
async fn many_cuts_lose_and_double_nothing() {
    const LAST: usize = 499;
    let (mut world, mut peer) = World::ready().await;
    let (session, gateway) = (world.session.clone(), Arc::clone(&world.gateway));
    let typing = async move {
        for n in 0..=LAST {
            session.send_input(Bytes::from(format!("{n};"))).await.unwrap();
            tokio::time::sleep(Duration::from_millis(37)).await;
        }
    };
    // The agent's side: in order, each sequence number once, and every third message is the last of its link.
    let agent = async move {
        let (mut expected, mut text, mut since_cut) = (0, String::new(), 0);
        while !text.ends_with(&format!(";{LAST};")) {
            let message = peer.next_input().await;
            if message.sequence == expected {
                expected += 1;
                if message.payload_type == PayloadType::Output {
                    text.push_str(std::str::from_utf8(&message.payload).unwrap());
                }
            }
            since_cut += 1;
            if since_cut == 3 {
                since_cut = 0;
                peer = gateway.accept_instead_of(peer).await;
                peer.expect_open().await;
            } else if message.sequence < expected {
                peer.acknowledge(&message).await;
            }
        }
        text
    };
    let watching = async {
        while let Some(event) = world.events.next().await {
            assert!(!event.is_last(), "{event:?}");
        }
    };
    let work = async { tokio::join!(typing, agent).1 };
    let text = tokio::select! {
        text = work => text,
        () = watching => unreachable!("the session goes on"),
    };
    let all: String = (0..=LAST).map(|n| format!("{n};")).collect();
    assert_eq!(text, all);
    assert!(
        world.gateway.dialled().len() > 5,
        "{}",
        world.gateway.dialled().len()
    );
}
