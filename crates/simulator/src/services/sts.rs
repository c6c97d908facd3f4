//! GetCallerIdentity: whose access key signed the call.

use uuid::Uuid;

use crate::services::Caller;
use crate::wire::{ApiError, Params, document, element, text};

/// Answers one authenticated call with an XML document.
pub(crate) fn answer(caller: &Caller, params: &Params, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    match params.get("Action") {
        Some("GetCallerIdentity") => get_caller_identity(caller, request_id),
        Some(action) => Err(ApiError::new(
            "InvalidAction",
            format!("Could not find operation {action} for version 2011-06-15"),
        )),
        None => Err(ApiError::new(
            "MissingAction",
            "The request must contain the parameter Action",
        )),
    }
}

fn get_caller_identity(caller: &Caller, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    let principal = caller.profile.principal();
    let namespace = Some("https://sts.amazonaws.com/doc/2011-06-15/");
    let body = document("GetCallerIdentityResponse", namespace, |xml| {
        element(xml, "GetCallerIdentityResult", |xml| {
            text(xml, "Arn", &principal.arn)?;
            text(xml, "UserId", &principal.user_id)?;
            text(xml, "Account", &caller.profile.account)
        })?;
        element(xml, "ResponseMetadata", |xml| {
            text(xml, "RequestId", &request_id.to_string())
        })
    })?;
    Ok(body)
}
