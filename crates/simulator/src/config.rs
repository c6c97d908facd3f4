//! What to simulate and where.

use std::net::SocketAddr;

use crate::agent::AgentTiming;
use crate::identity::{IdentityCenter, SignInAnswer, SignInLifetimes, SimulatedRole};
use crate::world::InstanceTiming;

/// What to simulate and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorConfig {
    /// Loopback only; port 0 means any free one.
    pub listen: SocketAddr,
    /// The same seed makes the same world. Keys do not come from it.
    pub seed: u64,
    /// How many managed nodes there are, at most a million.
    pub nodes: usize,
    /// How many pairs of profile and Region there are, at least one and at most a thousand. From three on, the last one is denied.
    pub pairs: usize,
    /// How quick or how faithful agents are.
    pub timing: AgentTiming,
    /// How long instances take to start, stop and reboot.
    pub instances: InstanceTiming,
    /// Whether data channels can be opened without a signature, as the official plugin did before 1.2.764.
    pub accept_unsigned: bool,
    /// Whether the files also have profiles of every other kind: IAM Identity Center, roles with and without MFA, web
    /// identity, `aws login`, a credential process, containers and instances.
    pub every_kind: bool,
    /// Whether it answers by AWS's own host names too, to whoever puts TLS and a way to it in front, such as a
    /// [`ConnectProxy`](crate::ConnectProxy). Its AWS files and its environment name no endpoint then, and its sessions
    /// have AWS's own stream addresses.
    pub at_aws_hosts: bool,
    /// The IAM Identity Centers that people can sign in to; one in Frankfurt and one in Virginia by default.
    pub identity_centers: Vec<IdentityCenter>,
    /// What becomes of a sign-in that is begun: whether somebody is to confirm it.
    pub sign_ins: SignInAnswer,
    /// The roles that every account has; one of each kind by default.
    pub roles: Vec<SimulatedRole>,
    /// How long tokens, codes and registrations live.
    pub lifetimes: SignInLifetimes,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 1,
            nodes: 240,
            pairs: 8,
            timing: AgentTiming::quick(),
            instances: InstanceTiming::quick(),
            accept_unsigned: false,
            every_kind: false,
            at_aws_hosts: false,
            identity_centers: vec![IdentityCenter::acme(), IdentityCenter::acme_us()],
            roles: SimulatedRole::of_every_kind(),
            sign_ins: SignInAnswer::default(),
            lifetimes: SignInLifetimes::default(),
        }
    }
}
