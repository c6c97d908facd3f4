//! EKS ListClusters, and DescribeCluster for the address of each.

use aws_sdk_eks::Client;
use futures_util::{StreamExt, TryStreamExt, stream};
use postern_model::{ControlError, ListedHost, RemoteHostService, Scope};

use super::listing::{HTTPS, call, listed, next_page};
use crate::clients::Clients;
use crate::http::host_of;
use crate::service::Service;

/// Calls for single clusters at a time.
const AT_ONCE: usize = 8;

pub(super) async fn clusters(clients: &Clients, scope: &Scope) -> Result<Vec<ListedHost>, ControlError> {
    let client = clients.optional.eks()?;
    let names = names(clients, scope, &client).await?;
    let described = stream::iter(names)
        .map(|name| described(clients, scope, &client, name))
        .buffered(AT_ONCE);
    let hosts: Vec<Option<ListedHost>> = described.try_collect().await?;
    Ok(hosts.into_iter().flatten().collect())
}

async fn names(clients: &Clients, scope: &Scope, client: &Client) -> Result<Vec<String>, ControlError> {
    let call = call(clients, scope, Service::Eks, "ListClusters");
    let (mut names, mut page) = (Vec::new(), None);
    loop {
        let request = client.list_clusters().set_next_token(page);
        let answer = request.send().await.map_err(|error| call.failed(&error))?;
        names.extend(answer.clusters().iter().cloned());
        page = next_page(answer.next_token(), names.len());
        if page.is_none() {
            return Ok(names);
        }
    }
}

async fn described(
    clients: &Clients,
    scope: &Scope,
    client: &Client,
    name: String,
) -> Result<Option<ListedHost>, ControlError> {
    let call = call(clients, scope, Service::Eks, "DescribeCluster");
    let request = client.describe_cluster().name(&name);
    let answer = request.send().await.map_err(|error| call.failed(&error))?;
    let endpoint = answer.cluster().and_then(|cluster| cluster.endpoint());
    let host = endpoint.map(host_of);
    Ok(listed(RemoteHostService::Eks, name, host.as_deref(), Some(HTTPS)))
}
