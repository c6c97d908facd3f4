//! RDS DescribeDBInstances and DescribeDBClusters, which list databases of Aurora, DocumentDB and Neptune, too.

use aws_sdk_rds::types::{DbCluster, DbInstance};
use postern_model::{ControlError, ListedHost, RemoteHostService, Scope};

use super::listing::{call, listed, next_page};
use crate::clients::Clients;
use crate::service::Service;

pub(super) async fn instances(clients: &Clients, scope: &Scope) -> Result<Vec<ListedHost>, ControlError> {
    let call = call(clients, scope, Service::Rds, "DescribeDBInstances");
    let client = clients.optional.rds()?;
    let (mut hosts, mut page) = (Vec::new(), None);
    loop {
        let request = client.describe_db_instances().set_marker(page);
        let answer = request.send().await.map_err(|error| call.failed(&error))?;
        hosts.extend(answer.db_instances().iter().filter_map(instance));
        page = next_page(answer.marker(), hosts.len());
        if page.is_none() {
            return Ok(hosts);
        }
    }
}

pub(super) async fn clusters(clients: &Clients, scope: &Scope) -> Result<Vec<ListedHost>, ControlError> {
    let call = call(clients, scope, Service::Rds, "DescribeDBClusters");
    let client = clients.optional.rds()?;
    let (mut hosts, mut page) = (Vec::new(), None);
    loop {
        let request = client.describe_db_clusters().set_marker(page);
        let answer = request.send().await.map_err(|error| call.failed(&error))?;
        hosts.extend(answer.db_clusters().iter().flat_map(cluster));
        page = next_page(answer.marker(), hosts.len());
        if page.is_none() {
            return Ok(hosts);
        }
    }
}

fn instance(from: &DbInstance) -> Option<ListedHost> {
    let endpoint = from.endpoint()?;
    let name = from.db_instance_identifier().unwrap_or_default();
    listed(RemoteHostService::Rds, name, endpoint.address(), endpoint.port())
}

/// Who writes, and who only reads.
fn cluster(from: &DbCluster) -> Vec<ListedHost> {
    let name = from.db_cluster_identifier().unwrap_or_default();
    let ends = [
        (format!("{name} (cluster)"), from.endpoint()),
        (format!("{name} (readers)"), from.reader_endpoint()),
    ];
    let hosts = ends.into_iter();
    hosts
        .filter_map(|(name, host)| listed(RemoteHostService::Rds, name, host, from.port()))
        .collect()
}
