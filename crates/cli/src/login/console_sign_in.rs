//! Signing in at the console for a profile of `aws login`: a browser of this computer brings the answer to a port of ours.

use std::process::ExitCode;

use postern_aws::AwsControlPlane;
use postern_model::ConsoleSignIns as _;

use super::browser;
use crate::arguments::LoginArguments;
use crate::console;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;

/// Signs in and waits until the browser has come back.
pub(super) async fn sign_in(
    control: &AwsControlPlane,
    arguments: &LoginArguments,
    profile: &str,
) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let show = |address: &str| {
        let opened = !arguments.no_browser && browser::open(address);
        // Without anybody who reads it the sign-in can still be finished in the browser that was opened.
        let _nobody_reads = console::to_stdout(&instructions(profile, address, opened));
    };
    tokio::select! {
        signed_in = control.sign_in_to_console(arguments.which.profile.as_ref(), &show) => {
            signed_in?;
            console::to_stdout(&format!("Signed in to {profile}.\n")).map_err(Failure::Output)?;
            Ok(ExitCode::SUCCESS)
        }
        signal = signals.next() => Err(Failure::SignInLeft(signal)),
    }
}

fn instructions(profile: &str, address: &str, opened: bool) -> String {
    let first = if opened {
        format!("Sign in to {profile} in the browser, which was asked to open:")
    } else {
        format!("Sign in to {profile} in a browser of this computer:")
    };
    format!(
        "{first}\n\n  {address}\n\nFrom a browser of another computer use `aws login --remote --profile {profile}`. Ctrl-C gives up.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instructions_have_the_link_and_the_way_from_another_computer() {
        let text = instructions("ops", "https://signin.example/x", false);
        assert!(text.contains("\n\n  https://signin.example/x\n\n"), "{text}");
        assert!(text.contains("`aws login --remote --profile ops`"), "{text}");
    }
}
