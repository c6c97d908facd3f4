//! The profiles of Postern's own, as a third source behind the AWS files: sections without a secret, and a provider that asks
//! for the secret when it is needed.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use postern_aws_files::Sections;
use postern_model::{
    AccessKeyId, ControlError, OwnEntries, OwnProfile, OwnProfiles, OwnSource, ProfileName, SecretName,
};
use secrecy::ExposeSecret;

/// What the list says of such a profile, in place of words of its settings.
pub(crate) const ACCESS_KEY: &str = "Access key in Postern";
const ROLE: &str = "Role in Postern";
const SIGN_IN: &str = "Sign-in in Postern";

/// Puts them behind what the files say.
pub(crate) fn add(sections: &mut Sections, entries: &OwnEntries) {
    for session in &entries.sessions {
        let settings = [
            ("sso_start_url", session.start_url.as_str()),
            ("sso_region", session.region.as_str()),
        ];
        sections.add_own_sso_session(session.key.as_str(), SIGN_IN, &settings);
    }
    for profile in &entries.profiles {
        add_profile(sections, profile);
    }
}

fn add_profile(sections: &mut Sections, profile: &OwnProfile) {
    let region = profile.region.as_ref().map(|region| ("region", region.as_str()));
    let mut settings: Vec<(&str, &str)> = region.into_iter().collect();
    let what = match &profile.source {
        OwnSource::AccessKey { .. } => ACCESS_KEY,
        OwnSource::CenterRole {
            session,
            account,
            role,
        } => {
            settings.extend([
                ("sso_session", session.as_str()),
                ("sso_account_id", account.as_str()),
                ("sso_role_name", role.as_str()),
            ]);
            ROLE
        }
    };
    sections.add_own_profile(profile.name.as_str(), what, &settings);
}

/// An access key that was typed into Postern.
pub(crate) struct OwnKey {
    own: OwnProfiles,
    profile: ProfileName,
    id: AccessKeyId,
    secret: SecretName,
}

impl OwnKey {
    /// The key of the own profile `name`, if it has one.
    pub(crate) fn of(own: &OwnProfiles, name: &str) -> Option<Self> {
        let entries = own.entries();
        let profile = entries.profile(name)?;
        match &profile.source {
            OwnSource::AccessKey {
                access_key_id,
                secret,
            } => Some(Self {
                own: own.clone(),
                profile: profile.name.clone(),
                id: access_key_id.clone(),
                secret: secret.clone(),
            }),
            OwnSource::CenterRole { .. } => None,
        }
    }

    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let why = match self.own.secret(&self.secret).await {
            Ok(Some(secret)) => {
                let (id, secret) = (self.id.as_str(), secret.expose_secret());
                return Ok(Credentials::new(id, secret, None, None, "Postern"));
            }
            Ok(None) => None,
            Err(why) => Some(why),
        };
        Err(CredentialsError::provider_error(ControlError::NoSecret {
            profile: self.profile.clone(),
            why,
        }))
    }
}

impl ProvideCredentials for OwnKey {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

impl std::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnKey")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use postern_model::{OwnSession, Profiles, Region, Scope, SecretError, SecretSource, SignInKey, SignIns};
    use secrecy::SecretString;

    use super::*;
    use crate::AwsControlPlane;

    /// Answers with the same to every question for a secret.
    struct Kept(Mutex<Result<Option<&'static str>, SecretError>>);

    #[async_trait]
    impl SecretSource for Kept {
        async fn secret(&self, _: &SecretName) -> Result<Option<SecretString>, SecretError> {
            let answer = self.0.lock().unwrap().clone();
            answer.map(|secret| secret.map(|secret| secret.to_owned().into()))
        }
    }

    struct World {
        _folder: tempfile::TempDir,
        plane: AwsControlPlane,
        own: OwnProfiles,
        kept: Arc<Kept>,
    }

    fn world(config: &str) -> World {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, config).unwrap();
        let kept = Arc::new(Kept(Mutex::new(Ok(Some("canary")))));
        let own = OwnProfiles::new(Arc::clone(&kept) as Arc<_>);
        let plane = AwsControlPlane::isolated(path, folder.path().join("none"));
        World {
            plane: plane.with_own_profiles(own.clone()),
            _folder: folder,
            own,
            kept,
        }
    }

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    fn with_key(profile: &str, id: &str) -> OwnEntries {
        OwnEntries {
            profiles: vec![OwnProfile {
                name: name(profile),
                source: OwnSource::AccessKey {
                    access_key_id: AccessKeyId::parse(id).unwrap(),
                    secret: SecretName::parse("access-key:1").unwrap(),
                },
                region: Some(Region::parse("eu-central-1").unwrap()),
            }],
            sessions: Vec::new(),
        }
    }

