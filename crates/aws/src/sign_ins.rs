//! Sign-ins to IAM Identity Center: which ones the AWS files know, and the calls of the role.

use async_trait::async_trait;
use postern_aws_files::{Section, Sections};
use postern_model::{CenterAccount, ControlError, DeviceCode, ProfileName, SignIn, SignInKey, SignIns};

use crate::AwsControlPlane;
use crate::configuration::Configuration;
use crate::identity_center::{
    Center, CenterReach, SignInSections, SsoRole, SsoSession, session_of_credentials,
};

/// The profile of all AWS tools when none is named.
const DEFAULT: &str = "default";

/// What a panic of the SDK would have interrupted.
const CALL: &str = "a call to IAM Identity Center";

/// A sign-in with the profiles that need it.
struct Known {
    session: SsoSession,
    profiles: Vec<ProfileName>,
}

/// A sign-in, ready to be asked, with the profiles that need it and the roles that these have there.
struct FoundSignIn {
    center: Center,
    profiles: Vec<ProfileName>,
    roles: Vec<SsoRole>,
}

/// The AWS files, read at one moment.
struct ReadFiles {
    sections: Sections,
    profiles: Vec<ProfileName>,
}

impl SignInSections for Sections {
    fn of_profile(&self, profile: &str, key: &str) -> Option<&str> {
        self.profile(profile)?.text(key)
    }

    fn of_session(&self, session: &str, key: &str) -> Option<&str> {
        self.sso_session(session)?.text(key)
    }

    fn has_session(&self, session: &str) -> bool {
        self.sso_session(session).is_some()
    }
}

impl ReadFiles {
    async fn of(configuration: &Configuration) -> Result<Self, ControlError> {
        let sections = configuration.sections()?;
        let usable = sections.profiles().iter().filter(|one| one.problem().is_none());
        let profiles = usable.filter_map(|one| ProfileName::parse(one.name()).ok());
        Ok(Self {
            profiles: profiles.collect(),
            sections,
        })
    }

    /// Every sign-in that is whole: first those of profiles, in the order of the files, then those that none needs.
    fn sign_ins(&self) -> Vec<Known> {
        let mut known: Vec<Known> = Vec::new();
        for profile in &self.profiles {
            // What is wrong with a profile is said where profiles are listed.
            if let Ok(Some(session)) = session_of_credentials(&self.sections, profile.as_str()) {
                note(&mut known, session, Some(profile));
            }
        }
        let sessions = self.sections.sso_sessions().iter();
        let usable = sessions.filter(|one| one.problem().is_none()).map(Section::name);
        for session in usable.filter_map(|name| SsoSession::named(&self.sections, name).ok()) {
            note(&mut known, session, None);
        }
        known
    }
}

/// Adds a sign-in that is not known yet, and a profile that needs it.
fn note(known: &mut Vec<Known>, session: SsoSession, profile: Option<&ProfileName>) {
    let profiles = profile.cloned();
    match known.iter_mut().find(|one| one.session.key == session.key) {
        Some(one) => one.profiles.extend(profiles),
        None => known.push(Known {
            session,
            profiles: profiles.into_iter().collect(),
        }),
    }
}

impl AwsControlPlane {
    /// A sign-in by its key.
    async fn center(&self, key: &SignInKey) -> Result<FoundSignIn, ControlError> {
        let files = ReadFiles::of(&self.configuration).await?;
        let mut all = files.sign_ins();
        let Some(at) = all.iter().position(|one| one.session.key == *key) else {
            return Err(ControlError::UnknownSignIn {
                sign_in: key.clone(),
                known: all.into_iter().map(|one| one.session.key.into()).collect(),
            });
        };
        let Known { session, profiles } = all.swap_remove(at);
        let profile = self.reached_by(&profiles, &files.sections)?;
        let reach = CenterReach::of(&self.configuration.endpoints(&profile, &files.sections))?;
        let way = self
            .configuration
            .http_way_of(files.sections.profile(&profile), None)?;
        let http = self.pool.http.client(way)?;
        let role = |profile: &ProfileName| {
            SsoRole::of_profile(&files.sections, profile.as_str())
                .ok()
                .flatten()
        };
        Ok(FoundSignIn {
            center: self.pool.center(session, &reach, &http),
            roles: profiles.iter().filter_map(role).collect(),
            profiles,
        })
    }
}

