//! The token of a sign-in, good for a while: read from its file, and renewed ahead of need.

use std::time::Duration;

use postern_model::ControlError;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OwnedMutexGuard;

use super::attempts::Renewals;
use super::center::Center;
use super::failure::{CenterCall, DescribedRefusal, is_refusal};
use super::token::{Renewal, Token, after};
use crate::contain::{LibraryPanic, contained};

/// Renewed this long before it expires, as by the AWS CLI.
const AHEAD: Duration = Duration::from_secs(15 * 60);

const ACTION: &str = "sso-oidc:CreateToken";

/// Where another program's renewal takes longer than this to be written, the sign-in is found at the next call.
const UNTIL_WRITTEN: Duration = Duration::from_millis(500);

const SIGNED_OUT: &str = "somebody signed out meanwhile";

/// What other programs and other people did to a sign-in during its renewal.
enum Meanwhile {
    Nothing,
    /// There is another token, which is good.
    SignedIn(Token),
    SignedOut,
}

/// Why a token was not renewed.
enum NotRenewed {
    /// It never will be, in the service's words where it was asked.
    Refused(Option<String>),
    /// It could not be asked for.
    Failed(ControlError),
}

impl Center {
    /// A token that is good for a while, for `who`. One that Identity Center has just refused counts as expired.
    ///
    /// # Errors
    /// [`ControlError::SignInNeeded`]; [`ControlError::ClockSkew`]; why a renewal could not be asked for.
    pub(crate) async fn token(&self, who: &str, refused: Option<&Token>) -> Result<Token, ControlError> {
        let renewals = self.shared.gate(&self.session.key).lock_owned().await;
        let token = self.kept(who).await?;
        let is_refused = refused.is_some_and(|refused| refused.is(&token));
        if token.lasts(AHEAD) && !is_refused {
            return Ok(token);
        }
        let is_good = token.lasts(Duration::ZERO) && !is_refused;
        if is_good && (token.renewal().is_none() || !renewals.is_time()) {
            return Ok(token);
        }
        match self.see_to_renewal(token.clone(), renewals).await {
            Ok(new) => Ok(new),
            Err(_) if is_good => Ok(token),
            Err(NotRenewed::Failed(error)) => Err(error),
            Err(NotRenewed::Refused(words)) => Err(self.over(who, over(is_refused, words))),
        }
    }

    async fn kept(&self, who: &str) -> Result<Token, ControlError> {
        match self.shared.kept(&self.session).await {
            Ok(Some(token)) => Ok(token),
            Ok(None) => Err(self.needed(who, "nobody is signed in on this computer")),
            Err(damaged) => Err(self.needed(who, format!("its file cannot be used: {damaged}"))),
        }
    }

    /// A renewal that was asked for is seen to its end, also when nobody waits for it any more: the refresh token may be
    /// good for one use only.
    async fn see_to_renewal(
        &self,
        token: Token,
        mut renewals: OwnedMutexGuard<Renewals>,
    ) -> Result<Token, NotRenewed> {
        let center = self.clone();
        let renewing = tokio::spawn(async move { contained(center.renew(&token, &mut renewals)).await });
        let failed = |detail| ControlError::LibraryFailed {
            operation: ACTION.to_owned(),
            detail,
        };
        match renewing.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(LibraryPanic(detail))) => Err(NotRenewed::Failed(failed(detail))),
            Err(ended) => Err(NotRenewed::Failed(failed(ended.to_string()))),
        }
    }

    async fn renew(&self, token: &Token, renewals: &mut Renewals) -> Result<Token, NotRenewed> {
        let renewal = token.renewal().ok_or(NotRenewed::Refused(None))?;
        if renewals.has_refused(renewal.refresh_token) {
            return Err(NotRenewed::Refused(None));
        }
        renewals.begin();
        match self.ask_for_renewal(token, &renewal).await {
            Ok(new) => {
                match self.meanwhile(token).await {
                    Meanwhile::Nothing => {}
                    Meanwhile::SignedIn(other) => return Ok(other),
                    Meanwhile::SignedOut => return Err(NotRenewed::Refused(Some(SIGNED_OUT.to_owned()))),
                }
                if let Err(error) = self.shared.keep(&self.session, &new).await {
                    tracing::warn!(%error, "a renewed sign-in could not be kept");
                }
                Ok(new)
            }
            Err(NotRenewed::Refused(words)) => {
                if let Some(other) = self.of_faster_program(token).await {
                    return Ok(other);
                }
                renewals.refuse(renewal.refresh_token);
                Err(NotRenewed::Refused(words))
            }
            Err(failed @ NotRenewed::Failed(_)) => Err(failed),
        }
    }

    /// Another program may have been faster; what it got is written a moment after the refresh token was used up.
    async fn of_faster_program(&self, token: &Token) -> Option<Token> {
        for attempt in 0..2 {
            if attempt > 0 {
                tokio::time::sleep(UNTIL_WRITTEN).await;
            }
            if let Meanwhile::SignedIn(other) = self.meanwhile(token).await {
                return Some(other);
            }
        }
        None
    }

    /// What became of the sign-in while `token` was renewed.
    async fn meanwhile(&self, token: &Token) -> Meanwhile {
        match self.shared.kept(&self.session).await {
            Ok(None) => Meanwhile::SignedOut,
            Ok(Some(kept)) if !kept.is(token) && kept.lasts(Duration::ZERO) => Meanwhile::SignedIn(kept),
            Ok(Some(_)) | Err(_) => Meanwhile::Nothing,
        }
    }

    async fn ask_for_renewal(&self, token: &Token, renewal: &Renewal<'_>) -> Result<Token, NotRenewed> {
        let call = CenterCall {
            who: self.session.key.as_str(),
            action: ACTION,
            host: &self.clients.oidc_host,
        };
        let registration = renewal.registration;
        let request = self.clients.oidc.create_token();
        let answer = request
            .grant_type("refresh_token")
            .client_id(&registration.client_id)
            .client_secret(registration.client_secret.expose_secret())
            .refresh_token(renewal.refresh_token.expose_secret())
            .send()
            .await;
        let answer = answer.map_err(|error| match error.as_service_error() {
            Some(said) if is_refusal(&error) => NotRenewed::Refused(Some(said.in_words())),
            Some(_) | None => NotRenewed::Failed(call.failed(&error)),
        })?;
        let Some(access_token) = answer.access_token else {
            return Err(NotRenewed::Failed(call.malformed("it has no token")));
        };
        let new_refresh_token = answer.refresh_token.map(SecretString::from);
        Ok(Token {
            access_token: access_token.into(),
            expires_at: after(answer.expires_in),
            registration: Some(registration.clone()),
            refresh_token: new_refresh_token.or_else(|| token.refresh_token.clone()),
        })
    }
}

fn over(is_refused: bool, words: Option<String>) -> String {
    let over = if is_refused {
        "IAM Identity Center no longer accepts it"
    } else {
        "it has expired"
    };
    words.map_or_else(
        || over.to_owned(),
        |words| format!("{over}, and is not renewed ({words})"),
    )
}
