//! An instance with its state of the moment, as answers are made of it.

use std::sync::Arc;

use crate::world::{Ec2State, SimulatedNode};

/// An instance as it stands now.
pub(super) struct InstanceRow {
    pub(super) node: Arc<SimulatedNode>,
    pub(super) state: Ec2State,
}

impl InstanceRow {
    /// Instances that were started by one call share it.
    pub(super) fn reservation(&self) -> &str {
        self.node.ec2().map_or("", |facts| &facts.reservation)
    }
}
