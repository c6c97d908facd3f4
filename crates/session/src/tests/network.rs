//! The system says that there is a network again.

use std::time::Duration;

use tokio::time::Instant;

use super::World;
use super::control::{resuming_after, scripted, unreachable};
use crate::LinkError;

#[tokio::test(start_paused = true)]
async fn a_network_that_comes_back_ends_the_wait() {
    let script: Vec<_> = (0..10).map(|_| Err(unreachable())).collect();
    let (mut world, peer) = World::ready_with(resuming_after(script)).await;
    drop(peer);
    while world.control.resume_session.count() < 10 {
        world.until_resuming().await;
    }
    let back_at = Instant::now();
    world.network.send_replace(());
    world.gateway.accept_lasting().await;
    assert!(
        back_at.elapsed() < Duration::from_millis(250),
        "{:?}",
        back_at.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_network_that_comes_back_makes_a_dead_link_known_within_seconds() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let back_at = Instant::now();
    world.network.send_replace(());
    assert_eq!(world.until_lost().await, LinkError::Silent);
    assert!(
        back_at.elapsed() <= Duration::from_secs(5),
        "{:?}",
        back_at.elapsed()
    );
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_answers_is_kept_however_often_the_network_changes() {
    let (world, mut peer) = World::ready().await;
    for _ in 0..50 {
        world.network.send_replace(());
        peer.attend(Duration::from_millis(700)).await;
    }
    assert_eq!(world.gateway.dialled().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dead_link_is_found_in_time_however_often_the_network_changes() {
    let (mut world, mut peer) = World::ready().await;
    peer.attend(Duration::from_secs(20)).await;
    let silent_since = Instant::now();
    let network = world.network.clone();
    let flapping = async move {
        loop {
            network.send_replace(());
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    let error = tokio::select! {
        error = world.until_lost() => error,
        () = flapping => unreachable!("the network never settles"),
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
async fn a_network_that_never_settles_does_not_keep_a_slow_attempt_from_ending() {
    let control = scripted();
    control.resume_session.takes(Duration::from_secs(9));
    let (world, peer) = World::ready_with(control).await;
    drop(peer);
    let lost_at = Instant::now();
    let network = world.network.clone();
    let flapping = async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3)).await;
            network.send_replace(());
        }
    };
    tokio::select! {
        _ = world.gateway.accept_lasting() => {}
        () = flapping => unreachable!("the network never settles"),
        () = tokio::time::sleep(Duration::from_secs(600)) => panic!("no attempt ever ended"),
    }
    assert!(
        lost_at.elapsed() <= Duration::from_secs(60),
        "{:?}",
        lost_at.elapsed()
    );
}

/// Needs a network namespace of its own: `unshare --map-root-user --net cargo test … -- --ignored`.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "changes the network around it; run under unshare --map-root-user --net"]
async fn an_address_that_the_system_gets_is_news_and_one_that_it_has_is_not() {
    let ip = |arguments: &str| {
        let status = std::process::Command::new("ip")
            .args(arguments.split(' '))
            .status()
            .unwrap();
        assert!(status.success(), "ip {arguments}");
    };
    ip("link add postern0 type veth peer name postern1");
    ip("link set postern1 up");
    ip("link set postern0 up");
    ip("addr add 192.0.2.7/24 dev postern0");
    let mut news = crate::network::follow();
    let quiet = tokio::time::timeout(Duration::from_secs(3), news.changed()).await;
    assert!(quiet.is_err(), "what was there is no news");
    let added_at = Instant::now();
    ip("addr add 198.51.100.7/24 dev postern0");
    news.changed().await.unwrap();
    assert!(
        added_at.elapsed() < Duration::from_secs(1),
        "{:?}",
        added_at.elapsed()
    );
}
