//! The fleet page: every node in one table, with facets.

mod export;
mod facets;
mod field;
mod finder;
mod natural;
mod order;
mod part;
mod table;
mod values;

pub(crate) use export::{exported, exported_fields, write_export};
pub(crate) use finder::PageFinder;
