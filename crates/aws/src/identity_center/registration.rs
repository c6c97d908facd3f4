//! Postern as a client that Identity Center knows, shared with the AWS CLI.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::cache_file::Fields;
use crate::timestamp;

/// A registration that ends sooner could end before the sign-in that it is for.
const LONG_ENOUGH: Duration = Duration::from_secs(15 * 60);

/// A client of Identity Center.
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) expires_at: SystemTime,
    /// What its tokens may be used for. Without any they cannot be renewed.
    pub(crate) scopes: Vec<String>,
    /// Of the AWS CLI's sign-in with a redirection to a port of its own, which is of no use for device codes.
    is_for_redirection: bool,
}

impl Registration {
    pub(crate) fn new(
        client_id: String,
        client_secret: String,
        expires_at: SystemTime,
        scopes: Vec<String>,
    ) -> Self {
        Self {
            client_id,
            client_secret: client_secret.into(),
            expires_at,
            scopes,
            is_for_redirection: false,
        }
    }

    /// Reads the file of a registration; none where it is not whole.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        Self::read_with(fields, "expiresAt")
    }

    /// Reads what stands in the file of a token, too.
    pub(crate) fn read_with(fields: &Fields, expires_at: &str) -> Option<Self> {
        let text = |key: &str| fields.get(key)?.as_str().filter(|text| !text.is_empty());
        let texts = |key: &str| -> Vec<String> {
            let list = fields.get(key).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(ToOwned::to_owned).collect()
        };
        Some(Self {
            client_id: text("clientId")?.to_owned(),
            client_secret: text("clientSecret")?.to_owned().into(),
            expires_at: timestamp::parse(text(expires_at)?)?,
            scopes: texts("scopes"),
            is_for_redirection: texts("grantTypes")
                .iter()
                .any(|kind| kind == "authorization_code"),
        })
    }

    /// The file's new content, in which `before` keeps what is not ours.
    pub(crate) fn fields(&self, before: Fields) -> Fields {
        let mut fields = before;
        fields.remove("grantTypes");
        fields.insert("clientId".to_owned(), self.client_id.clone().into());
        let secret = self.client_secret.expose_secret();
        fields.insert("clientSecret".to_owned(), secret.into());
        let expires_at = timestamp::write(self.expires_at);
        fields.insert("expiresAt".to_owned(), expires_at.into());
        if self.scopes.is_empty() {
            fields.remove("scopes");
        } else {
            fields.insert("scopes".to_owned(), self.scopes.clone().into());
        }
        fields
    }

    /// Whether a sign-in with a device code for these scopes may use it.
    pub(crate) fn is_good_for(&self, scopes: &[String]) -> bool {
        !self.is_for_redirection
            && self.lasts(LONG_ENOUGH)
            && scopes.iter().all(|scope| self.scopes.contains(scope))
    }

    /// Whether it is good for so long.
    pub(crate) fn lasts(&self, time: Duration) -> bool {
        SystemTime::now()
            .checked_add(time)
            .is_some_and(|then| self.expires_at > then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    const SCOPE: &str = "sso:account:access";

    #[test]
    fn a_registration_of_the_aws_cli_is_used_and_written_back_whole() {
        let before = fields(
            r#"{"clientId": "c", "clientSecret": "canary", "expiresAt": "2099-01-01T00:00:00Z",
                "scopes": ["sso:account:access"], "theirs": 1}"#,
        );
        let registration = Registration::read(&before).unwrap();
        assert!(registration.is_good_for(&[SCOPE.to_owned()]));
        assert_eq!(registration.fields(before.clone()), before);
    }

    #[test]
    fn one_of_another_kind_or_with_too_little_is_not_used() {
        let of = |more: &str, expires_at: &str| {
            let json =
                format!(r#"{{"clientId": "c", "clientSecret": "s", "expiresAt": "{expires_at}"{more}}}"#);
            Registration::read(&fields(&json)).unwrap()
        };
        let late = "2099-01-01T00:00:00Z";
        assert!(of("", late).is_good_for(&[]));
        assert!(
            !of("", late).is_good_for(&[SCOPE.to_owned()]),
            "its tokens could not be renewed"
        );
        assert!(!of("", "2020-01-01T00:00:00UTC").is_good_for(&[]));
        let redirected = r#", "grantTypes": ["authorization_code", "refresh_token"]"#;
        assert!(!of(redirected, late).is_good_for(&[]));
        assert!(Registration::read(&fields(r#"{"clientId": "c"}"#)).is_none());
    }
}
