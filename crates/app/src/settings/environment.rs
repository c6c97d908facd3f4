//! The colour of a profile, by the environment that its name tells of.

use postern_model::EnvironmentName;

use crate::contract::Environment;

impl Environment {
    /// The colour of a profile with this name; no profile, or none of the known words, is shared.
    #[must_use]
    pub fn of_profile(name: Option<&str>) -> Self {
        match EnvironmentName::of_profile(name) {
            EnvironmentName::Dev => Self::Dev,
            EnvironmentName::Stage => Self::Stage,
            EnvironmentName::Prod => Self::Prod,
            EnvironmentName::Data => Self::Data,
            EnvironmentName::Edge => Self::Edge,
            EnvironmentName::Shared => Self::Shared,
        }
    }
}
