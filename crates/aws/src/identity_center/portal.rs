//! The access portal: accounts, their roles, the credentials of a role, and the end of a sign-in.

use std::collections::HashSet;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sso::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{CenterAccount, ControlError, display_text};
use secrecy::ExposeSecret;

use super::center::Center;
use super::failure::CenterCall;
use super::session::SsoRole;
use super::token::Token;

/// The most that the portal gives in one page.
const PER_PAGE: i32 = 100;

/// On whose behalf lists are read.
const LISTS: &str = "the list of accounts";

/// Why a call to the portal failed.
enum PortalError {
    /// The token is not accepted.
    Unauthorized,
    Other(ControlError),
}

impl Center {
    fn portal_call<'a>(&'a self, who: &'a str, action: &'static str) -> CenterCall<'a> {
        CenterCall {
            who,
            action,
            host: &self.clients.portal_host,
        }
    }

    /// Asks with a token, and once more with a new one if the first is not accepted.
    async fn with_token<T, F>(&self, who: &str, ask: impl Fn(Token) -> F) -> Result<T, ControlError>
    where
        F: Future<Output = Result<T, PortalError>>,
    {
        let first = self.token(who, None).await?;
        match ask(first.clone()).await {
            Ok(answer) => return Ok(answer),
            Err(PortalError::Other(error)) => return Err(error),
            Err(PortalError::Unauthorized) => {}
        }
        let second = self.token(who, Some(&first)).await?;
        match ask(second).await {
            Ok(answer) => Ok(answer),
            Err(PortalError::Other(error)) => Err(error),
            Err(PortalError::Unauthorized) => Err(self.over(who, "IAM Identity Center no longer accepts it")),
        }
    }

    /// What a role gives `who` for an hour or so, asked for anew each time.
    pub(crate) async fn role_credentials(
        &self,
        who: &str,
        role: &SsoRole,
    ) -> Result<Credentials, ControlError> {
        self.with_token(who, |token| self.ask_for_credentials(who, role, token))
            .await
    }

    async fn ask_for_credentials(
        &self,
        who: &str,
        role: &SsoRole,
        token: Token,
    ) -> Result<Credentials, PortalError> {
        let call = self.portal_call(who, "sso:GetRoleCredentials");
        let request = self.clients.portal.get_role_credentials();
        let answer = request
            .account_id(&role.account)
            .role_name(&role.role)
            .access_token(token.access_token.expose_secret())
            .send()
            .await
            .map_err(|error| self.refused(&call, &error))?;
        let given = answer.role_credentials.and_then(|given| {
            let expires_at = SystemTime::try_from(DateTime::from_millis(given.expiration)).ok();
            Some((
                given.access_key_id?,
                given.secret_access_key?,
                given.session_token,
                expires_at?,
            ))
        });
        let Some((id, secret, session_token, expires_at)) = given else {
            return Err(PortalError::Other(call.malformed("it has no credentials")));
        };
        let mut credentials = Credentials::builder()
            .access_key_id(id)
            .secret_access_key(secret)
            .account_id(role.account.as_str())
            .expiry(expires_at)
            .provider_name("IAM Identity Center");
        credentials.set_session_token(session_token);
        Ok(credentials.build())
    }

    /// Every account in which the person who signed in has a role, from all pages.
    pub(crate) async fn accounts(&self) -> Result<Vec<CenterAccount>, ControlError> {
        self.with_token(LISTS, |token| self.list_accounts(token)).await
    }

    async fn list_accounts(&self, token: Token) -> Result<Vec<CenterAccount>, PortalError> {
        let call = self.portal_call(LISTS, "sso:ListAccounts");
        let mut pages = PortalPages::default();
        let mut found = Vec::new();
        loop {
            let answer = {
                let _turn = self.shared.portal_calls.acquire().await;
                let request = self.clients.portal.list_accounts();
                let request = request.access_token(token.access_token.expose_secret());
                let page = request.max_results(PER_PAGE).set_next_token(pages.next.clone());
                page.send().await.map_err(|error| self.refused(&call, &error))?
            };
            found.extend(
                answer
                    .account_list
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(account),
            );
            if !pages.goes_on(&call, answer.next_token)? {
                return Ok(found);
            }
        }
    }

    /// The names of the roles that the person has there, from all pages.
    pub(crate) async fn account_roles(&self, account: &str) -> Result<Vec<String>, ControlError> {
        self.with_token(LISTS, |token| self.list_roles(account, token))
            .await
    }

    async fn list_roles(&self, account: &str, token: Token) -> Result<Vec<String>, PortalError> {
        let call = self.portal_call(LISTS, "sso:ListAccountRoles");
        let mut pages = PortalPages::default();
        let mut found = Vec::new();
        loop {
            let answer = {
                let _turn = self.shared.portal_calls.acquire().await;
                let request = self.clients.portal.list_account_roles().account_id(account);
                let request = request.access_token(token.access_token.expose_secret());
                let page = request.max_results(PER_PAGE).set_next_token(pages.next.clone());
                page.send().await.map_err(|error| self.refused(&call, &error))?
            };
            let roles = answer.role_list.unwrap_or_default();
            found.extend(roles.into_iter().filter_map(|role| role.role_name));
            if !pages.goes_on(&call, answer.next_token)? {
                return Ok(found);
            }
        }
    }

    /// Ends the sign-in at the portal, and forgets it here in any case, with what the AWS CLI keeps of its roles. A token
    /// that the portal does not know any more is ended.
    pub(crate) async fn sign_out(&self, roles: &[SsoRole]) -> Result<(), ControlError> {
        let gate = self.shared.gate(&self.session.key);
        let _nobody_renews = gate.lock().await;
        let kept = self.shared.kept(&self.session).await.ok().flatten();
        self.shared.unwritten.forget(&self.session.key);
        let cache = &self.shared.cache;
        let forgotten = cache
            .forget_token(&self.session)
            .and_then(|()| cache.forget_roles(&self.session, roles));
        if let Some(token) = kept {
            let call = self.portal_call("the sign-out", "sso:Logout");
            let request = self.clients.portal.logout();
            let request = request.access_token(token.access_token.expose_secret());
            match request.send().await.map_err(|error| self.refused(&call, &error)) {
                Ok(_) | Err(PortalError::Unauthorized) => {}
                Err(PortalError::Other(error)) => return Err(error),
            }
        }
        forgotten.map_err(|error| {
            let reason = format!("the sign-out is not complete, because the file cannot be removed: {error}");
            super::failure::failed(&self.session.key, reason)
        })
    }

    fn refused<E>(&self, call: &CenterCall<'_>, error: &SdkError<E, HttpResponse>) -> PortalError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if error.as_service_error().and_then(ProvideErrorMetadata::code) == Some("UnauthorizedException") {
            return PortalError::Unauthorized;
        }
        PortalError::Other(call.failed(error))
    }
}

fn account(from: aws_sdk_sso::types::AccountInfo) -> Option<CenterAccount> {
    Some(CenterAccount {
        id: from.account_id?,
        name: display_text(&from.account_name.unwrap_or_default()),
        email: from.email_address.map(|email| display_text(&email)),
    })
}

/// Where a list goes on, and where it was already.
#[derive(Default)]
struct PortalPages {
    next: Option<String>,
    seen: HashSet<String>,
}

impl PortalPages {
    /// Whether there is another page. A list that never ends is none.
    fn goes_on(&mut self, call: &CenterCall<'_>, next: Option<String>) -> Result<bool, PortalError> {
        let next = next.filter(|next| !next.is_empty());
        if next.as_ref().is_some_and(|next| !self.seen.insert(next.clone())) {
            return Err(PortalError::Other(call.malformed("the list repeats itself")));
        }
        self.next = next;
        Ok(self.next.is_some())
    }
}
