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
    /// A host as the node sees it; none is the node itself.
    pub host: Option<String>,
    /// The port there.
    pub port: u32,
    /// Whether it is switched on when Postern starts.
    pub starts_with_postern: bool,
    /// Whether a browser is what uses it.
    pub is_web: bool,
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
