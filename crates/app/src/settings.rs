//! Settings, and the AWS profiles that they choose from.

mod current;
mod environment;
mod own_profile_views;
mod own_profiles;
mod profile_views;
mod profiles;

pub(crate) use current::{CurrentSettings, SettingsChange, check_proxy};
pub use own_profiles::{OwnProfileKeeping, OwnProfileList};
pub use profiles::Profiles;
