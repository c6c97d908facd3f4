//! The REST calls of EKS: ListClusters, on one page, and DescribeCluster.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::services::Caller;
use crate::wire::ApiError;
use crate::world::{DataStore, DataStoreKind, data_stores};

/// All names.
pub(crate) fn list_clusters(caller: &Caller) -> Value {
    let names: Vec<_> = clusters(caller).iter().map(|cluster| cluster.name).collect();
    json!({ "clusters": names, "nextToken": null })
}

/// One of them, by its name.
pub(crate) fn describe_cluster(caller: &Caller, name: &str) -> Result<Value, ApiError> {
    let found = clusters(caller).into_iter().find(|cluster| cluster.name == name);
    let cluster = found.ok_or_else(|| {
        ApiError::with_status(
            StatusCode::NOT_FOUND,
            "ResourceNotFoundException",
            format!("No cluster found for name: {name}."),
        )
    })?;
    let (account, region) = (&caller.profile.account, &caller.region);
    Ok(json!({ "cluster": {
        "name": cluster.name,
        "arn": format!("arn:aws:eks:{region}:{account}:cluster/{}", cluster.name),
        "version": cluster.engine_version,
        "endpoint": format!("https://{}", cluster.endpoint),
        "status": "ACTIVE",
        "resourcesVpcConfig": { "endpointPublicAccess": false, "endpointPrivateAccess": true },
    } }))
}

fn clusters(caller: &Caller) -> Vec<DataStore> {
    let mut stores = data_stores(&caller.profile.account, &caller.region);
    stores.retain(|store| store.kind == DataStoreKind::Kubernetes);
    stores
}
