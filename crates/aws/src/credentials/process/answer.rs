//! What a credential process prints: one JSON object with `Version` 1 and the keys.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::attributes::AccountId;
use serde_json::{Map, Value};
use thiserror::Error;
use time::OffsetDateTime;

use super::words::said;
use crate::timestamp::{self, NoMoment};

/// Why an output is no credentials. Nothing of the JSON itself is shown, because its keys are in there.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum AnswerError {
    #[error("it printed nothing")]
    Nothing,
    #[error("what it printed is not UTF-8{}", if *is_wide { " but UTF-16" } else { "" })]
    NotUnicode { is_wide: bool },
    #[error("it printed text before its JSON: {0}")]
    TextBefore(String),
    #[error("it printed text after its JSON: {0}")]
    TextAfter(String),
    #[error("what it printed is not JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("its JSON is not an object")]
    NoObject,
    #[error("its JSON has no Version, which must be 1")]
    NoVersion,
    #[error("its JSON has another Version than the number 1")]
    OtherVersion,
    #[error("its JSON has no {}{}", names.join(" and no "), if *nested { ": the keys are inside of Credentials, as other commands print them" } else { "" })]
    Missing { names: Vec<&'static str>, nested: bool },
    #[error("{0} in its JSON is not a text")]
    NoText(&'static str),
    #[error("its keys are temporary (ASIA…), and its JSON has no SessionToken")]
    NoToken,
    #[error("Expiration in its JSON cannot be read: {0}")]
    Expiration(#[from] NoMoment),
    #[error("the credentials that it printed expired at {0}")]
    Expired(String),
}

/// The credentials in `output`, as they are at `now`.
pub(super) fn read(output: &[u8], now: SystemTime) -> Result<Credentials, AnswerError> {
    let text = unicode(output)?;
    let object = ProcessAnswer(object(text)?);
    object.check_version()?;
    let (id, secret) = object.keys()?;
    let token = object.text("SessionToken")?;
    if id.starts_with("ASIA") && token.is_none() {
        return Err(AnswerError::NoToken);
    }
    let expiry = object.text("Expiration")?.map(timestamp::read).transpose()?;
    if let Some(over) = expiry.filter(|expiry| *expiry <= now) {
        return Err(AnswerError::Expired(in_utc(over)));
    }
    let mut credentials = Credentials::builder()
        .access_key_id(id)
        .secret_access_key(secret)
        .provider_name("CredentialProcess");
    credentials.set_session_token(token.map(ToOwned::to_owned));
    credentials.set_expiry(expiry);
    credentials.set_account_id(object.text("AccountId")?.map(AccountId::from));
    Ok(credentials.build())
}

/// A byte order mark is none of the text; PowerShell and editors of Windows write one.
fn unicode(output: &[u8]) -> Result<&str, AnswerError> {
    let is_wide = output.starts_with(&[0xff, 0xfe]) || output.starts_with(&[0xfe, 0xff]);
    let text = std::str::from_utf8(output).map_err(|_| AnswerError::NotUnicode { is_wide })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        Err(AnswerError::Nothing)
    } else {
        Ok(text)
    }
}

fn object(text: &str) -> Result<Map<String, Value>, AnswerError> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let error = match values.next() {
        Some(Ok(Value::Object(object))) => {
            let rest = text.get(values.byte_offset()..).unwrap_or_default().trim();
            return if rest.is_empty() {
                Ok(object)
            } else {
                Err(AnswerError::TextAfter(said(rest.as_bytes())))
            };
        }
        Some(Err(error)) => error,
        Some(Ok(_)) | None => return Err(before(text).unwrap_or(AnswerError::NoObject)),
    };
    Err(before(text).unwrap_or(AnswerError::NotJson {
        line: error.line(),
        column: error.column(),
    }))
}

