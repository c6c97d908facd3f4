//! The signing key that a secret yields for one day, Region and service.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::authorization::CredentialScope;

/// Valid for one scope; worth as much as the secret there, so it has no `Debug`.
pub(crate) struct SigningKey([u8; 32]);

impl SigningKey {
    /// Derives the key (AWS General Reference, "Calculate the signature").
    pub(crate) fn derive(secret: &str, scope: &CredentialScope) -> Self {
        let date = mac(format!("AWS4{secret}").as_bytes(), scope.date.as_bytes());
        let region = mac(&date, scope.region.as_bytes());
        let service = mac(&region, scope.service.as_bytes());
        Self(mac(&service, b"aws4_request"))
    }

    /// The signature of a text.
    #[cfg(test)]
    pub(crate) fn sign(&self, text: &str) -> [u8; 32] {
        mac(&self.0, text.as_bytes())
    }

    /// Whether `signature` is that of the text; takes the same time wherever they differ.
    pub(crate) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        started(&self.0).is_some_and(|mac| mac.chain_update(text.as_bytes()).verify_slice(signature).is_ok())
    }
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    started(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().into())
        .unwrap_or_default()
}

/// HMAC takes keys of every length, so this is never none.
fn started(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::<Sha256>::new_from_slice(key).ok()
}
