//! AWS profiles and settings.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::ErrorView;

/// The AWS profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfilesView {
    /// In the order of the files, then those of Postern's own.
    pub profiles: Vec<ProfileView>,
    /// Why they cannot be read.
    pub error: Option<ErrorView>,
}

/// One AWS profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// Its name.
    pub name: String,
    /// Whether it lives in Postern and not in the AWS files.
    pub own: bool,
    /// Its own Region.
    pub region: Option<String>,
    /// Why its own Region cannot be used; it can be used with another one.
    pub region_problem: Option<ErrorView>,
    /// How it gets credentials, in words.
    pub credentials: String,
    /// Its colour in every view.
    pub environment: Environment,
    /// Why it cannot be used, such as a setting that would send its calls elsewhere than meant.
    pub problem: Option<ErrorView>,
}

/// The colour of a profile: derived from its name until the user chooses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Development.
    Dev,
    /// Staging and test.
    Stage,
    /// Production.
    Prod,
    /// Data platforms.
    Data,
    /// Shared services and everything that is not recognised.
    Shared,
    /// Edge and on premises.
    Edge,
}

/// The settings that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Whether the fleet is synced at all.
    pub sync_enabled: bool,
    /// Whether only running instances are fetched.
    pub only_running: bool,
    /// Sync every so many minutes; 0 means only at start and on demand.
    pub sync_every_minutes: u32,
    /// Profile of connections that inherit.
    pub default_profile: Option<String>,
    /// Region of connections that inherit.
    pub default_region: Option<String>,
    /// The interface's colours.
    pub theme: ThemeChoice,
    /// Size of the terminal's text in pixels, 9 to 24.
    pub terminal_font_size: u32,
    /// Lines kept above the terminal's screen, 100 to 200,000.
    pub scrollback_lines: u32,
    /// Whether the window asks before it terminates an idle shell outside production. Where a program may be running,
    /// and in production, it always asks.
    pub ask_before_terminating_idle: bool,
    /// Which proxy leads to AWS.
    pub proxy: ProxyView,
    /// PEM file whose certificates replace the system's where neither AWS_CA_BUNDLE nor the profile names one.
    pub ca_bundle: Option<String>,
}

/// Which proxy leads to AWS. Its password is in no view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProxyView {
    /// Which one is used.
    pub mode: ProxyModeChoice,
    /// The host of the user's own: a name or an address.
    pub host: String,
    /// Its port, 1 to 65,535.
    pub port: u16,
    /// Whether TLS is spoken with the proxy itself.
    pub encrypted: bool,
    /// Who asks it; empty for nobody.
    pub user: String,
    /// What is reached without it, as in `NO_PROXY`.
    pub exceptions: String,
}

/// Which proxy is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyModeChoice {
    /// As the environment says.
    Environment,
    /// None.
    None,
    /// The user's own.
    Own,
}

/// Which theme the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the system says.
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}
