//! The made-up company "acme" with its accounts, Regions and managed nodes.

mod company;
mod containers;
mod fleet;
mod generate;
mod hostile;
mod names;
mod node;

pub(crate) use company::{Company, PRINCIPAL_NAME, Profile, REGIONS};
pub(crate) use containers::{Cluster, Container, Task};
pub(crate) use fleet::World;
pub(crate) use node::{Ec2Facts, InstanceState, Kind, Node, Ping, Platform};
