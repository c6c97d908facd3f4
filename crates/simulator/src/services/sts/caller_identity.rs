//! GetCallerIdentity: whose access key signed the call.

use uuid::Uuid;

use super::response::response;
use crate::services::Caller;
use crate::wire::{ApiError, text};

pub(super) fn get_caller_identity(caller: &Caller, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    let principal = &caller.principal;
    response("GetCallerIdentity", request_id, |xml| {
        text(xml, "Arn", &principal.arn)?;
        text(xml, "UserId", &principal.user_id)?;
        text(xml, "Account", &caller.profile.account)
    })
}
