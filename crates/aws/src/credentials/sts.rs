//! The calls to STS on the way to credentials, and what its refusals of codes and durations look like.

use std::time::SystemTime;

use aws_config::BehaviorVersion;
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::Client;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::AssumedRoleUser;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use postern_model::{ControlError, MfaCode};

use super::plan::{RoleStep, WebIdentity, place};
use super::reach::{Reach, attempts};
use crate::endpoints::wrong;
use crate::reach;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::unreadable_answer::instead_of_an_answer;

const ASSUME_ROLE: &str = "sts:AssumeRole";
const GET_SESSION_TOKEN: &str = "sts:GetSessionToken";
const ASSUME_WITH_WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";

/// STS as one profile reaches it.
#[derive(Debug)]
pub(crate) struct Sts {
    reach: Reach,
    /// Whose credentials they will be.
    who: String,
}

/// Why STS gave nothing.
#[derive(Debug)]
pub(crate) enum StsFailure {
    /// It said no to `action`.
    Refused { action: &'static str, refusal: Refusal },
    /// It was not reached, or did not answer as it should.
    Error(ControlError),
}

impl Sts {
    pub(crate) fn new(reach: Reach, who: String) -> Self {
        Self { reach, who }
    }

    /// AssumeRole with the credentials of `source`, and a code of the step's device where one is given.
    pub(crate) async fn assume(
        &self,
        step: &RoleStep,
        source: &Credentials,
        code: Option<&MfaCode>,
    ) -> Result<Credentials, StsFailure> {
        let call = self.client(Some(source)).assume_role();
        let call = call
            .role_arn(&step.role_arn)
            .role_session_name(session_name(step.session_name.as_deref()))
            .set_external_id(step.external_id.clone())
            .set_duration_seconds(step.duration_seconds)
            .set_serial_number(code.and(step.mfa_serial.clone()))
            .set_token_code(code.map(|code| code.expose().to_owned()));
        let answer = call
            .send()
            .await
            .map_err(|error| self.failed(&error, ASSUME_ROLE))?;
        self.credentials(answer.credentials, answer.assumed_role_user.as_ref(), ASSUME_ROLE)
    }

    /// GetSessionToken: what the user may do with a code of the step's device, without being asked for another one.
    pub(crate) async fn session(
        &self,
        step: &RoleStep,
        source: &Credentials,
        code: &MfaCode,
    ) -> Result<Credentials, StsFailure> {
        let call = self.client(Some(source)).get_session_token();
        let call = call
            .set_serial_number(step.mfa_serial.clone())
            .token_code(code.expose());
        let answer = call
            .send()
            .await
            .map_err(|error| self.failed(&error, GET_SESSION_TOKEN))?;
        self.credentials(answer.credentials, None, GET_SESSION_TOKEN)
    }

    /// AssumeRoleWithWebIdentity, which nothing signs.
    pub(crate) async fn assume_with_web_identity(
        &self,
        web: &WebIdentity,
        token: &str,
    ) -> Result<Credentials, StsFailure> {
        let call = self.client(None).assume_role_with_web_identity();
        let call = call
            .role_arn(&web.role_arn)
            .role_session_name(session_name(web.session_name.as_deref()))
            .web_identity_token(token);
        let failed = |error| self.failed(&error, ASSUME_WITH_WEB_IDENTITY);
        let answer = call.send().await.map_err(failed)?;
        self.credentials(
            answer.credentials,
            answer.assumed_role_user.as_ref(),
            ASSUME_WITH_WEB_IDENTITY,
        )
    }

    fn client(&self, source: Option<&Credentials>) -> Client {
        let mut config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.reach.http.clone())
            .identity_cache(IdentityCache::no_cache())
            .region(self.reach.region())
            .retry_config(attempts())
            .timeout_config(self.reach.limits());
        config.set_credentials_provider(source.cloned().map(SharedCredentialsProvider::new));
        if let Some(url) = &self.reach.sts {
            config.set_endpoint_url(Some(url.as_str().trim_end_matches('/').to_owned()));
        } else {
            config.set_use_fips(Some(self.reach.kind.use_fips));
            config.set_use_dual_stack(Some(self.reach.kind.use_dual_stack));
        }
        Client::from_conf(config.build())
    }

    fn credentials(
        &self,
        answered: Option<aws_sdk_sts::types::Credentials>,
        user: Option<&AssumedRoleUser>,
        action: &'static str,
    ) -> Result<Credentials, StsFailure> {
        let nothing = || {
            StsFailure::Error(ControlError::MalformedAnswer {
                operation: action.into(),
                detail: "it has no credentials".into(),
            })
        };
        let answered = answered.ok_or_else(nothing)?;
        let expiry = SystemTime::try_from(answered.expiration).map_err(|_| nothing())?;
        let mut credentials = Credentials::builder()
            .access_key_id(answered.access_key_id)
            .secret_access_key(answered.secret_access_key)
            .session_token(answered.session_token)
            .expiry(expiry)
            .provider_name("STS");
        // arn:aws:sts::<account>:assumed-role/…
        let account = user.and_then(|user| user.arn().split(':').nth(4));
        credentials.set_account_id(account.map(Into::into));
        Ok(credentials.build())
    }

