//! The forwards that the user declared: kept in the store, switched on and off, and shown with how they stand.
//!
//! [`Forwards`] are those of one world. Each has a [`status::ForwardStatus`], which what runs behind it changes; a change of the
//! state is emitted at once, counts are gathered and emitted at most four times a second. A forward that is on is a task
//! (`run`) around a [`postern_forward::Forward`]: it finds out what the forward goes by, waits for a sign-in where that is all
//! that is missing, and is ended with the world at the latest, its session terminated at AWS.

mod declared;
mod drafts;
mod errors;
mod others;
mod place;
mod run;
mod status;
mod table;
mod used_hosts;

pub use declared::Forwards;
pub(crate) use others::WINDOW;
pub(crate) use used_hosts::UsedHost;
