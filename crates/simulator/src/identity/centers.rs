//! All Identity Centers: registers clients, begins sign-ins, gives tokens and says what they are good for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use super::authorization::{DeviceSignIn, DeviceSignIns, PendingSignIn, SignInAnswer};
use super::center::{AssignedCenter, IdentityCenter};
use super::client::{ClientMetadata, RegisteredClient, RegisteredClients};
use super::lifetimes::SignInLifetimes;
use super::refusal::{invalid_grant, invalid_request, unauthorized};
use super::tokens::{GrantedToken, Tokens};
use crate::wire::ApiError;
use crate::world::{Company, PLAIN_ALPHABET, random_text};

/// See the module.
#[derive(Debug)]
pub(crate) struct IdentityCenters {
    centers: Vec<AssignedCenter>,
    state: Mutex<CentersState>,
    begun: Notify,
}

#[derive(Debug, Default)]
struct CentersState {
    answer: SignInAnswer,
    lifetimes: SignInLifetimes,
    clients: RegisteredClients,
    authorizations: DeviceSignIns,
    codes: HashMap<String, SignedCode>,
    tokens: Tokens,
    /// Sign-ins that nobody was told of yet.
    untold: VecDeque<PendingSignIn>,
}

/// A client that is known by what it sends, and the Region of the address that it sent it to, if that has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientProof<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) region: Option<&'a str>,
}

/// What StartDeviceAuthorization gives.
#[derive(Debug)]
pub(crate) struct DeviceAuthorization {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    pub(crate) expires_in: Duration,
    pub(crate) interval: Duration,
}

/// An authorization code of the browser on this computer, and what it was given for.
#[derive(Debug, Clone)]
pub(crate) struct SignedCode {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    /// The hash of a text that only the client knows.
    pub(crate) challenge: String,
}

impl IdentityCenters {
    pub(crate) fn new(
        centers: &[IdentityCenter],
        company: &Company,
        lifetimes: SignInLifetimes,
        answer: SignInAnswer,
    ) -> Self {
        Self {
            centers: centers
                .iter()
                .map(|center| AssignedCenter::new(center, company))
                .collect(),
            state: Mutex::new(CentersState {
                answer,
                lifetimes,
                ..CentersState::default()
            }),
            begun: Notify::new(),
        }
    }

    /// In the order of the configuration.
    pub(crate) fn all(&self) -> &[AssignedCenter] {
        &self.centers
    }

    pub(crate) fn register(
        &self,
        registration: ClientMetadata,
        region: Option<&str>,
        now: SystemTime,
    ) -> Result<RegisteredClient, ApiError> {
        let mut state = self.state();
        let expires = now + state.lifetimes.registration;
        state.clients.register(registration, region, expires)
    }

