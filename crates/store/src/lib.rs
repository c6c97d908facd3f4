//! What the app remembers: SQLite with migrations, backups and a way out of every damaged file.

mod all_saved;
mod backup;
mod cache;
mod connections;
mod damage;
mod error;
mod files;
mod forwards;
mod groups;
mod history;
mod import;
mod local_tags;
mod network;
mod notice;
mod open;
mod own_profiles;
mod pairs;
mod rows;
mod saved_before;
mod saved_items;
mod saved_order;
mod saved_places;
mod schema;
mod settings;
mod smart_groups;
mod store;
mod team_files;
mod used;
mod wal;

pub use cache::CachedPair;
pub use error::StoreError;
pub use history::History;
pub use import::Reviewed;
pub use network::KeptNetwork;
pub use notice::StoreNotice;
pub use open::Opened;
pub use own_profiles::{OwnProfileId, SavedOwnProfile};
pub use pairs::{PairId, SavedPair};
pub use saved_before::SavedBefore;
pub use settings::{ProxyMode, ProxySettings, Settings, StartMode, Theme};
pub use store::Store;

#[cfg(test)]
mod tests;
