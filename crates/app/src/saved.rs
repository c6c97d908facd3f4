//! Saved connections and their groups.

mod connections;
mod inherited;
mod searched;
mod views;

pub use connections::SavedConnections;
pub(crate) use inherited::Effective;
pub(crate) use searched::SearchedConnections;
