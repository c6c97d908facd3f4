//! The local end: listeners, whose connection it is that comes, and sockets of either kind as one.

mod gone;
mod listeners;
#[cfg(target_os = "linux")]
mod proc_net;
mod stream;
#[cfg(unix)]
mod unix_socket;
mod user;
mod who;

pub(crate) use gone::closed_for_good;
pub(crate) use listeners::Listeners;
pub use listeners::LocalAddress;
pub(crate) use stream::LocalStream;
