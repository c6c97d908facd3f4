//! ListTagsForResource: the tags of hybrid nodes, which no listing has.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, invalid, read};
use crate::world::{Kind, SimulatedNode};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct TagsRequest {
    resource_type: String,
    resource_id: String,
}

/// The types that the API has; the simulator has tags of one of them.
const RESOURCE_TYPES: &str = "[Association, ManagedInstance, PatchBaseline, Automation, Document, OpsMetadata, OpsItem, \
MaintenanceWindow, Parameter]";

pub(super) fn list_tags_for_resource(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let request: TagsRequest = read(body)?;
    if request.resource_type != "ManagedInstance" {
        let rule = format!("Member must satisfy enum value set: {RESOURCE_TYPES}");
        return Err(invalid(&request.resource_type, "resourceType", &rule));
    }
    let node = cloud.world.node(&request.resource_id);
    let own = |node: &SimulatedNode| {
        let here = node.account == caller.profile.account && node.region == caller.region;
        here && matches!(node.kind, Kind::Hybrid(_))
    };
    let node = node.filter(|node| own(node)).ok_or_else(|| {
        ApiError::new(
            "InvalidResourceId",
            format!("The resource ID {} is not valid.", request.resource_id),
        )
    })?;
    let tags: Vec<Value> = node
        .tags
        .iter()
        .map(|tag| json!({ "Key": tag.key, "Value": tag.value }))
        .collect();
    Ok(json!({ "TagList": tags }))
}
