//! The token cache of the AWS CLI, `~/.aws/sso/cache`: which file holds what, and its tokens.

use std::path::PathBuf;

use super::registration::Registration;
use super::session::{SsoRole, SsoSession};
use super::token::Token;
use crate::cache_file::{self, CacheFileError, Fields};
use crate::cache_name::{python_json, sha1_of};

/// The folder. Without a home there is none.
#[derive(Debug, Clone)]
pub(crate) struct TokenCache {
    folder: Option<PathBuf>,
}

impl TokenCache {
    pub(crate) fn at(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The token of a sign-in; none if nobody is signed in.
    ///
    /// # Errors
    /// When there is a file that cannot be used.
    pub(crate) async fn token(&self, session: &SsoSession) -> Result<Option<Token>, CacheFileError> {
        let path = self.path(&token_name(session))?;
        let Some(fields) = cache_file::read(&path).await? else {
            return Ok(None);
        };
        Token::read(fields)
            .map(Some)
            .map_err(|detail| CacheFileError::new(&path, detail))
    }

    /// Keeps a token; what the file has of other programs stays in it.
    pub(crate) async fn keep_token(&self, session: &SsoSession, token: &Token) -> Result<(), CacheFileError> {
        let path = self.path(&token_name(session))?;
        let before = cache_file::read(&path).await.ok().flatten();
        cache_file::write(&path, &token.fields(before.unwrap_or_default(), session))
    }

    /// Forgets a token. The registration stays, as with `aws sso logout`.
    pub(crate) fn forget_token(&self, session: &SsoSession) -> Result<(), CacheFileError> {
        cache_file::remove(&self.path(&token_name(session))?)
    }

    /// Forgets the credentials of roles that the AWS CLI keeps in its own cache, beside this one.
    pub(crate) fn forget_roles(&self, session: &SsoSession, roles: &[SsoRole]) -> Result<(), CacheFileError> {
        let Some(aws) = self.folder.as_deref().and_then(|cache| cache.parent()?.parent()) else {
            return Ok(());
        };
        let file = |role| format!("{}.json", role_name(session, role));
        let mut paths = roles.iter().map(|role| aws.join("cli/cache").join(file(role)));
        paths.try_for_each(|path| cache_file::remove(&path))
    }

    /// The registration for a sign-in. One that cannot be read is as good as none: it is made anew.
    pub(crate) async fn registration(&self, session: &SsoSession) -> Option<Registration> {
        let path = self.path(&registration_name(session)).ok()?;
        Registration::read(&cache_file::read(&path).await.ok().flatten()?)
    }

    pub(crate) async fn keep_registration(
        &self,
        session: &SsoSession,
        registration: &Registration,
    ) -> Result<(), CacheFileError> {
        let path = self.path(&registration_name(session))?;
        let before: Option<Fields> = cache_file::read(&path).await.ok().flatten();
        cache_file::write(&path, &registration.fields(before.unwrap_or_default()))
    }

    fn path(&self, name: &str) -> Result<PathBuf, CacheFileError> {
        let file = format!("{name}.json");
        match &self.folder {
            Some(folder) => Ok(folder.join(file)),
            None => Err(CacheFileError::new(
                &PathBuf::from("~/.aws/sso/cache").join(file),
                "there is no home folder",
            )),
        }
    }
}

/// By the name of the `sso-session`, or the start URL as it is written.
fn token_name(session: &SsoSession) -> String {
    sha1_of(session.name.as_ref().unwrap_or(&session.start_url))
}

/// By account, role and sign-in.
fn role_name(session: &SsoSession, role: &SsoRole) -> String {
    let (key, value) = match &session.name {
        Some(name) => ("sessionName", name),
        None => ("startUrl", &session.start_url),
    };
    sha1_of(&format!(
        r#"{{"accountId":{},"roleName":{},"{key}":{}}}"#,
        python_json(&role.account),
        python_json(&role.role),
        python_json(value),
    ))
}

/// By everything that a registration is for, so that changed scopes get a new one.
fn registration_name(session: &SsoSession) -> String {
    let scopes: Vec<String> = session.scopes.iter().map(|scope| python_json(scope)).collect();
    let scopes = if scopes.is_empty() {
        "null".to_owned()
    } else {
        format!("[{}]", scopes.join(", "))
    };
    let name = session.name.as_deref().map_or("null".to_owned(), python_json);
    sha1_of(&format!(
        r#"{{"region": {}, "scopes": {scopes}, "session_name": {name}, "startUrl": {}, "tool": "botocore"}}"#,
        python_json(session.region.as_str()),
        python_json(&session.start_url),
    ))
}

#[cfg(test)]
mod tests {
    use postern_model::{Region, SignInKey};

