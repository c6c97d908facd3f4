//! The SDK clients of each scope and the credentials of each profile, remembered while the AWS files stay the same.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_ssm::config::retry::RetryPartition;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use postern_model::{AskMfa, ControlError, Network, OwnEntries, ProfileName, Region, Scope};
use tokio::sync::Mutex;

use crate::configuration::{Configuration, ProfileSettings};
use crate::credentials::{
    self, Base, CliCache, ConsoleSource, HeldCredentials, MfaDesk, ProcessProvider, Reach, Shared,
};
use crate::endpoints::wrong;
use crate::files::Stamp;
use crate::http::HttpClients;
use crate::identity_center::{self, Center, CenterClients, CenterReach, IdentityCenter, SsoSession};
use crate::optional_clients::OptionalClients;
use crate::retry::{self, BriefWaits};
use crate::service::{CALL_LIMIT, KMS_CALL_LIMIT, Service};
use crate::subject::who;
use crate::whole_answer::WholeAnswer;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const ATTEMPT_LIMIT: Duration = Duration::from_secs(20);
const KMS_ATTEMPT_LIMIT: Duration = Duration::from_secs(5);

/// All that calls of one scope need.
pub(crate) struct Clients {
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) kms: aws_sdk_kms::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) credentials: Arc<HeldCredentials>,
    /// For what not everybody asks.
    pub(crate) optional: OptionalClients,
    hosts: HashMap<Service, String>,
}

impl Clients {
    /// The host that calls of `service` go to.
    pub(crate) fn host(&self, service: Service) -> &str {
        let needed = self.hosts.get(&service).map(String::as_str);
        needed.unwrap_or_else(|| self.optional.host(service))
    }
}

/// Gives out clients.
pub(crate) struct ClientPool {
    pub(crate) http: HttpClients,
    pub(crate) identity_center: Arc<IdentityCenter>,
    shared: Shared,
    known: Mutex<HeldClients>,
}

/// What tells one state of files and own profiles from another.
type Sources = (Stamp, Option<Arc<OwnEntries>>);

#[derive(Default)]
struct HeldClients {
    stamp: Option<(Sources, Arc<Network>)>,
    credentials: HashMap<Option<ProfileName>, Arc<HeldCredentials>>,
    clients: HashMap<Scope, Arc<Clients>>,
}

impl ClientPool {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let http = HttpClients::default();
        let identity_center = IdentityCenter::new(configuration.token_cache(), http.shared_clock());
        let shared = Shared {
            cache: Arc::new(CliCache::of(
                configuration.environment.home().as_deref(),
                http.shared_clock(),
            )),
            desk: Arc::default(),
            clock: http.shared_clock(),
            console: Arc::default(),
        };
        Self {
            http,
            identity_center: Arc::new(identity_center),
            shared,
            known: Mutex::default(),
        }
    }

    /// From now on `person` is asked for the codes of MFA devices.
    pub(crate) fn ask(&mut self, person: Arc<dyn AskMfa>) {
        self.shared.desk = Arc::new(MfaDesk::asking(person));
    }

    /// Questions for codes that were given up may be asked again.
    pub(crate) fn ask_mfa_again(&self) {
        self.shared.desk.ask_again();
    }

    /// The time to sign with.
    pub(crate) fn aws_time(&self) -> SystemTime {
        self.http.clock().now()
    }

    /// The clients of `scope`; made at its first use, and made anew after one of the AWS files changed.
    pub(crate) async fn clients(
        &self,
        configuration: &Configuration,
        scope: &Scope,
    ) -> Result<Arc<Clients>, ControlError> {
        let mut known = self.known.lock().await;
        if known.forget_if_changed(configuration.stamp(), configuration.networks.current()) {
            self.http.forget();
        }
        if let Some(clients) = known.clients.get(scope) {
            return Ok(Arc::clone(clients));
        }
        let settings = configuration.settings(scope.profile.as_ref()).await?;
        let http = self.http.client(settings.http_way()?)?;
        let loader = |region: &str| loader(configuration, &settings, http.clone(), region);
        let credentials = match known.credentials.get(&scope.profile) {
            Some(credentials) => Arc::clone(credentials),
            None => Arc::new(self.credentials_of(configuration, &settings, scope, http.clone())?),
        };
        known
            .credentials
            .insert(scope.profile.clone(), Arc::clone(&credentials));
        let provider = SharedCredentialsProvider::from(Arc::clone(&credentials) as Arc<_>);
        let sdk = loader(scope.region.as_str())?
            .credentials_provider(provider)
            .load()
            .await;
        let clients = Arc::new(make_clients(&sdk, &settings, scope, credentials)?);
        known.clients.insert(scope.clone(), Arc::clone(&clients));
        Ok(clients)
    }

    /// The console's sign-in of a profile, with what it needs to reach it.
    pub(crate) fn console(
        &self,
        configuration: &Configuration,
        settings: &ProfileSettings<'_>,
        region: &Region,
    ) -> Result<ConsoleSource, ControlError> {
        let http = self.http.client(settings.http_way()?)?;
        Ok(ConsoleSource::of(
            &configuration.environment,
            reach(settings, region, http)?,
            Arc::clone(&self.shared.console),
        ))
    }

    /// AWS did not accept these credentials: what the AWS CLI keeps of them is of no use either.
    pub(crate) fn refuse(&self, credentials: &Credentials) {
        self.shared.cache.refuse(credentials);
    }

    /// Drops credentials that AWS or their provider refused, so that the next call starts from the files again. Newer
    /// ones that another call has put in their place stay.
    pub(crate) async fn forget(&self, scope: &Scope, refused: &Arc<HeldCredentials>) {
        let mut known = self.known.lock().await;
        known
            .clients
            .retain(|_, clients| !Arc::ptr_eq(&clients.credentials, refused));
        if known
            .credentials
            .get(&scope.profile)
            .is_some_and(|held| Arc::ptr_eq(held, refused))
        {
            known.credentials.remove(&scope.profile);
        }
    }
}

