//! The window as a whole: its first picture, and what it works on.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    ConnectionView, ConsoleSignInView, DeviceCodeView, ErrorView, FleetSizeView, ForwardView, GroupView,
    LoginView, MfaQuestionView, PairView, ProfilesView, SettingsView, SignInsView, SmartGroupView, TabView,
    UsedView,
};

/// Everything the window needs to draw itself for the first time, or after a reload.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapView {
    /// The program's version.
    pub version: String,
    /// Who draws the window.
    pub drawing: Drawing,
    /// What the window works on.
    pub mode: Mode,
    /// Where the AWS configuration is, for texts such as "Found 6 profiles in ~/.aws/config".
    pub aws_config_path: String,
    /// The AWS profiles, or why they cannot be read.
    pub profiles: ProfilesView,
    /// The sign-ins to IAM Identity Center.
    pub sign_ins: SignInsView,
    /// Those that wait for the user's word in the browser.
    pub codes: Vec<DeviceCodeView>,
    /// Sign-ins to the console that wait for the browser.
    pub consoles: Vec<ConsoleSignInView>,
    /// What waits for somebody to sign in.
    pub logins: Vec<LoginView>,
    /// Codes of MFA devices that are wanted.
    pub mfa: Vec<MfaQuestionView>,
    /// Settings.
    pub settings: SettingsView,
    /// Pairs in the user's order.
    pub pairs: Vec<PairView>,
    /// Groups of saved connections; those beside one another in their order.
    pub groups: Vec<GroupView>,
    /// Saved connections; those of a group in their order.
    pub connections: Vec<ConnectionView>,
    /// Smart groups, by name.
    pub smart_groups: Vec<SmartGroupView>,
    /// What was connected to, most recent first.
    pub used: Vec<UsedView>,
    /// Forwards, by name.
    pub forwards: Vec<ForwardView>,
    /// How many nodes are known; the window asks for those that it shows.
    pub fleet: FleetSizeView,
    /// Sessions that are open already (after a reload of the page).
    pub tabs: Vec<TabView>,
    /// Most recent values of the connect dialog.
    pub history: HistoryView,
    /// What went wrong while starting, for example a store that had to be set aside.
    pub notices: Vec<ErrorView>,
}

/// Who draws the window's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Drawing {
    /// A graphics card.
    Card,
    /// The processor, because there is no card that could.
    Processor,
    /// As the system's web view finds right, or as its own settings say.
    System,
}

/// What the window works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing was chosen yet: show the first run.
    FirstRun,
    /// The user's AWS profiles.
    Aws,
    /// The made-up fleet of the simulator; nothing of it is kept.
    Demo,
}

/// The connect dialog's histories, most recent first, at most 10 each.
#[derive(Debug, Clone, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView {
    /// Instance ids.
    pub targets: Vec<String>,
    /// Profiles.
    pub profiles: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}