impl AwsControlPlane {
    /// The profile by whose settings a sign-in is reached. As with the AWS CLI it is the one that was named, here or by the
    /// environment, if it needs the sign-in. But a sign-in is for all that need it: else it is the first that leads to a place of
    /// its own, else the first. Where none needs it, it is whichever the environment names.
    fn reached_by(&self, profiles: &[ProfileName], sections: &Sections) -> Result<String, ControlError> {
        let of_environment = self.configuration.profile_of_environment()?;
        let named = [self.signs_in_for.clone(), of_environment].into_iter().flatten();
        let mut named = named.filter(|named| profiles.is_empty() || profiles.contains(named));
        let leads_elsewhere = |profile: &&ProfileName| {
            let endpoints = self.configuration.endpoints(profile.as_str(), sections);
            CenterReach::of(&endpoints).is_ok_and(|reach| reach.oidc.is_some() || reach.portal.is_some())
        };
        let of_files = || {
            profiles
                .iter()
                .find(leads_elsewhere)
                .or(profiles.first())
                .cloned()
        };
        let found = named.next().or_else(of_files);
        Ok(found.map_or_else(|| DEFAULT.to_owned(), |profile| profile.to_string()))
    }
}

#[async_trait]
impl SignIns for AwsControlPlane {
    async fn sign_ins(&self) -> Result<Vec<SignIn>, ControlError> {
        let files = Self::from_files(ReadFiles::of(&self.configuration)).await?;
        let mut sign_ins = Vec::new();
        for Known { session, profiles } in files.sign_ins() {
            sign_ins.push(self.pool.identity_center.sign_in(&session, profiles).await);
        }
        Ok(sign_ins)
    }

    async fn sign_in_of(&self, profile: Option<&ProfileName>) -> Result<Option<SignInKey>, ControlError> {
        Self::from_files(async {
            let settings = self.configuration.settings(profile).await?;
            Ok(settings.sign_in()?.map(|session| session.key))
        })
        .await
    }

    async fn start_sign_in(&self, key: &SignInKey) -> Result<DeviceCode, ControlError> {
        Self::of_library(CALL, async { self.center(key).await?.center.start().await }).await
    }

    async fn finish_sign_in(&self, key: &SignInKey, code: DeviceCode) -> Result<SignIn, ControlError> {
        Self::of_library(CALL, async {
            let FoundSignIn { center, profiles, .. } = self.center(key).await?;
            center.finish(&code).await?;
            Ok(center.shared.sign_in(&center.session, profiles).await)
        })
        .await
    }

    async fn sign_out(&self, key: &SignInKey) -> Result<(), ControlError> {
        Self::of_library(CALL, async {
            let FoundSignIn { center, roles, .. } = self.center(key).await?;
            let done = center.sign_out(&roles).await;
            self.pool.forget_all().await;
            done
        })
        .await
    }

    async fn accounts(&self, key: &SignInKey) -> Result<Vec<CenterAccount>, ControlError> {
        Self::of_library(CALL, async { self.center(key).await?.center.accounts().await }).await
    }

    async fn account_roles(&self, key: &SignInKey, account: &str) -> Result<Vec<String>, ControlError> {
        Self::of_library(CALL, async {
            self.center(key).await?.center.account_roles(account).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_reached_as_by_the_profile_that_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        let text = "[profile plain]\n[profile a]\nservices = ours\n[profile b]\nservices = ours\n\
                    [services ours]\nsso_oidc =\n  endpoint_url = https://h\n";
        std::fs::write(&config, text).unwrap();
        let reached_by_of = |of_command: Option<&str>,
                             environment: Option<&'static str>,
                             profiles: &[&str]| {
            let file = ("AWS_CONFIG_FILE", config.to_str().unwrap());
            let named = environment.map(|name| ("AWS_PROFILE", name));
            let control = AwsControlPlane::from_variables([file].into_iter().chain(named));
            let control = control.signing_in_for(of_command.map(|name| ProfileName::parse(name).unwrap()));
            let profiles: Vec<_> = profiles
                .iter()
                .map(|name| ProfileName::parse(name).unwrap())
                .collect();
            let sections = control.configuration.sections().unwrap();
            control.reached_by(&profiles, &sections).unwrap()
        };
        let reached_by = |environment, profiles: &[&str]| reached_by_of(None, environment, profiles);
        let all = ["plain", "a", "b"];
        assert_eq!(reached_by_of(Some("plain"), Some("b"), &all), "plain");
        assert_eq!(reached_by_of(Some("other"), Some("b"), &all), "b");
        assert_eq!(reached_by(None, &["plain", "a", "b"]), "a");
        assert_eq!(reached_by(Some("plain"), &["plain", "a", "b"]), "plain");
        assert_eq!(reached_by(Some("other"), &["plain"]), "plain");
        assert_eq!(reached_by(None, &[]), "default");
        assert_eq!(reached_by(Some("b"), &[]), "b");
    }
}
