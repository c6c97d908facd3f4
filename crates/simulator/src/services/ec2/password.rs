//! GetPasswordData: the Administrator password of a Windows instance, encrypted with the key that it was started with.

use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use super::instances::check_ids;
use super::key_pair::key_name;
use super::response::response;
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params, text};

/// The private key of their key pair, in the form in which EC2 gives one out. It opens nothing but the password below.
pub(crate) const WINDOWS_KEY: &str = include_str!("windows_key.pem");
/// One password for all of them, encrypted with that key (RSA, PKCS #1 version 1.5).
const PASSWORD: &str = include_str!("windows_password.b64");

/// Instances without a key pair have no password data.
pub(super) fn get_password_data(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let Some(id) = params.get("InstanceId") else {
        let text = "The request must contain the parameter InstanceId";
        return Err(ApiError::new("MissingParameter", text));
    };
    check_ids(cloud, caller, &[id])?;
    let node = cloud.world.node(id);
    let data = match node.as_deref() {
        Some(node) if key_name(node).is_some() => format!("\r\n{PASSWORD}\r\n"),
        Some(_) | None => String::new(),
    };
    let timestamp = OffsetDateTime::from(cloud.faults.now())
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].000Z"
        ))
        .unwrap_or_default();
    response("GetPasswordDataResponse", request_id, |xml| {
        text(xml, "instanceId", id)?;
        text(xml, "timestamp", &timestamp)?;
        text(xml, "passwordData", &data)
    })
}
