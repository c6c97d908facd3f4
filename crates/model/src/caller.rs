//! Whose calls they are, as AWS sees it.

use std::time::SystemTime;

use async_trait::async_trait;

use crate::{ControlError, Scope};

/// Whom AWS takes the caller for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account, twelve digits.
    pub account: String,
    /// The user or the session of a role.
    pub arn: String,
    /// When the credentials expire; none if they do not, or do not say.
    pub expires_at: Option<SystemTime>,
}

/// Who AWS thinks is calling.
#[async_trait]
pub trait Callers: Send + Sync {
    /// STS GetCallerIdentity, which needs no permission.
    ///
    /// # Errors
    /// Any [`ControlError`] of credentials and of the network.
    async fn caller(&self, scope: &Scope) -> Result<Caller, ControlError>;
}
