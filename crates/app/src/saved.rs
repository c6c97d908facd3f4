//! Saved connections, their groups, and smart groups; every change of many is taken back by one word.

mod connections;
mod drafts;
mod inheritance;
mod items;
mod searched;
mod smart_groups;
mod undo;
mod used;
mod views;

pub use connections::SavedConnections;
pub(crate) use searched::SearchedConnections;
pub use smart_groups::SmartGroups;
pub(crate) use used::UsedGoals;
pub(crate) use views::{connection_view, group_view};
