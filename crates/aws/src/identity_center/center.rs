//! [`IdentityCenter`]: the tokens of all sign-ins, each renewed by one task at a time. [`Center`]: one of them, ready to
//! be asked.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postern_model::{ControlError, ProfileName, SignIn, SignInKey, SignInState};
use tokio::sync::Semaphore;

use super::attempts::Renewals;
use super::cache::TokenCache;
use super::clients::CenterClients;
use super::session::SsoSession;
use super::token::Token;
use super::unwritten::UnwrittenTokens;
use crate::cache_file::CacheFileError;
use crate::clock::AwsClock;

/// Calls to access portals at once, whoever makes them.
const PORTAL_CALLS: usize = 8;

/// What all sign-ins share.
#[derive(Debug)]
pub(crate) struct IdentityCenter {
    pub(super) cache: TokenCache,
    pub(super) unwritten: UnwrittenTokens,
    pub(super) clock: Arc<AwsClock>,
    pub(super) portal_calls: Semaphore,
    gates: Mutex<HashMap<SignInKey, Gate>>,
}

/// Whoever holds it may renew the token of one sign-in.
pub(super) type Gate = Arc<tokio::sync::Mutex<Renewals>>;

/// One sign-in with the clients of its services.
#[derive(Debug, Clone)]
pub(crate) struct Center {
    pub(crate) shared: Arc<IdentityCenter>,
    pub(crate) session: SsoSession,
    pub(crate) clients: CenterClients,
}

impl IdentityCenter {
    /// With the token cache in `folder`.
    pub(crate) fn new(folder: Option<PathBuf>, clock: Arc<AwsClock>) -> Self {
        Self {
            cache: TokenCache::at(folder),
            unwritten: UnwrittenTokens::default(),
            clock,
            portal_calls: Semaphore::new(PORTAL_CALLS),
            gates: Mutex::default(),
        }
    }

    pub(super) fn gate(&self, key: &SignInKey) -> Gate {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(key.clone()).or_default())
    }

    /// The token of a sign-in: that of its file, or one that could not be written there.
    pub(super) async fn kept(&self, session: &SsoSession) -> Result<Option<Token>, CacheFileError> {
        let in_file = self.cache.token(session).await;
        let usable = in_file.as_ref().ok().and_then(Option::as_ref);
        match self.unwritten.instead_of(&session.key, usable) {
            Some(token) => Ok(Some(token)),
            None => in_file,
        }
    }

    /// Writes the token of a sign-in. One that cannot be written is good for as long as this program runs.
    pub(super) async fn keep(&self, session: &SsoSession, token: &Token) -> Result<(), CacheFileError> {
        let before = self.cache.token(session).await.ok().flatten();
        let written = self.cache.keep_token(session, token).await;
        match &written {
            Ok(()) => self.unwritten.forget(&session.key),
            Err(_) => self.unwritten.remember(&session.key, before, token),
        }
        written
    }

    /// How a sign-in stands, by what is kept of it alone.
    pub(crate) async fn state(&self, session: &SsoSession) -> SignInState {
        match self.kept(session).await {
            Ok(Some(token)) => state_of(&token, self.is_refused(session, &token)),
            Ok(None) => SignInState::SignedOut,
            Err(damaged) => SignInState::Unreadable {
                detail: damaged.to_string(),
            },
        }
    }

    /// Whether Identity Center has refused to renew this token. While a renewal is under way nobody knows.
    fn is_refused(&self, session: &SsoSession, token: &Token) -> bool {
        let gate = self.gate(&session.key);
        let renewals = gate.try_lock();
        let refresh_token = token.refresh_token.as_ref();
        renewals.is_ok_and(|renewals| refresh_token.is_some_and(|one| renewals.has_refused(one)))
    }

    /// A sign-in as others see it.
    pub(crate) async fn sign_in(&self, session: &SsoSession, profiles: Vec<ProfileName>) -> SignIn {
        SignIn {
            key: session.key.clone(),
            start_url: session.start_url.clone(),
            region: session.region.clone(),
            legacy: session.name.is_none(),
            profiles,
            state: self.state(session).await,
        }
    }
}

impl Center {
    /// Nobody is signed in, or no longer.
    pub(super) fn needed(&self, who: &str, detail: impl Into<String>) -> ControlError {
        ControlError::SignInNeeded {
            who: who.to_owned(),
            sign_in: self.session.key.clone(),
            detail: detail.into(),
        }
    }

    /// The same, unless the clock of this computer is the more likely reason.
    pub(super) fn over(&self, who: &str, detail: impl Into<String>) -> ControlError {
        match self.shared.clock.in_words() {
            Some(words) => ControlError::ClockSkew {
                detail: format!("{words}, so the sign-in to {} is not valid", self.session.key),
            },
            None => self.needed(who, detail),
        }
    }
}

fn state_of(token: &Token, is_refused: bool) -> SignInState {
    let renewable = token.renewal().is_some() && !is_refused;
    if renewable || token.lasts(Duration::ZERO) {
        SignInState::SignedIn {
            until: token.expires_at,
            renewable,
        }
    } else {
        SignInState::Expired {
            since: token.expires_at,
        }
    }
}
