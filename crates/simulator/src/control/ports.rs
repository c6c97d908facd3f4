//! Orders about what nodes reach over TCP.

use super::Control;
use crate::network::{ListenerPlace, SimulatedServer};
use crate::pushed_keys::PushedKey;

impl Control {
    /// From now on this answers at a port of every node, of one node or of a host that nodes reach, instead of what did
    /// before. Nodes reach nothing of this computer but what is named here by [`SimulatedServer::Loopback`].
    ///
    /// At first every node has echo on 7, a web site on 80 and a database on 3306; and there are the hosts
    /// `web.internal` (80), `db.internal` (5432) and `cache.internal` (6379).
    pub fn open_port(&self, place: ListenerPlace, port: u16, server: SimulatedServer) {
        self.cloud.listeners.open(place, port, server);
    }

    /// Nobody answers there any more, and connections there are cut. False when nobody did.
    pub fn close_port(&self, place: ListenerPlace, port: u16) -> bool {
        self.cloud.listeners.close(place, port)
    }

    /// Cuts the connections to a port that is open there; new ones can be made. False when it is not open.
    pub fn cut_connections(&self, place: ListenerPlace, port: u16) -> bool {
        self.cloud.listeners.cut(place, port)
    }

    /// The keys that were pushed by SendSSHPublicKey and are still good, the oldest first.
    #[must_use]
    pub fn pushed_keys(&self) -> Vec<PushedKey> {
        self.cloud.pushed_keys.good(self.cloud.faults.now())
    }

    /// Nothing passes on the connections to a port (true), neither way, or it goes on (false). False when it is not open.
    pub fn stall_connections(&self, place: ListenerPlace, port: u16, stalled: bool) -> bool {
        self.cloud.listeners.stall(place, port, stalled)
    }
}
