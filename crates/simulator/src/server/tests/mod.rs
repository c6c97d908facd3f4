//! The API over HTTP, as a client with its own signer sees it.

mod agents;
mod containers;
mod documents;
mod fleet;
mod hosts;
mod instances;
mod keys;
mod sessions;
mod signatures;
mod start;
