//! Credentials of one profile: the way to them, where they come from, and the last ones held until they are about to
//! expire.

mod chain;
mod cli_cache;
mod console;
mod held;
mod machine;
mod mfa;
mod plan;
mod process;
mod reach;
mod sts;

use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use postern_model::ControlError;

use crate::variables::Variables;
use chain::Chain;
use sts::Sts;

pub(crate) use cli_cache::CliCache;
pub(crate) use console::{ConsoleSignIn, ConsoleSource};
pub(crate) use held::HeldCredentials;
pub(crate) use machine::Machine;
pub(crate) use mfa::MfaDesk;
pub(crate) use plan::{Base, Plan};
pub use process::SearchPath;
pub(crate) use process::{ProcessFailed, ProcessProvider, ProcessSurroundings};
pub(crate) use reach::{Reach, attempts};

/// What the credentials of all profiles share.
#[derive(Default)]
pub(crate) struct Shared {
    /// What the AWS CLI keeps, and what is kept for it.
    pub(crate) cache: Arc<CliCache>,
    /// Whoever is asked for codes.
    pub(crate) desk: Arc<MfaDesk>,
}

/// The source of the credentials that `plan` leads to; `provided` is asked for what has a provider of its own elsewhere.
///
/// # Errors
/// Those of `provided`.
pub(crate) fn source(
    plan: Plan,
    machine: Machine,
    environment: &Variables,
    reach: &Reach,
    who: String,
    shared: &Shared,
    provided: impl Fn(&Base) -> Result<Option<SharedCredentialsProvider>, ControlError>,
) -> Result<SharedCredentialsProvider, ControlError> {
    let provider = provided(&plan.base)?;
    Ok(SharedCredentialsProvider::new(Chain {
        provider,
        plan,
        who: who.clone(),
        sts: Sts::new(reach.clone(), who),
        cache: Arc::clone(&shared.cache),
        desk: Arc::clone(&shared.desk),
        machine,
        console: ConsoleSource::of(environment, reach.clone()),
    }))
}
