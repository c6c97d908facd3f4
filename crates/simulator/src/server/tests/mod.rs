//! The API over HTTP, as a client with its own signer sees it.

mod agents;
mod fleet;
mod hosts;
mod instances;
mod sessions;
mod signatures;
mod start;
