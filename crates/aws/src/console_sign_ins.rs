//! Sign-ins to the console, as `aws login` makes them: which profile has one, and the calls of the role.

use async_trait::async_trait;
use postern_model::{ConsoleSignIns, ControlError, ProfileName, Scope};

use crate::AwsControlPlane;
use crate::credentials::{ConsoleSignIn, ConsoleSource};
use crate::subject::who;

/// The sign-in behind the credentials of one profile, ready to be asked.
struct FoundConsole {
    scope: Scope,
    /// The profile with `login_session`.
    profile: String,
    /// The ARN of whoever is signed in.
    session: String,
    source: ConsoleSource,
}

impl FoundConsole {
    /// None if the credentials come from elsewhere.
    async fn of(
        control: &AwsControlPlane,
        profile: Option<&ProfileName>,
    ) -> Result<Option<Self>, ControlError> {
        let settings = AwsControlPlane::from_files(control.configuration.settings(profile)).await?;
        let Some((profile, session)) = settings.plan()?.into_console_sign_in() else {
            return Ok(None);
        };
        let scope = settings.scope(None)?;
        let source = control
            .pool
            .console(&control.configuration, &settings, &scope.region)?;
        Ok(Some(Self {
            scope,
            profile,
            session,
            source,
        }))
    }

    fn sign_in<'a>(&'a self, who: &'a str) -> ConsoleSignIn<'a> {
        ConsoleSignIn {
            profile: &self.profile,
            session: &self.session,
            who,
        }
    }
}

#[async_trait]
impl ConsoleSignIns for AwsControlPlane {
    async fn console_profile(
        &self,
        profile: Option<&ProfileName>,
    ) -> Result<Option<ProfileName>, ControlError> {
        let settings = Self::from_files(self.configuration.settings(profile)).await?;
        let session = settings.plan()?.into_console_sign_in();
        Ok(session.and_then(|(profile, _)| ProfileName::parse(&profile).ok()))
    }

    async fn sign_in_to_console(
        &self,
        profile: Option<&ProfileName>,
        show: &(dyn for<'a> Fn(&'a str) + Send + Sync),
    ) -> Result<(), ControlError> {
        let Some(found) = FoundConsole::of(self, profile).await? else {
            return Err(ControlError::NoCredentials {
                who: profile.map_or_else(|| "the default credentials".into(), ToString::to_string),
                detail: "they do not come from a sign-in of `aws login` (login_session)".into(),
            });
        };
        let who = who(&found.scope);
        let signing_in = found.source.sign_in(found.sign_in(&who), show);
        let signed_in = self.in_order(&found.scope, "the sign-in", signing_in).await;
        self.pool.forget_all().await;
        signed_in
    }
}

impl AwsControlPlane {
    /// Forgets the sign-in of `aws login` that the credentials of this profile come from, here and for the AWS CLI; false
    /// if there was none. Credentials that it has given stay valid at AWS for up to a quarter of an hour.
    ///
    /// # Errors
    /// [`ControlError::ConsoleSignInFailed`] when it cannot be forgotten.
    pub async fn sign_out_of_console(&self, profile: Option<&ProfileName>) -> Result<bool, ControlError> {
        let Some(found) = FoundConsole::of(self, profile).await? else {
            return Ok(false);
        };
        let who = who(&found.scope);
        let forgotten = found.source.sign_out(found.sign_in(&who));
        self.pool.forget_all().await;
        forgotten
    }
}
