//! What the user can do about an error, one sentence.

use super::control_error::ControlError;
use super::refusals::{
    CHECK_THE_DOCUMENT, CHECK_THE_KEY, CHECK_THE_KMS_KEY, CHECK_THE_NODE, CHECK_WHO_ANSWERED,
    OPEN_ANOTHER_SESSION, READ_WHAT_AWS_SAYS, WAIT, enable,
};
use super::words::{DEFAULT_CREDENTIALS, shorten};
use crate::Denier;

const ADD_A_PROFILE: &str =
    "Add it with `aws configure --profile NAME` or `aws configure sso`, then try again.";
const CHOOSE_A_REGION: &str = "Choose a Region, or set `region` in the AWS configuration.";
const CHOOSE_A_PROFILE: &str = "Choose a profile, or make one with `aws configure` or `aws configure sso`.";
const CHECK_THE_PROFILE: &str = "Check the profile in the AWS configuration, then try again.";
const TYPE_THE_SECRET: &str = "Type it again into the profile, in the settings under AWS accounts.";
const CORRECT_THE_PROCESS: &str =
    "Correct `credential_process` of the profile: a program outside of PATH needs its folder.";
const RENEW: &str = "Sign in again (for example `aws sso login`) or renew the keys, then retry.";
const ASK_FOR_THE_CODE_AGAIN: &str = "Sync or connect again to be asked for the code.";
const GO_WHERE_SOMEBODY_IS: &str = "Use the window or a terminal, where Postern can ask for the code, or assume the role with the AWS CLI first.";
const SIGN_IN: &str = "Sign in, here or with `aws sso login`, then retry.";
const SIGN_IN_AGAIN: &str = "Start the sign-in again.";
const MAKE_IT_WRITABLE: &str = "Make this file and its folder writable for you, then sign in again.";
const ADD_A_SIGN_IN: &str = "Add one with `aws configure sso`, then try again.";
const CHECK_THE_WAY: &str = "Check the network, the Region and any endpoint setting, then retry.";
const SET_THE_CLOCK: &str = "Set the clock of this computer, then retry.";
const CHECK_THE_CLOCK: &str = "Try again. If it stays, check the clock of this computer and sign in again.";

impl ControlError {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::UnknownProfile { known, .. } if known.is_empty() => ADD_A_PROFILE.into(),
            Self::UnknownProfile { known, .. } => choose_one_of(known),
            Self::MalformedConfiguration { path, .. } => {
                format!("Correct {}, then try again.", path.display())
            }
            Self::NoRegion { .. } => CHOOSE_A_REGION.into(),
            Self::NoCredentials { who, .. } if who == DEFAULT_CREDENTIALS => CHOOSE_A_PROFILE.into(),
            Self::NoCredentials { .. } => CHECK_THE_PROFILE.into(),
            Self::NoSecret { why: None, .. } => TYPE_THE_SECRET.into(),
            Self::NoSecret { why: Some(why), .. } => why.next_step().into(),
            Self::CredentialProcess { command, .. } => run_it_yourself(command.as_deref()),
            Self::CredentialsExpired { .. } => RENEW.into(),
            Self::ConsoleSignInNeeded { profile, .. } => sign_in_to_console(profile),
            Self::ConsoleSignInFailed { profile, .. } => let_the_aws_cli_do_it(profile),
            Self::MfaCodeNeeded { given_up: true, .. } => ASK_FOR_THE_CODE_AGAIN.into(),
            Self::MfaCodeNeeded { .. } => GO_WHERE_SOMEBODY_IS.into(),
            Self::SignInNeeded { .. } => SIGN_IN.into(),
            Self::SignInFailed { .. } => SIGN_IN_AGAIN.into(),
            Self::SignInNotKept { .. } => MAKE_IT_WRITABLE.into(),
            Self::UnknownSignIn { known, .. } if known.is_empty() => ADD_A_SIGN_IN.into(),
            Self::UnknownSignIn { known, .. } => choose_one_of(known),
            Self::InvalidCredentials { .. } => CHECK_THE_KEY.into(),
            Self::RegionNotEnabled {
                region, temporary, ..
            } => enable(region, *temporary),
            Self::OtherPartition { home, .. } => {
                format!("Choose a Region of {}, or another profile.", home.name())
            }
            Self::Denied { action, detail, .. } => Denier::of(detail).next_step(action),
            Self::TargetNotConnected { .. } => CHECK_THE_NODE.into(),
            Self::InvalidDocument { .. } => CHECK_THE_DOCUMENT.into(),
            Self::KeyUnusable { .. } => CHECK_THE_KMS_KEY.into(),
            Self::SessionGone { .. } => OPEN_ANOTHER_SESSION.into(),
            Self::Throttled { .. } | Self::ServerError { .. } => WAIT.into(),
            Self::Unreachable { .. } => CHECK_THE_WAY.into(),
            Self::Proxy(error) => error.next_step().into(),
            Self::ClockSkew { .. } => SET_THE_CLOCK.into(),
            Self::Rejected { .. } => READ_WHAT_AWS_SAYS.into(),
            Self::LibraryFailed { .. } => CHECK_THE_CLOCK.into(),
            Self::MalformedAnswer { .. } => CHECK_WHO_ANSWERED.into(),
        }
    }
}

fn choose_one_of(known: &[String]) -> String {
    format!("Choose one of: {}.", shorten(known))
}

fn run_it_yourself(command: Option<&str>) -> String {
    command.map_or_else(
        || CORRECT_THE_PROCESS.into(),
        |command| format!("Run this command yourself to see more: `{command}`."),
    )
}

fn sign_in_to_console(profile: &str) -> String {
    format!(
        "Sign in with `postern login --profile {profile}` or `aws login --profile {profile}`, then retry."
    )
}

fn let_the_aws_cli_do_it(profile: &str) -> String {
    format!(
        "Start it again. If it stays, sign in with `aws login --profile {profile}`, and if Postern cannot use that either, let \
         another profile take its credentials from the AWS CLI: `credential_process = aws configure export-credentials \
         --profile {profile} --format process`."
    )
}