    fn failed<E>(&self, error: &SdkError<E, HttpResponse>, action: &'static str) -> StsFailure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let SdkError::ServiceError(refused) = error {
            let refusal = Refusal::of(refused.err(), refused.raw());
            return StsFailure::Refused { action, refusal };
        }
        StsFailure::Error(not_answered(error, self.reach.host(Service::Sts), action))
    }

    /// What a failure of `step` means for people.
    pub(crate) fn explain(&self, failure: StsFailure, step: Option<&RoleStep>) -> ControlError {
        let (action, refusal) = match failure {
            StsFailure::Error(error) => return error,
            StsFailure::Refused { action, refusal } => (action, refusal),
        };
        if let Some(step) = step
            && let Some(error) = about_settings(&refusal, step)
        {
            return error;
        }
        let explained = refusal.explain(&self.who, action);
        if let ControlError::Rejected { message, .. } = explained {
            return ControlError::NoCredentials {
                who: self.who.clone(),
                detail: message,
            };
        }
        explained
    }
}

/// A call that the service at `host` did not answer as it should.
pub(crate) fn not_answered<E>(error: &SdkError<E, HttpResponse>, host: String, action: &str) -> ControlError
where
    E: std::error::Error + 'static,
{
    if let Some(unreachable) = reach::explain(error) {
        return unreachable;
    }
    if let SdkError::TimeoutError(_) = error {
        return ControlError::Unreachable {
            endpoint: host,
            detail: "it did not answer in time".into(),
        };
    }
    if let SdkError::ResponseError(garbled) = error {
        let status = garbled.raw().status().as_u16();
        return Refusal::without_code(status, instead_of_an_answer(garbled.raw()), action.into());
    }
    ControlError::LibraryFailed {
        operation: action.into(),
        detail: reach::deepest(error),
    }
}

/// A setting of the profile that AWS does not take.
fn about_settings(refusal: &Refusal, step: &RoleStep) -> Option<ControlError> {
    if let Some(seconds) = step.duration_seconds.filter(|_| is_about_duration(refusal)) {
        let detail = if is_chained_too_long(refusal) {
            format!("a role that is assumed with another role lasts one hour at most (3600), not {seconds} s")
        } else {
            format!("AWS does not take {seconds} s: {}", refusal.message)
        };
        return Some(wrong(place("duration_seconds", &step.profile), detail));
    }
    is_about_device(refusal).then(|| {
        let detail = format!(
            "AWS does not take it for the device of whoever assumes the role: {}",
            refusal.message
        );
        wrong(place("mfa_serial", &step.profile), detail)
    })
}

fn is_about_duration(refusal: &Refusal) -> bool {
    refusal.message.contains("DurationSeconds")
}

/// The limit of chained roles, which no setting of the role can raise.
fn is_chained_too_long(refusal: &Refusal) -> bool {
    is_about_duration(refusal) && refusal.message.contains("1 hour")
}

/// The device is not the user's, or whoever asks has none.
fn is_about_device(refusal: &Refusal) -> bool {
    is_about_mfa(refusal) && refusal.message.contains("verify your MFA serial number")
}

fn is_about_mfa(refusal: &Refusal) -> bool {
    refusal.message.contains("MultiFactorAuthentication failed")
}

impl StsFailure {
    /// The code was not the device's, or was used before: what AWS said.
    pub(crate) fn wrong_code(&self) -> Option<&str> {
        let Self::Refused { refusal, .. } = self else {
            return None;
        };
        let wrong = is_about_mfa(refusal) && refusal.message.contains("invalid MFA one time pass code");
        wrong.then_some(refusal.message.as_str())
    }

    /// The role may not be assumed with this session, at least not by now, or AWS does not know the session any more.
    pub(crate) fn is_about_session(&self) -> bool {
        const UNKNOWN: [&str; 4] = [
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
        ];
        let Self::Refused { refusal, .. } = self else {
            return false;
        };
        let code = refusal.code.as_deref().unwrap_or_default();
        code.starts_with("AccessDenied") || UNKNOWN.contains(&code)
    }

    /// It would have lasted longer than a role may that is assumed with temporary credentials.
    pub(crate) fn is_chained_too_long(&self) -> bool {
        matches!(self, Self::Refused { refusal, .. } if is_chained_too_long(refusal))
    }

    /// STS answered, and said no.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// Roles may ask for a certain name; without one in the profile it says where the session comes from.
fn session_name(own: Option<&str>) -> String {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    own.map_or_else(
        || format!("postern-session-{}", since.as_secs()),
        ToOwned::to_owned,
    )
}
