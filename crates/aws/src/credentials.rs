//! Credentials of one profile: where they come from, and the last ones held until they are about to expire.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::region::Region;
use tokio::sync::Mutex;

/// Renewed this long before they expire, so that what is signed now is still good when it arrives.
const RENEW_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// A credential process may ask its user for a code, so it gets more than a network call would.
const LOAD_LIMIT: Duration = Duration::from_secs(60);

/// Instance metadata is a hop away or nowhere.
const INSTANCE_METADATA_LIMIT: Duration = Duration::from_secs(1);

/// One source of credentials, asked by one task at a time and not again before it must be. Used instead of the SDK's
/// cache, because the signature of a data channel needs the same credentials outside of any SDK call, and because all
/// Regions of a profile share them.
pub(crate) struct HeldCredentials {
    source: SharedCredentialsProvider,
    held: Mutex<Option<Credentials>>,
    /// The profile's role has `mfa_serial`, which the SDK does not support.
    pub(crate) asks_for_mfa: bool,
}

impl HeldCredentials {
    pub(crate) fn new(source: SharedCredentialsProvider, asks_for_mfa: bool) -> Self {
        Self {
            source,
            held: Mutex::default(),
            asks_for_mfa,
        }
    }

    /// Credentials that are good for another minute. If they cannot be renewed, those that are still good at all.
    pub(crate) async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut held = self.held.lock().await;
        if let Some(good) = held.as_ref().filter(|held| lasts(held, RENEW_BEFORE_EXPIRY)) {
            return Ok(good.clone());
        }
        match self.load().await {
            Ok(new) => Ok(held.insert(new).clone()),
            Err(error) => held
                .clone()
                .filter(|held| lasts(held, Duration::ZERO))
                .ok_or(error),
        }
    }

    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let loaded = tokio::time::timeout(LOAD_LIMIT, self.source.provide_credentials()).await;
        loaded.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(LOAD_LIMIT)))
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
        future::ProvideCredentials::new(self.current())
    }
}

fn lasts(credentials: &Credentials, time: Duration) -> bool {
    credentials
        .expiry()
        .is_none_or(|expiry| expiry > SystemTime::now() + time)
}

/// How a provider of credentials reaches the services that it asks.
pub(crate) struct Reach<'a> {
    pub(crate) region: &'a str,
    pub(crate) http: SharedHttpClient,
    pub(crate) use_fips: bool,
    pub(crate) use_dual_stack: bool,
}

impl Reach<'_> {
    pub(crate) fn config(self) -> ProviderConfig {
        let limits = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(15))
            .operation_timeout(Duration::from_secs(40));
        ProviderConfig::without_region()
            .with_region(Some(Region::new(self.region.to_owned())))
            .with_use_fips(Some(self.use_fips))
            .with_use_dual_stack(Some(self.use_dual_stack))
            .with_http_client(self.http)
            .with_retry_config(attempts())
            .with_timeout_config(limits.build())
    }
}

/// The profile's own credentials, also when the environment has keys: what `aws --profile` means.
pub(crate) fn of_profile(
    profile: &str,
    files: EnvConfigFiles,
    config: &ProviderConfig,
) -> SharedCredentialsProvider {
    let metadata = ImdsCredentialsProvider::builder()
        .configure(config)
        .imds_client(instance_metadata(config));
    SharedCredentialsProvider::new(
        ProfileFileCredentialsProvider::builder()
            .configure(config)
            .with_custom_provider("Ec2InstanceMetadata", metadata.build())
            .profile_name(profile)
            .profile_files(files)
            .build(),
    )
}

/// The SDK's default chain: environment, the default profile, web identity, container, instance metadata.
pub(crate) async fn of_default_chain(profile: &str, reach: Reach<'_>) -> SharedCredentialsProvider {
    let region = Region::new(reach.region.to_owned());
    let config = reach.config();
    let chain = DefaultCredentialsChain::builder()
        .imds_client(instance_metadata(&config))
        .profile_name(profile)
        .region(region)
        .configure(config);
    SharedCredentialsProvider::new(chain.build().await)
}

/// The attempts of a call on the way to credentials, which nothing shortens: waits of up to 1 and 2 s between them.
pub(crate) fn attempts() -> RetryConfig {
    RetryConfig::standard()
}

fn instance_metadata(config: &ProviderConfig) -> imds::Client {
    imds::Client::builder()
        .configure(config)
        .connect_timeout(INSTANCE_METADATA_LIMIT)
        .read_timeout(INSTANCE_METADATA_LIMIT)
        .max_attempts(2)
        .build()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_types::sdk_config::TimeSource;

    use super::*;
    use crate::contain::contained;

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
            HeldCredentials::new(SharedCredentialsProvider::new(scripted), false),
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
    async fn debug_text_has_no_keys() {
        let (held, _) = held(&[3600]);
        held.current().await.unwrap();
        assert!(!format!("{held:?}").contains("canary"));
    }

    /// A clock that only the test turns, counted from the epoch.
    #[derive(Debug, Clone, Default)]
    struct Clock(Arc<AtomicUsize>);

    impl TimeSource for Clock {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst) as u64)
        }
    }

    /// 2033-05-18T03:33:20Z.
    const EXPIRES_AT: usize = 2_000_000_000;

    const CONFIG: &str = "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ops\n\
        [sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://acme.example/start\n";

    const TOKEN: &str = r#"{"accessToken":"t","expiresAt":"2033-05-18T03:33:20Z","refreshToken":"r","clientId":"c",
        "clientSecret":"s","registrationExpiresAt":"2040-01-01T00:00:00Z","region":"eu-central-1",
        "startUrl":"https://acme.example/start"}"#;

    /// The provider reads the process's own environment, so the test runs itself with another one.
    fn run_signed_in(test: &str) {
        let home = tempfile::tempdir().unwrap();
        let cache = home.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).unwrap();
        std::fs::write(home.path().join(".aws/config"), CONFIG).unwrap();
        std::fs::write(cache.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json"), TOKEN).unwrap();
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env("HOME", home.path())
            .env("USERPROFILE", home.path())
            .env("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1")
            .env("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:1")
            .env(SIGNED_IN, "yes")
            .output()
            .unwrap();
        assert!(status.status.success(), "{status:?}");
    }

    const SIGNED_IN: &str = "POSTERN_TEST_SIGNED_IN";

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_goes_back_while_a_sign_in_is_renewed_ends_one_call_and_not_the_program() {
        if std::env::var_os(SIGNED_IN).is_none() {
            return run_signed_in(
                "credentials::tests::a_clock_that_goes_back_while_a_sign_in_is_renewed_ends_one_call_and_not_the_program",
            );
        }
        let clock = Clock::default();
        let reach = Reach {
            region: "eu-central-1",
            http: crate::http::HttpClients::new(false).trusting(None).unwrap(),
            use_fips: false,
            use_dual_stack: false,
        };
        let config = reach.config().with_time_source(clock.clone());
        let source = of_profile("a", EnvConfigFiles::default(), &config);
        clock.0.store(EXPIRES_AT - 60, Ordering::SeqCst);
        assert!(
            source.provide_credentials().await.is_err(),
            "nobody answers there"
        );
        clock.0.store(EXPIRES_AT - 120, Ordering::SeqCst);
        let gave_up = contained(source.provide_credentials()).await.unwrap_err();
        assert!(gave_up.0.contains("last_refresh is in the past"), "{}", gave_up.0);
        let anew = of_profile("a", EnvConfigFiles::default(), &config);
        assert!(
            contained(anew.provide_credentials()).await.unwrap().is_err(),
            "another one works"
        );
    }
}
