//! AssumeRoleWithWebIdentity: credentials of a role for who brings a token of the company's identity provider.

use std::time::SystemTime;

use axum::http::StatusCode;
use uuid::Uuid;

use super::assume_role::{issue, role};
use super::response::{duration, required, response, validation, write_assumed, write_credentials};
use crate::cloud::CloudState;
use crate::identity::{AUDIENCE, ISSUER, RoleArn};
use crate::wire::{ApiError, Params, text};

pub(super) fn assume_role_with_web_identity(
    cloud: &CloudState,
    params: &Params,
    request_id: Uuid,
    now: SystemTime,
) -> Result<Vec<u8>, ApiError> {
    let arn = required(params, "RoleArn", 20..=2048)?;
    let session = required(params, "RoleSessionName", 2..=64)?;
    let token = required(params, "WebIdentityToken", 4..=20_000)?;
    let role_arn = RoleArn::read(arn).ok_or_else(|| validation(format!("{arn} is invalid")))?;
    let subject = cloud.provider.subject(token, now)?;
    let role = role(cloud, &role_arn).filter(|role| role.for_web_identity);
    let role = role.ok_or_else(|| {
        let text = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
        ApiError::with_status(StatusCode::FORBIDDEN, "AccessDenied", text)
    })?;
    let asked = duration(params, role.longest_session.as_secs(), 60 * 60)?;
    let issued = issue(cloud, &role_arn, session, now + asked);
    response("AssumeRoleWithWebIdentity", request_id, |xml| {
        text(xml, "SubjectFromWebIdentityToken", &subject)?;
        text(xml, "Audience", AUDIENCE)?;
        text(xml, "Provider", ISSUER)?;
        write_assumed(xml, &issued.principal)?;
        write_credentials(xml, &issued)
    })
}
