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
mod waits;

use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use postern_model::ControlError;

use crate::clock::AwsClock;
use crate::variables::Variables;
use chain::Chain;
use sts::Sts;
use waits::Waits;

pub(crate) use cli_cache::CliCache;
pub(crate) use console::{ConsoleRenewals, ConsoleSignIn, ConsoleSource};
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
    /// AWS's, by which credentials expire.
    pub(crate) clock: Arc<AwsClock>,
    /// The renewals of sign-ins of `aws login`.
    pub(crate) console: Arc<ConsoleRenewals>,
}

/// The credentials that `plan` leads to, which nobody has asked for yet; `provided` is asked for what has a provider of its own elsewhere.
///
/// # Errors
/// Those of `provided`.
pub(crate) fn held(
    plan: Plan,
    machine: Machine,
    environment: &Variables,
    reach: &Reach,
    who: String,
    shared: &Shared,
    provided: impl Fn(&Base) -> Result<Option<SharedCredentialsProvider>, ControlError>,
) -> Result<HeldCredentials, ControlError> {
    let provider = provided(&plan.base)?;
    let waits = Waits::default();
    let chain = Chain {
        provider,
        plan,
        who: who.clone(),
        sts: Sts::new(reach.clone(), who),
        cache: Arc::clone(&shared.cache),
        desk: Arc::clone(&shared.desk),
        machine,
        console: ConsoleSource::of(environment, reach.clone(), Arc::clone(&shared.console)),
        waits: waits.clone(),
        clock: Arc::clone(&shared.clock),
    };
    let chain = SharedCredentialsProvider::new(chain);
    Ok(HeldCredentials::new(chain, waits, Arc::clone(&shared.clock)))
}
