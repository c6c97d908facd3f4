//! Settings, and the AWS profiles that they choose from.

mod current;
mod environment;
mod profile_views;
mod profiles;

pub(crate) use current::{CurrentSettings, Defaults, SettingsChange};
pub use profiles::Profiles;
