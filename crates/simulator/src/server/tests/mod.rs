//! The API over HTTP, as a client with its own signer sees it.

mod agents;
mod console;
mod containers;
mod data_stores;
mod documents;
mod fleet;
mod hosts;
mod identity_center;
mod instances;
mod keys;
mod keys_of_instances;
mod power;
mod roles;
mod sessions;
mod signatures;
mod start;
mod surroundings;
