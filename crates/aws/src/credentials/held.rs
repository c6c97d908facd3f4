//! The last credentials of a profile, held until they are about to expire.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use super::waits::Waits;
use crate::clock::AwsClock;

/// Renewed this long before they expire, so that what is signed now is still good when it arrives.
pub(crate) const RENEW_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// One source of credentials, asked by one task at a time and not again before it must be. Used instead of the SDK's
/// cache, because the signature of a data channel needs the same credentials outside of any SDK call, and because all
/// Regions of a profile share them.
pub(crate) struct HeldCredentials {
    source: SharedCredentialsProvider,
    /// What the source waits for.
    pub(crate) waits: Waits,
    clock: Arc<AwsClock>,
    /// Attempts that have failed.
    failures: AtomicU64,
    state: Mutex<HeldState>,
}

#[derive(Default)]
struct HeldState {
    held: Option<Credentials>,
    /// How the last attempt failed.
    failed: Option<SharedFailure>,
}

/// Why a source gave nothing, for everybody who waited for that.
#[derive(Debug, Clone)]
pub(crate) struct SharedFailure(Arc<CredentialsError>);

impl HeldCredentials {
    /// Of a source that says through `waits` when it waits for a person.
    pub(crate) fn new(source: SharedCredentialsProvider, waits: Waits, clock: Arc<AwsClock>) -> Self {
        Self {
            source,
            waits,
            clock,
            failures: AtomicU64::default(),
            state: Mutex::default(),
        }
    }

    /// Credentials that are good for another minute. If they cannot be renewed, those that are still good at all. Whoever waits
    /// while the source fails has its failure; who comes later asks it again.
    pub(crate) async fn current(&self) -> Result<Credentials, SharedFailure> {
        let failed_before = self.failures.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        if let Some(good) = self.good_for(RENEW_BEFORE_EXPIRY, &state) {
            return Ok(good);
        }
        if self.failures.load(Ordering::SeqCst) == failed_before {
            match self.source.provide_credentials().await {
                Ok(new) => return Ok(state.held.insert(new).clone()),
                Err(error) => state.failed = Some(SharedFailure(Arc::new(error))),
            }
            self.failures.fetch_add(1, Ordering::SeqCst);
        }
        let still_good = self.good_for(Duration::ZERO, &state);
        still_good.ok_or_else(|| state.last_failure())
    }

    fn good_for(&self, time: Duration, state: &HeldState) -> Option<Credentials> {
        let now = self.clock.now();
        state.held.clone().filter(|held| lasts(held, time, now))
    }
}

impl HeldState {
    fn last_failure(&self) -> SharedFailure {
        let nothing = || SharedFailure(Arc::new(CredentialsError::not_loaded_no_source()));
        self.failed.clone().unwrap_or_else(nothing)
    }
}

impl SharedFailure {
    /// What the source said.
    pub(crate) fn error(&self) -> &CredentialsError {
        &self.0
    }
}

impl fmt::Display for SharedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for SharedFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

impl fmt::Debug for HeldCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldCredentials").finish_non_exhaustive()
    }
}

impl ProvideCredentials for HeldCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let current = async { self.current().await.map_err(CredentialsError::provider_error) };
        future::ProvideCredentials::new(current)
    }
}

