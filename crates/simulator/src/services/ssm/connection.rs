//! GetConnectionStatus: whether a session could be opened to a node now.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::ApiError;
use crate::wire::{check_length, read};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConnectionStatusRequest {
    #[serde(default)]
    target: String,
}

pub(super) fn get_connection_status(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let ConnectionStatusRequest { target } = read(body)?;
    check_length(&target, "target", 400)?;
    let node = cloud.world.node(&target);
    let node = node.filter(|node| node.account == caller.profile.account && node.region == caller.region);
    let connected = node.is_some_and(|node| cloud.world.is_connected(&node));
    Ok(json!({ "Target": target, "Status": if connected { "connected" } else { "notconnected" } }))
}
