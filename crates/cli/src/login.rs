//! `postern login`: signing in to IAM Identity Center with a device code, or at the console as `aws login` does.

mod browser;
mod console_sign_in;

use std::process::ExitCode;

use postern_model::{DeviceCode, SignIn, SignIns};

use crate::arguments::LoginArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;
use crate::time_left;
use crate::which_sign_in;

/// Signs in and waits until somebody has confirmed it.
pub(crate) async fn login(arguments: LoginArguments) -> Result<ExitCode, Failure> {
    let control = control_plane::of_user().await;
    if let Some(profile) = which_sign_in::at_console(&control, &arguments.which).await {
        return console_sign_in::sign_in(&control, &arguments, &profile).await;
    }
    let control = control.signing_in_for(arguments.which.profile.clone());
    let key = which_sign_in::choose(&control, &arguments.which).await?;
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let work = async {
        let code = control.start_sign_in(&key).await?;
        let opened = !arguments.no_browser && browser::open(&code.complete_url);
        console::to_stdout(&instructions(key.as_str(), &code, opened)).map_err(Failure::Output)?;
        Ok::<_, Failure>(control.finish_sign_in(&key, code).await?)
    };
    tokio::select! {
        signed_in = work => {
            console::to_stdout(&success(&signed_in?)).map_err(Failure::Output)?;
            Ok(ExitCode::SUCCESS)
        }
        signal = signals.next() => Err(Failure::SignInLeft(signal)),
    }
}

fn instructions(name: &str, code: &DeviceCode, opened: bool) -> String {
    let DeviceCode {
        user_code,
        verification_url,
        complete_url,
        lifetime,
        ..
    } = code;
    let first = if opened {
        format!("Sign in to {name} in the browser, which was asked to open:")
    } else {
        format!("Sign in to {name} in a browser, here or on any other device:")
    };
    format!(
        "{first}\n\n  {complete_url}\n\nThe page must show the code {user_code}. Without the link: open {verification_url} \
         and type it.\nThe code is good for {}; Ctrl-C gives up.\n",
        time_left::span(*lifetime)
    )
}

fn success(signed_in: &SignIn) -> String {
    let key = &signed_in.key;
    match time_left::of_token(&signed_in.state) {
        Some(left) => format!("Signed in to {key}, {left}.\n"),
        None => format!("Signed in to {key}.\n"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_instructions_have_link_code_and_time() {
        let code = DeviceCode {
            user_code: "ABCD-EFGH".into(),
            verification_url: "https://acme.example/device".into(),
            complete_url: "https://acme.example/device?user_code=ABCD-EFGH".into(),
            expires_at: SystemTime::UNIX_EPOCH,
            lifetime: Duration::from_secs(600),
            interval: Duration::from_secs(1),
            secret: "canary".to_owned().into(),
        };
        let text = instructions("acme", &code, false);
        let expected = "\
Sign in to acme in a browser, here or on any other device:

  https://acme.example/device?user_code=ABCD-EFGH

The page must show the code ABCD-EFGH. Without the link: open https://acme.example/device and type it.
The code is good for 10 min; Ctrl-C gives up.
";
        assert_eq!(text, expected);
        assert!(
            instructions("acme", &code, true).starts_with("Sign in to acme in the browser, which was asked")
        );
    }
}