    pub(crate) fn authorize_device(
        &self,
        proof: ClientProof<'_>,
        start_url: &str,
        now: SystemTime,
    ) -> Result<DeviceAuthorization, ApiError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let client = state.client(proof, now)?;
        let center = self.at(start_url, proof.region)?;
        let lifetimes = state.lifetimes;
        let expires = now + lifetimes.device_code;
        let begun = state
            .authorizations
            .begin(&client.id, center, expires, state.answer);
        let answer = DeviceAuthorization {
            device_code: begun.device_code.clone(),
            user_code: begun.user_code.clone(),
            expires_in: lifetimes.device_code,
            interval: lifetimes.poll_interval,
        };
        let pending = self.pending_of(begun, &client);
        state.untold.push_back(pending);
        drop(guard);
        self.begun.notify_one();
        Ok(answer)
    }

    pub(crate) fn token_for_device(
        &self,
        proof: ClientProof<'_>,
        device_code: &str,
        now: SystemTime,
    ) -> Result<GrantedToken, ApiError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let client = state.client(proof, now)?;
        let interval = state.lifetimes.poll_interval;
        let authorization = state
            .authorizations
            .redeem(device_code, &client.id, interval, now)?;
        Ok(state.sign_in(&client, authorization.center, now))
    }

    pub(crate) fn token_for_refresh(
        &self,
        proof: ClientProof<'_>,
        refresh_token: &str,
        now: SystemTime,
    ) -> Result<GrantedToken, ApiError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let client = state.client(proof, now)?;
        let of = state.tokens.renew(refresh_token, &client.id, now)?;
        Ok(state.tokens.grant(of, now + state.lifetimes.access_token))
    }

    /// A person in the browser of this computer said yes to a client.
    pub(crate) fn sign_code(&self, code: SignedCode) -> String {
        let signed = random_text(&mut rand::rng(), PLAIN_ALPHABET, 64);
        self.state().codes.insert(signed.clone(), code);
        signed
    }

    pub(crate) fn token_for_code(
        &self,
        proof: ClientProof<'_>,
        [code, redirect_uri, verifier]: [&str; 3],
        now: SystemTime,
    ) -> Result<GrantedToken, ApiError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let client = state.client(proof, now)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let matches = |signed: &SignedCode| {
            signed.client_id == client.id
                && signed.redirect_uri == redirect_uri
                && signed.challenge == challenge
        };
        if !state.codes.remove(code).is_some_and(|signed| matches(&signed)) {
            return Err(invalid_grant("Invalid authorization code provided"));
        }
        let issuer = client.registration.issuer_url.as_deref().unwrap_or("");
        let center = self.at(issuer, proof.region)?;
        Ok(state.sign_in(&client, center, now))
    }

    /// The Identity Center that an access token is good for.
    pub(crate) fn center_of(
        &self,
        access_token: &str,
        region: Option<&str>,
        now: SystemTime,
    ) -> Result<&AssignedCenter, ApiError> {
        let index = self.state().tokens.center(access_token, now)?;
        let center = self.centers.get(index);
        let here = center.filter(|center| region.is_none_or(|region| region == center.region));
        here.ok_or_else(unauthorized)
    }

    /// Ends the sign-in that an access token came of.
    pub(crate) fn sign_out(&self, access_token: &str) {
        self.state().tokens.end(access_token);
    }

    /// The client with this id, and the Identity Center that it registered for.
    pub(crate) fn client(&self, id: &str) -> Option<RegisteredClient> {
        self.state().clients.get(id).cloned()
    }

    /// What a person says to a user code; false when no sign-in waits under it.
    pub(crate) fn decide(&self, user_code: &str, confirmed: bool, now: SystemTime) -> bool {
        self.state().authorizations.decide(user_code, confirmed, now)
    }

    /// The sign-ins that wait for a person.
    pub(crate) fn pending(&self, now: SystemTime) -> Vec<PendingSignIn> {
        let state = self.state();
        let waiting = state.authorizations.waiting(now);
        waiting
            .filter_map(|one| Some(self.pending_of(one, state.clients.get(&one.client_id)?)))
            .collect()
    }

    /// The next sign-in that begins, or began since the last one of this was told. Cancel safe.
    pub(crate) async fn next_sign_in(&self) -> PendingSignIn {
        loop {
            if let Some(begun) = self.state().untold.pop_front() {
                return begun;
            }
            self.begun.notified().await;
        }
    }

    pub(crate) fn answer(&self) -> SignInAnswer {
        self.state().answer
    }

    pub(crate) fn set_answer(&self, answer: SignInAnswer) {
        self.state().answer = answer;
    }

    pub(crate) fn lifetimes(&self) -> SignInLifetimes {
        self.state().lifetimes
    }

    pub(crate) fn set_lifetimes(&self, lifetimes: SignInLifetimes) {
        self.state().lifetimes = lifetimes;
    }

    /// Access tokens (of one Identity Center, by name, or of all) are expired; answers how many.
    pub(crate) fn expire_tokens(&self, center: Option<&str>, now: SystemTime) -> usize {
        let meant = self.indices(center);
        let mut state = self.state();
        meant.map(|index| state.tokens.expire(Some(index), now)).sum()
    }

    /// Access and refresh tokens are good for nothing; answers how many access tokens there were.
    pub(crate) fn revoke_tokens(&self, center: Option<&str>, now: SystemTime) -> usize {
        let meant = self.indices(center);
        let mut state = self.state();
        meant.map(|index| state.tokens.revoke(Some(index), now)).sum()
    }

    /// Device codes that wait have expired; answers how many.
    pub(crate) fn expire_device_codes(&self, now: SystemTime) -> usize {
        self.state().authorizations.expire(now)
    }

    /// No client is known any more; answers how many were.
    pub(crate) fn forget_clients(&self) -> usize {
        self.state().clients.forget()
    }

    fn indices(&self, center: Option<&str>) -> impl Iterator<Item = usize> {
        let named = self.centers.iter().enumerate();
        named
            .filter(move |(_, own)| center.is_none_or(|name| own.name == name))
            .map(|(index, _)| index)
    }

    /// The index of the Identity Center with this start URL, in this Region.
    fn at(&self, start_url: &str, region: Option<&str>) -> Result<usize, ApiError> {
        let here = |center: &AssignedCenter| {
            center.is_at(start_url) && region.is_none_or(|region| region == center.region)
        };
        let found = self.centers.iter().position(here);
        found.ok_or_else(|| invalid_request("Invalid startUrl provided"))
    }

    fn pending_of(&self, one: &DeviceSignIn, client: &RegisteredClient) -> PendingSignIn {
        let center = self.centers.get(one.center);
        PendingSignIn {
            user_code: one.user_code.clone(),
            client: client.registration.name.clone(),
            start_url: center.map(|center| center.start_url.clone()).unwrap_or_default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, CentersState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CentersState {
    /// The client that a proof is of; every call of the token service begins with it.
    fn client(&self, proof: ClientProof<'_>, now: SystemTime) -> Result<RegisteredClient, ApiError> {
        let client = self
            .clients
            .authenticate(proof.id, proof.secret, proof.region, now)?;
        Ok(client.clone())
    }

    /// The first token of a sign-in. One that cannot be renewed lives as long as the session.
    fn sign_in(&mut self, client: &RegisteredClient, center: usize, now: SystemTime) -> GrantedToken {
        let ends = now + self.lifetimes.session;
        let of = self.tokens.begin(&client.id, center, ends, client.renews());
        let expires = if client.renews() {
            now + self.lifetimes.access_token
        } else {
            ends
        };
        self.tokens.grant(of, expires)
    }
}
