//! [`AwsControlPlane`]: how each call gets the clients and the credentials of its scope. The calls
//! are in a file for each role.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use postern_model::{
    AskMfa, ControlError, MfaQuestions, Network, Networked, OwnProfiles, ProfileName, ProfileSummary,
    Profiles, Region, Scope,
};
use postern_subprocess::Terminal;
use url::Url;

use crate::clients::{ClientPool, Clients};
use crate::configuration::Configuration;
use crate::contain::{LibraryPanic, contained};
use crate::credentials::SearchPath;
use crate::networks::Networks;
use crate::provider_error;
use crate::subject::who;
use crate::variables::Variables;

/// AWS, by its SDK. Clients, connections and credentials are kept and shared by all calls; a change of the AWS files
/// and refused credentials drop what is kept, so that a new sign-in or a corrected key works at the next call.
pub struct AwsControlPlane {
    pub(crate) configuration: Configuration,
    pub(crate) pool: ClientPool,
    /// The profile that somebody signs in for, where it is one.
    pub(crate) signs_in_for: Option<ProfileName>,
}

impl AwsControlPlane {
    /// The user's own AWS configuration: the AWS files, the environment, container and instance credentials, as for the
    /// AWS CLI. Variables are read once, here, and by the SDK; the files whenever they change.
    #[must_use]
    pub fn from_environment() -> Self {
        let mut configuration = Configuration::of_user(Variables::of_process());
        // The empty ones count too: `https_proxy=` turns HTTPS_PROXY off.
        configuration.networks = Networks::of_environment(|name| std::env::var(name).ok());
        Self::of(configuration)
    }

