//! AWS said no: error codes of EC2, KMS, SSM and STS, sorted by what the user can do about them.

use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{ControlError, display_text};

use crate::skew::Skew;
use crate::unreadable_answer::instead_of_an_answer;

/// An answer of AWS that is an error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusal {
    /// For example `AccessDeniedException`; none when the answer is not AWS's form.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// How far this computer's clock is from AWS's in the answer.
    pub(crate) skew: Option<Skew>,
    /// What came where AWS's error should be, for an answer without a code.
    pub(crate) instead: &'static str,
}

/// What a code means wherever it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Expired,
    Invalid,
    Denied,
    Throttled,
    Clock,
    Other,
}

impl Refusal {
    pub(crate) fn of(error: &impl ProvideErrorMetadata, answer: &HttpResponse) -> Self {
        Self {
            code: error.code().map(ToOwned::to_owned),
            message: readable(error.message().unwrap_or_default()),
            status: answer.status().as_u16(),
            skew: Skew::measured(answer.headers().get("date"), SystemTime::now()),
            instead: instead_of_an_answer(answer),
        }
    }

    /// The error where what the call is about changes nothing, as for STS AssumeRole on the way to credentials.
    pub(crate) fn explain(&self, who: &str, action: &str) -> ControlError {
        let (who, operation) = (who.to_owned(), action.to_owned());
        let Some(code) = self.code.clone() else {
            return Self::without_code(self.status, self.instead, operation);
        };
        let detail = self.said(&code);
        match self.meaning(&code) {
            Meaning::Expired => ControlError::CredentialsExpired { who, detail },
            Meaning::Invalid => ControlError::InvalidCredentials { who, detail },
            Meaning::Denied => ControlError::Denied {
                who,
                action: operation,
                detail,
            },
            Meaning::Throttled => ControlError::Throttled { operation },
            Meaning::Clock => ControlError::ClockSkew {
                detail: self.clock_in_words(detail),
            },
            Meaning::Other if self.status >= 500 => ControlError::ServerError {
                operation,
                status: self.status,
                detail,
            },
            Meaning::Other => ControlError::Rejected {
                operation,
                code: display_text(&code),
                message: detail,
            },
        }
    }

    /// The amount first: AWS's words show two times of which nobody knows which is whose.
    fn clock_in_words(&self, said: String) -> String {
        match self.skew.filter(|_| self.clock_is_off()) {
            Some(skew) => format!("it is {skew}. AWS said: {said}"),
            None => said,
        }
    }

    fn clock_is_off(&self) -> bool {
        self.skew.is_some_and(Skew::is_too_much)
    }

    /// AWS's words, or its code where it has none.
    pub(crate) fn said(&self, code: &str) -> String {
        if self.message.is_empty() {
            display_text(code)
        } else {
            self.message.clone()
        }
    }

    /// A proxy, a captive portal or an overloaded front answered instead of the service.
    pub(crate) fn without_code(status: u16, instead: &str, operation: String) -> ControlError {
        match status {
            429 => ControlError::Throttled { operation },
            500.. => ControlError::ServerError {
                operation,
                status,
                detail: instead.to_owned(),
            },
            status => ControlError::MalformedAnswer {
                operation,
                detail: format!("HTTP {status}, and {instead}"),
            },
        }
    }

