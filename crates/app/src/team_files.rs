//! Team files: connections that others keep in files, read again when they change, and never changed here.

mod list;
mod watched;

pub use list::TeamFiles;
