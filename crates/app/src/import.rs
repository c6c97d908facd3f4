//! Connections from files: read, laid beside those that are there, and written when the user says so.

mod file;
mod imports;
mod views;

pub(crate) use file::read_file;
pub use imports::Imports;
pub(crate) use views::unusable_views;