impl ClientPool {
    fn credentials_of(
        &self,
        configuration: &Configuration,
        settings: &ProfileSettings<'_>,
        scope: &Scope,
        http: SharedHttpClient,
    ) -> Result<HeldCredentials, ControlError> {
        let reach = reach(settings, &scope.region, http.clone())?;
        let provided = |base: &Base| {
            if let Base::IdentityCenter { profile } = base {
                let center = self.at_identity_center(settings, profile, who(scope), &http);
                center.map(Some)
            } else if let Base::OwnKey { profile } = base {
                Ok(settings.own_key(profile).map(SharedCredentialsProvider::new))
            } else if let Base::Process { command, .. } = base {
                let process = ProcessProvider::new(command.clone(), configuration.surroundings.clone());
                Ok(Some(SharedCredentialsProvider::new(process)))
            } else {
                Ok(None)
            }
        };
        let environment = &configuration.environment;
        credentials::held(
            settings.plan()?,
            settings.machine(),
            environment,
            &reach,
            who(scope),
            &self.shared,
            provided,
        )
    }

    /// The credentials of the role that a profile has at Identity Center.
    fn at_identity_center(
        &self,
        settings: &ProfileSettings<'_>,
        profile: &str,
        who: String,
        http: &SharedHttpClient,
    ) -> Result<SharedCredentialsProvider, ControlError> {
        let Some((session, role)) = settings.center_role(profile)? else {
            let place = format!("`sso_session` of profile {profile}");
            let detail = "a role at Identity Center needs sso_session, sso_account_id and sso_role_name";
            return Err(wrong(place, detail));
        };
        let reach = CenterReach::of(&settings.endpoints())?;
        let center = self.center(session, &reach, http);
        Ok(identity_center::provider(center, who, role))
    }

    /// A sign-in, ready to be asked.
    pub(crate) fn center(&self, session: SsoSession, reach: &CenterReach, http: &SharedHttpClient) -> Center {
        Center {
            shared: Arc::clone(&self.identity_center),
            clients: CenterClients::new(&session, reach, http),
            session,
        }
    }

    /// Drops everything that is kept, such as after a sign-out.
    pub(crate) async fn forget_all(&self) {
        *self.known.lock().await = HeldClients::default();
    }

    /// Drops all that is kept for the profile of `scope`.
    pub(crate) async fn forget_profile(&self, scope: &Scope) {
        let mut known = self.known.lock().await;
        known.clients.retain(|other, _| other.profile != scope.profile);
        known.credentials.remove(&scope.profile);
    }
}

impl HeldClients {
    /// Whether the way to AWS is another one.
    fn forget_if_changed(&mut self, stamp: Sources, network: Arc<Network>) -> bool {
        let before = self.stamp.as_ref();
        let same_files = before.is_some_and(|(files, _)| *files == stamp);
        let same_network = before.is_none_or(|(_, before)| Arc::ptr_eq(before, &network));
        if !same_files || !same_network {
            *self = Self {
                stamp: Some((stamp, network)),
                ..Self::default()
            };
        }
        !same_network
    }
}

