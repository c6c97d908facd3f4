//! What simulated nodes reach over TCP: servers inside the simulator, and ports of this computer that somebody named.

mod connection;
mod listeners;
mod node_network;
mod servers;

pub(crate) use connection::{ConnectionOrders, NodeConnection, NodeDialError};
pub(crate) use listeners::NodeListeners;
pub use listeners::{ListenerPlace, SimulatedServer};
pub(crate) use node_network::NodeNetwork;
