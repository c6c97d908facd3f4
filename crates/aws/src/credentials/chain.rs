//! A plan carried out: the first credentials, the roles one after the other, and codes where a role asks for one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use postern_model::{ControlError, MfaCode, MfaQuestion, ProfileName, display_text, system_text};

use super::cli_cache::{CacheKey, CliCache};
use super::console::{ConsoleSignIn, ConsoleSource};
use super::machine::Machine;
use super::mfa::{DeviceTurn, MfaDesk};
use super::plan::{Base, Plan, RoleStep, WebIdentity};
use super::sts::{Sts, StsFailure};
use super::waits::Waits;
use crate::clock::AwsClock;

/// Longer than any source takes by itself, a credential process of 60 s and its search for the login shell included.
const LOAD_LIMIT: Duration = Duration::from_secs(75);

/// A credential process that takes longer asks somebody, or is as slow as that.
const SLOW_PROCESS: Duration = Duration::from_secs(5);

/// A keyring that takes longer has its password asked for.
const SLOW_KEYRING: Duration = Duration::from_secs(1);

/// What AWS lets a role last that is assumed with temporary credentials.
const CHAINED_LIMIT_SECONDS: i32 = 3600;

/// The source of one profile's credentials.
pub(crate) struct Chain {
    pub(crate) plan: Plan,
    /// Whose credentials they are, in words.
    pub(crate) who: String,
    pub(crate) sts: Sts,
    pub(crate) cache: Arc<CliCache>,
    pub(crate) desk: Arc<MfaDesk>,
    pub(crate) machine: Machine,
    pub(crate) console: ConsoleSource,
    /// Of a plan that begins with what has a provider of its own.
    pub(crate) provider: Option<SharedCredentialsProvider>,
    pub(crate) waits: Waits,
    pub(crate) clock: Arc<AwsClock>,
}

/// What a code has opened.
enum ByCode {
    /// The role itself.
    Role(Credentials),
    /// A session of the user, in which roles need no other code.
    Session { credentials: Credentials, is_new: bool },
}

