//! Saved connections and their groups.

mod connections;
mod inherited;
mod views;

pub use connections::SavedConnections;
pub(crate) use inherited::Effective;
