//! Which key pair an instance was started with.

use crate::world::{NodePlatform, SimulatedNode};

/// The name of the key pair that every Windows instance was started with.
const KEY_NAME: &str = "acme-windows";

/// The key pair of an instance; Linux ones have none here, because Session Manager needs no key.
pub(super) fn key_name(node: &SimulatedNode) -> Option<&'static str> {
    (node.platform == NodePlatform::Windows && node.ec2().is_some()).then_some(KEY_NAME)
}
