//! `postern logout`: the end of a sign-in to IAM Identity Center, or to the console.

use std::process::ExitCode;

use postern_model::{SignInState, SignIns};

use crate::arguments::LogoutArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use crate::which_sign_in;

/// Signs out.
pub(crate) async fn logout(arguments: LogoutArguments) -> Result<ExitCode, Failure> {
    let control = control_plane::of_user().await;
    if let Some(profile) = which_sign_in::at_console(&control, &arguments.which).await {
        let was_signed_in = control
            .sign_out_of_console(arguments.which.profile.as_ref())
            .await?;
        return said(was_signed_in, &profile);
    }
    let control = control.signing_in_for(arguments.which.profile.clone());
    let key = which_sign_in::choose(&control, &arguments.which).await?;
    let before = control.sign_ins().await?.into_iter().find(|one| one.key == key);
    let was_signed_out = before.is_some_and(|before| before.state == SignInState::SignedOut);
    control
        .sign_out(&key)
        .await
        .map_err(|error| Failure::SignedOutHereOnly {
            key: key.clone(),
            error,
        })?;
    said(!was_signed_out, key.as_str())
}

fn said(was_signed_in: bool, name: &str) -> Result<ExitCode, Failure> {
    let text = if was_signed_in {
        format!("Signed out of {name}.\n")
    } else {
        format!("Nobody was signed in to {name}.\n")
    };
    console::to_stdout(&text).map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}
