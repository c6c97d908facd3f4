//! Forwards as the user saved them: where connections come in here, what they go by, and where they go.

use std::net::IpAddr;
use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

use crate::{ConnectionId, NodeId, ProfileName, Region, RemoteHost, TagQuery};

/// The store's number of a saved forward; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SavedForwardId(pub i64);

/// A saved forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedForward {
    /// Its number in the store.
    pub id: SavedForwardId,
    /// What the user wrote.
    pub draft: ForwardDraft,
}

/// What the user writes about a forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardDraft {
    /// Shown in the list; not empty.
    pub name: String,
    /// Forwards with the same text here are switched together; empty for one that stands alone.
    pub group: String,
    /// What it goes by.
    pub via: ForwardVia,
    /// The port on this computer; 0 takes any that is free at each start.
    pub local_port: u16,
    /// The address of this computer that it listens on; none is loopback, of IPv4 and IPv6.
    pub bind_address: Option<IpAddr>,
    /// Where its connections go.
    pub destination: DraftDestination,
    /// Whether it is switched on when Postern starts.
    pub starts_with_postern: bool,
    /// Whether a browser is what uses it.
    pub is_web: bool,
}

/// Where the connections of a saved forward go. Kept as JSON, as [`ForwardVia`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DraftDestination {
    /// To one port.
    Port {
        /// The host as the node sees it; none is the node itself.
        host: Option<RemoteHost>,
        /// The port there.
        port: NonZeroU16,
    },
    /// Wherever each connection says: the local end is a SOCKS proxy.
    Socks {
        /// The networks and hosts that may be asked for, in the words of the proxy's rules; none of them is all.
        allowed: Vec<String>,
    },
}

/// What a forward goes by. Kept as JSON, so that a later version may know more ways; this one leaves those out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardVia {
    /// A node, by the pair that it was found through. It needs no pair of the settings any more.
    Node {
        /// Whose credentials are used.
        profile: ProfileName,
        /// Where the node is.
        region: Region,
        /// The node.
        node: NodeId,
    },
    /// A saved connection, as it is when the forward starts.
    Connection(ConnectionId),
    /// A healthy node with these tags, looked up at AWS for each session: another one when the first is gone.
    Tags {
        /// Whose credentials are used.
        profile: ProfileName,
        /// Where the nodes are.
        region: Region,
        /// Which nodes.
        query: TagQuery,
    },
}
