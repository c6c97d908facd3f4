//! Who listens where: on ports of every node, of one node, and of other hosts that nodes reach.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::connection::ConnectionOrders;
use crate::world::DataStore;

/// Whose port it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ListenerPlace {
    /// Every node's, unless the node has another listener there.
    EveryNode,
    /// One node's, by its id.
    Node(String),
    /// A host's that nodes reach, by its name or address. Case does not matter.
    Host(String),
}

impl ListenerPlace {
    fn normalised(self) -> Self {
        match self {
            Self::Host(name) => Self::Host(name.to_ascii_lowercase()),
            Self::EveryNode | Self::Node(_) => self,
        }
    }
}

/// What answers at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedServer {
    /// A program of this computer that listens on this port of 127.0.0.1, such as a real SSH server.
    Loopback(u16),
    /// Sends back what it gets.
    Echo,
    /// HTTP with many small files and a page with pictures; `/bytes/N` has N bytes.
    Web,
    /// Says something first, as databases do, and then answers each line.
    SpeaksFirst,
    /// Reads this many bytes in a second, and says how many there were when it has all.
    ReadsSlowly {
        /// At least one.
        bytes_per_second: u32,
    },
    /// Reads this many bytes and then no more, without closing.
    StopsReading {
        /// How many it reads.
        after: u64,
    },
    /// Sends this many bytes as fast as they are taken, and closes.
    Sends {
        /// How many.
        bytes: u64,
    },
    /// Says goodbye, closes its own direction, and reads on.
    HalfCloses,
    /// Accepts and closes at once.
    EndsAtOnce,
    /// Never answers the connection attempt, as behind a firewall.
    NeverAnswers,
    /// Refuses, as where nothing listens.
    Refuses,
}

/// All listeners.
#[derive(Debug)]
pub(crate) struct NodeListeners {
    known: Mutex<HashMap<(ListenerPlace, u16), NodeListener>>,
}

#[derive(Debug)]
struct NodeListener {
    server: SimulatedServer,
    cut: CancellationToken,
    stalled: watch::Sender<bool>,
}

impl NodeListener {
    fn new(server: SimulatedServer) -> Self {
        Self {
            server,
            cut: CancellationToken::new(),
            stalled: watch::Sender::new(false),
        }
    }

    fn orders(&self) -> ConnectionOrders {
        ConnectionOrders {
            cut: self.cut.clone(),
            stalled: self.stalled.subscribe(),
        }
    }
}

impl NodeListeners {
    /// What the demo's nodes and their surroundings have.
    pub(crate) fn new() -> Self {
        let host = |name: &str| ListenerPlace::Host(name.to_owned());
        let every_node = ListenerPlace::EveryNode;
        let listeners = Self {
            known: Mutex::default(),
        };
        listeners.open(every_node.clone(), 7, SimulatedServer::Echo);
        listeners.open(every_node.clone(), 80, SimulatedServer::Web);
        listeners.open(every_node, 3306, SimulatedServer::SpeaksFirst);
        listeners.open(host("web.internal"), 80, SimulatedServer::Web);
        listeners.open(host("db.internal"), 5432, SimulatedServer::SpeaksFirst);
        listeners.open(host("cache.internal"), 6379, SimulatedServer::Echo);
        listeners
    }

    /// A data store answers under these names, and speaks first.
    pub(crate) fn open_data_store(&self, store: &DataStore) {
        for name in store.endpoints() {
            let place = ListenerPlace::Host(name.to_owned());
            self.open(place, store.port, SimulatedServer::SpeaksFirst);
        }
    }

    /// Somebody listens there from now on; connections to who did before live on.
    pub(crate) fn open(&self, place: ListenerPlace, port: u16, server: SimulatedServer) {
        self.lock()
            .insert((place.normalised(), port), NodeListener::new(server));
    }

    /// Nobody listens there any more, and the connections there are cut; false when nobody did.
    pub(crate) fn close(&self, place: ListenerPlace, port: u16) -> bool {
        let closed = self.lock().remove(&(place.normalised(), port));
        closed.inspect(|listener| listener.cut.cancel()).is_some()
    }

    /// Cuts the connections to a listener; false when there is none.
    pub(crate) fn cut(&self, place: ListenerPlace, port: u16) -> bool {
        let mut known = self.lock();
        let listener = known.get_mut(&(place.normalised(), port));
        listener
            .map(|listener| std::mem::take(&mut listener.cut).cancel())
            .is_some()
    }

    /// Nothing passes on the connections to a listener (true), or it goes on (false); false when there is none.
    pub(crate) fn stall(&self, place: ListenerPlace, port: u16, stalled: bool) -> bool {
        let known = self.lock();
        let listener = known.get(&(place.normalised(), port));
        listener
            .map(|listener| listener.stalled.send_replace(stalled))
            .is_some()
    }

    /// Whether a host of this name has any listener.
    pub(super) fn has_host(&self, name: &str) -> bool {
        let host = ListenerPlace::Host(name.to_owned()).normalised();
        self.lock().keys().any(|(place, _)| *place == host)
    }

    /// The first of these places that has a listener on this port.
    pub(super) fn find(
        &self,
        places: &[ListenerPlace],
        port: u16,
    ) -> Option<(SimulatedServer, ConnectionOrders)> {
        let known = self.lock();
        let mut found = places
            .iter()
            .filter_map(|place| known.get(&(place.clone().normalised(), port)));
        found.next().map(|listener| (listener.server, listener.orders()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ListenerPlace, u16), NodeListener>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
