//! The made-up company "acme" with its accounts, Regions and managed nodes.

mod node;

pub(crate) use node::{Node, Platform, World};
