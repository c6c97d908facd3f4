//! GetSessionToken: a user's own credentials for a while, with or without the code of an MFA device.

use std::time::SystemTime;

use axum::http::StatusCode;
use uuid::Uuid;

use super::response::{duration, optional, response, write_credentials};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params};
use crate::world::Issue;

const LONGEST: u64 = 36 * 60 * 60;
const DEFAULT: u64 = 12 * 60 * 60;

pub(super) fn get_session_token(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
    now: SystemTime,
) -> Result<Vec<u8>, ApiError> {
    if caller.issued.is_some() || caller.profile.temporary {
        let text = "Cannot call GetSessionToken with session credentials";
        return Err(ApiError::with_status(StatusCode::FORBIDDEN, "AccessDenied", text));
    }
    let asked = duration(params, LONGEST, DEFAULT)?;
    let device = optional(params, "SerialNumber", 9..=256)?;
    let code = optional(params, "TokenCode", 6..=6)?;
    let with_mfa = device.is_some() || code.is_some();
    if with_mfa {
        cloud.mfa.check(&caller.principal.arn, device, code)?;
    }
    let issue = Issue {
        expires: now + asked,
        of_role: false,
        with_mfa,
    };
    let (profile, principal) = (caller.profile.clone(), caller.principal.clone());
    let issued = cloud.access_keys.issue(profile, principal, issue);
    response("GetSessionToken", request_id, |xml| {
        write_credentials(xml, &issued)
    })
}
