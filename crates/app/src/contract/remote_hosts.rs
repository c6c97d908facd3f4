//! Hosts that a node may forward to, offered instead of asked for.

use serde::Serialize;
use specta::Type;

use super::ErrorView;
#[cfg(doc)]
use super::ForwardDraftView;

/// The hosts that are known behind what a forward goes by. What was used before comes first.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteHostsView {
    /// All that could be read.
    pub hosts: Vec<RemoteHostView>,
    /// Why the others could not, such as a policy that allows no listing. None of them is a reason not to go on.
    pub refusals: Vec<ErrorView>,
}

/// One host with the port that its clients use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteHostView {
    /// Where it is known from.
    pub service: RemoteHostServiceView,
    /// What it is called there: a database, a cluster, a domain; of a forward, its own name.
    pub name: String,
    /// For [`ForwardDraftView::host`].
    pub host: String,
    /// For [`ForwardDraftView::port`].
    pub port: u32,
}

/// Where a host is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RemoteHostServiceView {
    /// A forward that was declared before; AWS lists the host nowhere.
    Forward,
    /// RDS: a database instance or cluster.
    Rds,
    /// A cache.
    Elasticache,
    /// The API server of a Kubernetes cluster.
    Eks,
    /// A search domain.
    Opensearch,
}