/// The text before the first object, if there is one. Without one all of it could be keys.
fn before(text: &str) -> Option<AnswerError> {
    let starts = text.match_indices('{').map(|(at, _)| at).filter(|at| *at > 0);
    let is_object = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        let first = serde_json::Deserializer::from_str(rest)
            .into_iter::<Value>()
            .next();
        matches!(first, Some(Ok(Value::Object(object))) if !object.is_empty())
    };
    // An output of many braces is not searched for ever.
    let at = starts.take(16).find(is_object)?;
    Some(AnswerError::TextBefore(said(text.get(..at)?.as_bytes())))
}

/// The object; other AWS tools take its names in any case.
struct ProcessAnswer(Map<String, Value>);

impl ProcessAnswer {
    fn value(&self, name: &str) -> Option<&Value> {
        let same = || {
            self.0
                .iter()
                .find(|(other, _)| other.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        self.0.get(name).or_else(same).filter(|value| !value.is_null())
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, AnswerError> {
        let text = self
            .value(name)
            .map(|value| value.as_str().ok_or(AnswerError::NoText(name)));
        Ok(text.transpose()?.map(str::trim).filter(|text| !text.is_empty()))
    }

    fn check_version(&self) -> Result<(), AnswerError> {
        match self.value("Version") {
            None => Err(AnswerError::NoVersion),
            Some(version) if version.as_f64() == Some(1.0) => Ok(()),
            Some(_) => Err(AnswerError::OtherVersion),
        }
    }

    fn keys(&self) -> Result<(&str, &str), AnswerError> {
        const NAMES: [&str; 2] = ["AccessKeyId", "SecretAccessKey"];
        let [id, secret] = NAMES;
        if let (Some(id), Some(secret)) = (self.text(id)?, self.text(secret)?) {
            return Ok((id, secret));
        }
        let mut names = Vec::new();
        for name in NAMES {
            if self.text(name)?.is_none() {
                names.push(name);
            }
        }
        let nested = self.value("Credentials").is_some_and(Value::is_object);
        Err(AnswerError::Missing { names, nested })
    }
}

fn in_utc(moment: SystemTime) -> String {
    let form = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    OffsetDateTime::from(moment).format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KEYS: &str = r#""AccessKeyId": "AKIDCANARY", "SecretAccessKey": "canary-secret""#;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn read_text(text: &str) -> Result<Credentials, AnswerError> {
        read(text.as_bytes(), now())
    }

    fn refused(text: &str) -> String {
        let error = read_text(text).unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.to_lowercase().contains("canary"), "{shown}");
        }
        error.to_string()
    }

    #[test]
    fn all_of_an_answer_is_taken() {
        let credentials = read_text(&format!(
            r#"{{"Version": 1, {KEYS}, "SessionToken": "t", "Expiration": "2099-01-01T00:00:00+0000", "AccountId": "111122223333", "More": [1]}}"#
        ))
        .unwrap();
        assert_eq!(credentials.access_key_id(), "AKIDCANARY");
        assert_eq!(credentials.secret_access_key(), "canary-secret");
        assert_eq!(credentials.session_token(), Some("t"));
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(4_070_908_800);
        assert_eq!(credentials.expiry(), Some(expiry));
        assert_eq!(credentials.account_id().unwrap().as_str(), "111122223333");
    }

