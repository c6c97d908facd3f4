//! Every node of every pair: what to read, reading it, what is known of it, and questions to it.

mod inventory;
mod listing;
mod merge;
mod node;
mod pages;
mod plan;
mod query;
mod record;
mod sync;

pub use inventory::{Difference, Inventory, Times};
pub use listing::Listing;
pub use node::{Node, Ping};
pub use plan::SyncPlan;
pub use query::{FleetQuery, UnknownKey};
pub use record::{UnreadableNode, decode_node, encode_node};
pub use sync::{SyncEvent, sync};
