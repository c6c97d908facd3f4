//! JSON 1.1: reads request bodies, writes members of answers, and refuses what breaks the API's own limits in AWS's words.

use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api_error::ApiError;

/// The body as its request type; an empty body is an empty object.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ApiError::new("SerializationException", error.to_string()))
}

/// A refusal in the words of AWS's validation.
pub(crate) fn invalid(value: impl Display, member: &str, constraint: &str) -> ApiError {
    ApiError::new(
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ),
    )
}

/// A text that must be there and have so many characters.
pub(crate) fn check_length(value: &str, member: &str, longest: usize) -> Result<(), ApiError> {
    match value.chars().count() {
        0 => Err(invalid(
            value,
            member,
            "Member must have length greater than or equal to 1",
        )),
        length if length > longest => Err(invalid(
            value,
            member,
            &format!("Member must have length less than or equal to {longest}"),
        )),
        _ => Ok(()),
    }
}

/// The page size: what was asked for if it is legal, else the default.
pub(crate) fn page_size(
    asked: Option<i64>,
    legal: std::ops::RangeInclusive<i64>,
    default: usize,
) -> Result<usize, ApiError> {
    let Some(asked) = asked else { return Ok(default) };
    if asked < *legal.start() {
        let text = format!(
            "Member must have value greater than or equal to {}",
            legal.start()
        );
        return Err(invalid(asked, "maxResults", &text));
    }
    if asked > *legal.end() {
        let text = format!("Member must have value less than or equal to {}", legal.end());
        return Err(invalid(asked, "maxResults", &text));
    }
    Ok(usize::try_from(asked).unwrap_or(default))
}

/// What a listing says to a token that is not its own.
pub(crate) fn invalid_token() -> ApiError {
    ApiError::new("InvalidNextToken", "The specified token isn't valid.")
}

/// What AWS says to an operation that no service has, with the operation's name.
pub(crate) fn unknown_operation(name: &str) -> ApiError {
    let text = if name.is_empty() {
        "The request names no operation: the header X-Amz-Target is missing.".to_owned()
    } else {
        format!("The simulator does not have the operation {name}.")
    };
    ApiError::new("UnknownOperationException", text)
}

/// Seconds with three decimals, as JSON 1.1 writes times.
pub(crate) fn epoch_seconds(time: SystemTime) -> f64 {
    let age = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    (age.as_secs_f64() * 1000.0).floor() / 1000.0
}

/// Sets a member of an object, if there is a value.
pub(crate) fn put(object: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
}
