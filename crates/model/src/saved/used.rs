//! What was connected to, for "recent" and for the order of what is found.

use serde::{Deserialize, Serialize};

use super::ConnectionId;
use crate::{ProfileName, Region, Target};

/// What was connected to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsedGoal {
    /// A saved connection.
    Connection(ConnectionId),
    /// A node or container by itself. What is none was left to the AWS configuration.
    Target {
        /// The profile.
        profile: Option<ProfileName>,
        /// The Region.
        region: Option<Region>,
        /// The node or container.
        target: Target,
    },
}

/// How it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// What.
    pub goal: UsedGoal,
    /// How often.
    pub times: u32,
    /// When it was last, in milliseconds since 1970, by the computer's clock.
    pub last_at_ms: i64,
}
