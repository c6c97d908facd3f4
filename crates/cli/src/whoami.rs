//! `postern whoami`: what a profile means, as Postern sees it.

mod identity;
mod render;

use std::process::ExitCode;

use postern_aws::AwsControlPlane;
use postern_model::{Callers, ControlError, Profiles, Scope, SignIns};

use crate::arguments::WhoamiArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use identity::Identity;

/// Says what a profile means. What this computer knows is said even if AWS does not answer.
pub(crate) async fn whoami(arguments: WhoamiArguments) -> Result<ExitCode, Failure> {
    let control = control_plane::of_user().await;
    let scope = control.resolve(arguments.profile, arguments.region).await?;
    let identity = find_out(&control, scope).await?;
    let text = if arguments.json {
        render::json(&identity)
    } else {
        render::lines(&identity)
    };
    console::to_stdout(&text).map_err(Failure::Output)?;
    match identity.caller {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(_) if arguments.json => Ok(ExitCode::FAILURE),
        Err(error) => Err(error.into()),
    }
}

async fn find_out(control: &AwsControlPlane, scope: Scope) -> Result<Identity, ControlError> {
    let endpoints = control.hosts(&scope).await?;
    let caller = control.caller(&scope).await;
    // After the call, which may have renewed it.
    let key = control.sign_in_of(scope.profile.as_ref()).await?;
    let sign_ins = control.sign_ins().await?;
    let profiles = control.profiles().await?;
    Ok(Identity {
        credentials: scope.profile.as_ref().and_then(|profile| {
            let found = profiles.into_iter().find(|one| one.name == *profile);
            found.map(|one| one.credentials)
        }),
        sign_in: sign_ins.into_iter().find(|one| Some(&one.key) == key.as_ref()),
        profile: scope.profile,
        region: scope.region,
        endpoints,
        caller,
    })
}