    fn meaning(&self, code: &str) -> Meaning {
        match code {
            "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Meaning::Expired,
            // EC2 says this of expired temporary credentials as well as of old signatures.
            "RequestExpired" if !self.clock_is_off() => Meaning::Expired,
            "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture" => Meaning::Clock,
            "SignatureDoesNotMatch" | "InvalidSignatureException" | "AuthFailure" if self.concerns_time() => {
                Meaning::Clock
            }
            "UnrecognizedClientException" | "InvalidClientTokenId" | "AuthFailure"
                if self.message.to_ascii_lowercase().contains("expired") =>
            {
                Meaning::Expired
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "AuthFailure" => Meaning::Invalid,
            "UnauthorizedOperation"
            | "AuthorizationError"
            | "AuthorizationErrorException"
            | "NotAuthorized"
            | "ForbiddenException" => Meaning::Denied,
            code if code.starts_with("AccessDenied") => Meaning::Denied,
            "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "SlowDown"
            | "BandwidthLimitExceeded"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "PriorRequestNotComplete"
            | "RateExceeded" => Meaning::Throttled,
            code if code.starts_with("Throttl") || code == "EC2ThrottledException" => Meaning::Throttled,
            _ => Meaning::Other,
        }
    }

    fn concerns_time(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        let said = [
            "signature expired",
            "signature not yet current",
            "is now earlier than",
            "is now later than",
        ];
        self.clock_is_off() || said.iter().any(|said| message.contains(said))
    }
}

/// AWS's text for a line of ours: without the kilobyte that only `sts:DecodeAuthorizationMessage` can read.
fn readable(message: &str) -> String {
    let plain = message
        .split("Encoded authorization failure message")
        .next()
        .unwrap_or_default();
    display_text(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(code: &str, message: &str) -> ControlError {
        refusal(code, message).explain("acme-prod", "ssm:StartSession")
    }

    fn refusal(code: &str, message: &str) -> Refusal {
        Refusal {
            code: Some(code.into()),
            message: readable(message),
            status: 400,
            ..Refusal::default()
        }
    }

    #[test]
    fn codes_lead_to_the_right_remedy() {
        for (code, message, expected) in [
            (
                "ExpiredTokenException",
                "The security token included in the request is expired",
                "credentials-expired",
            ),
            ("ExpiredToken", "", "credentials-expired"),
            ("RequestExpired", "Request has expired.", "credentials-expired"),
            (
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
                "invalid-credentials",
            ),
            (
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                "invalid-credentials",
            ),
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match",
                "invalid-credentials",
            ),
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match",
                "invalid-credentials",
            ),
            (
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
                "invalid-credentials",
            ),
            (
                "InvalidSignatureException",
                "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z",
                "clock-skew",
            ),
            (
                "SignatureDoesNotMatch",
                "Signature not yet current: 20260101T001000Z is still later than",
                "clock-skew",
            ),
            ("RequestTimeTooSkewed", "", "clock-skew"),
            (
                "AccessDeniedException",
                "User: x is not authorized to perform: ssm:StartSession",
                "denied",
            ),
            ("AccessDenied", "", "denied"),
            ("UnauthorizedOperation", "You are not authorized", "denied"),
            ("ThrottlingException", "Rate exceeded", "throttled"),
            ("RequestLimitExceeded", "", "throttled"),
            ("TooManyRequestsException", "", "throttled"),
            ("InternalServerError", "", "rejected"),
            ("OptInRequired", "You are not subscribed", "rejected"),
        ] {
            assert_eq!(explained(code, message).code(), expected, "{code} {message}");
        }
    }

    #[test]
    fn a_clock_that_is_off_explains_what_looks_like_expired_credentials() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000);
        let refusal = Refusal {
            // 12 minutes after `now`.
            skew: Skew::measured(Some("Fri, 15 Jan 2027 08:12:00 GMT"), now),
            ..refusal("RequestExpired", "Request has expired.")
        };
        let error = refusal.explain("a", "ec2:DescribeInstances");
        assert_eq!(
            error.to_string(),
            "The clock of this computer differs from AWS: it is 12 minutes behind. AWS said: Request has expired."
        );
        let refusal = Refusal {
            code: Some("AuthFailure".into()),
            ..refusal
        };
        assert_eq!(refusal.explain("a", "ec2:DescribeInstances").code(), "clock-skew");
    }

    #[test]
    fn a_denial_names_the_caller_and_the_action() {
        let error = explained("AccessDeniedException", "no identity-based policy allows it");
        assert_eq!(error.to_string(), "acme-prod may not call ssm:StartSession.");
        assert_eq!(error.detail(), Some("no identity-based policy allows it"));
    }

    #[test]
    fn the_encoded_part_of_a_denial_is_not_shown() {
        let error = explained(
            "UnauthorizedOperation",
            "You are not authorized. Encoded authorization failure message: AbCd",
        );
        assert_eq!(error.detail(), Some("You are not authorized."));
    }

    #[test]
    fn text_from_aws_is_made_safe_to_show() {
        let ControlError::Rejected { message, .. } = explained("X", "a\u{1b}[31m\u{202e}b") else {
            panic!()
        };
        assert_eq!(message, "a[31mb");
    }

    #[test]
    fn an_answer_without_a_code_is_not_taken_for_aws() {
        let portal = Refusal {
            status: 403,
            instead: "the answer is empty",
            ..Refusal::default()
        };
        let error = portal.explain("a", "sts:GetCallerIdentity");
        assert_eq!(error.code(), "malformed-answer");
        assert!(
            error.to_string().ends_with("HTTP 403, and the answer is empty."),
            "{error}"
        );
        let busy = Refusal {
            status: 429,
            ..Refusal::default()
        };
        assert_eq!(busy.explain("a", "x:Y").code(), "throttled");
    }
}
