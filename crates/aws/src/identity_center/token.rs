//! The token of one sign-in, as its file has it.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::registration::Registration;
use super::session::SsoSession;
use crate::cache_file::Fields;
use crate::timestamp;

const ACCESS_TOKEN: &str = "accessToken";
const EXPIRES_AT: &str = "expiresAt";
const REFRESH_TOKEN: &str = "refreshToken";
const REGISTRATION_EXPIRES_AT: &str = "registrationExpiresAt";

/// What a sign-in gives.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) access_token: SecretString,
    pub(crate) expires_at: SystemTime,
    /// Who asked for it; the AWS CLI keeps it beside the token, because only that client may renew it.
    pub(crate) registration: Option<Registration>,
    pub(crate) refresh_token: Option<SecretString>,
}

/// What a renewal needs.
pub(crate) struct Renewal<'a> {
    pub(crate) registration: &'a Registration,
    pub(crate) refresh_token: &'a SecretString,
}

impl Token {
    /// Reads a file.
    ///
    /// # Errors
    /// What is missing in it or wrong, in words.
    pub(crate) fn read(fields: Fields) -> Result<Self, String> {
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        let needed = |key: &str| {
            text(key)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| format!("it has no {key}"))
        };
        let access_token = needed(ACCESS_TOKEN)?.to_owned();
        let expires_at =
            timestamp::parse(needed(EXPIRES_AT)?).ok_or_else(|| format!("its {EXPIRES_AT} is no time"))?;
        let registration = Registration::read_with(&fields, REGISTRATION_EXPIRES_AT);
        Ok(Self {
            access_token: access_token.into(),
            expires_at,
            registration,
            refresh_token: text(REFRESH_TOKEN).map(|token| token.to_owned().into()),
        })
    }

    /// The file's new content, in which `before` keeps what is not ours.
    pub(crate) fn fields(&self, before: Fields, session: &SsoSession) -> Fields {
        let mut fields = before;
        let mut set = |key: &str, value: Option<&str>| match value {
            Some(value) => drop(fields.insert(key.to_owned(), value.into())),
            None => drop(fields.remove(key)),
        };
        let registration = self.registration.as_ref();
        let expires_at = timestamp::write(self.expires_at);
        let registration_expires_at = registration.and_then(|one| timestamp::write(one.expires_at));
        set("startUrl", Some(&session.start_url));
        set("region", Some(session.region.as_str()));
        set(ACCESS_TOKEN, Some(self.access_token.expose_secret()));
        set(EXPIRES_AT, expires_at.as_deref());
        set("clientId", registration.map(|one| one.client_id.as_str()));
        set(
            "clientSecret",
            registration.map(|one| one.client_secret.expose_secret()),
        );
        set(REGISTRATION_EXPIRES_AT, registration_expires_at.as_deref());
        set(
            REFRESH_TOKEN,
            self.refresh_token.as_ref().map(ExposeSecret::expose_secret),
        );
        fields
    }

    /// Whether it is good for so long.
    pub(crate) fn lasts(&self, time: Duration) -> bool {
        SystemTime::now()
            .checked_add(time)
            .is_some_and(|then| self.expires_at > then)
    }

    /// What it can be renewed with; none where it cannot.
    pub(crate) fn renewal(&self) -> Option<Renewal<'_>> {
        let registration = self.registration.as_ref()?;
        registration.lasts(Duration::ZERO).then_some(Renewal {
            registration,
            refresh_token: self.refresh_token.as_ref()?,
        })
    }

    /// Whether both are the same sign-in's same token.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.access_token.expose_secret() == other.access_token.expose_secret()
    }
}

/// When something ends that was given for `seconds`; a nonsensical number ends it at once.
pub(crate) fn after(seconds: i32) -> SystemTime {
    let now = SystemTime::now();
    let lifetime = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    now.checked_add(lifetime).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use postern_model::{Region, SignInKey};

    use super::*;

    fn fields(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    /// As AWS CLI 2.9.19 writes it.
    const OF_AWS_CLI: &str = r#"{"startUrl": "https://acme.awsapps.com/start", "region": "eu-central-1",
        "accessToken": "canary", "expiresAt": "2099-01-01T00:00:00Z", "clientId": "c", "clientSecret": "canary-s",
        "registrationExpiresAt": "2099-03-01T00:00:00Z", "refreshToken": "canary-r", "theirs": {"kept": [1]}}"#;

    fn session() -> SsoSession {
        SsoSession {
            key: SignInKey::parse("acme").unwrap(),
            name: Some("acme".to_owned()),
            start_url: "https://acme.awsapps.com/start".to_owned(),
            region: Region::parse("eu-central-1").unwrap(),
            scopes: Vec::new(),
        }
    }

    #[test]
    fn a_file_of_the_aws_cli_is_read_and_written_back_whole() {
        let before = fields(OF_AWS_CLI);
        let token = Token::read(before.clone()).unwrap();
        assert!(token.lasts(Duration::from_secs(3600)) && token.renewal().is_some());
        assert_eq!(token.fields(before.clone(), &session()), before);
    }

    #[test]
    fn a_token_that_cannot_be_renewed_leaves_no_remains_of_one_that_could() {
        let mut token = Token::read(fields(OF_AWS_CLI)).unwrap();
        token.refresh_token = None;
        let written = token.fields(fields(OF_AWS_CLI), &session());
        assert!(!written.contains_key("refreshToken") && written.contains_key("theirs"));
        assert!(Token::read(written).unwrap().renewal().is_none());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_without_its_value() {
        for (json, words) in [
            ("{}", "it has no accessToken"),
            (r#"{"accessToken": ""}"#, "it has no accessToken"),
            (r#"{"accessToken": "canary"}"#, "it has no expiresAt"),
            (
                r#"{"accessToken": "canary", "expiresAt": 7}"#,
                "it has no expiresAt",
            ),
            (
                r#"{"accessToken": "canary", "expiresAt": "soon"}"#,
                "its expiresAt is no time",
            ),
        ] {
            assert_eq!(Token::read(fields(json)).err().unwrap(), words, "{json}");
        }
    }

    #[test]
    fn a_token_is_not_renewed_by_a_client_that_is_no_longer_registered() {
        let old = OF_AWS_CLI.replace("2099-03-01T00:00:00Z", "2020-01-01T00:00:00UTC");
        assert!(Token::read(fields(&old)).unwrap().renewal().is_none());
        let odd = OF_AWS_CLI.replace("2099-03-01T00:00:00Z", "soon");
        assert!(Token::read(fields(&odd)).unwrap().renewal().is_none());
    }

    #[test]
    fn nonsense_about_time_is_no_panic() {
        assert!(after(-1) <= SystemTime::now());
        assert!(after(i32::MAX) > SystemTime::now());
        let token = Token::read(fields(OF_AWS_CLI)).unwrap();
        assert!(!token.lasts(Duration::MAX));
    }
}
