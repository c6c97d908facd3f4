//! People who signed in to the console, for `aws login`: codes, and tokens that give the person's own credentials.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::key_proof::proven_key;
use crate::world::{PLAIN_ALPHABET, random_text};

const CODE_LIFETIME: Duration = Duration::from_secs(60);
const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Why the console gives no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConsoleRefusal {
    /// Something is missing, or no proof of a key.
    InvalidRequest,
    AuthCodeExpired,
    TokenExpired,
    UserCredentialsChanged,
}

impl ConsoleRefusal {
    /// The service's word for it, and its sentence.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidRequest => ("INVALID_REQUEST", "The request is invalid."),
            Self::AuthCodeExpired => ("AUTHCODE_EXPIRED", "The authorization code has expired."),
            Self::TokenExpired => ("TOKEN_EXPIRED", "The refresh token has expired."),
            Self::UserCredentialsChanged => (
                "USER_CREDENTIALS_CHANGED",
                "The password of the user was changed.",
            ),
        }
    }
}

/// What a person said yes to.
#[derive(Debug, Clone)]
pub(crate) struct ConsoleCode {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    /// The hash of a text that only the client knows.
    pub(crate) challenge: String,
    /// The company's profile whose user the person is.
    pub(crate) profile: String,
}

/// Who signed in, and the token that renews it.
pub(crate) struct ConsoleGrant {
    pub(crate) profile: String,
    pub(crate) refresh_token: String,
}

/// What the client sends along: its name, the header `DPoP`, and the address that it was made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsoleClient<'a> {
    pub(crate) id: &'a str,
    pub(crate) proof: &'a str,
    pub(crate) url: &'a str,
}

#[derive(Debug)]
struct ConsoleSession {
    profile: String,
    client_id: String,
    key: String,
    ends: SystemTime,
    changed: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Console(Mutex<ConsoleState>);

#[derive(Debug, Default)]
struct ConsoleState {
    codes: HashMap<String, (ConsoleCode, SystemTime)>,
    /// By refresh token.
    sessions: HashMap<String, ConsoleSession>,
}

impl Console {
    /// A person said yes; answers the code for the client.
    pub(crate) fn sign(&self, code: ConsoleCode, now: SystemTime) -> String {
        let signed = random_text(&mut rand::rng(), PLAIN_ALPHABET, 64);
        self.state()
            .codes
            .insert(signed.clone(), (code, now + CODE_LIFETIME));
        signed
    }

    /// Redeems a code, given with its address and the text that was hashed.
    pub(crate) fn redeem(
        &self,
        client: ConsoleClient<'_>,
        [code, redirect_uri, verifier]: [&str; 3],
        now: SystemTime,
    ) -> Result<ConsoleGrant, ConsoleRefusal> {
        let key = proven_key(client.proof, client.url).ok_or(ConsoleRefusal::InvalidRequest)?;
        let mut state = self.state();
        let (signed, ends) = state.codes.remove(code).ok_or(ConsoleRefusal::AuthCodeExpired)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        if ends <= now {
            return Err(ConsoleRefusal::AuthCodeExpired);
        }
        if signed.client_id != client.id
            || signed.redirect_uri != redirect_uri
            || signed.challenge != challenge
        {
            return Err(ConsoleRefusal::InvalidRequest);
        }
        Ok(state.grant(ConsoleSession {
            profile: signed.profile,
            client_id: signed.client_id,
            key,
            ends: now + SESSION_LIFETIME,
            changed: false,
        }))
    }

    /// Renews; the refresh token is good once, and for the key that it was given to.
    pub(crate) fn renew(
        &self,
        client: ConsoleClient<'_>,
        refresh_token: &str,
        now: SystemTime,
    ) -> Result<ConsoleGrant, ConsoleRefusal> {
        let key = proven_key(client.proof, client.url).ok_or(ConsoleRefusal::InvalidRequest)?;
        let mut state = self.state();
        let session = state
            .sessions
            .get(refresh_token)
            .ok_or(ConsoleRefusal::TokenExpired)?;
        if session.key != key || session.client_id != client.id {
            return Err(ConsoleRefusal::InvalidRequest);
        }
        if session.changed {
            return Err(ConsoleRefusal::UserCredentialsChanged);
        }
        if session.ends <= now {
            return Err(ConsoleRefusal::TokenExpired);
        }
        let session = state
            .sessions
            .remove(refresh_token)
            .ok_or(ConsoleRefusal::TokenExpired)?;
        Ok(state.grant(session))
    }

    /// No refresh token is good any more; answers how many were.
    pub(crate) fn expire(&self, now: SystemTime) -> usize {
        let mut state = self.state();
        let living = state.sessions.values_mut().filter(|session| session.ends > now);
        living.map(|session| session.ends = now).count()
    }

    /// Everybody changed the password; answers how many are signed in.
    pub(crate) fn change_passwords(&self) -> usize {
        let mut state = self.state();
        state
            .sessions
            .values_mut()
            .map(|session| session.changed = true)
            .count()
    }

    fn state(&self) -> MutexGuard<'_, ConsoleState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConsoleState {
    fn grant(&mut self, session: ConsoleSession) -> ConsoleGrant {
        let refresh_token = format!("ASOR{}", random_text(&mut rand::rng(), PLAIN_ALPHABET, 200));
        let profile = session.profile.clone();
        self.sessions.insert(refresh_token.clone(), session);
        ConsoleGrant {
            profile,
            refresh_token,
        }
    }
}
