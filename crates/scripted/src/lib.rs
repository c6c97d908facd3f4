//! A control plane that answers as a test says and remembers what it was asked: the one double of AWS for all crates.
//!
//! It is a crate and no feature of `postern-model`, because a feature that only tests turn on would have the whole
//! workspace built twice. Tests that are about AWS itself use the simulator instead.

#![expect(clippy::panic, reason = "a request that no test thought of is a failed test")]

mod call;
mod control_plane;

pub use call::ScriptedCall;
pub use control_plane::{InstancesRequest, Scoped, ScriptedControlPlane, SshKeyRequest};
