//! Own profiles as the page shows them.

use postern_model::{OwnSource, SecretName, display_text};
use postern_secrets::{SecretState, SecretStates};
use postern_store::SavedOwnProfile;

use crate::contract::{
    Environment, ErrorView, OwnProfileView, OwnProfilesView, OwnSourceView, ProfilesView, SecretStateView,
};

/// `states` are those of the secrets with these names; `files` is what the control plane lists.
pub(super) fn view(
    saved: &[SavedOwnProfile],
    names: &[SecretName],
    states: &SecretStates,
    listed: &ProfilesView,
) -> OwnProfilesView {
    let state = |name: &SecretName| {
        let known = names.iter().zip(&states.states).find(|(other, _)| *other == name);
        known.map_or(SecretStateView::Unknown, |(_, state)| (*state).into())
    };
    let view = |saved: &SavedOwnProfile| {
        let profile = &saved.profile;
        let source = match &profile.source {
            OwnSource::AccessKey {
                access_key_id,
                secret,
            } => OwnSourceView::AccessKey {
                access_key_id: access_key_id.to_string(),
                secret: state(secret),
            },
            OwnSource::CenterRole {
                session,
                account,
                role,
            } => OwnSourceView::CenterRole {
                session: display_text(session.as_str()),
                account: display_text(account),
                role: display_text(role),
            },
        };
        // The page's numbers are of 32 bits, and no list is that long.
        Some(OwnProfileView {
            id: i32::try_from(saved.id.0).ok()?,
            name: profile.name.to_string(),
            region: profile.region.as_ref().map(ToString::to_string),
            environment: Environment::of_profile(Some(profile.name.as_str())),
            source,
            problem: listed.problem_of_own(profile.name.as_str()),
        })
    };
    OwnProfilesView {
        profiles: saved.iter().filter_map(view).collect(),
        keyring: states.trouble.as_ref().map(ErrorView::from),
    }
}

impl ProfilesView {
    /// Why an own profile is not used: the AWS files have its name, or what the control plane says of it.
    fn problem_of_own(&self, name: &str) -> Option<ErrorView> {
        let listed = self.profiles.iter().find(|listed| listed.name == name)?;
        if listed.own {
            return listed.problem.clone();
        }
        let message = format!("The AWS files have a profile named {name}, which is used instead.");
        let next_step = "Remove this one, or rename the one in the files.";
        Some(ErrorView::new("own-profile-hidden", message, next_step))
    }
}

impl From<SecretState> for SecretStateView {
    fn from(state: SecretState) -> Self {
        match state {
            SecretState::Stored => Self::Stored,
            SecretState::ThisRun => Self::ThisRun,
            SecretState::Locked => Self::Locked,
            SecretState::Absent => Self::Absent,
            SecretState::Unknown => Self::Unknown,
        }
    }
}
