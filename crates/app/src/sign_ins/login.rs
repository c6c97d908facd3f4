//! Whose credentials are waited for.

use std::{fmt, sync::Arc};

use postern_model::{ControlError, ControlPlane, ProfileName, SignInKey, SignInState};

/// What one question to the user is about: everything that waits for it goes on when it is answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Login {
    /// A sign-in to IAM Identity Center, for all its profiles.
    SignIn(SignInKey),
    /// A sign-in to the console, as `aws login` makes one, of the profile that has it.
    Console(ProfileName),
    /// Another way to credentials, of one profile.
    Profile(ProfileName),
    /// The default credentials.
    Default,
}

impl Login {
    /// What the credentials of `profile` come from. Where the AWS files do not say, it is the profile's own matter.
    pub(crate) async fn of(control: &Arc<dyn ControlPlane>, profile: Option<&ProfileName>) -> Self {
        if let Ok(Some(key)) = control.sign_in_of(profile).await {
            return Self::SignIn(key);
        }
        match control.console_profile(profile).await {
            Ok(Some(console)) => Self::Console(console),
            Ok(None) | Err(_) => Self::of_profile(profile),
        }
    }

    /// Without a sign-in to IAM Identity Center.
    pub(crate) fn of_profile(profile: Option<&ProfileName>) -> Self {
        profile.cloned().map_or(Self::Default, Self::Profile)
    }

    /// The sign-in that `error` names.
    pub(crate) fn named_by(error: &ControlError) -> Option<Self> {
        if let ControlError::ConsoleSignInNeeded { profile, .. } = error {
            return ProfileName::parse(profile).ok().map(Self::Console);
        }
        error.sign_in().cloned().map(Self::SignIn)
    }

    /// The sign-in that would mend `error`; none where signing in would not help.
    pub(crate) async fn that_mends(
        control: &Arc<dyn ControlPlane>,
        profile: Option<&ProfileName>,
        error: &ControlError,
    ) -> Option<Self> {
        if let Some(login) = Self::named_by(error) {
            return Some(login);
        }
        if !matches!(error, ControlError::CredentialsExpired { .. }) {
            return None;
        }
        match Self::of(control, profile).await {
            // Credentials of a role that ran out are had anew from a sign-in that holds.
            Self::SignIn(key) if is_signed_in(control, &key).await => None,
            login @ (Self::SignIn(_) | Self::Console(_)) => Some(login),
            Self::Profile(_) | Self::Default => None,
        }
    }

    /// What is to be signed in to, for people.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::SignIn(key) => key.as_str(),
            Self::Console(profile) | Self::Profile(profile) => profile.as_str(),
            Self::Default => "the default credentials",
        }
    }
}

async fn is_signed_in(control: &Arc<dyn ControlPlane>, key: &SignInKey) -> bool {
    let known = control.sign_ins().await.unwrap_or_default();
    let state = known
        .iter()
        .find(|known| known.key == *key)
        .map(|known| &known.state);
    matches!(state, Some(SignInState::SignedIn { .. }))
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn(key) => write!(f, "sign-in {key}"),
            Self::Console(profile) => write!(f, "console {profile}"),
            Self::Profile(profile) => write!(f, "profile {profile}"),
            Self::Default => f.write_str("default"),
        }
    }
}
