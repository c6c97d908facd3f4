//! Sign-ins as they are kept, and renewed with the refresh token.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_credential_types::Credentials;
use aws_sdk_signin::Client;
use aws_sdk_signin::error::SdkError;
use aws_sdk_signin::operation::create_o_auth2_token::CreateOAuth2TokenError;
use aws_sdk_signin::types::{CreateOAuth2TokenRequestBody, CreateOAuth2TokenResponseBody, OAuth2ErrorCode};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use postern_model::{ControlError, display_text};
use tokio::sync::OwnedMutexGuard;

use super::address::base;
use super::kept::{self, KeptSignIn};
use super::proof::DpopKey;
use super::renewals::ConsoleRenewals;
use crate::cache_file;
use crate::contain::{LibraryPanic, contained};
use crate::credentials::reach::{Reach, attempts};
use crate::credentials::sts::not_answered;
use crate::files::expand_home;
use crate::refusal::Refusal;
use crate::variables::Variables;

/// Renewed this long before the credentials expire, as every AWS tool does.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);

/// What the service calls the right to ask for a token.
const ACTION: &str = "signin:CreateOAuth2Token";

/// Where sign-ins are kept, and how the service is reached.
#[derive(Debug, Clone)]
pub(crate) struct ConsoleSource {
    /// None where nothing is kept.
    folder: Option<PathBuf>,
    pub(super) reach: Reach,
    pub(super) renewals: Arc<ConsoleRenewals>,
}

/// One sign-in, for errors too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsoleSignIn<'a> {
    /// The profile that has `login_session`.
    pub(crate) profile: &'a str,
    /// The ARN of whoever is signed in.
    pub(crate) session: &'a str,
    /// Whose credentials are wanted.
    pub(crate) who: &'a str,
}

/// Why the service gave no token.
pub(super) enum TokenFailure {
    /// The sign-in is over; only another one can help.
    Over(String),
    Error(ControlError),
}

impl ConsoleSource {
    /// With the AWS CLI's folder of sign-ins.
    pub(crate) fn of(environment: &Variables, reach: Reach, renewals: Arc<ConsoleRenewals>) -> Self {
        let home = environment.home();
        let own = environment.get("AWS_LOGIN_CACHE_DIRECTORY");
        let own = own.map(|path| expand_home(path, home.as_deref()));
        let usual = || {
            Some(
                Path::new(home.as_deref()?)
                    .join(".aws")
                    .join("login")
                    .join("cache"),
            )
        };
        Self {
            folder: own.or_else(usual),
            reach,
            renewals,
        }
    }

    /// The credentials of a sign-in, renewed if they are about to expire.
    pub(crate) async fn credentials(&self, sign_in: ConsoleSignIn<'_>) -> Result<Credentials, ControlError> {
        let kept = self.kept(sign_in).await?;
        if kept.lasts(RENEW_BEFORE) {
            return Ok(kept.credentials());
        }
        let turn = self.renewals.turn(sign_in.session).await;
        // Whoever had the turn before may have renewed it.
        let kept = Arc::new(self.kept(sign_in).await?);
        if kept.lasts(RENEW_BEFORE) {
            return Ok(kept.credentials());
        }
        let error = match self.see_to_renewal(&kept, sign_in, turn).await {
            Ok(renewed) => return Ok(renewed.credentials()),
            Err(TokenFailure::Over(detail)) => {
                // Another tool may have renewed it meanwhile, after which our refresh token is of no use.
                match self.kept(sign_in).await {
                    Ok(other) if other.lasts(RENEW_BEFORE) => return Ok(other.credentials()),
                    Ok(_) | Err(_) => sign_in.needed(detail),
                }
            }
            Err(TokenFailure::Error(error)) => error,
        };
        if kept.lasts(Duration::ZERO) {
            return Ok(kept.credentials());
        }
        Err(error)
    }

    async fn kept(&self, sign_in: ConsoleSignIn<'_>) -> Result<KeptSignIn, ControlError> {
        let nobody = || sign_in.needed("nobody is signed in on this computer");
        let path = self.path(sign_in.session).ok_or_else(nobody)?;
        let fields = cache_file::read(&path)
            .await
            .map_err(|error| sign_in.needed(error.to_string()))?;
        KeptSignIn::read(fields.ok_or_else(nobody)?)
            .map_err(|lacks| sign_in.needed(format!("what is kept of it lacks {lacks}")))
    }

