//! Hosts that nodes are asked to forward to, as services of AWS list them.

use std::fmt;
use std::num::NonZeroU16;

use async_trait::async_trait;

use crate::{ControlError, RemoteHost, Scope};

/// A service whose databases, caches, clusters or domains are reached from nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemoteHostService {
    /// Databases.
    Rds,
    /// Caches.
    ElastiCache,
    /// The API servers of Kubernetes clusters.
    Eks,
    /// Search domains.
    OpenSearch,
}

impl RemoteHostService {
    /// As AWS writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rds => "RDS",
            Self::ElastiCache => "ElastiCache",
            Self::Eks => "EKS",
            Self::OpenSearch => "OpenSearch",
        }
    }
}

impl fmt::Display for RemoteHostService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is asked for at once. Each may be refused by itself, because policies allow calls one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemoteHostListing {
    /// RDS DescribeDBInstances.
    DatabaseInstances,
    /// RDS DescribeDBClusters.
    DatabaseClusters,
    /// ElastiCache DescribeReplicationGroups.
    ReplicationGroups,
    /// ElastiCache DescribeCacheClusters, without those of replication groups.
    CacheClusters,
    /// EKS ListClusters and DescribeCluster.
    KubernetesClusters,
    /// OpenSearch ListDomainNames and DescribeDomains.
    SearchDomains,
}

impl RemoteHostListing {
    /// All of them, in the order in which people look for hosts.
    pub const ALL: [Self; 6] = [
        Self::DatabaseInstances,
        Self::DatabaseClusters,
        Self::ReplicationGroups,
        Self::CacheClusters,
        Self::KubernetesClusters,
        Self::SearchDomains,
    ];
}

/// A host that a service lists, with the port that its clients use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListedHost {
    /// Who lists it.
    pub service: RemoteHostService,
    /// What it is called there, safe to show; of several endpoints of one thing each says which it is.
    pub name: String,
    /// The name under which nodes reach it.
    pub host: RemoteHost,
    /// Where its clients connect.
    pub port: NonZeroU16,
}

/// Asks the services for hosts.
#[async_trait]
pub trait RemoteHosts: Send + Sync {
    /// All hosts of one listing, every page of it up to a bound. What has no endpoint yet is left out.
    ///
    /// # Errors
    /// Any [`ControlError`]; it says nothing about the other listings.
    async fn listed_hosts(
        &self,
        scope: &Scope,
        listing: RemoteHostListing,
    ) -> Result<Vec<ListedHost>, ControlError>;
}