    use super::*;

    fn session(name: Option<&str>, scopes: &[&str]) -> SsoSession {
        SsoSession {
            key: SignInKey::parse("k").unwrap(),
            name: name.map(ToOwned::to_owned),
            start_url: "https://acme.awsapps.com/start".to_owned(),
            region: Region::parse("eu-central-1").unwrap(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    /// Made with AWS CLI 2.9.19, `SSOTokenFetcher._token_cache_key` and `_registration_cache_key`.
    #[test]
    fn files_are_named_as_by_the_aws_cli() {
        for (name, scopes, token, registration) in [
            (
                Some("acme"),
                &[][..],
                "293abb6b76d7791c0732cc517d38c4b5c734b87f",
                "1c0280cefca432f8bb5e817db6d160ba72321622",
            ),
            (
                Some("acme"),
                &["sso:account:access"][..],
                "293abb6b76d7791c0732cc517d38c4b5c734b87f",
                "5e5e88e3748442c359d01c0245d498982c30a691",
            ),
            (
                Some("Büro Süd"),
                &["sso:account:access", "codewhisperer:completions"][..],
                "d4244fa43b9a7f2886976596977baca75cf83297",
                "a55f6299d6fd0a3deb4b1bf9884c42540034278b",
            ),
            (
                None,
                &[][..],
                "40169cea58ca6cbf23fb27b2542923fb5f524af0",
                "1f78cfb8ef6235d0bc77318e2a6bdf2ad12a69e0",
            ),
        ] {
            let session = session(name, scopes);
            assert_eq!(token_name(&session), token);
            assert_eq!(registration_name(&session), registration);
        }
    }

    /// As botocore's `SSOCredentialFetcher._create_cache_key`.
    #[test]
    fn credentials_of_roles_are_named_as_by_the_aws_cli_and_forgotten() {
        let role = SsoRole {
            account: "111122223333".to_owned(),
            role: "ops".to_owned(),
        };
        let legacy = session(None, &[]);
        assert_eq!(
            role_name(&legacy, &role),
            "638fdae2bc4fae3f37b5088f46ceea3fb18edb38"
        );
        let session = session(Some("acme"), &[]);
        assert_eq!(
            role_name(&session, &role),
            "aa1a079d2071b197e0f42549af3e83444f2a61e5"
        );
        let aws = tempfile::tempdir().unwrap();
        let kept = aws.path().join("cli/cache");
        std::fs::create_dir_all(&kept).unwrap();
        for name in [role_name(&legacy, &role), role_name(&session, &role)] {
            std::fs::write(kept.join(format!("{name}.json")), "{}").unwrap();
        }
        let cache = TokenCache::at(Some(aws.path().join("sso/cache")));
        cache.forget_roles(&session, &[role]).unwrap();
        assert_eq!(kept.read_dir().unwrap().count(), 1, "another sign-in's stay");
    }

    #[test]
    fn without_a_home_the_error_says_so() {
        let error = TokenCache::at(None)
            .forget_token(&session(None, &[]))
            .unwrap_err();
        assert!(error.to_string().ends_with("there is no home folder"), "{error}");
    }
}
