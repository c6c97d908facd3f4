//! Which action is asked for.

use std::time::SystemTime;

use axum::http::StatusCode;
use uuid::Uuid;

use super::{assume_role, caller_identity, session_token, web_identity};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params};

/// The one action that carries another proof than a signature.
const WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

/// Whether this call needs no signature.
pub(crate) fn is_unsigned(params: &Params) -> bool {
    params.get("Action") == Some(WEB_IDENTITY)
}

/// Answers one authenticated call with an XML document.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let action = params.get("Action");
    if action != Some("GetCallerIdentity") && cloud.faults.is_sts_off(&caller.region) {
        return Err(not_activated(&caller.profile.account));
    }
    match action {
        Some("GetCallerIdentity") => caller_identity::get_caller_identity(caller, request_id),
        Some("AssumeRole") => assume_role::assume_role(cloud, caller, params, request_id, SystemTime::now()),
        Some("GetSessionToken") => {
            session_token::get_session_token(cloud, caller, params, request_id, SystemTime::now())
        }
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

/// Answers the action that needs no signature.
pub(crate) fn answer_unsigned(
    cloud: &CloudState,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    web_identity::assume_role_with_web_identity(cloud, params, request_id, SystemTime::now())
}

fn not_activated(account: &str) -> ApiError {
    let text = format!(
        "STS is not activated in this region for account:{account}. Your account administrator can activate STS in this \
         region using the IAM Console."
    );
    ApiError::with_status(StatusCode::FORBIDDEN, "RegionDisabledException", text)
}
