//! How long a call keeps trying: patient while AWS asks to slow down, brief while the host cannot be reached.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::ErrorKind;

/// With the SDK's waits of up to 1, 2, 4, 8 and 16 s between them, enough for throttling and for a service in trouble.
const MOST_ATTEMPTS: u32 = 6;

/// A refused connection or an unknown name is not helped by the SDK's long waits, and somebody may be looking at it.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(200);

/// The attempts of every call.
pub(crate) fn attempts() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(MOST_ATTEMPTS)
}

/// Shortens the waits after errors of the connection.
#[derive(Debug)]
pub(crate) struct QuickReconnect;

impl ClassifyRetry for QuickReconnect {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
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
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "postern quick reconnect"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
