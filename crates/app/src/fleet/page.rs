//! The fleet page: every node in one table, with facets.

mod answers;
mod facets;
mod field;
mod finder;
mod natural;
mod order;
mod part;
mod table;
mod values;

pub use answers::FleetTable;
pub(crate) use finder::PageFinder;
