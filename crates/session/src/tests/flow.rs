//! What the user does gets through, however much the agent prints and however slowly the consumer takes it.

use std::time::Duration;

use postern_model::TerminalSize;
use postern_protocol::PayloadType;
use tokio::time::{Instant, sleep};

use super::agent::Agent;
use super::{Setup, World};
use crate::SessionState;
use crate::outlet::QUEUED_EVENTS;

#[tokio::test(start_paused = true)]
async fn a_size_that_was_set_before_typing_arrives_before_it() {
    let (world, mut peer) = World::ready().await;
    for round in 1..100 {
        world.session.resize(TerminalSize::clamped(100 + round, 40));
        world.type_in("x").await;
        let expected = format!(r#"{{"cols":{},"rows":40}}"#, 100 + round);
        let mut sizes = Vec::new();
        loop {
            let message = peer.next_input().await;
            peer.acknowledge(&message).await;
            if message.payload_type != PayloadType::Size {
                break;
            }
            sizes.push(message.payload);
        }
        assert!(sizes.iter().any(|size| size == expected.as_bytes()), "{sizes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_gets_through_a_flood_behind_more_keys_than_the_window_holds() {
    const KEYS: usize = 300;
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    let mut agent = Agent::plain(1);
    agent.print(&b"yes\r\n".repeat(1_000_000));
    let ready = world.until_state(|state| matches!(state, SessionState::Ready { .. }));
    agent.serve(&mut peer, ready).await.unwrap();
    // A consumer that takes 50 KB a second of an agent that prints a megabyte a second.
    let consumer = async {
        while world.events.next().await.is_some() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let session = world.session.clone();
    let user = async {
        sleep(Duration::from_secs(30)).await;
        for _ in 0..KEYS {
            session.send_input("k".into()).await.unwrap();
            sleep(Duration::from_millis(10)).await;
        }
        session.send_input("\u{3}".into()).await.unwrap();
        Instant::now()
    };
    let link = async {
        let pressed_at = agent.serve(&mut peer, user).await.unwrap();
        while !agent.typed.ends_with(b"\x03") {
            agent
                .serve(&mut peer, sleep(Duration::from_millis(10)))
                .await
                .unwrap();
        }
        let took = pressed_at.elapsed();
        assert!(!agent.is_delivered(), "the flood goes on");
        took
    };
    let took = tokio::select! {
        took = link => took,
        () = consumer => unreachable!("the session goes on"),
    };
    assert!(took <= Duration::from_secs(3), "{took:?}");
    assert_eq!(agent.typed.len(), KEYS + 1, "every key once");
    assert!(
        agent.inputs <= 2 * (KEYS + 2),
        "{} messages for {KEYS} keys: acknowledgements that were not read are no loss",
        agent.inputs
    );
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_sleeps_does_not_make_the_driver_repeat_itself() {
    const KEYS: usize = 10;
    let (world, mut peer) = World::ready().await;
    for sequence in 1..=i64::try_from(QUEUED_EVENTS).unwrap() + 40 {
        peer.output(sequence, "more").await;
    }
    for _ in 0..KEYS {
        world.type_in("k").await;
        sleep(Duration::from_millis(50)).await;
    }
    let mut inputs = 0;
    let acknowledging = async {
        loop {
            let message = peer.next_input().await;
            inputs += 1;
            peer.acknowledge(&message).await;
        }
    };
    let five_minutes = tokio::time::timeout(Duration::from_secs(300), acknowledging).await;
    assert!(five_minutes.is_err());
    assert!(inputs > KEYS, "all keys went out");
    assert!(inputs <= 8 * (KEYS + 1), "{inputs} messages for {KEYS} keys");
}