/// The way to the services that are asked for credentials: in the profile's own Region, so that all its pairs share them.
fn reach(
    settings: &ProfileSettings<'_>,
    region: &Region,
    http: SharedHttpClient,
) -> Result<Reach, ControlError> {
    let own = settings.own_region().ok().flatten();
    let scope = settings.scope_in(own.unwrap_or_else(|| region.clone()));
    Ok(Reach {
        http,
        kind: settings.endpoints().kind()?,
        sts: settings.endpoint_in(&scope, Service::Sts)?,
        sign_in: settings.endpoint("Signin")?,
        region: scope.region,
    })
}

fn loader(
    configuration: &Configuration,
    settings: &ProfileSettings<'_>,
    http: SharedHttpClient,
    region: &str,
) -> Result<ConfigLoader, ControlError> {
    let limits = TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT);
    // The SDK reads no file: what they say is handed to it, setting by setting.
    let no_file = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
    let kind = settings.endpoints().kind()?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .profile_files(no_file.build())
        .region(aws_types::region::Region::new(region.to_owned()))
        .use_fips(kind.use_fips)
        .use_dual_stack(kind.use_dual_stack)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(retry::attempts())
        .timeout_config(limits.build());
    if let Ok(name) = AppName::new("postern") {
        loader = loader.app_name(name);
    }
    if configuration.isolated {
        // The SDK's only public way to leave the process's environment out; it is no different in production.
        loader = loader.empty_test_environment();
    }
    Ok(loader)
}

/// Each scope has its own retry quota: the SDK's default is one quota for the process, which a single dead Region
/// would use up for all others. Each client is told its endpoint, so that nothing but [`ProfileSettings`] decides where calls
/// go.
fn make_clients(
    sdk: &SdkConfig,
    settings: &ProfileSettings<'_>,
    scope: &Scope,
    credentials: Arc<HeldCredentials>,
) -> Result<Clients, ControlError> {
    let quota = |service: Service| RetryPartition::new(format!("{} {scope}", service.prefix()));
    let mut endpoints = HashMap::new();
    for service in Service::NEEDED {
        endpoints.insert(service, settings.endpoint_in(scope, service)?);
    }
    let url = |service| {
        let url = endpoints.get(&service).and_then(Option::as_ref);
        url.map(|url| url.as_str().trim_end_matches('/').to_owned())
    };
    let sdk = without_endpoints(sdk);
    let mut ec2 = aws_sdk_ec2::config::Builder::from(&sdk)
        .retry_partition(quota(Service::Ec2))
        .retry_classifier(BriefWaits)
        .interceptor(WholeAnswer);
    let mut kms = aws_sdk_kms::config::Builder::from(&sdk)
        .retry_partition(quota(Service::Kms))
        .retry_classifier(BriefWaits)
        .timeout_config(kms_limits());
    let mut ssm = aws_sdk_ssm::config::Builder::from(&sdk)
        .retry_partition(quota(Service::Ssm))
        .retry_classifier(BriefWaits);
    let mut sts = aws_sdk_sts::config::Builder::from(&sdk)
        .retry_partition(quota(Service::Sts))
        .retry_classifier(BriefWaits);
    // The kind of endpoint is chosen among AWS's own; the SDK refuses that choice beside an address.
    macro_rules! lead {
        ($builder:ident, $service:expr) => {
            if let Some(url) = url($service) {
                $builder.set_endpoint_url(Some(url));
                $builder.set_use_fips(Some(false));
                $builder.set_use_dual_stack(Some(false));
            }
        };
    }
    lead!(ec2, Service::Ec2);
    lead!(kms, Service::Kms);
    lead!(ssm, Service::Ssm);
    lead!(sts, Service::Sts);
    let mut hosts = HashMap::new();
    for service in Service::NEEDED {
        hosts.insert(service, settings.host_in(scope, service)?);
    }
    Ok(Clients {
        ec2: aws_sdk_ec2::Client::from_conf(ec2.build()),
        kms: aws_sdk_kms::Client::from_conf(kms.build()),
        ssm: aws_sdk_ssm::Client::from_conf(ssm.build()),
        sts: aws_sdk_sts::Client::from_conf(sts.build()),
        credentials,
        optional: OptionalClients::of(sdk, settings, scope),
        hosts,
    })
}

/// The SDK reads endpoints with rules of its own, which pass over what they do not understand.
fn without_endpoints(sdk: &SdkConfig) -> SdkConfig {
    let mut without = sdk.to_builder();
    without
        .set_endpoint_url(None)
        .set_service_config(None::<NoServiceConfig>);
    without.build()
}

/// Names the type of a configuration that is not there.
#[derive(Debug)]
struct NoServiceConfig;

impl LoadServiceConfig for NoServiceConfig {
    fn load_config(&self, _: ServiceConfigKey<'_>) -> Option<String> {
        None
    }
}

fn kms_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(KMS_ATTEMPT_LIMIT)
        .operation_timeout(KMS_CALL_LIMIT)
        .build()
}