    impl World {
        async fn key(&self, profile: &str) -> Result<(String, String), ControlError> {
            let scope = Scope {
                profile: Some(name(profile)),
                region: Region::parse("eu-central-1").unwrap(),
            };
            let (_, credentials) = self.plane.ready(&scope).await?;
            let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
            Ok((id.to_owned(), secret.to_owned()))
        }
    }

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";

    #[tokio::test]
    async fn an_own_profile_is_listed_resolved_and_signs_with_the_secret_that_is_kept() {
        let world = world("[profile a]\nregion = eu-west-1\n");
        world.own.replace(with_key("lab", ID));
        let listed = world.plane.profiles().await.unwrap();
        let shown: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.own)).collect();
        assert_eq!(shown, [("a", false), ("lab", true)]);
        assert_eq!(
            (listed[1].credentials.as_str(), &listed[1].problem),
            (ACCESS_KEY, &None)
        );
        let scope = world.plane.resolve(Some(name("lab")), None).await.unwrap();
        assert_eq!(scope.to_string(), "lab / eu-central-1");
        assert_eq!(world.key("lab").await.unwrap(), (ID.into(), "canary".into()));
        assert!(!format!("{:?}", world.plane).contains("canary"));
    }

    #[tokio::test]
    async fn another_key_and_a_profile_that_is_gone_count_at_the_next_call() {
        let world = world("");
        world.own.replace(with_key("lab", ID));
        world.key("lab").await.unwrap();
        world.own.replace(with_key("lab", "AKIAI44QH8DHBEXAMPLE"));
        assert_eq!(world.key("lab").await.unwrap().0, "AKIAI44QH8DHBEXAMPLE");
        world.own.replace(OwnEntries::default());
        let error = world.key("lab").await.unwrap_err();
        assert_eq!(error.to_string(), "There is no AWS profile named lab.");
    }

    #[tokio::test]
    async fn without_its_secret_a_profile_says_why_and_works_once_it_is_back() {
        let world = world("");
        world.own.replace(with_key("lab", ID));
        *world.kept.0.lock().unwrap() = Ok(None);
        assert_eq!(world.key("lab").await.unwrap_err().code(), "no-secret");
        *world.kept.0.lock().unwrap() = Err(SecretError::Locked);
        let error = world.key("lab").await.unwrap_err();
        assert_eq!(error.code(), "keyring-locked");
        assert!(error.waits_for_credentials());
        *world.kept.0.lock().unwrap() = Ok(Some("canary"));
        world.key("lab").await.unwrap();
    }

    #[tokio::test]
    async fn a_profile_of_the_files_with_the_same_name_is_used_instead() {
        let world = world("[profile lab]\naws_access_key_id = AKIAFILES\naws_secret_access_key = files\n");
        world.own.replace(with_key("lab", ID));
        let listed = world.plane.profiles().await.unwrap();
        assert_eq!((listed.len(), listed[0].own), (1, false));
        assert_eq!(world.key("lab").await.unwrap().0, "AKIAFILES");
    }

    #[tokio::test]
    async fn a_role_of_an_own_sign_in_needs_that_sign_in() {
        let world = world("");
        let key = SignInKey::parse("My Corp").unwrap();
        world.own.replace(OwnEntries {
            profiles: vec![OwnProfile {
                name: name("ops"),
                source: OwnSource::CenterRole {
                    session: key.clone(),
                    account: "111122223333".into(),
                    role: "ops".into(),
                },
                region: None,
            }],
            sessions: vec![OwnSession {
                key: key.clone(),
                start_url: "https://acme.awsapps.com/start".into(),
                region: Region::parse("eu-west-1").unwrap(),
            }],
        });
        assert_eq!(
            world.plane.sign_in_of(Some(&name("ops"))).await.unwrap(),
            Some(key.clone())
        );
        let sign_ins = world.plane.sign_ins().await.unwrap();
        assert_eq!(
            (&sign_ins[0].key, sign_ins[0].profiles.as_slice()),
            (&key, [name("ops")].as_slice())
        );
        assert_eq!(world.key("ops").await.unwrap_err().code(), "sign-in-needed");
    }
}
