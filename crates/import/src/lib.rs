//! Saved connections from files of other programs and of Postern: bytes in, records and what is wrong out. Nothing here reads
//! a file, runs anything, or writes to the store.
//!
//! A file is [`read`], the records are laid beside what is there ([`Review`]), the user chooses, and what was chosen becomes a
//! [`Plan`](postern_model::ImportPlan) that the store carries out in one step.

mod clean;
mod collect;
mod csv_table;
mod error;
mod file;
mod format;
mod mremoteng;
mod network_manager;
mod own;
mod read;
mod review;
mod ssh;
mod team;
mod text;
mod xml;

pub use csv_table::{ColumnMap, InvalidColumns};
pub use error::ImportError;
pub use file::{GroupPath, ImportField, ImportFile, ImportedConnection, ImportedGroup, Unusable};
pub use format::{Format, UnknownFormat};
pub use own::export;
pub use read::{MAX_BYTES, ReadOptions, read};
pub use review::{Choice, EntryState, FieldChange, GroupEntry, ImportEntry, Review};
pub use team::TeamConnections;