    /// A renewal that was asked for is seen to its end, also when nobody waits for it any more: the refresh token may be gone
    /// with it.
    async fn see_to_renewal(
        &self,
        kept: &Arc<KeptSignIn>,
        sign_in: ConsoleSignIn<'_>,
        turn: OwnedMutexGuard<()>,
    ) -> Result<KeptSignIn, TokenFailure> {
        let (source, kept) = (self.clone(), Arc::clone(kept));
        let [session, who] = [sign_in.session, sign_in.who].map(ToOwned::to_owned);
        let renewing = tokio::spawn(async move {
            let _turn = turn;
            contained(source.renewed(&kept, &session, &who)).await
        });
        let failed = |detail| {
            TokenFailure::Error(ControlError::LibraryFailed {
                operation: ACTION.into(),
                detail,
            })
        };
        match renewing.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(LibraryPanic(detail))) => Err(failed(detail)),
            Err(ended) => Err(failed(ended.to_string())),
        }
    }

    async fn renewed(&self, kept: &KeptSignIn, session: &str, who: &str) -> Result<KeptSignIn, TokenFailure> {
        let key = DpopKey::from_pem(kept.proof_key())
            .ok_or_else(|| TokenFailure::Over("what is kept of it has no key that can be used".into()))?;
        let asked = CreateOAuth2TokenRequestBody::builder()
            .client_id(kept.client_id())
            .grant_type("refresh_token")
            .refresh_token(kept.refresh_token());
        let answer = self.token(asked, key, who).await?;
        let renewed = kept
            .renewed(&answer)
            .ok_or_else(|| TokenFailure::Error(without_credentials()))?;
        if !self.is_kept(session) {
            return Err(TokenFailure::Over("somebody signed out meanwhile".into()));
        }
        self.keep(session, &renewed);
        Ok(renewed)
    }

    /// One call of CreateOAuth2Token, with a proof that whoever asks has the key of the sign-in.
    pub(super) async fn token(
        &self,
        asked: aws_sdk_signin::types::builders::CreateOAuth2TokenRequestBodyBuilder,
        key: DpopKey,
        who: &str,
    ) -> Result<CreateOAuth2TokenResponseBody, TokenFailure> {
        let asked = asked.build().map_err(|error| TokenFailure::Error(odd(&error)))?;
        let call = self
            .client()
            .create_o_auth2_token()
            .token_input(asked)
            .customize();
        let proved = call.mutate_request(move |request| {
            let proof = key.proof(request.uri());
            request.headers_mut().insert("DPoP", proof);
        });
        let answer = match proved.send().await {
            Ok(answer) => answer,
            Err(error) => return Err(self.failed(&error, who).await),
        };
        answer
            .token_output
            .ok_or_else(|| TokenFailure::Error(without_credentials()))
    }

    fn client(&self) -> Client {
        let mut config = aws_sdk_signin::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.reach.http.clone())
            .region(self.reach.region())
            .retry_config(attempts())
            .timeout_config(self.reach.limits());
        if let Some(url) = &self.reach.sign_in {
            config.set_endpoint_url(Some(url.as_str().trim_end_matches('/').to_owned()));
        } else {
            config.set_use_fips(Some(self.reach.kind.use_fips));
            config.set_use_dual_stack(Some(self.reach.kind.use_dual_stack));
        }
        Client::from_conf(config.build())
    }

    async fn failed(
        &self,
        error: &SdkError<CreateOAuth2TokenError, HttpResponse>,
        who: &str,
    ) -> TokenFailure {
        let SdkError::ServiceError(refused) = error else {
            let host = crate::http::host_of(&base(&self.reach).await.unwrap_or_default());
            return TokenFailure::Error(not_answered(error, host, ACTION));
        };
        let refusal = || TokenFailure::Error(Refusal::of(refused.err(), refused.raw()).explain(who, ACTION));
        let CreateOAuth2TokenError::AccessDeniedException(denied) = refused.err() else {
            return refusal();
        };
        over(denied.error()).map_or_else(refusal, |said| TokenFailure::Over(said.to_owned()))
    }

    /// The credentials are good without being kept, so a failure is only told to the log.
    pub(super) fn keep(&self, session: &str, kept: &KeptSignIn) {
        let Some(path) = self.path(session) else { return };
        if let Err(error) = cache_file::write(&path, kept.fields()) {
            tracing::warn!(%error, "the sign-in of `aws login` cannot be kept");
        }
    }

    /// Forgets a sign-in; false if there was none.
    pub(crate) fn sign_out(&self, sign_in: ConsoleSignIn<'_>) -> Result<bool, ControlError> {
        let Some(path) = self
            .path(sign_in.session)
            .filter(|_| self.is_kept(sign_in.session))
        else {
            return Ok(false);
        };
        let removed = cache_file::remove(&path);
        removed.map_err(|error| sign_in.failed(error.to_string()))?;
        Ok(true)
    }

    fn is_kept(&self, session: &str) -> bool {
        self.path(session).is_some_and(|path| path.exists())
    }

    fn path(&self, session: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(kept::file_name(session)))
    }
}

impl ConsoleSignIn<'_> {
    fn needed(&self, detail: impl AsRef<str>) -> ControlError {
        ControlError::ConsoleSignInNeeded {
            who: self.who.to_owned(),
            profile: self.profile.to_owned(),
            detail: display_text(detail.as_ref()),
        }
    }

    pub(super) fn failed(&self, reason: impl AsRef<str>) -> ControlError {
        ControlError::ConsoleSignInFailed {
            profile: self.profile.to_owned(),
            reason: display_text(reason.as_ref()),
        }
    }
}

/// Why a sign-in is of no use any more; none if it is not over.
fn over(error: &OAuth2ErrorCode) -> Option<&'static str> {
    const OVER: [(OAuth2ErrorCode, &str); 3] = [
        (OAuth2ErrorCode::TokenExpired, "it is over"),
        (
            OAuth2ErrorCode::UserCredentialsChanged,
            "the password was changed since",
        ),
        (OAuth2ErrorCode::AuthcodeExpired, "it was not finished in time"),
    ];
    OVER.iter().find(|(code, _)| code == error).map(|(_, said)| *said)
}

pub(super) fn without_credentials() -> ControlError {
    ControlError::MalformedAnswer {
        operation: ACTION.into(),
        detail: "it has no credentials".into(),
    }
}

fn odd(error: &dyn std::error::Error) -> ControlError {
    ControlError::LibraryFailed {
        operation: ACTION.into(),
        detail: display_text(&error.to_string()),
    }
}
