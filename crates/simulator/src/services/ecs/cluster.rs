//! The cluster that most operations are about.

use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::ApiError;
use crate::world::Cluster;

/// The caller's cluster with this name or ARN; `default` without one, as ECS does.
pub(super) fn cluster<'c>(
    cloud: &'c CloudState,
    caller: &Caller,
    named: Option<&str>,
) -> Result<&'c Cluster, ApiError> {
    let named = named.unwrap_or("default");
    cloud
        .world
        .clusters(&caller.profile.account, &caller.region)
        .find(|cluster| cluster.name == named || cluster.arn == named)
        .ok_or_else(|| ApiError::new("ClusterNotFoundException", "Cluster not found."))
}
