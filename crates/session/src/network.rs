//! Notices that this computer has a network again, once for all sessions of the process.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The addresses that are there already come first; they are no change.
const INVENTORY: Duration = Duration::from_secs(1);
/// An address comes with others, and before its route and the name servers: one signal for all of them.
const SETTLES: Duration = Duration::from_millis(300);

/// An interface that comes and goes is signalled no more often than this: each signal makes every session ask its link, or AWS.
const APART: Duration = Duration::from_secs(5);

/// Changes each time that the network came back.
pub type NetworkUps = watch::Receiver<()>;

/// Follows the system's network from now on. One watcher serves every session of the process; it starts with the first.
/// Must be called inside a tokio runtime.
pub fn follow() -> NetworkUps {
    static SHARED: Mutex<Option<NetworkUps>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    // A watcher dies with its runtime.
    let alive = shared.as_ref().filter(|ups| ups.has_changed().is_ok());
    let mut ups = alive.cloned().unwrap_or_else(start);
    ups.mark_unchanged();
    *shared = Some(ups.clone());
    ups
}

fn start() -> NetworkUps {
    let (sender, receiver) = watch::channel(());
    tokio::spawn(async move {
        let Err(error) = watch_interfaces(&sender).await;
        tracing::debug!("changes of the network are not seen: {error}");
        // Sessions go on without it, and nobody starts a watcher that failed again and again.
        sender.closed().await;
    });
    receiver
}

async fn watch_interfaces(ups: &watch::Sender<()>) -> io::Result<Infallible> {
    signal_ups(IfWatcher::new()?, ups).await
}

async fn signal_ups(mut changes: impl InterfaceEvents, ups: &watch::Sender<()>) -> io::Result<Infallible> {
    came_up(&mut changes, INVENTORY).await?;
    loop {
        while !is_up(&next(&mut changes).await?) {}
        came_up(&mut changes, SETTLES).await?;
        signal(ups);
        while came_up(&mut changes, APART).await? {
            signal(ups);
        }
    }
}

fn signal(ups: &watch::Sender<()>) {
    tracing::debug!("the network came back");
    ups.send_replace(());
}

/// What the system says of its interfaces.
trait InterfaceEvents: Stream<Item = io::Result<IfEvent>> + Unpin {}
impl<T: Stream<Item = io::Result<IfEvent>> + Unpin> InterfaceEvents for T {}

/// Takes what the system says for a while. Whether the network came back in it.
async fn came_up(changes: &mut impl InterfaceEvents, time: Duration) -> io::Result<bool> {
    let until = Instant::now() + time;
    let mut up = false;
    while let Ok(event) = timeout_at(until, next(changes)).await {
        up |= is_up(&event?);
    }
    Ok(up)
}

async fn next(changes: &mut impl InterfaceEvents) -> io::Result<IfEvent> {
    let ended = || Err(io::Error::other("the system says no more"));
    changes.next().await.unwrap_or_else(ended)
}

/// Whether a way to AWS may have come: neither this computer itself nor one that reaches the next cable only.
fn is_up(event: &IfEvent) -> bool {
    match event {
        IfEvent::Up(net) => match net.addr() {
            IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
            IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
        },
        IfEvent::Down(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::unfold;

    use super::*;

    #[test]
    fn only_addresses_that_lead_somewhere_count() {
        let up = |net: &str| is_up(&IfEvent::Up(net.parse().unwrap()));
        assert!(up("192.168.1.7/24"));
        assert!(up("2001:db8::7/64"));
        assert!(!up("127.0.0.1/8"));
        assert!(!up("::1/128"));
        assert!(!up("169.254.3.4/16"));
        assert!(!up("fe80::1/64"));
        assert!(!is_up(&IfEvent::Down("192.168.1.7/24".parse().unwrap())));
    }

    #[tokio::test(start_paused = true)]
    async fn an_interface_that_comes_and_goes_is_signalled_now_and_then_and_its_last_coming_too() {
        let flapping = unfold(0_u64, |n| async move {
            let wait = Duration::from_millis(if n == 0 { 2000 } else { 500 });
            tokio::time::sleep(wait).await;
            let net = "192.168.1.7/24".parse().unwrap();
            let event = if n.is_multiple_of(2) {
                IfEvent::Up(net)
            } else {
                IfEvent::Down(net)
            };
            (n < 41).then_some((Ok(event), n + 1))
        });
        let (ups, mut signals) = watch::channel(());
        let quiet = futures_util::stream::pending();
        let begun_at = Instant::now();
        tokio::spawn(async move { signal_ups(Box::pin(flapping.chain(quiet)), &ups).await });
        let mut signalled_at = Vec::new();
        while let Ok(Ok(())) = timeout_at(begun_at + Duration::from_secs(120), signals.changed()).await {
            signalled_at.push(begun_at.elapsed().as_millis());
        }
        // The last coming is at 22 s.
        assert_eq!(signalled_at, [2300, 7300, 12_300, 17_300, 22_300]);
    }

    #[test]
    fn a_watcher_is_shared_and_starts_anew_with_another_runtime() {
        for _ in 0..2 {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let (first, second) = runtime.block_on(async { (follow(), follow()) });
            assert!(first.same_channel(&second));
            assert!(first.has_changed().is_ok_and(|changed| !changed));
            drop(runtime);
            assert!(first.has_changed().is_err());
        }
    }
}
