//! The local end: listeners, whose connection it is that comes, sockets of either kind as one, and what their clients speak.

mod farewell;
mod gone;
mod listeners;
mod owner;
#[cfg(target_os = "linux")]
mod proc_net;
#[cfg(target_os = "linux")]
mod sock_diag;
mod socket;
mod stream;
#[cfg(unix)]
mod unix_socket;
mod user;
mod who;

pub(crate) use farewell::refuse;
pub(crate) use gone::closed_for_good;
pub(crate) use listeners::Listeners;
pub use listeners::LocalAddress;
pub(crate) use socket::LocalSocket;
pub(crate) use stream::LocalStream;
#[cfg(unix)]
pub(crate) use unix_socket::OwnSocket;
