//! Why nobody is the caller of a request.

use super::sigv4::{AuthorizationError, SignatureError};

/// What is wrong with a request that no caller could be found for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unauthenticated {
    Missing,
    Incomplete(String),
    UnknownKey,
    WrongToken,
    Mismatch(String),
    Skewed(String),
    Expired,
}

impl From<AuthorizationError> for Unauthenticated {
    fn from(error: AuthorizationError) -> Self {
        match error {
            AuthorizationError::Missing => Self::Missing,
            AuthorizationError::Malformed(text) => Self::Incomplete(text),
        }
    }
}

impl From<SignatureError> for Unauthenticated {
    fn from(refusal: SignatureError) -> Self {
        let text = refusal.to_string();
        match refusal {
            SignatureError::Incomplete(_) => Self::Incomplete(text),
            SignatureError::Skewed(_) => Self::Skewed(text),
            SignatureError::Mismatch => Self::Mismatch(text),
        }
    }
}
