//! AssumeRole: credentials of a role for whom the role lets in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::response::{
    duration, not_let_in, optional, required, response, validation, write_assumed, write_credentials,
};
use crate::cloud::CloudState;
use crate::identity::{RoleArn, SimulatedRole};
use crate::services::Caller;
use crate::wire::{ApiError, Params};
use crate::world::{Credentials, Issue, Principal, Rights};

const TWELVE_HOURS: u64 = 12 * 60 * 60;
/// Of roles that a role assumes, and what stands for no duration.
const ONE_HOUR: u64 = 60 * 60;

pub(super) fn assume_role(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
    now: SystemTime,
) -> Result<Vec<u8>, ApiError> {
    let arn = required(params, "RoleArn", 20..=2048)?;
    let session = required(params, "RoleSessionName", 2..=64)?;
    let asked = duration(params, TWELVE_HOURS, ONE_HOUR)?;
    let role_arn = RoleArn::read(arn).ok_or_else(|| validation(format!("{arn} is invalid")))?;
    let refusal = || not_let_in(&caller.principal.arn, "AssumeRole", arn);
    let role = role(cloud, &role_arn)
        .filter(|role| !role.for_web_identity)
        .ok_or_else(refusal)?;
    let shows_mfa = shows_mfa(cloud, caller, params)?;
    if (role.needs_mfa && !shows_mfa) || !knows_external_id(role, params)? {
        return Err(refusal());
    }
    check_duration(role, asked, caller)?;
    let issued = issue(cloud, &role_arn, session, now + asked);
    response("AssumeRole", request_id, |xml| {
        write_assumed(xml, &issued.principal)?;
        write_credentials(xml, &issued)
    })
}

/// The role of an account of the company.
pub(super) fn role<'a>(cloud: &'a CloudState, arn: &RoleArn<'_>) -> Option<&'a SimulatedRole> {
    let company = cloud.world.company();
    let of_company = company
        .profiles()
        .iter()
        .any(|profile| profile.account == arn.account);
    let mut roles = cloud.roles.iter().filter(|_| of_company);
    roles.find(|role| role.name == arn.name)
}

/// Credentials of a role that somebody was let into.
pub(super) fn issue(
    cloud: &CloudState,
    arn: &RoleArn<'_>,
    session: &str,
    expires: SystemTime,
) -> Arc<Credentials> {
    let issue = Issue {
        expires,
        of_role: true,
        with_mfa: false,
    };
    let profile = cloud.world.company().of_account(arn.account);
    cloud.access_keys.issue(profile, principal(arn, session), issue)
}

/// Who somebody is in a role.
fn principal(arn: &RoleArn<'_>, session: &str) -> Principal {
    let RoleArn { account, name } = arn;
    Principal {
        arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
        user_id: format!("AROAPOSTERN{account}:{session}"),
        name: session.to_owned(),
        rights: Rights::of_role(name),
    }
}

/// A code that is sent must be right, whether or not the role wants one.
fn shows_mfa(cloud: &CloudState, caller: &Caller, params: &Params) -> Result<bool, ApiError> {
    let device = optional(params, "SerialNumber", 9..=256)?;
    let code = optional(params, "TokenCode", 6..=6)?;
    if device.is_none() && code.is_none() {
        return Ok(caller.issued.is_some_and(|issue| issue.with_mfa));
    }
    cloud.mfa.check(&caller.principal.arn, device, code)?;
    Ok(true)
}

fn knows_external_id(role: &SimulatedRole, params: &Params) -> Result<bool, ApiError> {
    let said = optional(params, "ExternalId", 2..=1224)?;
    Ok(role
        .external_id
        .as_deref()
        .is_none_or(|wanted| said == Some(wanted)))
}

/// Roles that a role assumes live an hour at most, whatever the role allows.
fn check_duration(role: &SimulatedRole, asked: Duration, caller: &Caller) -> Result<(), ApiError> {
    let chained = caller.issued.is_some_and(|issue| issue.of_role) || caller.profile.temporary;
    if chained && asked > Duration::from_secs(ONE_HOUR) {
        let text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        return Err(validation(text));
    }
    if asked > role.longest_session {
        let text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(validation(text));
    }
    Ok(())
}
