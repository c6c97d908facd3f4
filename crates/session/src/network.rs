//! Notices that this computer has a network again, once for all sessions of the process.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The addresses that are there already are told first; they are no news.
const INVENTORY: Duration = Duration::from_secs(1);
/// An address comes with others, and before its route and the name servers: one word for all of them.
const SETTLES: Duration = Duration::from_millis(300);

/// Changes each time that the network came back.
pub(crate) type NetworkUps = watch::Receiver<()>;

/// Follows the system's network from now on. One watcher serves every session of the process; it starts with the first.
/// Must be called inside a tokio runtime.
pub(crate) fn follow() -> NetworkUps {
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
        let Err(error) = tell(&sender).await;
        tracing::debug!("changes of the network are not seen: {error}");
        // Sessions go on without news, and nobody starts a watcher that failed again and again.
        sender.closed().await;
    });
    receiver
}

async fn tell(ups: &watch::Sender<()>) -> io::Result<Infallible> {
    let mut watcher = IfWatcher::new()?;
    pass_over(&mut watcher, INVENTORY).await?;
    loop {
        while !is_up(&next(&mut watcher).await?) {}
        pass_over(&mut watcher, SETTLES).await?;
        tracing::debug!("the network came back");
        ups.send_replace(());
    }
}

/// Takes what the system tells for a while.
async fn pass_over(watcher: &mut IfWatcher, time: Duration) -> io::Result<()> {
    let until = Instant::now() + time;
    while let Ok(event) = timeout_at(until, next(watcher)).await {
        event?;
    }
    Ok(())
}

async fn next(watcher: &mut IfWatcher) -> io::Result<IfEvent> {
    let ended = || Err(io::Error::other("the system tells no more"));
    watcher.next().await.unwrap_or_else(ended)
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
    use super::*;

    #[test]
    fn only_addresses_that_lead_somewhere_are_news() {
        let up = |net: &str| is_up(&IfEvent::Up(net.parse().unwrap()));
        assert!(up("192.168.1.7/24"));
        assert!(up("2001:db8::7/64"));
        assert!(!up("127.0.0.1/8"));
        assert!(!up("::1/128"));
        assert!(!up("169.254.3.4/16"));
        assert!(!up("fe80::1/64"));
        assert!(!is_up(&IfEvent::Down("192.168.1.7/24".parse().unwrap())));
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
