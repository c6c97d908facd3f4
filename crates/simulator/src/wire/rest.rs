//! REST and JSON, as the two services of IAM Identity Center speak it, and those whose calls are signed.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::api_error::ApiError;

/// Whose words are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestService {
    /// Registers clients and gives tokens. Its refusals also have the words of OAuth.
    Oidc,
    /// Lists accounts and gives credentials.
    Portal,
    /// EKS and OpenSearch.
    Signed,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

impl RestService {
    /// An answer with its body.
    pub(crate) fn answer(self, request_id: Uuid, body: &Value) -> Response {
        answer(StatusCode::OK, request_id, body)
    }

    /// An answer that says what failed.
    pub(crate) fn fail(self, request_id: Uuid, failure: &ApiError) -> Response {
        let body = match self {
            Self::Oidc => {
                json!({ "error": oauth_word(failure.code), "error_description": failure.message })
            }
            Self::Portal => json!({ "message": failure.message, "__type": self.kind(failure.code) }),
            Self::Signed => json!({ "message": failure.message }),
        };
        let mut response = answer(failure.status, request_id, &body);
        let kind = match self {
            Self::Oidc => format!(
                "{}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/",
                failure.code
            ),
            Self::Portal | Self::Signed => failure.code.to_owned(),
        };
        if let Ok(kind) = HeaderValue::from_str(&kind) {
            response.headers_mut().insert(ERROR_TYPE, kind);
        }
        response
    }

    /// What it says to who is too fast.
    pub(crate) fn throttled(self) -> ApiError {
        match self {
            Self::Oidc => ApiError::new("SlowDownException", "Rate exceeded"),
            Self::Portal | Self::Signed => ApiError::with_status(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                "HTTP 429 Unknown Code",
            ),
        }
    }

    /// What it says when it is in trouble.
    pub(crate) fn internal(self) -> ApiError {
        let text = "An internal error has occurred";
        ApiError::with_status(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException", text)
    }

    fn kind(self, code: &str) -> String {
        format!("com.amazonaws.switchboard.portal#{code}")
    }
}

fn answer(status: StatusCode, request_id: Uuid, body: &Value) -> Response {
    let mut response = (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// `AuthorizationPendingException` is `authorization_pending` in RFC 8628, and so are all.
fn oauth_word(exception: &str) -> String {
    let mut word = String::new();
    for letter in exception.trim_end_matches("Exception").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_have_the_words_of_oauth() {
        for (exception, word) in [
            ("AuthorizationPendingException", "authorization_pending"),
            ("SlowDownException", "slow_down"),
            ("ExpiredTokenException", "expired_token"),
            ("UnsupportedGrantTypeException", "unsupported_grant_type"),
        ] {
            assert_eq!(oauth_word(exception), word);
        }
    }
}
