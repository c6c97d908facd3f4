//! A peer that sends too much, and a consumer that takes too little.

use std::time::Duration;

use bytes::Bytes;
use postern_protocol::PayloadType;

use super::World;
use crate::outlet::QUEUED_EVENTS;
use crate::{LinkError, SessionError, SessionEvent, SessionState};

#[tokio::test(start_paused = true)]
async fn a_frame_of_ten_megabytes_drops_the_link_and_the_session_is_resumed() {
    let (mut world, mut peer) = World::ready().await;
    // The driver may leave in the middle of it, so the result of sending says nothing.
    let flood = tokio::spawn(async move { peer.raw(Bytes::from(vec![0; 10 * 1024 * 1024])).await });
    let error = world.until_lost().await;
    assert_eq!(
        error,
        LinkError::TooLarge {
            limit_bytes: 256 * 1024
        }
    );
    let _ = flood.await.unwrap();
    let mut peer = world.accept().await;
    world.type_in("alive").await;
    assert_eq!(peer.next_typed().await.payload, "alive");
}

#[tokio::test(start_paused = true)]
async fn frames_that_are_no_messages_are_dropped_and_the_link_stays() {
    let (mut world, mut peer) = World::ready().await;
    for garbage in [&b""[..], b"x", &[0xff; 119], &[0xff; 120], &[0; 4096]] {
        peer.raw(Bytes::copy_from_slice(garbage)).await.unwrap();
    }
    peer.output(1, "sane").await;
    let seen = world.until_output().await;
    assert_eq!(seen, [SessionEvent::Output("sane".into())]);
    assert_eq!(world.gateway.dialled().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_holds_back_the_agent_and_keeps_typing_and_the_link() {
    let (mut world, peer) = World::ready().await;
    let line = "x".repeat(1000);
    let (mut writing, sent) = (peer, std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0)));
    // An agent that never stops printing. Acknowledgements are not read here: they fit into the pipe.
    let flood = {
        let (sent, line) = (sent.clone(), line.clone());
        async move {
            for sequence in 1..5000 {
                writing.output(sequence, &line).await;
                sent.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }
        }
    };
    let blocked = tokio::time::timeout(Duration::from_secs(300), flood).await;
    assert!(blocked.is_err(), "the agent must be held back");
    let sent = sent.load(std::sync::atomic::Ordering::SeqCst);
    assert!(
        sent < QUEUED_EVENTS + 200,
        "{sent} messages were taken in though nobody reads them"
    );
    // Five minutes of silence of our own making are not the peer's death, but the dropped peer is noticed now.
    let seen = world.until(|event| matches!(event, SessionEvent::State(_))).await;
    let Some(SessionEvent::State(SessionState::Resuming {
        last_error: Some(SessionError::Link(error)),
        ..
    })) = seen.last()
    else {
        panic!("{:?}", seen.last());
    };
    assert!(!matches!(error, LinkError::Silent), "{error}");
    assert!(
        seen.len() > QUEUED_EVENTS,
        "what was queued is not lost: {}",
        seen.len()
    );
    assert_eq!(seen.first(), Some(&SessionEvent::Output(line.into())));
}

#[tokio::test(start_paused = true)]
async fn typing_goes_out_while_the_consumer_is_slow() {
    let (world, mut peer) = World::ready().await;
    for sequence in 1..=i64::try_from(QUEUED_EVENTS).unwrap() + 40 {
        peer.output(sequence, "more").await;
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    world.type_in("\u{3}").await;
    let interrupt = loop {
        let message = peer.next_input().await;
        if message.payload_type == PayloadType::Output {
            break message;
        }
    };
    assert_eq!(interrupt.payload, "\u{3}");
}

#[tokio::test(start_paused = true)]
async fn typing_more_than_the_session_holds_waits_and_keeps_its_order() {
    let (world, mut peer) = World::ready().await;
    let session = world.session.clone();
    let chunk = |n: usize| Bytes::from(format!("{n:08}").repeat(512));
    let typing = tokio::spawn(async move {
        for n in 0..2000 {
            session.send_input(chunk(n)).await.unwrap();
        }
    });
    // Nobody reads at the other end for a while.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!typing.is_finished(), "eight megabytes are not held in memory");
    let mut received = Vec::new();
    let mut expected = 0;
    while received.len() < 2000 * 4096 {
        let message = peer.next_input().await;
        peer.acknowledge(&message).await;
        if message.sequence == expected {
            expected += 1;
            if message.payload_type == PayloadType::Output {
                received.extend_from_slice(&message.payload);
            }
        }
    }
    let all: Vec<u8> = (0..2000).flat_map(|n| chunk(n).to_vec()).collect();
    assert!(received == all, "every byte once and in order");
    typing.await.unwrap();
}
