//! The answer of StartSession as the AWS CLI hands it over. Keys count without case, as for the official program,
//! because `aws ecs execute-command` writes them in lower camel case.

use postern_model::{SessionGrant, SessionId};
use serde_json::{Map, Value};

/// Reads the answer. Other keys are passed over: older AWS CLIs hand over all they have.
///
/// # Errors
/// What is missing or wrong, never a value.
pub(super) fn parse(json: &str) -> Result<SessionGrant, String> {
    let answer: Map<String, Value> = serde_json::from_str(json)
        .map_err(|error| format!("It is no JSON object (column {}).", error.column()))?;
    let session = SessionId::parse(text(&answer, "SessionId")?).map_err(|rule| rule.to_string())?;
    Ok(SessionGrant {
        session,
        token: text(&answer, "TokenValue")?.to_owned().into(),
        stream_url: text(&answer, "StreamUrl")?.to_owned(),
    })
}

fn text<'a>(answer: &'a Map<String, Value>, wanted: &str) -> Result<&'a str, String> {
    let found = answer.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    found
        .and_then(|(_, value)| value.as_str())
        .ok_or_else(|| format!("It has no {wanted}."))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn keys_count_without_case() {
        for json in [
            r#"{"SessionId":"s-1","TokenValue":"t","StreamUrl":"wss://x","ResponseMetadata":{"RequestId":"r"}}"#,
            r#"{"sessionId":"s-1","tokenValue":"t","streamUrl":"wss://x"}"#,
            r#"{"SESSIONID":"s-1","tokenvalue":"t","streamURL":"wss://x"}"#,
        ] {
            let grant = parse(json).unwrap();
            assert_eq!(
                (grant.session.as_str(), grant.stream_url.as_str()),
                ("s-1", "wss://x")
            );
            assert_eq!(grant.token.expose_secret(), "t");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (json, named) in [
            ("", "no JSON object"),
            ("[]", "no JSON object"),
            ("{}", "SessionId"),
            (r#"{"SessionId":"s-1"}"#, "TokenValue"),
            (
                r#"{"SessionId":"s-1","TokenValue":null,"StreamUrl":"wss://x"}"#,
                "TokenValue",
            ),
            (
                r#"{"SessionId":"s-1","TokenValue":"t","StreamUrl":5}"#,
                "StreamUrl",
            ),
            (
                r#"{"SessionId":"","TokenValue":"t","StreamUrl":"wss://x"}"#,
                "A session id",
            ),
        ] {
            let error = parse(json).unwrap_err();
            assert!(error.contains(named), "{json}: {error}");
        }
    }
}
