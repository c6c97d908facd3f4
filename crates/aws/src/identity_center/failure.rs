//! What an error of one of the two services means.

use aws_sdk_ssooidc::operation::create_token::CreateTokenError;
use aws_sdk_ssooidc::operation::register_client::RegisterClientError;
use aws_sdk_ssooidc::operation::start_device_authorization::StartDeviceAuthorizationError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{ControlError, SignInKey, display_text};

use super::center::Center;
use super::clients::CALL_LIMIT;
use crate::reach;
use crate::refusal::Refusal;
use crate::unreadable_answer::instead_of_an_answer;

/// A call to one of the two services, for its errors.
pub(super) struct CenterCall<'a> {
    /// On whose behalf.
    pub(super) who: &'a str,
    /// Such as `sso:GetRoleCredentials`.
    pub(super) action: &'static str,
    pub(super) host: &'a str,
}

impl CenterCall<'_> {
    /// What the SDK's error means where the call is about nothing in particular.
    pub(super) fn failed<E>(&self, error: &SdkError<E, HttpResponse>) -> ControlError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let operation = || self.action.to_owned();
        if let SdkError::ServiceError(refused) = error {
            return Refusal::of(refused.err(), refused.raw()).explain(self.who, self.action);
        }
        if let SdkError::TimeoutError(_) = error {
            return ControlError::Unreachable {
                endpoint: self.host.to_owned(),
                detail: format!("no answer within {} s", CALL_LIMIT.as_secs()),
            };
        }
        match (reach::explain(error), error) {
            (Some(unreachable), _) => unreachable,
            (None, SdkError::ResponseError(garbled)) => Refusal::without_code(
                garbled.raw().status().as_u16(),
                instead_of_an_answer(garbled.raw()),
                operation(),
            ),
            (None, _) => ControlError::LibraryFailed {
                operation: operation(),
                detail: reach::deepest(error),
            },
        }
    }

    /// An answer that lacks what the API promises.
    pub(super) fn malformed(&self, detail: &str) -> ControlError {
        ControlError::MalformedAnswer {
            operation: self.action.to_owned(),
            detail: detail.to_owned(),
        }
    }
}

/// The service's own words: it has them in a field of its own and leaves the usual one empty.
pub(super) trait DescribedRefusal: ProvideErrorMetadata + std::error::Error + 'static {
    /// Where it has any.
    fn own_words(&self) -> Option<&str>;

    /// Safe to show; the code where there are no words.
    fn in_words(&self) -> String {
        let words = self.own_words().or_else(|| self.message());
        let words = words.filter(|words| !words.is_empty()).or_else(|| self.code());
        display_text(words.unwrap_or("it does not say why"))
    }
}

macro_rules! described {
    ($error:ident: $($kind:ident),+) => {
        impl DescribedRefusal for $error {
            fn own_words(&self) -> Option<&str> {
                match self {
                    $(Self::$kind(error) => error.error_description(),)+
                    _ => None,
                }
            }
        }
    };
}

described!(CreateTokenError: AccessDeniedException, ExpiredTokenException, InvalidClientException,
    InvalidGrantException, InvalidRequestException, InvalidScopeException, UnauthorizedClientException,
    UnsupportedGrantTypeException);
described!(RegisterClientError: InvalidClientMetadataException, InvalidRedirectUriException,
    InvalidRequestException, InvalidScopeException, UnsupportedGrantTypeException);
described!(StartDeviceAuthorizationError: InvalidClientException, InvalidRequestException,
    UnauthorizedClientException);

/// Why a sign-in did not come about where the service refused it; none where it could not be asked, or is busy.
pub(super) fn refused<E: DescribedRefusal>(
    center: &Center,
    call: &CenterCall<'_>,
    error: &SdkError<E, HttpResponse>,
) -> ControlError {
    if !is_refusal(error) {
        return call.failed(error);
    }
    let words = error
        .as_service_error()
        .map(DescribedRefusal::in_words)
        .unwrap_or_default();
    let words = match center.session.doubt() {
        Some(doubt) => format!("{} ({doubt})", words.trim_end_matches('.')),
        None => words,
    };
    failed(&center.session.key, words)
}

/// Whether the service understood the request and said no for good.
pub(super) fn is_refusal<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let SdkError::ServiceError(refused) = error else {
        return false;
    };
    let code = refused.err().code().unwrap_or_default();
    let is_busy =
        code.starts_with("Throttl") || matches!(code, "SlowDownException" | "TooManyRequestsException");
    refused.raw().status().is_client_error() && !code.is_empty() && !is_busy
}

/// A sign-in that did not come about.
pub(super) fn failed(key: &SignInKey, reason: impl Into<String>) -> ControlError {
    ControlError::SignInFailed {
        sign_in: key.clone(),
        reason: reason.into(),
    }
}
