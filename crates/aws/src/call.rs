//! One AWS call as its errors tell of it: who called what, about what, and where.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use postern_model::{ControlError, Scope, display_text};

use crate::clients::Clients;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::subject::{Subject, who};
use crate::unreadable_answer::instead_of_an_answer;
use crate::{provider_error, reach};

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
            return self.refused(&Refusal::of(refused.err(), refused.raw()));
        }
        if let SdkError::TimeoutError(_) = error {
            return self.unreachable(format!(
                "no answer within {} s",
                self.service.call_limit().as_secs()
            ));
        }
        if let Some(explained) = provider_error::within(error, &who(self.scope)) {
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

    /// What the call is about may give a code a meaning that it has nowhere else.
    fn refused(&self, refusal: &Refusal) -> ControlError {
        let special = refusal
            .code
            .as_deref()
            .and_then(|code| self.subject.refused(self.scope, code, &refusal.said(code)));
        special.unwrap_or_else(|| refusal.explain(&who(self.scope), &self.action()))
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
