//! A forward that browsers use: every request must be meant for it.
//!
//! A page of any site can have the browser connect to a local port, and a site can have its own name lead to 127.0.0.1 (DNS
//! rebinding). What a browser cannot be made to do is to lie in `Host`, in `Origin` and in `Sec-Fetch-Site`. So these are looked at in
//! each request before a byte of it goes to the node. Whatever cannot be looked at, because it is no HTTP of version 1, is
//! refused.

mod admission;
mod connection;
mod fields;
mod framing;
mod gateway;
mod guard;
mod head;
mod site;

pub(crate) use admission::WebAdmission;
pub(crate) use connection::WebConnection;
pub(crate) use gateway::bad_gateway;
pub use guard::HttpGuard;
pub use site::WebSite;
