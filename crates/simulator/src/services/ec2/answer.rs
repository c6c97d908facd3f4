//! Which action is asked for.

use uuid::Uuid;

use super::{instances, regions};
use crate::cloud::CloudState;
use crate::server::{Caller, Failure, Params};

/// The namespace of every answer.
pub(super) const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// Answers one authenticated and permitted call with an XML document.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, Failure> {
    match params.get("Action") {
        Some("DescribeInstances") => instances::describe_instances(cloud, caller, params, request_id),
        Some("DescribeRegions") => regions::describe_regions(params, request_id),
        Some(action) => Err(Failure::new(
            "InvalidAction",
            format!("The action {action} is not valid for this web service."),
        )),
        None => Err(Failure::new(
            "MissingAction",
            "The request must contain the parameter Action",
        )),
    }
}
