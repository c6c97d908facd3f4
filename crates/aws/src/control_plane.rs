//! [`AwsControlPlane`]: the trait's calls, each with clients and credentials of its scope.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use postern_model::{
    AgentInformation, CallerIdentity, ControlError, ControlPlane, DataKey, DataKeyRequest, DocumentName,
    DocumentSummary, Instance, Page, PageToken, ProfileName, ProfileSummary, Region, Scope, SessionDocument,
    SessionGrant, SessionId, SocketSettings, StartRequest, StreamUrl,
};
use url::Url;

use crate::call::{Service, who};
use crate::clients::{Access, Clients};
use crate::configuration::Configuration;
use crate::contain::{GaveUp, contained};
use crate::environment::Environment;
use crate::{documents, inventory, keys, provider_error, sessions, sign};

/// The agent gives up an encrypted session 15 s after it asked for the key.
const DATA_KEY_LIMIT: Duration = Duration::from_secs(12);

/// AWS, by its SDK. Clients, connections and credentials are kept and shared by all calls; a change of the AWS files
/// and refused credentials drop what is kept, so that a new sign-in or a corrected key works at the next call.
pub struct AwsControlPlane {
    configuration: Configuration,
    access: Access,
}

impl AwsControlPlane {
    /// The user's own AWS configuration: the AWS files, the environment, container and instance credentials, as for the
    /// AWS CLI. Variables are read once, here, and by the SDK; the files whenever they change.
    #[must_use]
    pub fn from_environment() -> Self {
        let configuration = Configuration::of_user(Environment::of_process());
        Self {
            configuration,
            access: Access::new(true),
        }
    }

    /// Only these two files. `AWS_*` variables, proxies and the instance's own credentials are left alone: for the demo
    /// and for tests.
    #[must_use]
    pub fn isolated(config: PathBuf, credentials: PathBuf) -> Self {
        Self {
            configuration: Configuration::isolated(config, credentials),
            access: Access::new(false),
        }
    }

    /// The same with an endpoint for SSM that wins over everything configured: the AWS CLI tells its plugin which one it
    /// used, and the session lives there.
    #[must_use]
    pub fn with_ssm_endpoint(mut self, endpoint: Url) -> Self {
        self.configuration.ssm_endpoint = Some(endpoint);
        self
    }

    /// Clients whose credentials are at hand, and these. They are loaded before the call, so that a slow provider does
    /// not use up the time of the call and a failing one is not retried as if the service had failed.
    async fn ready(&self, scope: &Scope) -> Result<(Arc<Clients>, Credentials), ControlError> {
        self.in_order(scope, "the search for credentials", self.load(scope))
            .await
    }

    async fn load(&self, scope: &Scope) -> Result<(Arc<Clients>, Credentials), ControlError> {
        let clients = self.access.clients(&self.configuration, scope).await?;
        let error = match clients.credentials.current().await {
            Ok(credentials) => return Ok((clients, credentials)),
            Err(error) => error,
        };
        self.access.forget(scope, &clients.credentials).await;
        Err(provider_error::explain(
            &error,
            &who(scope),
            clients.credentials.asks_for_mfa,
        ))
    }

    /// One call. If AWS refuses the credentials, they are dropped, and the call is made once more if their source has
    /// others by now: held ones can be revoked, or expire without having said when.
    async fn call<T, F>(&self, scope: &Scope, ask: impl Fn(Arc<Clients>) -> F) -> Result<T, ControlError>
    where
        F: Future<Output = Result<T, ControlError>>,
    {
        let ask = |clients| self.in_order(scope, "a call", ask(clients));
        let (clients, refused) = self.ready(scope).await?;
        let answer = ask(Arc::clone(&clients)).await;
        if !answer.as_ref().is_err_and(is_about_credentials) {
            return answer;
        }
        self.access.forget(scope, &clients.credentials).await;
        let (clients, current) = self.ready(scope).await?;
        if are_the_same(&current, &refused) {
            answer
        } else {
            ask(clients).await
        }
    }

    /// Runs what is the SDK's. After a panic nothing that it used for this profile is used again: one of its locks may
    /// be poisoned.
    async fn in_order<T>(
        &self,
        scope: &Scope,
        operation: &str,
        work: impl Future<Output = Result<T, ControlError>>,
    ) -> Result<T, ControlError> {
        match contained(work).await {
            Ok(answer) => answer,
            Err(GaveUp(detail)) => {
                self.access.forget_profile(scope).await;
                Err(ControlError::LibraryFailed {
                    operation: format!("{operation} for {}", who(scope)),
                    detail,
                })
            }
        }
    }
}

impl AwsControlPlane {
    /// KMS, or the source of the credentials, took too long.
    async fn too_late(&self, scope: &Scope) -> ControlError {
        let settings = self.configuration.settings(scope.profile.as_ref()).await;
        let endpoint = settings.and_then(|settings| settings.endpoint(Service::Kms.id()));
        ControlError::Unreachable {
            endpoint: Service::Kms.host(endpoint.ok().flatten().as_ref(), &scope.region),
            detail: format!("no data key within {} s", DATA_KEY_LIMIT.as_secs()),
        }
    }
}