    #[test]
    fn keys_that_never_expire_say_nothing_or_null_or_an_empty_text() {
        for more in [
            "",
            r#", "SessionToken": null, "Expiration": null"#,
            r#", "SessionToken": "", "Expiration": """#,
        ] {
            let credentials = read_text(&format!(r#"{{"Version": 1, {KEYS}{more}}}"#)).unwrap();
            assert_eq!(
                (credentials.session_token(), credentials.expiry()),
                (None, None),
                "{more}"
            );
        }
    }

    #[test]
    fn a_byte_order_mark_white_space_and_other_case_do_not_matter() {
        read_text(&format!("\u{feff}\r\n {{\"version\": 1.0,\r\n {KEYS}}}\r\n")).unwrap();
        read_text(r#"{"version": 1, "accesskeyid": "a", "SECRETACCESSKEY": "b"}"#).unwrap();
    }

    #[test]
    fn a_partial_answer_is_named() {
        for (text, expected) in [
            ("", "it printed nothing"),
            (" \n", "it printed nothing"),
            ("{}", "its JSON has no Version, which must be 1"),
            (
                r#"{"Version": 2}"#,
                "its JSON has another Version than the number 1",
            ),
            (
                r#"{"Version": "1"}"#,
                "its JSON has another Version than the number 1",
            ),
            (
                r#"{"Version": 1}"#,
                "its JSON has no AccessKeyId and no SecretAccessKey",
            ),
            (
                r#"{"Version": 1, "AccessKeyId": "canary"}"#,
                "its JSON has no SecretAccessKey",
            ),
            (
                r#"{"Version": 1, "AccessKeyId": "", "SecretAccessKey": "canary"}"#,
                "its JSON has no AccessKeyId",
            ),
            (
                r#"{"Version": 1, "AccessKeyId": 7, "SecretAccessKey": "canary"}"#,
                "AccessKeyId in its JSON is not a text",
            ),
            (
                r#"{"Version": 1, "Credentials": {"AccessKeyId": "canary", "SecretAccessKey": "canary"}}"#,
                "its JSON has no AccessKeyId and no SecretAccessKey: the keys are inside of Credentials, as other commands print them",
            ),
            (
                r#"{"Version": 1, "AccessKeyId": "ASIACANARY", "SecretAccessKey": "canary"}"#,
                "its keys are temporary (ASIA…), and its JSON has no SessionToken",
            ),
            ("[]", "its JSON is not an object"),
            ("7", "its JSON is not an object"),
        ] {
            assert_eq!(refused(text), expected, "{text}");
        }
    }

    #[test]
    fn an_expiration_that_is_over_or_unreadable_is_named() {
        let with = |expiration: &str| {
            refused(&format!(
                r#"{{"Version": 1, {KEYS}, "Expiration": {expiration}}}"#
            ))
        };
        assert_eq!(
            with(r#""2020-01-01T00:00:00Z""#),
            "the credentials that it printed expired at 2020-01-01 00:00:00 UTC"
        );
        assert_eq!(
            with(r#""2099-01-01T00:00:00""#),
            "Expiration in its JSON cannot be read: it has no time zone"
        );
        assert_eq!(
            with(r#""canary""#),
            "Expiration in its JSON cannot be read: it is not a date and a time"
        );
        assert_eq!(with("4070908800"), "Expiration in its JSON is not a text");
    }

    #[test]
    fn text_around_the_json_is_shown_cleanly_and_its_keys_are_not() {
        let json = format!(r#"{{"Version": 1, {KEYS}}}"#);
        assert_eq!(
            refused(&format!(
                "\u{1b}[33mA new {{version}} is out\u{1b}[0m\n\nGet it\n{json}"
            )),
            "it printed text before its JSON: A new {version} is out / Get it"
        );
        assert_eq!(
            refused(&format!("{json}\nBye\n")),
            "it printed text after its JSON: Bye"
        );
        assert_eq!(
            refused("canary canary"),
            "what it printed is not JSON (line 1, column 1)"
        );
        assert_eq!(
            refused(r#"{"Version": 1, "SecretAccessKey": "canary"#)
                .split(" (")
                .next(),
            Some("what it printed is not JSON")
        );
        assert_eq!(
            refused(r#"{'Version': 1, 'SecretAccessKey': 'canary'}"#)
                .split(" (")
                .next(),
            Some("what it printed is not JSON")
        );
    }

    #[test]
    fn other_encodings_are_named() {
        assert_eq!(
            read(b"\xff\xfe{\0}\0", now()).unwrap_err().to_string(),
            "what it printed is not UTF-8 but UTF-16"
        );
        assert_eq!(
            read(b"{\"caf\xe9\": 1}", now()).unwrap_err().to_string(),
            "what it printed is not UTF-8"
        );
    }
}
