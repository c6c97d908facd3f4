//! One AWS call as its errors tell of it: who called what, about what, and where.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{ControlError, DocumentName, Region, Scope, SessionId, StartRequest, display_text};
use url::Url;

use crate::clients::{CALL_LIMIT, Clients, KMS_CALL_LIMIT};
use crate::http::host_of;
use crate::refusal::Refusal;
use crate::{provider_error, reach};

/// The services that Postern calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Ec2,
    Kms,
    Ssm,
    Sts,
}

impl Service {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Ec2, Self::Kms, Self::Ssm, Self::Sts];

    /// As in host names and IAM actions.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Kms => "kms",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
        }
    }

    /// As in the AWS configuration.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Kms => "KMS",
            Self::Ssm => "SSM",
            Self::Sts => "STS",
        }
    }

    /// How long a call may take with all its attempts.
    pub(crate) fn call_limit(self) -> Duration {
        match self {
            Self::Kms => KMS_CALL_LIMIT,
            Self::Ec2 | Self::Ssm | Self::Sts => CALL_LIMIT,
        }
    }

    /// Where its calls go, for people: the user's endpoint, else the usual name.
    pub(crate) fn host(self, endpoint: Option<&Url>, region: &Region) -> String {
        let suffix = if region.as_str().starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let usual = || format!("{}.{region}.{suffix}", self.prefix());
        endpoint.map_or_else(usual, |url| host_of(url.as_str()))
    }
}

/// What the call is about, where that changes what an error means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// Nothing in particular.
    Listing,
    /// A session to be started.
    Start(&'a StartRequest),
    /// A session that exists, or did.
    Session(&'a SessionId),
    /// A KMS key, as somebody named it.
    Key(&'a str),
    /// A Session document.
    Document(&'a DocumentName),
}

/// A call that is being made.
pub(crate) struct Call<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
    pub(crate) subject: Subject<'a>,
    pub(crate) clients: &'a Clients,
}

impl Call<'_> {
    /// The IAM action, such as `ssm:StartSession`.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service.prefix(), self.operation)
    }

    /// What the SDK's error means.
    pub(crate) fn failed<E>(&self, error: &SdkError<E, HttpResponse>) -> ControlError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let SdkError::ServiceError(refused) = error {
            return Refusal::of(refused.err(), refused.raw()).explain(&who(self.scope), &self.action(), self);
        }
        if let SdkError::TimeoutError(_) = error {
            return self.unreachable(format!(
                "no answer within {} s",
                self.service.call_limit().as_secs()
            ));
        }
        let mfa = self.clients.credentials.asks_for_mfa;
        if let Some(explained) = provider_error::within(error, &who(self.scope), mfa) {
            return explained;
        }
        match (reach::explain(error), error) {
            (Some(unreachable), _) => unreachable,
            (None, SdkError::ResponseError(garbled)) => self.garbled(garbled.raw()),
            // It never came to a connection: the request could not even be made.
            (None, _) => ControlError::LibraryFailed {
                operation: self.action(),
                detail: reach::deepest(error),
            },
        }
    }

    /// An answer that lacks what the API promises.
    pub(crate) fn malformed(&self, detail: impl AsRef<str>) -> ControlError {
        ControlError::MalformedAnswer {
            operation: self.action(),
            detail: display_text(detail.as_ref()),
        }
    }

    /// An answer that the SDK could not read. What its parser says is of no use to anybody who did not write it.
    fn garbled(&self, answer: &HttpResponse) -> ControlError {
        let status = answer.status().as_u16();
        Refusal::without_code(status, instead_of_an_answer(answer), self.action())
    }

    fn unreachable(&self, detail: String) -> ControlError {
        ControlError::Unreachable {
            endpoint: self.clients.host(self.service).to_owned(),
            detail,
        }
    }
}

/// What came where AWS's answer should be.
pub(crate) fn instead_of_an_answer(answer: &HttpResponse) -> &'static str {
    let Some(body) = answer.body().bytes() else {
        return "the answer cannot be read";
    };
    let start = String::from_utf8_lossy(body.get(..body.len().min(512)).unwrap_or_default());
    let start = start.trim_start().to_ascii_lowercase();
    let is_page = ["<html", "<!doctype html", "<head", "<body"]
        .iter()
        .any(|tag| start.contains(tag));
    match start.chars().next() {
        None => "the answer is empty",
        Some(_) if is_page => "the answer is a web page, as of a proxy or a portal",
        Some('{' | '[' | '<') => "the answer is cut off or damaged",
        Some(_) => "the answer is not in the form of AWS",
    }
}

/// Whose call it is, in words.
pub(crate) fn who(scope: &Scope) -> String {
    scope
        .profile
        .as_ref()
        .map_or_else(|| "the default credentials".to_owned(), ToString::to_string)
}
