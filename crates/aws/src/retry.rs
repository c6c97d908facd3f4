//! How long a call keeps trying: patient while AWS asks to slow down, brief while it fails or cannot be reached.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_types::retry::ErrorKind;

/// With the SDK's waits of up to 1, 2, 4, 8 and 16 s between them, enough for throttling.
const MOST_ATTEMPTS: u32 = 6;

/// A refused connection or an unknown name is not helped by the SDK's long waits, and somebody may be looking at it.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(200);

/// A service that fails either recovers within seconds or has an outage, which no wait of ours outlasts.
const BETWEEN_SERVER_ERRORS: Duration = Duration::from_secs(1);

/// The attempts of every call.
pub(crate) fn attempts() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(MOST_ATTEMPTS)
}

/// Shortens the waits after errors of the connection and of the service.
#[derive(Debug)]
pub(crate) struct BriefWaits;

impl ClassifyRetry for BriefWaits {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    /// Throttling, which comes with a server error's status too, keeps the SDK's waits.
    fn classify_retry_v2(&self, context: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        if error
            .and_then(|error| error.as_connector_error())
            .is_some_and(ConnectorError::is_io)
        {
            return RetryAction::retryable_error_with_explicit_delay(
                ErrorKind::TransientError,
                BETWEEN_CONNECTIONS,
            );
        }
        let failed = context
            .response()
            .is_some_and(|response| response.status().is_server_error());
        if failed && !is_throttling(previous) {
            return RetryAction::retryable_error_with_explicit_delay(
                ErrorKind::ServerError,
                BETWEEN_SERVER_ERRORS,
            );
        }
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "postern brief waits"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// For calls whose caller has a pace of its own: throttling ends them, so that the caller learns of it at once.
#[derive(Debug)]
pub(crate) struct ThrottlingIsTold;

impl ClassifyRetry for ThrottlingIsTold {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    fn classify_retry_v2(&self, _: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        if is_throttling(previous) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "postern tells of throttling"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(BriefWaits.priority())
    }
}

fn is_throttling(action: &RetryAction) -> bool {
    let RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) = action else {
        return false;
    };
    matches!(kind, ErrorKind::ThrottlingError)
}