/// Whether credentials are still good so long after `now`, which is AWS's time where AWS said when they expire.
pub(crate) fn lasts(credentials: &Credentials, time: Duration, now: SystemTime) -> bool {
    credentials
        .expiry()
        .is_none_or(|expiry| now.checked_add(time).is_some_and(|then| expiry > then))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Answers with credentials that last for `lifetimes[n]` seconds at call n, then fails.
    #[derive(Debug)]
    struct Scripted {
        lifetimes: Vec<u64>,
        calls: Arc<AtomicUsize>,
    }

    impl ProvideCredentials for Scripted {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let call = self.calls.fetch_add(1, Ordering::SeqCst);
            let expiry = |seconds: &u64| Some(SystemTime::now() + Duration::from_secs(*seconds));
            let made =
                |seconds| Credentials::new(format!("key {call}"), "canary", None, expiry(seconds), "test");
            future::ProvideCredentials::ready(
                self.lifetimes
                    .get(call)
                    .map(made)
                    .ok_or_else(CredentialsError::not_loaded_no_source),
            )
        }
    }

    fn held(lifetimes: &[u64]) -> (HeldCredentials, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let scripted = Scripted {
            lifetimes: lifetimes.to_vec(),
            calls: Arc::clone(&calls),
        };
        (
            HeldCredentials::new(
                SharedCredentialsProvider::new(scripted),
                Waits::default(),
                Arc::default(),
            ),
            calls,
        )
    }

    #[tokio::test]
    async fn good_credentials_are_asked_for_once() {
        let (held, calls) = held(&[3600, 3600]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 0");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn credentials_about_to_expire_are_renewed() {
        let (held, _) = held(&[30, 3600]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 1");
    }

    #[tokio::test]
    async fn a_failed_renewal_does_not_waste_the_last_seconds() {
        let (held, calls) = held(&[30]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 0");
        assert_eq!(calls.load(Ordering::SeqCst), 2, "a renewal was tried");
    }

    #[tokio::test]
    async fn an_error_is_not_held() {
        let (held, calls) = held(&[]);
        assert!(held.current().await.is_err());
        assert!(held.current().await.is_err());
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn they_last_by_the_clock_of_aws_who_said_when_they_expire() {
        // Two hours behind of what AWS says: this computer's clock is ahead.
        let (held, calls) = held(&[60 * 60, 60 * 60]);
        let date = aws_smithy_types::DateTime::from(SystemTime::now() - Duration::from_secs(2 * 3600));
        let date = date.fmt(aws_smithy_types::date_time::Format::HttpDate).unwrap();
        held.clock.observe(Some(&date));
        let of_aws = SystemTime::now() - Duration::from_secs(3600);
        let credentials = Credentials::new("k", "canary", None, Some(of_aws), "test");
        held.state.lock().await.held = Some(credentials);
        assert_eq!(held.current().await.unwrap().access_key_id(), "k");
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }

    /// Fails after a while.
    #[derive(Debug)]
    struct Failing(Arc<AtomicUsize>);

    impl ProvideCredentials for Failing {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.fetch_add(1, Ordering::SeqCst);
            future::ProvideCredentials::new(async {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Err(CredentialsError::provider_error("its program failed"))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_who_waited_for_a_failure_has_it_and_who_comes_later_asks_again() {
        let calls = Arc::new(AtomicUsize::new(0));
        let failing = SharedCredentialsProvider::new(Failing(Arc::clone(&calls)));
        let held = HeldCredentials::new(failing, Waits::default(), Arc::default());
        let late = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            held.current().await
        };
        let (first, second, late) = tokio::join!(held.current(), held.current(), late);
        for failed in [first, second, late] {
            let failed = failed.unwrap_err();
            let explained = crate::provider_error::within(&failed, "a").unwrap();
            assert_eq!(
                explained.to_string(),
                "No AWS credentials for a: its program failed."
            );
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        held.current().await.unwrap_err();
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_while_the_source_is_asked_leaves_the_question_to_the_next() {
        let calls = Arc::new(AtomicUsize::new(0));
        let failing = SharedCredentialsProvider::new(Failing(Arc::clone(&calls)));
        let held = HeldCredentials::new(failing, Waits::default(), Arc::default());
        let gives_up = tokio::time::timeout(Duration::from_secs(1), held.current());
        let (given_up, next) = tokio::join!(gives_up, held.current());
        assert!(given_up.is_err() && next.is_err());
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn debug_text_has_no_keys() {
        let (held, _) = held(&[3600]);
        held.current().await.unwrap();
        assert!(!format!("{held:?}").contains("canary"));
    }
}
