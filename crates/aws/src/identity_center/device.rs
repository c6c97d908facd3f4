//! Signing in with a device code: registration, the code, and the token once somebody has confirmed it.

use std::time::{Duration, SystemTime};

use aws_sdk_ssooidc::error::SdkError;
use aws_sdk_ssooidc::operation::create_token::CreateTokenError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use postern_model::{ControlError, DeviceCode, display_text};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

use super::center::Center;
use super::failure::{CenterCall, failed, is_refusal, refused};
use super::registration::Registration;
use super::token::{Token, after};
use crate::timestamp;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a token must be asked for to be renewable. The AWS CLI asks for it where an `sso-session` says nothing.
const USUAL_SCOPE: &str = "sso:account:access";

/// RFC 8628: between two questions where the service says nothing, and so much more each time that it asks to slow down.
const INTERVAL: Duration = Duration::from_secs(5);

/// Nobody is left waiting longer than this, whatever the service says.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// All that is needed to ask whether a code was confirmed.
#[derive(Serialize, Deserialize)]
struct Pending {
    device_code: String,
    client_id: String,
    client_secret: String,
    registration_expires_at: String,
}

impl Center {
    fn call(&self, action: &'static str) -> CenterCall<'_> {
        CenterCall {
            who: self.session.key.as_str(),
            action,
            host: &self.clients.oidc_host,
        }
    }

    /// Asks for a code. A registration that is no longer accepted is made anew.
    pub(crate) async fn start(&self) -> Result<DeviceCode, ControlError> {
        let kept = self.shared.cache.registration(&self.session).await;
        if let Some(registration) = kept.filter(|kept| kept.is_good_for(&self.scopes())) {
            match self.ask_for_code(&registration).await {
                Err(ControlError::SignInFailed { .. }) => {}
                answer => return answer,
            }
        }
        let registration = self.register().await?;
        self.ask_for_code(&registration).await
    }

    /// Profiles without an `sso-session` register without scopes, as with the AWS CLI: with them Identity Center would
    /// give tokens of one hour, which the AWS CLI does not renew for such profiles.
    fn scopes(&self) -> Vec<String> {
        if self.session.name.is_some() && self.session.scopes.is_empty() {
            vec![USUAL_SCOPE.to_owned()]
        } else {
            self.session.scopes.clone()
        }
    }

    async fn register(&self) -> Result<Registration, ControlError> {
        let call = self.call("sso-oidc:RegisterClient");
        let scopes = self.scopes();
        let request = self.clients.oidc.register_client();
        let answer = request
            .client_name("postern")
            .client_type("public")
            .set_scopes((!scopes.is_empty()).then(|| scopes.clone()))
            .send()
            .await
            .map_err(|error| refused(self, &call, &error))?;
        let (Some(id), Some(secret)) = (answer.client_id, answer.client_secret) else {
            return Err(call.malformed("it has no client"));
        };
        let seconds = u64::try_from(answer.client_secret_expires_at).unwrap_or_default();
        let expires_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        let expires_at = expires_at.unwrap_or(SystemTime::UNIX_EPOCH);
        let registration = Registration::new(id, secret, expires_at, scopes);
        if let Err(error) = self
            .shared
            .cache
            .keep_registration(&self.session, &registration)
            .await
        {
            // It serves this sign-in all the same.
            tracing::warn!(%error, "a registration could not be kept");
        }
        Ok(registration)
    }

    async fn ask_for_code(&self, registration: &Registration) -> Result<DeviceCode, ControlError> {
        let call = self.call("sso-oidc:StartDeviceAuthorization");
        let request = self.clients.oidc.start_device_authorization();
        let answer = request
            .client_id(&registration.client_id)
            .client_secret(registration.client_secret.expose_secret())
            .start_url(&self.session.start_url)
            .send()
            .await
            .map_err(|error| refused(self, &call, &error))?;
        let (Some(device_code), Some(user_code), Some(url)) =
            (answer.device_code, answer.user_code, answer.verification_uri)
        else {
            return Err(call.malformed("it has no code"));
        };
        let complete_url = answer.verification_uri_complete.unwrap_or_else(|| url.clone());
        if ![&url, &complete_url].iter().all(|url| is_web_page(url)) {
            return Err(call.malformed("its address is no web page"));
        }
        let pending = Pending {
            device_code,
            client_id: registration.client_id.clone(),
            client_secret: registration.client_secret.expose_secret().to_owned(),
            registration_expires_at: timestamp::write(registration.expires_at).unwrap_or_default(),
        };
        let secret = serde_json::to_string(&pending).map_err(|error| call.malformed(&error.to_string()))?;
        let seconds = |number: i32| Duration::from_secs(u64::try_from(number).unwrap_or_default());
        Ok(DeviceCode {
            user_code: display_text(&user_code),
            verification_url: url,
            complete_url,
            expires_at: after(answer.expires_in),
            lifetime: seconds(answer.expires_in).min(LONGEST),
            interval: seconds(answer.interval).clamp(Duration::from_secs(1), Duration::from_secs(60)),
            secret: secret.into(),
        })
    }

    /// Asks until somebody has confirmed the code, and keeps the token. What may pass, such as a network that is gone for
    /// a while, is waited out for as long as the code is of use.
    pub(crate) async fn finish(&self, code: &DeviceCode) -> Result<(), ControlError> {
        let call = self.call("sso-oidc:CreateToken");
        let pending: Pending = serde_json::from_str(code.secret.expose_secret())
            .map_err(|_| failed(&self.session.key, "the code is of another sign-in"))?;
        let deadline = Instant::now() + code.lifetime + INTERVAL;
        let mut interval = code.interval;
        loop {
            let error = match self.ask_for_token(&pending).await {
                Ok(answer) => {
                    let token = token_of(&call, answer, pending)?;
                    return self.keep(&token).await;
                }
                Err(error) => error,
            };
            interval = self.pause_after(&call, &error, interval)?;
            if Instant::now() + interval > deadline {
                return Err(failed(&self.session.key, TOO_LATE));
            }
            tokio::time::sleep(interval).await;
        }
    }

    async fn ask_for_token(
        &self,
        pending: &Pending,
    ) -> Result<
        aws_sdk_ssooidc::operation::create_token::CreateTokenOutput,
        SdkError<CreateTokenError, HttpResponse>,
    > {
        let request = self.clients.oidc.create_token();
        request
            .grant_type(GRANT_TYPE)
            .client_id(&pending.client_id)
            .client_secret(&pending.client_secret)
            .device_code(&pending.device_code)
            .send()
            .await
    }

    /// How long to wait before the next question; an error where none helps.
    fn pause_after(
        &self,
        call: &CenterCall<'_>,
        error: &SdkError<CreateTokenError, HttpResponse>,
        interval: Duration,
    ) -> Result<Duration, ControlError> {
        let key = &self.session.key;
        if let Some(interval) = error
            .as_service_error()
            .and_then(|said| next_interval(said, interval))
        {
            return Ok(interval);
        }
        match error.as_service_error() {
            Some(CreateTokenError::ExpiredTokenException(_)) => Err(failed(key, TOO_LATE)),
            Some(CreateTokenError::AccessDeniedException(_)) => {
                Err(failed(key, "it was denied in the browser"))
            }
            Some(_) if is_refusal(error) => Err(refused(self, call, error)),
            Some(_) | None => {
                let failed = call.failed(error);
                if failed.may_pass() {
                    Ok(interval)
                } else {
                    Err(failed)
                }
            }
        }
    }

    /// A renewal of the token before, which may be under way, must not take its place.
    async fn keep(&self, token: &Token) -> Result<(), ControlError> {
        let gate = self.shared.gate(&self.session.key);
        let _nobody_renews = gate.lock().await;
        let kept = self.shared.keep(&self.session, token).await;
        kept.map_err(|error| ControlError::SignInNotKept {
            sign_in: self.session.key.clone(),
            detail: error.to_string(),
        })
    }
}

/// How long to wait where nobody has confirmed the code yet. Who is told to slow down does so for all questions to come.
fn next_interval(said: &CreateTokenError, interval: Duration) -> Option<Duration> {
    if matches!(said, CreateTokenError::SlowDownException(_)) {
        Some(interval + INTERVAL)
    } else {
        matches!(said, CreateTokenError::AuthorizationPendingException(_)).then_some(interval)
    }
}

const TOO_LATE: &str = "nobody confirmed the code in time";

fn token_of(
    call: &CenterCall<'_>,
    answer: aws_sdk_ssooidc::operation::create_token::CreateTokenOutput,
    pending: Pending,
) -> Result<Token, ControlError> {
    let Some(access_token) = answer.access_token else {
        return Err(call.malformed("it has no token"));
    };
    let expires_at = timestamp::parse(&pending.registration_expires_at);
    let registration =
        expires_at.map(|at| Registration::new(pending.client_id, pending.client_secret, at, Vec::new()));
    Ok(Token {
        access_token: access_token.into(),
        expires_at: after(answer.expires_in),
        registration,
        refresh_token: answer.refresh_token.map(SecretString::from),
    })
}

/// Browsers are sent to web pages only: an answer must not start a program.
fn is_web_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "https" | "http") && parsed.has_host() && display_text(url) == url
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ssooidc::types::error::{
        AuthorizationPendingException, ExpiredTokenException, SlowDownException,
    };

    use super::*;

    #[test]
    fn each_slow_down_makes_all_later_pauses_five_seconds_longer() {
        let pending =
            CreateTokenError::AuthorizationPendingException(AuthorizationPendingException::builder().build());
        let slower = CreateTokenError::SlowDownException(SlowDownException::builder().build());
        let over = CreateTokenError::ExpiredTokenException(ExpiredTokenException::builder().build());
        let mut interval = Duration::from_secs(1);
        let mut seconds = Vec::new();
        for said in [&pending, &slower, &pending, &slower, &pending] {
            interval = next_interval(said, interval).unwrap();
            seconds.push(interval.as_secs());
        }
        assert_eq!(seconds, [1, 6, 6, 11, 11]);
        assert_eq!(next_interval(&over, interval), None);
    }

    #[test]
    fn only_web_pages_are_shown_and_opened() {
        for good in [
            "https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH",
            "https://start.us-gov-home.awsapps.com/directory/acme/device",
            "https://start.home.awsapps.cn/directory/acme",
            "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws/?user_code=A",
            "http://127.0.0.1:4566/device",
        ] {
            assert!(is_web_page(good), "{good}");
        }
        for bad in [
            "",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "calc.exe",
            "https://",
            "https://a/\u{202e}b",
        ] {
            assert!(!is_web_page(bad), "{bad}");
        }
    }
}
