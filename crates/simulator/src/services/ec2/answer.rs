//! Which action is asked for.

use uuid::Uuid;

use super::{instances, password, power, regions};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params};
use crate::world::InstanceOrder;

/// Answers one authenticated and permitted call with an XML document.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    match params.get("Action") {
        Some("DescribeInstances") => instances::describe_instances(cloud, caller, params, request_id),
        Some("DescribeRegions") => regions::describe_regions(cloud, caller, params, request_id),
        Some("GetPasswordData") => password::get_password_data(cloud, caller, params, request_id),
        Some("StartInstances") => power::carry_out(cloud, caller, params, InstanceOrder::Start, request_id),
        Some("StopInstances") => power::carry_out(cloud, caller, params, InstanceOrder::Stop, request_id),
        Some("RebootInstances") => power::carry_out(cloud, caller, params, InstanceOrder::Reboot, request_id),
        Some("TerminateInstances") => {
            power::carry_out(cloud, caller, params, InstanceOrder::Terminate, request_id)
        }
        Some(action) => Err(ApiError::new(
            "InvalidAction",
            format!("The action {action} is not valid for this web service."),
        )),
        None => Err(ApiError::new(
            "MissingAction",
            "The request must contain the parameter Action",
        )),
    }
}
