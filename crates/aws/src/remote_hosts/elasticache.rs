//! ElastiCache DescribeReplicationGroups, and DescribeCacheClusters for those that belong to none.

use aws_sdk_elasticache::types::{CacheCluster, Endpoint, ReplicationGroup};
use postern_model::{ControlError, ListedHost, RemoteHostService, Scope};

use super::listing::{call, listed, next_page};
use crate::clients::Clients;
use crate::service::Service;

pub(super) async fn replication_groups(
    clients: &Clients,
    scope: &Scope,
) -> Result<Vec<ListedHost>, ControlError> {
    let call = call(clients, scope, Service::ElastiCache, "DescribeReplicationGroups");
    let client = clients.optional.elasticache()?;
    let (mut hosts, mut page) = (Vec::new(), None);
    loop {
        let request = client.describe_replication_groups().set_marker(page);
        let answer = request.send().await.map_err(|error| call.failed(&error))?;
        hosts.extend(answer.replication_groups().iter().flat_map(group));
        page = next_page(answer.marker(), hosts.len());
        if page.is_none() {
            return Ok(hosts);
        }
    }
}

pub(super) async fn cache_clusters(
    clients: &Clients,
    scope: &Scope,
) -> Result<Vec<ListedHost>, ControlError> {
    let call = call(clients, scope, Service::ElastiCache, "DescribeCacheClusters");
    let client = clients.optional.elasticache()?;
    let (mut hosts, mut page) = (Vec::new(), None);
    loop {
        let request = client
            .describe_cache_clusters()
            .show_cache_node_info(true)
            .show_cache_clusters_not_in_replication_groups(true)
            .set_marker(page);
        let answer = request.send().await.map_err(|error| call.failed(&error))?;
        hosts.extend(answer.cache_clusters().iter().filter_map(cluster));
        page = next_page(answer.marker(), hosts.len());
        if page.is_none() {
            return Ok(hosts);
        }
    }
}

/// A group of several shards has one endpoint for all of them.
fn group(from: &ReplicationGroup) -> Vec<ListedHost> {
    let name = from.replication_group_id().unwrap_or_default();
    if let Some(endpoint) = from.configuration_endpoint() {
        return listed_at(name.to_owned(), Some(endpoint)).into_iter().collect();
    }
    let shard = from.node_groups().first();
    let primary = shard.and_then(|shard| shard.primary_endpoint());
    let readers = shard.and_then(|shard| shard.reader_endpoint());
    let ends = [(name.to_owned(), primary), (format!("{name} (readers)"), readers)];
    ends.into_iter()
        .filter_map(|(name, endpoint)| listed_at(name, endpoint))
        .collect()
}

/// A cluster of Memcached has one endpoint for all of its nodes; a lone node has its own.
fn cluster(from: &CacheCluster) -> Option<ListedHost> {
    let name = from.cache_cluster_id().unwrap_or_default().to_owned();
    let node = || from.cache_nodes().first().and_then(|node| node.endpoint());
    listed_at(name, from.configuration_endpoint().or_else(node))
}

fn listed_at(name: String, endpoint: Option<&Endpoint>) -> Option<ListedHost> {
    let endpoint = endpoint?;
    listed(
        RemoteHostService::ElastiCache,
        name,
        endpoint.address(),
        endpoint.port(),
    )
}
