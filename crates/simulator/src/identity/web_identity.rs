//! The company's identity provider: tokens that say who a pipeline is, and what STS makes of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::wire::ApiError;
use crate::world::{PLAIN_ALPHABET, random_text};

/// Who gives the tokens.
pub(crate) const ISSUER: &str = "https://oidc.acme.example";
/// What they are for.
pub(crate) const AUDIENCE: &str = "sts.amazonaws.com";

/// Makes tokens and knows its own again. They are signed in a simpler way than a public provider's.
pub(crate) struct IdentityProvider {
    key: String,
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityProvider").finish_non_exhaustive()
    }
}

impl IdentityProvider {
    pub(crate) fn new() -> Self {
        Self {
            key: random_text(&mut rand::rng(), PLAIN_ALPHABET, 64),
        }
    }

    /// A token for a subject such as `pipeline:deploy`.
    pub(crate) fn token(&self, subject: &str, expires: SystemTime) -> String {
        let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": seconds(expires) });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!(
            "{}.{}",
            part(&json!({ "alg": "HS256", "typ": "JWT" })),
            part(&claims)
        );
        format!("{text}.{}", self.signature(&text))
    }

    /// Whom a token names.
    pub(crate) fn subject(&self, token: &str, now: SystemTime) -> Result<String, ApiError> {
        let malformed = || {
            let text = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
            invalid(text.to_owned())
        };
        let (text, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
        let (_, claims) = text.split_once('.').ok_or_else(malformed)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| malformed())?;
        let claims: Value = serde_json::from_slice(&claims).map_err(|_| malformed())?;
        let issuer = claims.get("iss").and_then(Value::as_str).ok_or_else(malformed)?;
        if issuer != ISSUER {
            return Err(invalid(format!(
                "No OpenIDConnect provider found in your account for {issuer}"
            )));
        }
        if signature != self.signature(text) {
            return Err(invalid(
                "Couldn't retrieve verification key from your identity provider".to_owned(),
            ));
        }
        let expires = claims.get("exp").and_then(Value::as_u64).ok_or_else(malformed)?;
        if expires <= seconds(now) {
            let text = format!(
                "Token expired: current date/time {} must be before the expiration date/time{expires}",
                seconds(now)
            );
            return Err(ApiError::new("ExpiredTokenException", text));
        }
        let subject = claims.get("sub").and_then(Value::as_str).ok_or_else(malformed)?;
        Ok(subject.to_owned())
    }

    /// HMAC takes keys of every length, so there always is one.
    fn signature(&self, text: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes());
        let signed = mac.map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes());
        signed
            .map(|signed| URL_SAFE_NO_PAD.encode(signed))
            .unwrap_or_default()
    }
}

fn invalid(text: String) -> ApiError {
    ApiError::new("InvalidIdentityToken", text)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_of_its_own_that_have_not_expired_name_anybody() {
        let (provider, other) = (IdentityProvider::new(), IdentityProvider::new());
        let now = SystemTime::now();
        let hour = Duration::from_secs(3600);
        let code = |token: &str| provider.subject(token, now).map_err(|error| error.code);
        assert_eq!(
            code(&provider.token("pipeline:deploy", now + hour)),
            Ok("pipeline:deploy".to_owned())
        );
        assert_eq!(
            code(&provider.token("pipeline:deploy", now - hour)),
            Err("ExpiredTokenException")
        );
        for bad in ["", "a.b", "a.b.c", "e30.e30.e30", &other.token("x", now + hour)] {
            assert_eq!(code(bad), Err("InvalidIdentityToken"), "{bad}");
        }
    }
}
