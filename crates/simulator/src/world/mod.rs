//! The made-up company "acme" with its accounts, Regions and managed nodes.

mod company;
mod generate;
mod hostile;
mod names;
mod node;
mod region;

pub(crate) use company::{Company, PRINCIPAL_NAME, Profile, REGIONS};
pub(crate) use node::{Ec2Facts, InstanceState, Kind, Node, Ping, Platform};
pub(crate) use region::World;