    /// The same as if the process had these variables and no others, and no proxy: for tests.
    #[must_use]
    pub fn from_variables<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::of(Configuration::of_user(Variables::of(variables)))
    }

    /// Only these two files. `AWS_*` variables, proxies and the instance's own credentials are left alone: for the demo
    /// and for tests.
    #[must_use]
    pub fn isolated(config: PathBuf, credentials: PathBuf) -> Self {
        Self::of(Configuration::isolated(config, credentials))
    }

    fn of(configuration: Configuration) -> Self {
        let pool = ClientPool::new(&configuration);
        Self {
            configuration,
            pool,
            signs_in_for: None,
        }
    }

    /// The same with an endpoint for SSM that wins over everything configured: the AWS CLI tells its plugin which one it
    /// used, and the session lives there.
    #[must_use]
    pub fn with_ssm_endpoint(mut self, endpoint: Url) -> Self {
        self.configuration.ssm_endpoint = Some(endpoint);
        self
    }

    /// The same for whoever signs in for the sake of one profile: sign-ins that it needs are reached as its settings say, as by
    /// `aws sso login --profile`.
    #[must_use]
    pub fn signing_in_for(mut self, profile: Option<ProfileName>) -> Self {
        self.signs_in_for = profile;
        self
    }

    /// The same with a person to ask for the codes of MFA devices.
    #[must_use]
    pub fn asking(mut self, person: Arc<dyn AskMfa>) -> Self {
        self.pool.ask(person);
        self
    }

    /// With profiles of Postern's own behind those of the AWS files. Whoever keeps them may replace them at any time.
    #[must_use]
    pub fn with_own_profiles(mut self, own: OwnProfiles) -> Self {
        self.configuration.own = Some(own);
        self
    }

    /// The same with a terminal that credential processes may ask their user in.
    #[must_use]
    pub fn lending(mut self, terminal: Terminal) -> Self {
        self.configuration.surroundings.terminal = Some(terminal);
        self
    }

    /// The same with another `PATH` for credential processes than this program's own.
    #[must_use]
    pub fn searching(mut self, search_path: Arc<dyn SearchPath>) -> Self {
        self.configuration.surroundings.search_path = Some(search_path);
        self
    }

    /// Clients whose credentials are at hand, and these. They are loaded before the call, so that a slow provider does
    /// not use up the time of the call and a failing one is not retried as if the service had failed.
    pub(crate) async fn ready(&self, scope: &Scope) -> Result<(Arc<Clients>, Credentials), ControlError> {
        self.in_order(scope, "the search for credentials", self.load(scope))
            .await
    }

    async fn load(&self, scope: &Scope) -> Result<(Arc<Clients>, Credentials), ControlError> {
        let clients = self.pool.clients(&self.configuration, scope).await?;
        let credentials = self.credentials_of(scope, &clients).await?;
        Ok((clients, credentials))
    }

    async fn credentials_of(&self, scope: &Scope, clients: &Clients) -> Result<Credentials, ControlError> {
        let failure = match clients.credentials.current().await {
            Ok(credentials) => return Ok(credentials),
            Err(failure) => failure,
        };
        self.pool.forget(scope, &clients.credentials).await;
        Err(provider_error::explain(failure.error(), &who(scope)))
    }

    /// Loads the credentials of a scope, and tells `waits` when that takes a person or a slow program.
    pub(crate) async fn load_ahead(
        &self,
        scope: &Scope,
        waits: &(dyn Fn() + Send + Sync),
    ) -> Result<(), ControlError> {
        self.in_order(scope, "the search for credentials", async {
            let clients = self.pool.clients(&self.configuration, scope).await?;
            let mut loading = std::pin::pin!(self.credentials_of(scope, &clients));
            tokio::select! {
                biased;
                loaded = &mut loading => return loaded.map(drop),
                () = clients.credentials.waits.begun() => waits(),
            }
            loading.await.map(drop)
        })
        .await
    }

    /// One call, whose refusal is told apart from those that AWS puts into the same words.
    pub(crate) async fn call<T, F>(
        &self,
        scope: &Scope,
        ask: impl Fn(Arc<Clients>) -> F,
    ) -> Result<T, ControlError>
    where
        F: Future<Output = Result<T, ControlError>>,
    {
        match self.call_twice(scope, ask).await {
            Err(error) => Err(self.told_apart(scope, error).await),
            answer => answer,
        }
    }

    /// One call. If AWS refuses the credentials, they are dropped, and the call is made once more if their source has
    /// others by now: held ones can be revoked, or expire without having said when.
    async fn call_twice<T, F>(
        &self,
        scope: &Scope,
        ask: impl Fn(Arc<Clients>) -> F,
    ) -> Result<T, ControlError>
    where
        F: Future<Output = Result<T, ControlError>>,
    {
        let ask = |clients| self.in_order(scope, "a call", ask(clients));
        let (clients, refused) = self.ready(scope).await?;
        let answer = ask(Arc::clone(&clients)).await;
        if !answer.as_ref().is_err_and(ControlError::waits_for_credentials) {
            return answer;
        }
        self.pool.refuse(&refused);
        self.pool.forget(scope, &clients.credentials).await;
        let (clients, current) = self.ready(scope).await?;
        if are_the_same(&current, &refused) {
            answer
        } else {
            ask(clients).await
        }
    }

    /// Runs what is the SDK's. After a panic nothing that it used for this profile is used again: one of its locks may
    /// be poisoned.
    pub(crate) async fn in_order<T>(
        &self,
        scope: &Scope,
        operation: &str,
        work: impl Future<Output = Result<T, ControlError>>,
    ) -> Result<T, ControlError> {
        match contained(work).await {
            Ok(answer) => answer,
            Err(LibraryPanic(detail)) => {
                self.pool.forget_profile(scope).await;
                Err(ControlError::LibraryFailed {
                    operation: format!("{operation} for {}", who(scope)),
                    detail,
                })
            }
        }
    }

    /// Reads the AWS files, which is the SDK's work too.
    pub(crate) async fn from_files<T>(
        work: impl Future<Output = Result<T, ControlError>>,
    ) -> Result<T, ControlError> {
        Self::of_library("the reading of the AWS files", work).await
    }

    /// Runs what is the SDK's and keeps nothing of it.
    pub(crate) async fn of_library<T>(
        operation: &str,
        work: impl Future<Output = Result<T, ControlError>>,
    ) -> Result<T, ControlError> {
        contained(work).await.unwrap_or_else(|LibraryPanic(detail)| {
            Err(ControlError::LibraryFailed {
                operation: operation.to_owned(),
                detail,
            })
        })
    }
}

#[async_trait]
impl Profiles for AwsControlPlane {
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        Self::from_files(self.configuration.profiles()).await
    }

    async fn resolve(
        &self,
        profile: Option<ProfileName>,
        region: Option<Region>,
    ) -> Result<Scope, ControlError> {
        Self::from_files(self.configuration.settings(profile.as_ref()))
            .await?
            .scope(region)
    }
}

impl MfaQuestions for AwsControlPlane {
    fn ask_mfa_again(&self) {
        self.pool.ask_mfa_again();
    }
}

impl Networked for AwsControlPlane {
    fn use_network(&self, network: Network) {
        // The clients are made anew at the next call.
        self.configuration.networks.replace(network);
    }
}

impl std::fmt::Debug for AwsControlPlane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AwsControlPlane")
            .field("configuration", &self.configuration)
            .finish_non_exhaustive()
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
