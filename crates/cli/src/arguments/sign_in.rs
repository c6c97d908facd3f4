//! The arguments of `postern login`, `postern logout` and `postern whoami`.

use clap::Args;
use postern_model::{ProfileName, Region, SignInKey};

/// Sign in to IAM Identity Center, with a browser on this or any other device, or to the console as `aws login` does.
#[derive(Debug, Args)]
#[command(after_long_help = LOGIN)]
pub(crate) struct LoginArguments {
    #[command(flatten)]
    pub(crate) which: WhichSignIn,
    /// Only print the link and the code.
    #[arg(long)]
    pub(crate) no_browser: bool,
}

const LOGIN: &str = "\
The sign-in is the one of the AWS CLI: both use ~/.aws/sso/cache, so that a sign-in here is one for `aws` and the other \
way round. One sign-in serves every profile that names the same sso-session.

Where there is no display the link is only printed. It works on every device that has a browser.

A profile with login_session is signed in as by `aws login`, in a browser of this computer and with its cache \
(~/.aws/login/cache).

Ctrl-C gives up. Exit status: 0 when signed in, 1 when not, 2 for wrong usage.";

/// Sign out of IAM Identity Center.
#[derive(Debug, Args)]
#[command(after_long_help = LOGOUT)]
pub(crate) struct LogoutArguments {
    #[command(flatten)]
    pub(crate) which: WhichSignIn,
}

const LOGOUT: &str = "\
The sign-in ends for every profile that shares it, and for the AWS CLI too. Credentials of roles that it has given before \
stay valid at AWS until they expire by themselves; sessions that are open go on.";

/// Which sign-in is meant.
#[derive(Debug, Args)]
pub(crate) struct WhichSignIn {
    /// AWS profile that needs the sign-in [default: as for the AWS CLI, or the only sign-in there is].
    #[arg(long, value_parser = ProfileName::parse, conflicts_with = "sso_session")]
    pub(crate) profile: Option<ProfileName>,
    /// Name of an sso-session; for profiles that name none, their start URL.
    #[arg(long, value_name = "NAME", value_parser = SignInKey::parse)]
    pub(crate) sso_session: Option<SignInKey>,
}

/// Show what a profile means: credentials, account, Region, endpoints, sign-in.
#[derive(Debug, Args)]
#[command(after_long_help = WHOAMI)]
pub(crate) struct WhoamiArguments {
    /// AWS profile [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Region [default: the profile's own].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Option<Region>,
    /// A JSON object instead of lines.
    #[arg(long)]
    pub(crate) json: bool,
}

const WHOAMI: &str = "\
Account and ARN are asked of AWS (STS GetCallerIdentity, which needs no permission); everything else is what Postern reads \
on this computer.

Exit status: 0 when AWS answered, 1 when it did not, 2 for wrong usage.";
