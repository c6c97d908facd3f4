//! What each service says to who may not call, or calls too fast.

use axum::http::StatusCode;

use super::api_error::ApiError;
use super::dialect::Dialect;
use super::unauthenticated::Unauthenticated;

/// Why a caller may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denial {
    /// No policy allows it.
    NotAllowed,
    /// A policy of the organisation denies it, whatever else allows it.
    ByOrganization,
}

impl Denial {
    fn detail(self, action: &str) -> String {
        match self {
            Self::NotAllowed => format!("because no identity-based policy allows the {action} action"),
            Self::ByOrganization => "with an explicit deny in a service control policy".to_owned(),
        }
    }
}

impl ApiError {
    /// What each service says to a request that is not properly signed.
    pub(crate) fn unauthenticated(dialect: Dialect, why: &Unauthenticated) -> Self {
        let (status, code) = match (dialect, why) {
            (Dialect::Json, Unauthenticated::Missing) => (400, "MissingAuthenticationTokenException"),
            (Dialect::Ec2 | Dialect::Sts, Unauthenticated::Missing) => (403, "MissingAuthenticationToken"),
            (Dialect::Json, Unauthenticated::Incomplete(_)) => (400, "IncompleteSignatureException"),
            (Dialect::Ec2 | Dialect::Sts, Unauthenticated::Incomplete(_)) => (400, "IncompleteSignature"),
            (Dialect::Json, Unauthenticated::UnknownKey | Unauthenticated::WrongToken) => {
                (400, "UnrecognizedClientException")
            }
            (Dialect::Sts, Unauthenticated::UnknownKey | Unauthenticated::WrongToken) => {
                (403, "InvalidClientTokenId")
            }
            (Dialect::Ec2, Unauthenticated::UnknownKey | Unauthenticated::WrongToken) => (401, "AuthFailure"),
            (Dialect::Json, Unauthenticated::Mismatch(_) | Unauthenticated::Skewed(_)) => {
                (400, "InvalidSignatureException")
            }
            (Dialect::Ec2 | Dialect::Sts, Unauthenticated::Mismatch(_))
            | (Dialect::Sts, Unauthenticated::Skewed(_)) => (403, "SignatureDoesNotMatch"),
            (Dialect::Ec2, Unauthenticated::Skewed(_)) => (400, "RequestExpired"),
            (Dialect::Json, Unauthenticated::Expired) => (400, "ExpiredTokenException"),
            (Dialect::Sts, Unauthenticated::Expired) => (403, "ExpiredToken"),
            (Dialect::Ec2, Unauthenticated::Expired) => (400, "RequestExpired"),
        };
        Self {
            status: status_of(status),
            code,
            message: unauthenticated_message(dialect, why),
        }
    }

    /// What each service says to a caller who may not do this.
    pub(crate) fn denied(dialect: Dialect, why: Denial, arn: &str, action: &str, resource: &str) -> Self {
        let detail = why.detail(action);
        match dialect {
            Dialect::Json => Self::new(
                "AccessDeniedException",
                format!(
                    "User: {arn} is not authorized to perform: {action} on resource: {resource} {detail}"
                ),
            ),
            Dialect::Ec2 => Self::with_status(
                StatusCode::FORBIDDEN,
                "UnauthorizedOperation",
                format!(
                    "You are not authorized to perform this operation. User: {arn} is not authorized to perform: {action} {detail}"
                ),
            ),
            Dialect::Sts => Self::with_status(
                StatusCode::FORBIDDEN,
                "AccessDenied",
                format!("User: {arn} is not authorized to perform: {action} {detail}"),
            ),
        }
    }

    /// What each service says to a caller who is too fast.
    pub(crate) fn throttled(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Json => Self::new("ThrottlingException", "Rate exceeded"),
            Dialect::Ec2 => Self::with_status(
                StatusCode::SERVICE_UNAVAILABLE,
                "RequestLimitExceeded",
                "Request limit exceeded.",
            ),
            Dialect::Sts => Self::new("Throttling", "Rate exceeded"),
        }
    }
}

fn unauthenticated_message(dialect: Dialect, why: &Unauthenticated) -> String {
    match (dialect, why) {
        (Dialect::Ec2, Unauthenticated::UnknownKey | Unauthenticated::WrongToken) => {
            "AWS was not able to validate the provided access credentials".to_owned()
        }
        (Dialect::Ec2, Unauthenticated::Expired | Unauthenticated::Skewed(_)) => {
            "Request has expired.".to_owned()
        }
        (Dialect::Json, Unauthenticated::Missing) => "Missing Authentication Token".to_owned(),
        (Dialect::Ec2 | Dialect::Sts, Unauthenticated::Missing) => {
            "Request is missing Authentication Token".to_owned()
        }
        (Dialect::Json | Dialect::Sts, Unauthenticated::UnknownKey | Unauthenticated::WrongToken) => {
            "The security token included in the request is invalid.".to_owned()
        }
        (Dialect::Json | Dialect::Sts, Unauthenticated::Expired) => {
            "The security token included in the request is expired".to_owned()
        }
        (Dialect::Json | Dialect::Sts, Unauthenticated::Skewed(detail))
        | (_, Unauthenticated::Incomplete(detail) | Unauthenticated::Mismatch(detail)) => detail.clone(),
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST)
}
