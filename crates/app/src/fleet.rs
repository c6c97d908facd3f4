//! The fleet of one world: its pairs, their sync, and what is known of their nodes.

mod completion;
mod finding;
mod fleet_table;
mod found;
mod key;
mod known;
mod node_counts;
mod node_view;
mod page;
mod pair_logins;
mod pair_state;
mod pairs;
mod rows;
mod search;
mod syncing;
mod typed;
mod watch;

pub use finding::Finding;
pub use fleet_table::FleetTable;
pub(crate) use key::NodeKey;
pub use node_counts::NodeCounts;
pub(crate) use pair_logins::PairLogins;
pub use pairs::Pairs;
pub use syncing::Syncing;
pub(crate) use watch::FleetWatch;
