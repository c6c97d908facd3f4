//! What the AWS CLI keeps of one sign-in: temporary credentials, the refresh token and the key that both are bound to.

use std::fmt;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_signin::types::CreateOAuth2TokenResponseBody;
use serde_json::Value;

use crate::cache_file::Fields;
use crate::timestamp;

/// A sign-in whose file has all that is needed. What only other programs know of it is kept too.
pub(crate) struct KeptSignIn {
    fields: Fields,
    credentials: Credentials,
}

const ACCESS_TOKEN: &str = "accessToken";
const REFRESH_TOKEN: &str = "refreshToken";
const CLIENT: &str = "clientId";
const PROOF_KEY: &str = "dpopKey";

impl KeptSignIn {
    /// # Errors
    /// The name of the field that is missing.
    pub(crate) fn read(fields: Fields) -> Result<Self, &'static str> {
        for name in [REFRESH_TOKEN, CLIENT, PROOF_KEY] {
            if text(&fields, name).is_empty() {
                return Err(name);
            }
        }
        let token = fields
            .get(ACCESS_TOKEN)
            .and_then(Value::as_object)
            .ok_or(ACCESS_TOKEN)?;
        let of = |name: &'static str| {
            Some(text(token, name))
                .filter(|text| !text.is_empty())
                .ok_or(name)
        };
        let mut credentials = Credentials::builder()
            .access_key_id(of("accessKeyId")?)
            .secret_access_key(of("secretAccessKey")?)
            .session_token(of("sessionToken")?)
            .expiry(timestamp::parse(of("expiresAt")?).ok_or("expiresAt")?)
            .provider_name("aws login");
        credentials.set_account_id(of("accountId").ok().map(Into::into));
        let credentials = credentials.build();
        Ok(Self { fields, credentials })
    }

    /// A new sign-in, as the AWS CLI would keep it; none if the answer has no credentials.
    pub(crate) fn new(
        answer: &CreateOAuth2TokenResponseBody,
        client_id: &str,
        account: &str,
        proof_key: &str,
    ) -> Option<Self> {
        let mut fields = Fields::new();
        let mut set = |name: &str, text: &str| fields.insert(name.to_owned(), text.into());
        set(CLIENT, client_id);
        set(PROOF_KEY, proof_key);
        set("tokenType", &answer.token_type);
        set("idToken", answer.id_token.as_deref().unwrap_or_default());
        Self::with(fields, answer, account)
    }

    /// The same sign-in with the credentials and the refresh token of `answer`.
    pub(crate) fn renewed(&self, answer: &CreateOAuth2TokenResponseBody) -> Option<Self> {
        let account = self
            .credentials
            .account_id()
            .map(|account| account.as_str())
            .unwrap_or_default();
        Self::with(self.fields.clone(), answer, account)
    }

    fn with(mut fields: Fields, answer: &CreateOAuth2TokenResponseBody, account: &str) -> Option<Self> {
        let token = answer.access_token()?;
        let seconds = u64::try_from(answer.expires_in).ok()?;
        let expires_at = timestamp::write(SystemTime::now() + Duration::from_secs(seconds))?;
        let access_token = [
            ("accessKeyId", token.access_key_id()),
            ("secretAccessKey", token.secret_access_key()),
            ("sessionToken", token.session_token()),
            ("accountId", account),
            ("expiresAt", &expires_at),
        ];
        let access_token = access_token.map(|(name, text)| (name.to_owned(), Value::from(text)));
        fields.insert(ACCESS_TOKEN.into(), Fields::from_iter(access_token).into());
        fields.insert(REFRESH_TOKEN.into(), answer.refresh_token.as_str().into());
        Self::read(fields).ok()
    }

    /// What is written into the file.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    pub(crate) fn lasts(&self, time: Duration) -> bool {
        // Whoever kept it counted from its own clock, which is this computer's.
        crate::credentials::held::lasts(&self.credentials, time, SystemTime::now())
    }

    pub(crate) fn refresh_token(&self) -> &str {
        text(&self.fields, REFRESH_TOKEN)
    }

    pub(crate) fn client_id(&self) -> &str {
        text(&self.fields, CLIENT)
    }

    pub(crate) fn proof_key(&self) -> &str {
        text(&self.fields, PROOF_KEY)
    }
}

impl fmt::Debug for KeptSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptSignIn").finish_non_exhaustive()
    }
}

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The file of a sign-in: the SHA-256 of the ARN that the profile names.
pub(crate) fn file_name(session: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, session.as_bytes());
    let mut name = digest.as_ref().iter().fold(String::new(), |mut name, byte| {
        // A String takes everything.
        let _never_fails = write!(name, "{byte:02x}");
        name
    });
    name.push_str(".json");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const KEPT: &str = r#"{"accessToken":{"accessKeyId":"ASIA","secretAccessKey":"canary","sessionToken":"canary",
        "accountId":"111122223333","expiresAt":"2040-01-01T00:00:00Z"},"tokenType":"aws_sigv4","refreshToken":"r",
        "idToken":"i","clientId":"c","dpopKey":"k","new":"kept"}"#;

    fn kept() -> KeptSignIn {
        KeptSignIn::read(serde_json::from_str(KEPT).unwrap()).unwrap()
    }

    #[test]
    fn the_file_has_the_name_that_all_aws_tools_give_it() {
        assert_eq!(
            file_name("arn:aws:iam::0123456789012:user/Admin"),
            "36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f68393df0e2726.json"
        );
    }

    #[test]
    fn a_sign_in_is_read_and_what_it_lacks_is_named() {
        let kept = kept();
        assert_eq!(kept.credentials().account_id().unwrap().as_str(), "111122223333");
        assert!(kept.lasts(Duration::from_secs(300)));
        for (field, name) in [
            ("\"refreshToken\"", "refreshToken"),
            ("\"expiresAt\"", "expiresAt"),
            ("\"accessToken\"", "accessToken"),
        ] {
            let fields = serde_json::from_str(&KEPT.replace(field, "\"x\"")).unwrap();
            assert_eq!(KeptSignIn::read(fields).unwrap_err(), name);
        }
        assert!(!format!("{kept:?}").contains("canary"));
    }

    #[test]
    fn a_renewed_sign_in_keeps_what_other_programs_wrote() {
        let token = aws_sdk_signin::types::AccessToken::builder()
            .access_key_id("ASIB")
            .secret_access_key("s")
            .session_token("t");
        let answer = CreateOAuth2TokenResponseBody::builder()
            .access_token(token.build().unwrap())
            .token_type("aws_sigv4")
            .expires_in(900)
            .refresh_token("next")
            .build()
            .unwrap();
        let renewed = kept().renewed(&answer).unwrap();
        assert_eq!((renewed.refresh_token(), renewed.client_id()), ("next", "c"));
        assert_eq!(text(renewed.fields(), "new"), "kept");
        assert_eq!(renewed.credentials().access_key_id(), "ASIB");
        assert_eq!(
            renewed.credentials().account_id().unwrap().as_str(),
            "111122223333"
        );
    }
}
