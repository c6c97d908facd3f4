//! That the way to some credentials waits for a person, or for a slow program of the user's: told to whoever has other things
//! to do meanwhile.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// The waits of one profile's credentials. Clones are of the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(Arc<watch::Sender<usize>>);

/// One that lasts until this is dropped, also with the work that it is for.
struct OpenWait<'a>(&'a watch::Sender<usize>);

impl<'a> OpenWait<'a> {
    fn begin(open: &'a watch::Sender<usize>) -> Self {
        open.send_modify(|count| *count += 1);
        Self(open)
    }
}

impl Drop for OpenWait<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Waits {
    /// Does `work`, which takes a person.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let _open = OpenWait::begin(&self.0);
        work.await
    }

    /// Does `work`, which may be quick; what is not done by `then` counts as a wait from there on.
    pub(crate) async fn after<T>(&self, then: Duration, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        match timeout(then, &mut work).await {
            Ok(done) => done,
            Err(_) => self.during(work).await,
        }
    }

    /// Returns as soon as there is a wait.
    pub(crate) async fn begun(&self) {
        // Fails only without a sender, and `self` has one.
        let _ = self.0.subscribe().wait_for(|open| *open > 0).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::{Instant, sleep};

    use super::*;

    async fn is_begun(waits: &Waits) -> bool {
        timeout(Duration::ZERO, waits.begun()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_told_until_it_is_over_or_given_up() {
        let waits = Waits::default();
        assert!(!is_begun(&waits).await);
        let told = async { waits.clone().begun().await };
        tokio::select! {
            () = waits.during(pending::<()>()) => {}
            () = told => {}
        }
        assert!(!is_begun(&waits).await, "nobody waits for a person any more");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_quick_is_no_wait_and_what_is_slow_becomes_one() {
        let waits = Waits::default();
        let (started, limit) = (Instant::now(), Duration::from_secs(5));
        let quick = waits.after(limit, sleep(Duration::from_secs(4)));
        tokio::select! {
            () = quick => {}
            () = waits.begun() => panic!("it was quick"),
        }
        let slow = waits.after(limit, sleep(Duration::from_secs(60)));
        tokio::join!(slow, async {
            waits.begun().await;
            assert_eq!(started.elapsed(), Duration::from_secs(4) + limit);
        });
        assert!(!is_begun(&waits).await);
    }
}
