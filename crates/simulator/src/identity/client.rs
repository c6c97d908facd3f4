//! Clients that registered, such as one AWS CLI on one computer.

use std::collections::HashMap;
use std::time::SystemTime;

use super::refusal::{invalid_client, invalid_request};
use crate::wire::ApiError;
use crate::world::{PLAIN_ALPHABET, random_text};

/// Without it a token cannot be renewed.
const ACCOUNT_ACCESS: &str = "sso:account:access";
const GRANT_TYPES: [&str; 3] = [
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
];

/// What a client says of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClientMetadata {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) grant_types: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    /// The start URL that codes for a browser of this computer are for.
    pub(crate) issuer_url: Option<String>,
}

/// What was given to one program on one computer, and until when it is good.
#[derive(Debug, Clone)]
pub(crate) struct RegisteredClient {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// Where it registered, if the address said so.
    pub(crate) region: Option<String>,
    pub(crate) expires: SystemTime,
    pub(crate) registration: ClientMetadata,
}

impl RegisteredClient {
    /// Whether its tokens can be renewed.
    pub(super) fn renews(&self) -> bool {
        self.registration
            .scopes
            .iter()
            .any(|scope| scope == ACCOUNT_ACCESS)
    }
}

/// Those that are known, by id.
#[derive(Debug, Default)]
pub(super) struct RegisteredClients(HashMap<String, RegisteredClient>);

impl RegisteredClients {
    pub(super) fn register(
        &mut self,
        registration: ClientMetadata,
        region: Option<&str>,
        expires: SystemTime,
    ) -> Result<RegisteredClient, ApiError> {
        check(&registration)?;
        let rng = &mut rand::rng();
        let client = RegisteredClient {
            id: random_text(rng, PLAIN_ALPHABET, 36),
            secret: random_text(rng, PLAIN_ALPHABET, 320),
            region: region.map(str::to_owned),
            expires,
            registration,
        };
        self.0.insert(client.id.clone(), client.clone());
        Ok(client)
    }

    /// The client that proves who it is.
    pub(super) fn authenticate(
        &self,
        id: &str,
        secret: &str,
        region: Option<&str>,
        now: SystemTime,
    ) -> Result<&RegisteredClient, ApiError> {
        let unknown = || invalid_client("Invalid client provided");
        let client = self.0.get(id).filter(|client| client.secret == secret);
        let client = client.ok_or_else(unknown)?;
        if client.expires <= now {
            return Err(invalid_client("Client registration expired"));
        }
        match (region, &client.region) {
            (Some(here), Some(there)) if here != there => Err(unknown()),
            (_, _) => Ok(client),
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&RegisteredClient> {
        self.0.get(id)
    }

    /// No client is known any more.
    pub(super) fn forget(&mut self) -> usize {
        self.0.drain().count()
    }
}

fn check(registration: &ClientMetadata) -> Result<(), ApiError> {
    if registration.name.is_empty() {
        return Err(invalid_request("clientName is missing"));
    }
    if registration.kind != "public" {
        return Err(ApiError::new(
            "InvalidClientMetadataException",
            "Invalid client type",
        ));
    }
    let scope_is_legal = |scope: &String| {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b":_.-".contains(&byte);
        !scope.is_empty() && scope.bytes().all(legal)
    };
    if !registration.scopes.iter().all(scope_is_legal) {
        return Err(ApiError::new("InvalidScopeException", "Invalid scope provided"));
    }
    let known = |grant: &String| GRANT_TYPES.contains(&grant.as_str());
    if !registration.grant_types.iter().all(known) {
        return Err(ApiError::new(
            "UnsupportedGrantTypeException",
            "Unsupported grant type",
        ));
    }
    let loopback = |uri: &String| uri.starts_with("http://127.0.0.1") || uri.starts_with("http://[::1]");
    if registration.redirect_uris.iter().all(loopback) {
        Ok(())
    } else {
        Err(ApiError::new(
            "InvalidRedirectUriException",
            "Invalid redirect URI",
        ))
    }
}
