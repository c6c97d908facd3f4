//! The REST calls of OpenSearch: ListDomainNames and DescribeDomains.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::services::Caller;
use crate::wire::{ApiError, read};
use crate::world::{DataStore, DataStoreKind, data_stores};

/// The most that DescribeDomains takes.
const MOST: usize = 5;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DescribeRequest {
    #[serde(rename = "DomainNames")]
    names: Vec<String>,
}

/// All names.
pub(crate) fn list_domain_names(caller: &Caller) -> Value {
    let domains = domains(caller);
    let names = domains
        .iter()
        .map(|domain| json!({ "DomainName": domain.name, "EngineType": "OpenSearch" }));
    json!({ "DomainNames": names.collect::<Vec<_>>() })
}

/// Those of these names; the others are left out, as AWS does.
pub(crate) fn describe_domains(caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: DescribeRequest = read(body)?;
    if request.names.len() > MOST {
        let text = format!("Please provide a maximum of {MOST} Elasticsearch domain names to describe.");
        return Err(ApiError::new("ValidationException", text));
    }
    let domains = domains(caller);
    let asked = domains
        .iter()
        .filter(|domain| request.names.iter().any(|name| name == domain.name));
    let statuses: Vec<Value> = asked.map(|domain| status(caller, domain)).collect();
    Ok(json!({ "DomainStatusList": statuses }))
}

/// They are in the VPC, so that the public endpoint is missing.
fn status(caller: &Caller, domain: &DataStore) -> Value {
    let (account, region) = (&caller.profile.account, &caller.region);
    json!({
        "DomainId": format!("{account}/{}", domain.name),
        "DomainName": domain.name,
        "ARN": format!("arn:aws:es:{region}:{account}:domain/{}", domain.name),
        "Created": true,
        "Deleted": false,
        "Endpoints": { "vpc": domain.endpoint },
        "EngineVersion": format!("OpenSearch_{}", domain.engine_version),
        "ClusterConfig": { "InstanceType": "t3.small.search", "InstanceCount": 1 },
    })
}

fn domains(caller: &Caller) -> Vec<DataStore> {
    let mut stores = data_stores(&caller.profile.account, &caller.region);
    stores.retain(|store| store.kind == DataStoreKind::Search);
    stores
}
