//! The made-up company "acme" with its accounts, Regions and managed nodes.

mod access_keys;
mod company;
mod containers;
mod data_stores;
mod fleet;
mod generate;
mod hostile;
mod life;
mod names;
mod node;
mod random_text;
mod regions;
mod roster;

pub(crate) use access_keys::{AccessKeys, Credentials, Issue};
pub(crate) use company::{Company, Principal, Profile, Rights};
pub(crate) use containers::{Cluster, Container, Task};
pub(crate) use data_stores::{DataStore, DataStoreKind, data_stores};
pub(crate) use fleet::World;
pub(crate) use life::InstanceOrder;
pub use life::InstanceTiming;
pub(crate) use node::{AgentPing, Ec2Facts, Ec2State, Kind, NodePlatform, SimulatedNode};
pub(crate) use random_text::{CODE_ALPHABET, DIGITS, PLAIN_ALPHABET, random_text};
pub(crate) use regions::{OPT_IN, OptIn, REGIONS};
