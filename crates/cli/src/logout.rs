//! `postern logout`: the end of a sign-in to IAM Identity Center.

use std::process::ExitCode;

use postern_aws::AwsControlPlane;
use postern_model::{SignInState, SignIns};

use crate::arguments::LogoutArguments;
use crate::console;
use crate::failure::Failure;
use crate::which_sign_in;

/// Signs out.
pub(crate) async fn logout(arguments: LogoutArguments) -> Result<ExitCode, Failure> {
    let control = AwsControlPlane::from_environment();
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
    let text = if was_signed_out {
        format!("Nobody was signed in to {key}.\n")
    } else {
        format!("Signed out of {key}.\n")
    };
    console::to_stdout(&text).map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}
