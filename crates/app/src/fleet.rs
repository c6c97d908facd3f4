//! The fleet of one world: its pairs, their sync, and what is known of their nodes.

mod fleet_table;
mod key;
mod known;
mod node_counts;
mod node_view;
mod page;
mod pair_logins;
mod pair_state;
mod pairs;
mod rows;
mod syncing;
mod watch;

pub use fleet_table::FleetTable;
pub(crate) use key::NodeKey;
pub use node_counts::NodeCounts;
pub(crate) use pair_logins::PairLogins;
pub use pairs::Pairs;
pub use syncing::Syncing;
pub(crate) use watch::FleetWatch;
