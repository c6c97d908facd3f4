//! Reads request bodies, and refuses what breaks the API's own limits in AWS's words.

use std::fmt::Display;

use serde::de::DeserializeOwned;

use crate::server::Failure;

/// The body as its request type; an empty body is an empty object.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Failure::new("SerializationException", error.to_string()))
}

/// A refusal in the words of AWS's validation.
pub(super) fn invalid(value: impl Display, member: &str, constraint: &str) -> Failure {
    Failure::new(
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ),
    )
}

/// A text that must be there and have so many characters.
pub(crate) fn check_length(value: &str, member: &str, longest: usize) -> Result<(), Failure> {
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
) -> Result<usize, Failure> {
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
pub(super) fn invalid_token() -> Failure {
    Failure::new("InvalidNextToken", "The specified token isn't valid.")
}
