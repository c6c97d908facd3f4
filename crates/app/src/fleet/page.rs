//! The fleet page: every node in one table, with facets.

mod facets;
mod field;
mod finder;
mod natural;
mod order;
mod part;
mod table;
mod values;

pub(crate) use finder::PageFinder;
