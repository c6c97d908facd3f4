//! One refused call: AWS's code, HTTP status and words.

use std::io;

use axum::http::StatusCode;

/// A failure as AWS names it; the dialect decides how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    /// A failure with status 400, as most are.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    /// A failure with another status.
    pub(crate) fn with_status(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// What a service in trouble says.
    pub(crate) fn internal() -> Self {
        Self::with_status(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "An internal error has occurred",
        )
    }
}

/// Writing into memory does not fail; were it to, AWS would say this.
impl From<io::Error> for ApiError {
    fn from(_: io::Error) -> Self {
        Self::internal()
    }
}
