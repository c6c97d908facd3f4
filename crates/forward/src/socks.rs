//! A forward that goes wherever each of its connections asks for, by SOCKS5 (RFC 1928): CONNECT, without a login.
//!
//! AWS opens sessions to one host and port at a time. So each destination that a client asks for has a session of its own,
//! behind a forward without a local end (`route`), which is kept for a while for the next client. There are only so many
//! (`pool`). Names go to the node as they are, and are resolved there. What the proxy tells a client comes from what the agent
//! tells (`answer`): it tells of failures only.

mod admission;
mod answer;
mod health;
mod pool;
mod proxy;
mod reply;
mod request;
mod route;
mod waiting;

pub(crate) use admission::SocksAdmission;
pub(crate) use answer::SocksAnswer;
pub(crate) use proxy::SocksTask;
pub use request::{SocksOpening, SocksStep};
