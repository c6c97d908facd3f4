//! What Identity Center says when it refuses: names of exceptions, from which the words of OAuth follow.

use axum::http::StatusCode;

use crate::wire::ApiError;

pub(super) fn invalid_request(description: impl Into<String>) -> ApiError {
    ApiError::new("InvalidRequestException", description)
}

pub(super) fn invalid_client(description: impl Into<String>) -> ApiError {
    ApiError::with_status(StatusCode::UNAUTHORIZED, "InvalidClientException", description)
}

pub(super) fn invalid_grant(description: impl Into<String>) -> ApiError {
    ApiError::new("InvalidGrantException", description)
}

/// To a request whose access token is not one, or not one any more.
pub(super) fn unauthorized() -> ApiError {
    ApiError::with_status(
        StatusCode::UNAUTHORIZED,
        "UnauthorizedException",
        "Session token not found or invalid",
    )
}

/// To a user who is not assigned to an account or not with this role.
pub(crate) fn no_access() -> ApiError {
    ApiError::with_status(StatusCode::FORBIDDEN, "ForbiddenException", "No access")
}
