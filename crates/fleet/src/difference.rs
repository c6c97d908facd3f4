//! What a reading changes, when parts of a pair were read, and what a plan has to know of it.

use postern_model::NodeId;

use crate::Node;

/// When the parts of what is known of a pair were read, in milliseconds since the epoch; none if never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// The instances, by EC2.
    pub instances: Option<i64>,
    /// The agents and hybrid nodes, by Systems Manager.
    pub agents: Option<i64>,
}

impl Times {
    /// Both at once.
    #[must_use]
    pub fn at(at_ms: i64) -> Self {
        Self {
            instances: Some(at_ms),
            agents: Some(at_ms),
        }
    }

    /// The later one.
    #[must_use]
    pub fn last(self) -> Option<i64> {
        self.instances.max(self.agents)
    }
}

/// What one reading changed; nodes that are as they were are not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// New and changed nodes, in the order of the inventory.
    pub upserts: Vec<Node>,
    /// Nodes that are gone.
    pub removals: Vec<NodeId>,
}

impl Difference {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upserts.is_empty() && self.removals.is_empty()
    }
}

/// What was known of a pair when its sync was planned, as far as it says what to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KnownPair {
    /// Twelve digits.
    pub(crate) account: Option<String>,
    /// The hybrid nodes whose tags were read, those that were read longest ago first.
    pub(crate) tagged: Vec<NodeId>,
}
