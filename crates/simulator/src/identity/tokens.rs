//! Access tokens and refresh tokens. All that come of one sign-in end together.

use std::collections::HashMap;
use std::time::SystemTime;

use secrecy::SecretString;

use super::refusal::{invalid_grant, unauthorized};
use crate::wire::ApiError;
use crate::world::{PLAIN_ALPHABET, random_text};

/// What CreateToken gives.
pub(crate) struct GrantedToken {
    pub(crate) access_token: SecretString,
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) expires: SystemTime,
}

/// One sign-in of a person: what all its tokens have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedIn {
    number: u64,
    /// The index of the Identity Center.
    pub(super) center: usize,
    client_id: String,
    /// When no token of it can be renewed any more.
    pub(super) ends: SystemTime,
    renews: bool,
}

#[derive(Debug)]
struct IssuedToken {
    of: SignedIn,
    expires: SystemTime,
}

/// Those that were given, with what each is good for.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    access: HashMap<String, IssuedToken>,
    refresh: HashMap<String, IssuedToken>,
    signed_in: u64,
}

impl Tokens {
    /// Somebody has signed in.
    pub(super) fn begin(
        &mut self,
        client_id: &str,
        center: usize,
        ends: SystemTime,
        renews: bool,
    ) -> SignedIn {
        self.signed_in += 1;
        SignedIn {
            number: self.signed_in,
            center,
            client_id: client_id.to_owned(),
            ends,
            renews,
        }
    }

    pub(super) fn grant(&mut self, of: SignedIn, expires: SystemTime) -> GrantedToken {
        let rng = &mut rand::rng();
        let expires = expires.min(of.ends);
        let access_token = format!("aoaAAAAA{}", random_text(rng, PLAIN_ALPHABET, 160));
        let refresh_token = of
            .renews
            .then(|| format!("aorAAAAA{}", random_text(rng, PLAIN_ALPHABET, 160)));
        if let Some(token) = &refresh_token {
            let ends = of.ends;
            let token_of = of.clone();
            self.refresh.insert(
                token.clone(),
                IssuedToken {
                    of: token_of,
                    expires: ends,
                },
            );
        }
        self.access
            .insert(access_token.clone(), IssuedToken { of, expires });
        GrantedToken {
            access_token: access_token.into(),
            refresh_token: refresh_token.map(SecretString::from),
            expires,
        }
    }

    /// The sign-in whose refresh token this is. A token is good once: the grant has the next one.
    pub(super) fn renew(
        &mut self,
        refresh_token: &str,
        client_id: &str,
        now: SystemTime,
    ) -> Result<SignedIn, ApiError> {
        let own = |token: &IssuedToken| token.of.client_id == client_id && token.expires > now;
        if !self.refresh.get(refresh_token).is_some_and(own) {
            return Err(invalid_grant("Invalid refresh token provided"));
        }
        let token = self.refresh.remove(refresh_token);
        token
            .map(|token| token.of)
            .ok_or_else(|| invalid_grant("Invalid refresh token provided"))
    }

    /// The Identity Center that an access token is good for.
    pub(super) fn center(&self, access_token: &str, now: SystemTime) -> Result<usize, ApiError> {
        let token = self.access.get(access_token).filter(|token| token.expires > now);
        token.map(|token| token.of.center).ok_or_else(unauthorized)
    }

    /// Ends the sign-in of an access token, with every token that came of it.
    pub(super) fn end(&mut self, access_token: &str) {
        if let Some(IssuedToken { of, .. }) = self.access.remove(access_token) {
            self.access.retain(|_, token| token.of.number != of.number);
            self.refresh.retain(|_, token| token.of.number != of.number);
        }
    }

    /// Access tokens are expired; refresh tokens stay good. Answers how many.
    pub(super) fn expire(&mut self, center: Option<usize>, now: SystemTime) -> usize {
        expire(&mut self.access, center, now)
    }

    /// Access and refresh tokens are good for nothing; answers how many access tokens there were.
    pub(super) fn revoke(&mut self, center: Option<usize>, now: SystemTime) -> usize {
        expire(&mut self.refresh, center, now);
        expire(&mut self.access, center, now)
    }
}

fn expire(tokens: &mut HashMap<String, IssuedToken>, center: Option<usize>, now: SystemTime) -> usize {
    let meant = |token: &&mut IssuedToken| {
        token.expires > now && center.is_none_or(|center| token.of.center == center)
    };
    let living = tokens.values_mut().filter(meant);
    living.map(|token| token.expires = now).count()
}
