//! Forwards: what the user declared, and how each stands.

use serde::{Deserialize, Serialize};
use specta::Type;

#[cfg(doc)]
use super::ConnectionView;
use super::ErrorView;

/// A forward with how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ForwardView {
    /// Its number.
    pub id: i32,
    /// What the user wrote.
    pub draft: ForwardDraftView,
    /// How it stands.
    pub state: ForwardStateView,
    /// The local port that it listens on now.
    pub port: Option<u32>,
    /// The node that it goes by now; none while nobody knows, and for containers.
    pub through: Option<ThroughView>,
    /// What went through it since it was switched on.
    pub traffic: ForwardTrafficView,
    /// Why the last connection was lost, until one gets through.
    pub problem: Option<ErrorView>,
}

/// What the user writes about a forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ForwardDraftView {
    /// Its name.
    pub name: String,
    /// Its group; empty for none.
    pub group: String,
    /// What it goes by.
    pub via: ForwardViaView,
    /// The local port; 0 is any that is free.
    pub local_port: u32,
    /// The address of this computer that it listens on; none is loopback. The page asks before others can reach it.
    pub bind_address: Option<String>,
    /// Where its connections go.
    pub destination: ForwardDestinationView,
    /// Whether it is switched on when Postern starts.
    pub starts_with_postern: bool,
    /// Whether a browser is what uses it.
    pub is_web: bool,
}

/// Where the connections of a forward go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ForwardDestinationView {
    /// To one port.
    Port {
        /// A host as the node sees it; none is the node itself.
        host: Option<String>,
        /// The port there.
        port: u32,
    },
    /// Wherever each connection says: a SOCKS proxy.
    Socks {
        /// The networks and hosts that may be asked for, such as `10.88.0.0/16` and `*.internal`; empty is any.
        allowed: Vec<String>,
    },
}

/// What a forward goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ForwardViaView {
    /// A node in its profile and Region.
    Node {
        /// The profile.
        profile: String,
        /// The Region.
        region: String,
        /// The node's id.
        node: String,
    },
    /// A saved connection.
    Saved {
        /// [`ConnectionView::id`].
        id: i32,
    },
    /// A healthy node with these tags, another one when it is gone. All keys must match.
    Tags {
        /// The profile.
        profile: String,
        /// The Region.
        region: String,
        /// At least one.
        tags: Vec<TagFilterView>,
    },
}

/// One tag that nodes are chosen by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TagFilterView {
    /// Its key.
    pub key: String,
    /// Values of which any matches; empty is any value at all.
    pub values: Vec<String>,
}

/// The node that a forward goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ThroughView {
    /// Its id.
    pub node: String,
    /// Its name, where AWS was asked for it; the page knows those of the fleet.
    pub name: Option<String>,
}

/// How a forward stands. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ForwardStateView {
    /// It is switched off.
    Off,
    /// A session is being opened.
    Starting {
        /// Whether that waits for somebody to sign in.
        waits_for_login: bool,
    },
    /// Connections go through.
    Up {
        /// Since when it has been switched on and has worked.
        since_ms: f64,
    },
    /// The link or the session is lost and being restored; connections wait, the port stays.
    Resuming {
        /// Since when.
        since_ms: f64,
        /// Whether that waits for somebody to sign in.
        waits_for_login: bool,
        /// Why it was lost, or why the last attempt failed.
        error: Option<ErrorView>,
    },
    /// AWS closed the session because nobody used it; the next connection opens another.
    Asleep,
    /// It is being switched off: AWS is told.
    Stopping,
    /// It cannot go on.
    Failed {
        /// Why, and what to do.
        error: ErrorView,
        /// Another local port that is free, where the port is what is in the way.
        free_port: Option<u32>,
    },
}

/// Counts of one forward since it was switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ForwardTrafficView {
    /// [`ForwardView::id`].
    pub id: i32,
    /// Connections that are open.
    pub open: u32,
    /// Bytes to the destination.
    pub sent_bytes: f64,
    /// Bytes from the destination.
    pub received_bytes: f64,
}

/// Whether a local port can be had now.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LocalPortView {
    /// Why it cannot be had.
    pub error: Option<ErrorView>,
    /// Another one that can.
    pub free_port: Option<u32>,
}
