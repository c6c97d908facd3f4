//! The JSON API of EC2 Instance Connect: SendSSHPublicKey.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::Caller;
use crate::cloud::CloudState;
use crate::pushed_keys::{KEY_LIFETIME, PushedKey};
use crate::wire::{ApiError, read, unknown_operation};
use crate::world::{Ec2State, SimulatedNode};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SendKeyRequest {
    #[serde(rename = "InstanceId")]
    instance: String,
    #[serde(rename = "InstanceOSUser")]
    user: String,
    #[serde(rename = "SSHPublicKey")]
    public_key: String,
    #[serde(rename = "AvailabilityZone")]
    zone: Option<String>,
}

/// Answers one authenticated and permitted call with a JSON object.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    operation: &str,
    body: &[u8],
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    if operation != "SendSSHPublicKey" {
        return Err(unknown_operation(operation));
    }
    let request: SendKeyRequest = read(body)?;
    check(&request)?;
    check_instance(cloud, caller, &request)?;
    cloud.pushed_keys.push(PushedKey {
        instance: request.instance,
        user: request.user,
        public_key: request.public_key,
        good_until: cloud.faults.now() + KEY_LIFETIME,
    });
    let answer = json!({ "RequestId": request_id, "Success": true });
    Ok(answer.to_string().into_bytes())
}

/// The API's own limits; that the key is one is looked at as far as its first word.
fn check(request: &SendKeyRequest) -> Result<(), ApiError> {
    let digits = request.instance.strip_prefix("i-").unwrap_or("");
    let is_id = (8..=30).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_key = (80..=4096).contains(&request.public_key.len())
        && ["ssh-rsa ", "ssh-ed25519 "]
            .iter()
            .any(|kind| request.public_key.starts_with(kind));
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '$');
    let is_user = (1..=32).contains(&request.user.len()) && request.user.chars().all(legal);
    for (holds, member) in [
        (is_id, "InstanceId"),
        (is_user, "InstanceOSUser"),
        (is_key, "SSHPublicKey"),
    ] {
        if !holds {
            return Err(ApiError::new(
                "InvalidArgsException",
                format!("The value of {member} is not valid."),
            ));
        }
    }
    Ok(())
}

fn check_instance(cloud: &CloudState, caller: &Caller, request: &SendKeyRequest) -> Result<(), ApiError> {
    let node = cloud.world.node(&request.instance);
    let own = node.filter(|node| node.account == caller.profile.account && node.region == caller.region);
    let is_in_zone = |node: &SimulatedNode| {
        let asked = request.zone.as_ref();
        node.ec2()
            .is_some_and(|facts| asked.is_none_or(|zone| *zone == facts.zone))
    };
    let in_zone = own.filter(|node| is_in_zone(node));
    match in_zone
        .and_then(|node| cloud.world.standing(&node))
        .map(|now| now.state)
    {
        None => Err(ApiError::new(
            "EC2InstanceNotFoundException",
            "Instance not found",
        )),
        Some(Ec2State::Running) => Ok(()),
        Some(_) => Err(ApiError::new(
            "EC2InstanceStateInvalidException",
            "Instance is not running",
        )),
    }
}
