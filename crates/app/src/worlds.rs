//! What the application needs from outside, given to it by whoever composes the program.

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::{ControlPlane, Pair, SessionId};

use crate::{contract::ErrorView, settings::OwnProfileKeeping};

/// Where the worlds come from that the window can work on.
#[async_trait]
pub trait Worlds: Send + Sync {
    /// The control plane of the user's AWS configuration.
    fn aws(&self) -> Arc<dyn ControlPlane>;

    /// Where that configuration is, as text for people (for example `~/.aws/config`).
    fn aws_config_path(&self) -> String;

    /// Where that control plane reads the profiles of Postern's own, and where their secrets are; none if it knows none.
    fn own_profiles(&self) -> Option<OwnProfileKeeping> {
        None
    }

    /// Starts the made-up fleet.
    ///
    /// # Errors
    /// Why it cannot be started, for people.
    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView>;
}

/// A made-up fleet that runs for as long as the demo is open.
#[async_trait]
pub trait Demo: Send + Sync {
    /// A control plane that sees only the made-up fleet.
    fn control(&self) -> Arc<dyn ControlPlane>;

    /// Where it answers, for the user's own tools.
    fn endpoint(&self) -> String;

    /// All its pairs.
    fn pairs(&self) -> Vec<Pair>;

    /// Cuts the session's link for a few seconds.
    fn drop_network(&self, session: &SessionId);

    /// Ends it; every shell dies.
    async fn shut_down(&self);
}
