//! The outer shape of the answers of STS, and what they have in common.

use std::io;
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use secrecy::ExposeSecret;
use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use crate::wire::{ApiError, Params, XmlWriter, document, element, text};
use crate::world::{Credentials, Principal};

/// A document with the result of an action, and the request's id.
pub(super) fn response(
    action: &str,
    request_id: Uuid,
    result: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> Result<Vec<u8>, ApiError> {
    let namespace = Some("https://sts.amazonaws.com/doc/2011-06-15/");
    Ok(document(&format!("{action}Response"), namespace, |xml| {
        element(xml, &format!("{action}Result"), result)?;
        element(xml, "ResponseMetadata", |xml| {
            text(xml, "RequestId", &request_id.to_string())
        })
    })?)
}

/// The credentials that were issued.
pub(super) fn write_credentials(xml: &mut XmlWriter, issued: &Credentials) -> io::Result<()> {
    let expires = issued
        .issued
        .map_or(SystemTime::UNIX_EPOCH, |issue| issue.expires);
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let expires = OffsetDateTime::from(expires).format(format).unwrap_or_default();
    let token = issued.token.as_ref().map_or("", |token| token.expose_secret());
    element(xml, "Credentials", |xml| {
        text(xml, "AccessKeyId", &issued.access_key_id)?;
        text(xml, "SecretAccessKey", issued.secret.expose_secret())?;
        text(xml, "SessionToken", token)?;
        text(xml, "Expiration", &expires)
    })
}

/// Who the caller is from now on.
pub(super) fn write_assumed(xml: &mut XmlWriter, principal: &Principal) -> io::Result<()> {
    element(xml, "AssumedRoleUser", |xml| {
        text(xml, "AssumedRoleId", &principal.user_id)?;
        text(xml, "Arn", &principal.arn)
    })
}

/// A parameter that must be there and have so many characters, in the words of AWS's validation.
pub(super) fn required<'a>(
    params: &'a Params,
    name: &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<&'a str, ApiError> {
    let member = member(name);
    let value = params.get(name).ok_or_else(|| {
        validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })?;
    check_length(value, &member, length)?;
    Ok(value)
}

/// A parameter that may be there.
pub(super) fn optional<'a>(
    params: &'a Params,
    name: &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<Option<&'a str>, ApiError> {
    let value = params.get(name);
    value.map_or(Ok(()), |value| check_length(value, &member(name), length))?;
    Ok(value)
}

/// `DurationSeconds`, or the hour that stands for none.
pub(super) fn duration(params: &Params, longest: u64, default: u64) -> Result<Duration, ApiError> {
    let Some(text) = params.get("DurationSeconds") else {
        return Ok(Duration::from_secs(default));
    };
    let constraint = match text.parse::<u64>() {
        Ok(seconds) if seconds < 900 => "Member must have value greater than or equal to 900".to_owned(),
        Ok(seconds) if seconds > longest => format!("Member must have value less than or equal to {longest}"),
        Ok(seconds) => return Ok(Duration::from_secs(seconds)),
        Err(_) => "Member must be a number".to_owned(),
    };
    Err(validation(format!(
        "1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy constraint: {constraint}"
    )))
}

pub(super) fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", text)
}

/// What STS says to whom a role does not let in, and of roles that do not exist.
pub(super) fn not_let_in(arn: &str, action: &str, role: &str) -> ApiError {
    let text = format!("User: {arn} is not authorized to perform: sts:{action} on resource: {role}");
    ApiError::with_status(StatusCode::FORBIDDEN, "AccessDenied", text)
}

fn check_length(value: &str, member: &str, length: std::ops::RangeInclusive<usize>) -> Result<(), ApiError> {
    let constraint = match value.chars().count() {
        count if count < *length.start() => format!("greater than or equal to {}", length.start()),
        count if count > *length.end() => format!("less than or equal to {}", length.end()),
        _ => return Ok(()),
    };
    Err(validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must have length \
         {constraint}"
    )))
}

/// As validation names it: the first letter is small.
fn member(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
