//! One AWS call as its errors tell of it: who called what, about what, and where.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{ControlError, DocumentName, Scope, SessionId, StartRequest, display_text};

use crate::clients::Clients;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::{provider_error, reach};

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
