//! Credentials of one profile: the way to them, where they come from, and the last ones held until they are about to
//! expire.

mod chain;
mod cli_cache;
mod console;
mod held;
mod machine;
mod mfa;
mod plan;
mod reach;
mod sts;

use std::sync::Arc;

use aws_config::credential_process::CredentialProcessProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use postern_model::ControlError;

use crate::configuration::ProfileSettings;
use crate::variables::Variables;
use chain::Chain;
use machine::Machine;
use plan::Base;
use sts::Sts;

pub(crate) use cli_cache::CliCache;
pub(crate) use console::{Console, ConsoleSignIn};
pub(crate) use held::HeldCredentials;
pub(crate) use mfa::MfaDesk;
pub(crate) use plan::Plan;
pub(crate) use reach::{Reach, attempts};

/// What the credentials of all profiles share.
#[derive(Default)]
pub(crate) struct Shared {
    /// What the AWS CLI keeps, and what is kept for it.
    pub(crate) cache: Arc<CliCache>,
    /// Whoever is asked for codes.
    pub(crate) desk: Arc<MfaDesk>,
}

/// The source of the credentials of one profile; `center` is asked for what Identity Center gives to a profile.
///
/// # Errors
/// [`ControlError::MalformedConfiguration`] when its settings lead nowhere.
pub(crate) fn source(
    settings: &ProfileSettings<'_>,
    environment: &Variables,
    reach: &Reach,
    who: String,
    shared: &Shared,
    center: impl Fn(&str) -> Result<SharedCredentialsProvider, ControlError>,
) -> Result<SharedCredentialsProvider, ControlError> {
    let plan = plan(settings, environment)?;
    let provider = if let Base::Process { command, .. } = &plan.base {
        let process = CredentialProcessProvider::new(command.clone());
        Some(SharedCredentialsProvider::new(process))
    } else if let Base::IdentityCenter { profile } = &plan.base {
        Some(center(profile)?)
    } else if let Base::OwnKey { profile } = &plan.base {
        settings.own_key(profile).map(SharedCredentialsProvider::new)
    } else {
        None
    };
    let machine = if settings.is_isolated() {
        Machine::none()
    } else {
        Machine::of(environment, |key| settings.setting(key))
    };
    Ok(SharedCredentialsProvider::new(Chain {
        provider,
        plan,
        who: who.clone(),
        sts: Sts::new(reach.clone(), who),
        cache: Arc::clone(&shared.cache),
        desk: Arc::clone(&shared.desk),
        machine,
        console: Console::of(environment, reach.clone()),
    }))
}

/// The profile whose sign-in of `aws login` the credentials come from, and the ARN of that; none if they need none.
pub(crate) fn console_session(
    settings: &ProfileSettings<'_>,
    environment: &Variables,
) -> Result<Option<(String, String)>, ControlError> {
    let base = plan(settings, environment)?.base;
    Ok(if let Base::ConsoleSignIn { profile, session } = base {
        Some((profile, session))
    } else {
        None
    })
}

fn plan(settings: &ProfileSettings<'_>, environment: &Variables) -> Result<Plan, ControlError> {
    Plan::of(
        settings.sections(),
        environment,
        settings.profile(),
        settings.is_chosen(),
    )
}
