//! What can be wrong with a forward as it was written.

use thiserror::Error;

/// What is wrong with a forward as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidForward {
    /// It has too few or too many parts, or none of them is a port.
    #[error("A forward looks like 5432, 15432:5432, 6379:cache.internal:6379 or cache.internal:6379.")]
    Form,
    /// A number that no port has.
    #[error("A port is a number from 1 to 65535, and a local one may be 0 for any free one; {0:?} is not.")]
    Port(String),
    /// A name that no host has.
    #[error("{0:?} is no name or address of a host; an IPv6 address stands in brackets.")]
    Host(String),
    /// Something that stands for no hosts.
    #[error(
        "{0:?} allows no host: write a network such as 10.88.0.0/16, an address, a name, or *.internal for all names that end so."
    )]
    Allowed(String),
}