impl std::fmt::Debug for AwsControlPlane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AwsControlPlane")
            .field("configuration", &self.configuration)
            .finish_non_exhaustive()
    }
}

fn is_about_credentials(error: &ControlError) -> bool {
    matches!(
        error,
        ControlError::CredentialsExpired { .. }
            | ControlError::InvalidCredentials { .. }
            | ControlError::NoCredentials { .. }
    )
}

fn unread(GaveUp(detail): GaveUp) -> ControlError {
    ControlError::LibraryFailed {
        operation: "the reading of the AWS files".into(),
        detail,
    }
}

fn are_the_same(one: &Credentials, other: &Credentials) -> bool {
    let parts = |one: &Credentials| {
        (
            one.access_key_id().to_owned(),
            one.secret_access_key().to_owned(),
            one.session_token().map(ToOwned::to_owned),
        )
    };
    parts(one) == parts(other)
}

#[async_trait]
impl ControlPlane for AwsControlPlane {
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        match contained(self.configuration.profiles()).await {
            Ok(profiles) => profiles,
            Err(gave_up) => Err(unread(gave_up)),
        }
    }

    async fn resolve(
        &self,
        profile: Option<ProfileName>,
        region: Option<Region>,
    ) -> Result<Scope, ControlError> {
        match contained(self.configuration.settings(profile.as_ref())).await {
            Ok(settings) => settings?.scope(region),
            Err(gave_up) => Err(unread(gave_up)),
        }
    }

    async fn caller_identity(&self, scope: &Scope) -> Result<CallerIdentity, ControlError> {
        self.call(scope, |clients| async move {
            inventory::caller_identity(&clients, scope).await
        })
        .await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        let page = page.as_ref();
        let ask = |clients: Arc<Clients>| async move {
            inventory::instances(&clients, scope, only_running, page.cloned()).await
        };
        self.call(scope, ask).await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        let page = page.as_ref();
        self.call(scope, |clients| async move {
            inventory::agents(&clients, scope, page.cloned()).await
        })
        .await
    }

    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError> {
        self.call(scope, |clients| async move {
            sessions::start(&clients, scope, request).await
        })
        .await
    }

    async fn resume_session(&self, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.call(scope, |clients| async move {
            sessions::resume(&clients, scope, session).await
        })
        .await
    }

    async fn terminate_session(&self, scope: &Scope, session: &SessionId) -> Result<(), ControlError> {
        self.call(scope, |clients| async move {
            sessions::terminate(&clients, scope, session).await
        })
        .await
    }

    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError> {
        let call = self.call(scope, |clients| async move {
            keys::generate_data_key(&clients, scope, request).await
        });
        // Credentials take time too, and a call whose credentials are refused is made twice.
        match tokio::time::timeout(DATA_KEY_LIMIT, call).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(self.too_late(scope).await),
        }
    }

    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        let page = page.as_ref();
        self.call(scope, |clients| async move {
            documents::list(&clients, scope, page).await
        })
        .await
    }

    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError> {
        self.call(scope, |clients| async move {
            documents::get(&clients, scope, name).await
        })
        .await
    }

    async fn socket_settings(&self, scope: &Scope) -> Result<SocketSettings, ControlError> {
        match contained(self.configuration.settings(scope.profile.as_ref())).await {
            Ok(settings) => settings?.socket(),
            Err(gave_up) => Err(unread(gave_up)),
        }
    }

    async fn sign_upgrade(
        &self,
        scope: &Scope,
        url: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError> {
        if url.is_presigned() {
            return Ok(Vec::new());
        }
        let (_, credentials) = self.ready(scope).await?;
        let now = self.access.aws_time();
        let sign = async { sign::upgrade_headers(url, &scope.region, credentials, now) };
        self.in_order(scope, "the signature of the data channel", sign)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_a_panic_of_a_library_nothing_that_it_used_is_used_again_and_other_profiles_keep_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        let profile = |name: &str| {
            format!("[profile {name}]\naws_access_key_id = AKIA\naws_secret_access_key = canary\n")
        };
        std::fs::write(&config, profile("a") + &profile("b")).unwrap();
        let plane = AwsControlPlane::isolated(config, folder.path().join("none"));
        let scope = |name: &str| Scope {
            profile: Some(ProfileName::parse(name).unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let (before, _) = plane.ready(&scope("a")).await.unwrap();
        let (other, _) = plane.ready(&scope("b")).await.unwrap();
        let own = scope("a");
        let call = plane.call(&own, |_| async { panic!("last_refresh is in the past") });
        let error: ControlError = call.await.map(|(): ()| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "A library of Postern failed during a call for a: last_refresh is in the past."
        );
        let (after, _) = plane.ready(&scope("a")).await.unwrap();
        assert!(!Arc::ptr_eq(&before, &after) && !Arc::ptr_eq(&before.credentials, &after.credentials));
        assert!(Arc::ptr_eq(&other, &plane.ready(&scope("b")).await.unwrap().0));
    }
}
