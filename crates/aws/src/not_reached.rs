//! That a host was not reached, with its name.

use aws_smithy_runtime_api::box_error::BoxError;
use thiserror::Error;

/// A connector's error with the host that was to be reached, which no error of the SDK names.
#[derive(Debug, Error)]
#[error("{host}")]
pub(crate) struct NotReached {
    /// Host, and port where it is not the scheme's own.
    pub(crate) host: String,
    /// Why.
    #[source]
    pub(crate) cause: BoxError,
}
