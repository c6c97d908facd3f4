//! What the parts of the benchmark share: the work that is asked of a client, its bytes, and the other end.

pub mod client;
pub mod content;
pub mod destination;
pub mod forwarding;
pub mod gateway;
pub mod work;
