//! The computer sleeps, wakes, and has its clock set: no session dies of it, and a link that died is found at once.

use std::time::Duration;

use tokio::time::Instant;

use super::World;
use super::control::scripted;
use crate::LinkError;

#[tokio::test(start_paused = true)]
async fn a_computer_that_slept_asks_its_link_within_seconds() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let pings = peer.pings;
    world.turn_clock(8);
    peer.attend(Duration::from_millis(1500)).await;
    assert_eq!(peer.pings, pings + 1, "asked at once");
    assert_eq!(world.gateway.dialled().len(), 1, "a link that answers is kept");
    peer.attend(Duration::from_secs(20)).await;
    let woke_at = Instant::now();
    world.turn_clock(8);
    world.until_resuming().await;
    assert!(
        woke_at.elapsed() <= Duration::from_secs(7),
        "{:?}",
        woke_at.elapsed()
    );
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn a_computer_that_slept_while_resuming_tries_again_at_once() {
    let control = scripted();
    control.resume_session.takes(Duration::from_secs(30));
    let (mut world, peer) = World::opened(control).await;
    drop(peer);
    world.until_resuming().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.control.resume_session.count(), 1);
    world.turn_clock(8);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(world.control.resume_session.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_kills_nobody_and_a_jump_forward_asks_within_a_second() {
    let (world, mut peer) = World::ready().await;
    for hours in [8, -1, 1, -1, -8, 1, 24, -24] {
        peer.attend(Duration::from_secs(20)).await;
        let pings = peer.pings;
        world.turn_clock(hours);
        peer.attend(Duration::from_millis(1001)).await;
        if hours > 0 {
            assert!(peer.pings > pings, "asked within a second after {hours} h");
        }
    }
    peer.attend(Duration::from_secs(3600)).await;
    assert_eq!(world.gateway.dialled().len(), 1, "no link is given up");
    world.type_in("alive").await;
    assert_eq!(peer.next_typed().await.payload, "alive");
}

#[tokio::test(start_paused = true)]
async fn a_half_open_link_is_found_in_time_while_the_user_types() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let silent_since = Instant::now();
    let session = world.session.clone();
    let typing = async move {
        loop {
            session.send_input("x".into()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let error = tokio::select! {
        error = world.until_lost() => error,
        () = typing => unreachable!("the user never stops"),
    };
    assert_eq!(error, LinkError::Silent);
    assert!(
        silent_since.elapsed() <= Duration::from_secs(45),
        "{:?}",
        silent_since.elapsed()
    );
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn a_backlog_that_is_caught_up_slowly_is_not_silence() {
    let (mut world, mut peer) = World::ready().await;
    // Ten minutes of output at the speed of an agent that sends again, without a pong among it.
    for sequence in 1..=600 {
        peer.output(sequence, "late").await;
        world.until_output().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(world.gateway.dialled().len(), 1);
}
