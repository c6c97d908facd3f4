//! Signing in: the sign-ins to IAM Identity Center, what waits for them, and codes of MFA devices.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Environment, ErrorView};

/// The sign-ins to IAM Identity Center that are known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInsView {
    /// By their names.
    pub sign_ins: Vec<SignInView>,
    /// Why they cannot be read.
    pub error: Option<ErrorView>,
}

/// One sign-in to IAM Identity Center: all profiles of it share it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    /// What it is known by: the name of an sso-session, or the start URL of profiles without one.
    pub key: String,
    /// Where the user signs in.
    pub start_url: String,
    /// The Region of this Identity Center.
    pub region: String,
    /// Whether its profiles name the start URL themselves, without an sso-session. Such a sign-in does not renew itself.
    pub legacy: bool,
    /// The profiles whose credentials come from it.
    pub profiles: Vec<String>,
    /// Whether somebody is signed in.
    pub state: SignInStateView,
}

/// Whether somebody is signed in. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SignInStateView {
    /// Yes.
    SignedIn {
        /// Until when the token holds.
        until_ms: f64,
        /// Whether it is renewed without anybody's help.
        renewable: bool,
    },
    /// Somebody was.
    Expired {
        /// Since when not any more.
        since_ms: f64,
    },
    /// Nobody, or somebody signed out.
    SignedOut,
    /// The file of the AWS CLI's cache cannot be used.
    Unreadable {
        /// Why.
        detail: String,
    },
}

/// A sign-in that waits for the user's word in the browser.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceCodeView {
    /// The sign-in.
    pub key: String,
    /// What the browser shows too, such as `ABCD-EFGH`.
    pub user_code: String,
    /// Where the code is typed in.
    pub verification_url: String,
    /// The same with the code filled in.
    pub complete_url: String,
    /// When the code is worth nothing any more; milliseconds since the epoch.
    pub expires_at_ms: f64,
}

/// A sign-in to the console, as `aws login` makes one, that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConsoleSignInView {
    /// The profile with `login_session`.
    pub profile: String,
    /// Where somebody signs in, in a browser of this computer.
    pub address: String,
}

/// One question: somebody is to sign in, and all of this waits for it and goes on by itself then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoginView {
    /// Tells it from every other question.
    pub id: String,
    /// The sign-in to IAM Identity Center; none where something else is to be renewed.
    pub sign_in: Option<String>,
    /// The profile whose sign-in to the console it is, as `aws login` makes one; none where it is no such one.
    pub console: Option<String>,
    /// The profiles that wait; none of them means the default credentials.
    pub profiles: Vec<String>,
    /// How many sessions wait.
    pub sessions: u32,
    /// How many pairs wait to be synced.
    pub pairs: u32,
    /// How many forwards wait.
    pub forwards: u32,
    /// What is wrong, and the next step.
    pub error: ErrorView,
}

/// The code of an MFA device is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MfaQuestionView {
    /// Its number in this run.
    pub id: u32,
    /// Serial number or ARN of the device.
    pub device: String,
    /// The profile that needs it.
    pub profile: String,
    /// The name of the role that asks for it.
    pub role: String,
    /// The account of that role; none where its ARN does not say.
    pub account: Option<String>,
    /// Why the code before was not taken.
    pub retry: Option<String>,
}

/// An account that somebody may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CenterAccountView {
    /// Its twelve digits.
    pub id: String,
    /// Its name, safe to show.
    pub name: String,
    /// The address of its owner.
    pub email: Option<String>,
    /// The colour that its name means.
    pub environment: Environment,
}

/// A role of an account that somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CenterRoleDraft {
    /// The account's twelve digits.
    pub account: String,
    /// The account's name, which the profile is called by.
    pub account_name: String,
    /// The role.
    pub role: String,
}

/// An IAM Identity Center that no AWS file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CenterDraft {
    /// Such as `https://acme.awsapps.com/start`.
    pub start_url: String,
    /// Its Region.
    pub region: String,
}
