//! What a program finds around it on a node or in a container: a role without asking, and the tokens that guard it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::world::{Company, PLAIN_ALPHABET, random_text};

/// A role in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttachedRole {
    pub(crate) account: String,
    pub(crate) name: String,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Surroundings {
    container_token: SecretString,
    state: Mutex<Attachment>,
}

#[derive(Debug)]
struct Attachment {
    role: Option<AttachedRole>,
    /// With the time at which each ends.
    tokens: HashMap<String, SystemTime>,
}

impl Surroundings {
    /// A node operator of the company's first account.
    pub(crate) fn new(company: &Company) -> Self {
        let first = company.profiles().first();
        Self {
            container_token: random_text(&mut rand::rng(), PLAIN_ALPHABET, 64).into(),
            state: Mutex::new(Attachment {
                role: first.map(|profile| AttachedRole {
                    account: profile.account.clone(),
                    name: "NodeOperator".to_owned(),
                }),
                tokens: HashMap::new(),
            }),
        }
    }

    /// The role that is attached now.
    pub(crate) fn role(&self) -> Option<AttachedRole> {
        self.state().role.clone()
    }

    pub(crate) fn attach(&self, role: Option<AttachedRole>) {
        self.state().role = role;
    }

    /// What a container sends along.
    pub(crate) fn container_token(&self) -> &SecretString {
        &self.container_token
    }

    pub(crate) fn is_container_token(&self, sent: &str) -> bool {
        sent == self.container_token.expose_secret()
    }

    /// A token that opens the metadata of the instance for a while.
    pub(crate) fn metadata_token(&self, lifetime: Duration, now: SystemTime) -> String {
        let token = random_text(&mut rand::rng(), PLAIN_ALPHABET, 56);
        self.state().tokens.insert(token.clone(), now + lifetime);
        token
    }

    pub(crate) fn opens_metadata(&self, token: &str, now: SystemTime) -> bool {
        self.state().tokens.get(token).is_some_and(|ends| *ends > now)
    }

    fn state(&self) -> MutexGuard<'_, Attachment> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
