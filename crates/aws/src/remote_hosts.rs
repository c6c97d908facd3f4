//! The hosts that RDS, ElastiCache, EKS and OpenSearch list: a file for each service.

mod eks;
mod elasticache;
mod listing;
mod opensearch;
mod rds;

use async_trait::async_trait;
use postern_model::{ControlError, ListedHost, RemoteHostListing, RemoteHosts, Scope};

use crate::AwsControlPlane;

#[async_trait]
impl RemoteHosts for AwsControlPlane {
    async fn listed_hosts(
        &self,
        scope: &Scope,
        listing: RemoteHostListing,
    ) -> Result<Vec<ListedHost>, ControlError> {
        self.call(scope, |clients| async move {
            match listing {
                RemoteHostListing::DatabaseInstances => rds::instances(&clients, scope).await,
                RemoteHostListing::DatabaseClusters => rds::clusters(&clients, scope).await,
                RemoteHostListing::ReplicationGroups => {
                    elasticache::replication_groups(&clients, scope).await
                }
                RemoteHostListing::CacheClusters => elasticache::cache_clusters(&clients, scope).await,
                RemoteHostListing::KubernetesClusters => eks::clusters(&clients, scope).await,
                RemoteHostListing::SearchDomains => opensearch::domains(&clients, scope).await,
            }
        })
        .await
    }
}
