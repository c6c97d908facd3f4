//! The made-up company "acme" with its accounts, Regions and managed nodes.

mod access_keys;
mod company;
mod containers;
mod fleet;
mod generate;
mod hostile;
mod names;
mod node;

pub(crate) use access_keys::{AccessKeys, Credentials};
pub(crate) use company::{Company, PRINCIPAL_NAME, Profile, REGIONS};
pub(crate) use containers::{Cluster, Container, Task};
pub(crate) use fleet::World;
pub(crate) use node::{AgentPing, Ec2Facts, Ec2State, Kind, NodePlatform, SimulatedNode};
