//! OpenSearch ListDomainNames, and DescribeDomains for their addresses.

use aws_sdk_opensearch::types::DomainStatus;
use postern_model::{ControlError, ListedHost, RemoteHostService, Scope};

use super::listing::{HTTPS, MOST_HOSTS, call, listed};
use crate::clients::Clients;
use crate::service::Service;

/// The most that DescribeDomains takes.
const DOMAINS_PER_CALL: usize = 5;

pub(super) async fn domains(clients: &Clients, scope: &Scope) -> Result<Vec<ListedHost>, ControlError> {
    let client = clients.optional.opensearch()?;
    let listing = call(clients, scope, Service::OpenSearch, "ListDomainNames");
    let answer = client.list_domain_names().send().await;
    let answer = answer.map_err(|error| listing.failed(&error))?;
    let named = answer.domain_names().iter();
    let names: Vec<String> = named
        .filter_map(|domain| domain.domain_name().map(ToOwned::to_owned))
        .take(MOST_HOSTS)
        .collect();
    let describing = call(clients, scope, Service::OpenSearch, "DescribeDomains");
    let mut hosts = Vec::new();
    for names in names.chunks(DOMAINS_PER_CALL) {
        let request = client.describe_domains().set_domain_names(Some(names.to_vec()));
        let answer = request.send().await.map_err(|error| describing.failed(&error))?;
        hosts.extend(answer.domain_status_list().iter().filter_map(domain));
    }
    Ok(hosts)
}

/// One in a VPC, which nodes are for, has its endpoint under that name.
fn domain(from: &DomainStatus) -> Option<ListedHost> {
    let in_vpc = || from.endpoints().and_then(|endpoints| endpoints.get("vpc"));
    let host = from.endpoint().or_else(|| in_vpc().map(String::as_str));
    listed(
        RemoteHostService::OpenSearch,
        from.domain_name(),
        host,
        Some(HTTPS),
    )
}
