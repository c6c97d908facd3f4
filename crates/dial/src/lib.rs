//! From a host to bytes: TCP, a proxy on the way, TLS. Calls to AWS and data channels are dialled here, so that both go
//! the same way, trust the same certificates and name the same errors.
//!
//! [`dial`] connects: TCP to the host or to its proxy, TLS with an encrypted proxy, CONNECT, TLS with the host. Each step has
//! its own limit.

mod dial;
mod error;
mod tcp;
mod trust;
mod tunnel;

pub use dial::{ByteStream, DialLimits, Dialled, Way, dial, dial_proxy};
pub use error::DialError;
pub use trust::{Trust, bundle_roots};
pub use tunnel::{authorization, check_forwarded, check_login};