impl Chain {
    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let (mut credentials, done) = match self.kept().await {
            Some(kept) => kept,
            None => (self.base().await?, 0),
        };
        for (index, step) in self.plan.roles.iter().enumerate().skip(done) {
            let assumed = self.assume(index, step, &credentials).await;
            credentials = assumed.map_err(CredentialsError::provider_error)?;
        }
        Ok(credentials)
    }

    /// The last role of which the AWS CLI's cache has credentials, and how many roles that saves.
    async fn kept(&self) -> Option<(Credentials, usize)> {
        for (index, step) in self.plan.roles.iter().enumerate().rev() {
            if let Some(credentials) = self.cache.load(&CacheKey::of_role(step)).await {
                return Some((credentials, index + 1));
            }
        }
        None
    }

    async fn base(&self) -> Result<Credentials, CredentialsError> {
        let loaded = match &self.plan.base {
            Base::AccessKey(key) => return Ok(key.clone()),
            Base::Environment => self.machine.environment().map_err(|detail| self.none(detail)),
            Base::Container => self.machine.container().await.map_err(|detail| self.none(detail)),
            Base::InstanceMetadata => self.machine.instance().await.map_err(|detail| self.none(detail)),
            Base::Machine => self.of_this_machine().await,
            Base::WebIdentity(web) => self.web_identity(web).await,
            Base::ConsoleSignIn { profile, session } => {
                let sign_in = ConsoleSignIn {
                    profile,
                    session,
                    who: &self.who,
                };
                self.console.credentials(sign_in).await
            }
            Base::Process { .. } => return self.waits.after(SLOW_PROCESS, self.provided()).await,
            // The keyring may be locked, and the system ask for its password; it has limits of its own.
            Base::OwnKey { .. } => return self.waits.after(SLOW_KEYRING, self.asked()).await,
            Base::IdentityCenter { .. } => return self.provided().await,
        };
        loaded.map_err(CredentialsError::provider_error)
    }

    async fn provided(&self) -> Result<Credentials, CredentialsError> {
        let loaded = tokio::time::timeout(LOAD_LIMIT, self.asked()).await;
        loaded.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(LOAD_LIMIT)))
    }

    async fn asked(&self) -> Result<Credentials, CredentialsError> {
        match &self.provider {
            Some(provider) => provider.provide_credentials().await,
            None => Err(CredentialsError::not_loaded_no_source()),
        }
    }

    async fn of_this_machine(&self) -> Result<Credentials, ControlError> {
        if self.machine.is_container() {
            return self.machine.container().await.map_err(|detail| self.none(detail));
        }
        if !self.machine.has_instance() {
            return Err(self.none("the profile holds none"));
        }
        let none = |_| self.none("the profile holds none, and this machine has none");
        self.machine.instance().await.map_err(none)
    }

    async fn web_identity(&self, web: &WebIdentity) -> Result<Credentials, ControlError> {
        let path = &web.token_file;
        let token = std::fs::read_to_string(path).map_err(|error| {
            let (path, why) = (display_text(&path.to_string_lossy()), system_text(&error));
            self.none(format!("the token file {path} cannot be read: {why}"))
        })?;
        let key = CacheKey::of_web_identity(web, &token);
        if let Some(kept) = self.cache.load(&key).await {
            return Ok(kept);
        }
        let answer = self.sts.assume_with_web_identity(web, &token).await;
        let credentials = answer.map_err(|failure| self.sts.explain(failure, None))?;
        self.cache.store(&key, &credentials);
        Ok(credentials)
    }

    async fn assume(
        &self,
        index: usize,
        step: &RoleStep,
        source: &Credentials,
    ) -> Result<Credentials, ControlError> {
        let earlier = self.plan.roles.iter().take(index);
        // A role has no device: one code is all that a chain can use of the user's.
        let was_asked = earlier
            .into_iter()
            .any(|earlier| earlier.mfa_serial == step.mfa_serial);
        match step.mfa_serial.as_deref().filter(|_| !was_asked) {
            None => self.keep(step, self.sts.assume(step, source, None).await),
            Some(serial) => self.assume_with_code(step, serial, source).await,
        }
    }

    async fn assume_with_code(
        &self,
        step: &RoleStep,
        serial: &str,
        source: &Credentials,
    ) -> Result<Credentials, ControlError> {
        let mut stale = None;
        loop {
            let (session, is_new) = match self.open(step, serial, source, stale.as_ref()).await? {
                ByCode::Role(credentials) => return Ok(credentials),
                ByCode::Session { credentials, is_new } => (credentials, is_new),
            };
            let answer = self.assume_in_session(step, &session).await;
            // A role may want a code that is younger than the session, and a session may have been revoked.
            if !is_new && answer.as_ref().is_err_and(StsFailure::is_about_session) {
                stale = Some(session);
                continue;
            }
            return self.keep(step, answer);
        }
    }

    /// A session is the user's own, but AWS gives roles in it no longer than those that roles assume; it is renewed
    /// without another code.
    async fn assume_in_session(
        &self,
        step: &RoleStep,
        session: &Credentials,
    ) -> Result<Credentials, StsFailure> {
        let answer = self.sts.assume(step, session, None).await;
        if !answer.as_ref().is_err_and(StsFailure::is_chained_too_long) {
            return answer;
        }
        let shorter = RoleStep {
            duration_seconds: Some(CHAINED_LIMIT_SECONDS),
            ..step.clone()
        };
        self.sts.assume(&shorter, session, None).await
    }

    /// Waits for its turn with the device, and asks for a code unless whoever had it before has opened enough.
    async fn open(
        &self,
        step: &RoleStep,
        serial: &str,
        source: &Credentials,
        stale: Option<&Credentials>,
    ) -> Result<ByCode, ControlError> {
        let mut device = self.waits.during(self.desk.turn(serial)).await;
        if let Some(kept) = self.cache.load(&CacheKey::of_role(step)).await {
            return Ok(ByCode::Role(kept));
        }
        if let Some(credentials) = device.session(source, stale, self.clock.now()) {
            let is_new = false;
            return Ok(ByCode::Session { credentials, is_new });
        }
        let mut retry = None;
        loop {
            let question = self.question(step, serial, retry)?;
            let code = self.waits.during(self.desk.code(&self.who, question)).await?;
            match self.open_with(&mut device, step, source, &code).await {
                Err(failure) if failure.wrong_code().is_some() => retry = Some(reason(&failure)),
                opened => return opened.map_err(|failure| self.sts.explain(failure, Some(step))),
            }
        }
    }

    /// What one code opens: a session of the user, or where AWS gives none, the role itself.
    async fn open_with(
        &self,
        device: &mut DeviceTurn,
        step: &RoleStep,
        source: &Credentials,
        code: &MfaCode,
    ) -> Result<ByCode, StsFailure> {
        if device.may_open(source) {
            match self.sts.session(step, source, code).await {
                Ok(credentials) => {
                    device.keep(source, &credentials);
                    let is_new = true;
                    return Ok(ByCode::Session { credentials, is_new });
                }
                // What may not open a session may still assume a role with the code.
                Err(failure) if failure.is_refusal() && failure.wrong_code().is_none() => {
                    device.cannot_open(source);
                }
                Err(failure) => return Err(failure),
            }
        }
        let credentials = self.sts.assume(step, source, Some(code)).await?;
        self.cache.store(&CacheKey::of_role(step), &credentials);
        Ok(ByCode::Role(credentials))
    }

    fn question(
        &self,
        step: &RoleStep,
        serial: &str,
        retry: Option<String>,
    ) -> Result<MfaQuestion, ControlError> {
        let profile = ProfileName::parse(&step.profile).map_err(|rule| self.none(rule.to_string()))?;
        Ok(MfaQuestion {
            device: display_text(serial),
            profile,
            role: display_text(&step.role_arn),
            retry,
        })
    }

    fn keep(
        &self,
        step: &RoleStep,
        answer: Result<Credentials, StsFailure>,
    ) -> Result<Credentials, ControlError> {
        let credentials = answer.map_err(|failure| self.sts.explain(failure, Some(step)))?;
        self.cache.store(&CacheKey::of_role(step), &credentials);
        Ok(credentials)
    }

    fn none(&self, detail: impl Into<String>) -> ControlError {
        ControlError::NoCredentials {
            who: self.who.clone(),
            detail: detail.into(),
        }
    }
}

/// Why a code was not taken, for whoever is to type another one.
fn reason(failure: &StsFailure) -> String {
    let said = failure
        .wrong_code()
        .unwrap_or_default()
        .trim_end_matches(['.', ' ']);
    format!("AWS did not take the code ({said}). A code is good once: wait for the next one.")
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
