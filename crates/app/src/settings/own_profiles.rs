//! The profiles of Postern's own: their list in the store, their secrets in the keyring.

use std::sync::Arc;

use postern_model::{
    AccessKeyId, OwnEntries, OwnProfile, OwnProfiles, OwnSession, OwnSource, ProfileName, Region, SecretName,
    SignInKey,
};
use postern_secrets::{SecretPlace, Secrets};
use postern_store::{OwnProfileId, SavedOwnProfile, Store};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{own_profile_views, profiles::Profiles};
use crate::{
    contract::{AccessKeyDraft, AppEvent, ErrorView, OwnProfilesView},
    events::EventBus,
    fields::{parse, parse_optional},
    lock::Lock,
    storage::Storage,
};

/// What the application is given for own profiles: where the control plane reads them, and where their secrets are.
#[derive(Clone)]
pub struct OwnProfileKeeping {
    /// Read by the control plane; this application replaces them.
    pub profiles: OwnProfiles,
    /// The secrets.
    pub secrets: Secrets,
}

/// The own profiles of one world.
pub struct OwnProfileList {
    keeping: OwnProfileKeeping,
    storage: Storage,
    events: EventBus,
    profiles: Arc<Profiles>,
    /// One change at a time: each is of the store, the keyring and what the control plane reads.
    changes: Mutex<()>,
    unlocking: Lock<CancellationToken>,
}

impl OwnProfileList {
    /// Reads them, so that the control plane knows them.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn open(
        keeping: OwnProfileKeeping,
        storage: &Storage,
        events: &EventBus,
        profiles: &Arc<Profiles>,
    ) -> Result<Self, ErrorView> {
        let list = Self {
            keeping,
            storage: storage.clone(),
            events: events.clone(),
            profiles: Arc::clone(profiles),
            changes: Mutex::default(),
            unlocking: Lock::default(),
        };
        list.hand_over().await?;
        Ok(list)
    }

    /// All of them, with how their secrets stand. Asks the keyring, which may take some seconds.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn view(&self) -> Result<OwnProfilesView, ErrorView> {
        let saved = self.storage.run(Store::own_profiles).await?;
        let names: Vec<SecretName> = saved.iter().filter_map(secret_of).collect();
        let states = self.keeping.secrets.states(&names).await;
        Ok(own_profile_views::view(
            &saved,
            &names,
            &states,
            &self.profiles.known(),
        ))
    }

    /// Adds a profile with an access key (without `id`), or changes one. Its secret goes to the keyring before the profile
    /// is kept; one that it replaces is removed after that.
    ///
    /// # Errors
    /// `bad-<field>`, `own-profile-exists`, `unknown-own-profile`, those of the keyring, and any of the store.
    pub async fn save_access_key(
        &self,
        id: Option<i32>,
        draft: AccessKeyDraft,
    ) -> Result<OwnProfilesView, ErrorView> {
        let typed = TypedKey::of(draft)?;
        let _one_at_a_time = self.changes.lock().await;
        let before = match id {
            Some(id) => Some(self.saved(id).await?),
            None => None,
        };
        let name = match &before {
            Some(before) => before.profile.name.clone(),
            None => self.new_name(&typed.name).await?,
        };
        let kept = before.as_ref().and_then(secret_of);
        let secret = match typed.secret {
            Some(secret) => self.keep_secret(&name, secret, typed.place).await?,
            None => unchanged_secret(before.as_ref(), &typed.id)?,
        };
        let profile = OwnProfile {
            name,
            source: OwnSource::AccessKey {
                access_key_id: typed.id,
                secret: secret.clone(),
            },
            region: typed.region,
        };
        let id = before.map(|before| before.id);
        let written = self
            .storage
            .run(move |store| store.save_own_profile(id, &profile));
        if let Err(error) = written.await {
            if kept.as_ref() != Some(&secret) {
                self.forget(&secret).await;
            }
            return Err(error);
        }
        if let Some(old) = kept.filter(|old| *old != secret) {
            self.forget(&old).await;
        }
        self.changed().await
    }

    /// Adds profiles whose credentials come from IAM Identity Center, all or none.
    ///
    /// # Errors
    /// `bad-name` for a name that the AWS files have, `own-profile-exists`, and any of the store.
    pub async fn add(&self, profiles: Vec<OwnProfile>) -> Result<OwnProfilesView, ErrorView> {
        let _one_at_a_time = self.changes.lock().await;
        for profile in &profiles {
            self.new_name(&profile.name).await?;
        }
        self.storage
            .run(move |store| store.add_own_profiles(&profiles))
            .await?;
        self.changed().await
    }

    /// Removes a profile, its secret first: a secret that the keyring does not give up keeps its profile.
    ///
    /// # Errors
    /// `unknown-own-profile`, those of the keyring, and any of the store.
    pub async fn remove(&self, id: i32) -> Result<OwnProfilesView, ErrorView> {
        let _one_at_a_time = self.changes.lock().await;
        let saved = self.saved(id).await?;
        if let Some(secret) = secret_of(&saved) {
            self.keeping
                .secrets
                .remove(&secret)
                .await
                .map_err(ErrorView::from)?;
        }
        self.storage
            .run(move |store| store.remove_own_profile(saved.id))
            .await?;
        self.changed().await
    }

    /// Keeps a sign-in that the AWS files do not have.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn save_session(&self, session: OwnSession) -> Result<(), ErrorView> {
        let _one_at_a_time = self.changes.lock().await;
        self.storage
            .run(move |store| store.save_own_session(&session))
            .await?;
        self.changed().await.map(drop)
    }

    /// Forgets a sign-in that the AWS files do not have.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn remove_session(&self, key: SignInKey) -> Result<(), ErrorView> {
        let _one_at_a_time = self.changes.lock().await;
        self.storage
            .run(move |store| store.remove_own_session(&key))
            .await?;
        self.changed().await.map(drop)
    }

    /// Has the system ask for the keyring's password, and waits for the answer or for [`Self::stop_unlocking`].
    ///
    /// # Errors
    /// Those of the keyring.
    pub async fn unlock(&self) -> Result<OwnProfilesView, ErrorView> {
        let stop = CancellationToken::new();
        // There is one question: a second one takes the place of the first.
        std::mem::replace(&mut *self.unlocking.lock(), stop.clone()).cancel();
        tokio::select! {
            answer = self.keeping.secrets.unlock() => answer?,
            () = stop.cancelled() => return Err(still_asked()),
        }
        let view = self.view().await?;
        self.tell(&view);
        Ok(view)
    }

    /// Stops waiting for the answer; the question stays on the screen until it is closed there.
    pub fn stop_unlocking(&self) {
        self.unlocking.lock().cancel();
    }

    /// As the control plane reads them.
    pub(crate) fn entries(&self) -> Arc<OwnEntries> {
        self.keeping.profiles.entries()
    }

    async fn saved(&self, id: i32) -> Result<SavedOwnProfile, ErrorView> {
        let id = OwnProfileId(i64::from(id));
        let saved = self.storage.run(Store::own_profiles).await?;
        let found = saved.into_iter().find(|saved| saved.id == id);
        found.ok_or_else(|| ErrorView::from(postern_store::StoreError::UnknownOwnProfile))
    }

    /// A name that the AWS files do not have: theirs would win, and the new profile could not be used.
    async fn new_name(&self, name: &ProfileName) -> Result<ProfileName, ErrorView> {
        let own = self.keeping.profiles.entries();
        let known = self.profiles.known();
        let is_of_files = known.profiles.iter().any(|profile| profile.name == name.as_str());
        if is_of_files && own.profile(name.as_str()).is_none() {
            let message = format!("The AWS files have a profile named {name}.");
            return Err(ErrorView::new("bad-name", message, "Choose another name."));
        }
        Ok(name.clone())
    }

    async fn keep_secret(
        &self,
        profile: &ProfileName,
        secret: SecretString,
        place: SecretPlace,
    ) -> Result<SecretName, ErrorView> {
        // A name of its own for each: the profile leads to the old secret or to the new one, never to half a change.
        let name = format!("access-key:{}", uuid::Uuid::new_v4());
        let name = parse("secret-key", SecretName::parse, &name)?;
        let label = format!("Postern: secret key of {profile}");
        let kept = self.keeping.secrets.keep(&name, &label, secret, place);
        kept.await.map_err(ErrorView::from)?;
        Ok(name)
    }

    /// Removes a secret that nothing leads to any more. The change stands if that fails, so the user is only told.
    async fn forget(&self, secret: &SecretName) {
        if let Err(error) = self.keeping.secrets.remove(secret).await {
            let error = ErrorView {
                message: format!("An old secret key of Postern is still in the keyring. {error}"),
                ..ErrorView::from(error)
            };
            self.events.emit(AppEvent::Notice { error });
        }
    }

    async fn changed(&self) -> Result<OwnProfilesView, ErrorView> {
        self.hand_over().await?;
        self.profiles.refresh().await;
        let view = self.view().await?;
        self.tell(&view);
        Ok(view)
    }

    async fn hand_over(&self) -> Result<(), ErrorView> {
        let entries = self.storage.run(Store::own_entries).await?;
        self.keeping.profiles.replace(entries);
        Ok(())
    }

    fn tell(&self, own: &OwnProfilesView) {
        self.events
            .emit(AppEvent::OwnProfilesChanged { own: own.clone() });
    }
}

/// An access key of the page whose every field is legal.
struct TypedKey {
    name: ProfileName,
    region: Option<Region>,
    id: AccessKeyId,
    secret: Option<SecretString>,
    place: SecretPlace,
}

impl TypedKey {
    fn of(draft: AccessKeyDraft) -> Result<Self, ErrorView> {
        Ok(Self {
            name: parse("name", ProfileName::parse, &draft.name)?,
            region: parse_optional("region", Region::parse, draft.region.as_deref())?,
            id: parse("access-key-id", AccessKeyId::parse, &draft.access_key_id)?,
            secret: draft.secret_key.map(|text| checked(&text.0)).transpose()?,
            place: if draft.this_run {
                SecretPlace::ThisRun
            } else {
                SecretPlace::Keyring
            },
        })
    }
}

/// The secret without what was copied with it.
fn checked(text: &SecretString) -> Result<SecretString, ErrorView> {
    let text = text.expose_secret().trim();
    let is_plain = |b: u8| b.is_ascii_graphic();
    if (16..=128).contains(&text.len()) && text.bytes().all(is_plain) {
        return Ok(text.to_owned().into());
    }
    // Nothing of it is said: it may be right but for one character.
    let message = "A secret key has 40 letters, digits and signs without spaces.";
    Err(ErrorView::new("bad-secret-key", message, "Copy it again, whole."))
}

/// Only the same key may keep its secret.
fn unchanged_secret(before: Option<&SavedOwnProfile>, id: &AccessKeyId) -> Result<SecretName, ErrorView> {
    let kept = before.and_then(|before| match &before.profile.source {
        OwnSource::AccessKey {
            access_key_id,
            secret,
        } if access_key_id == id => Some(secret.clone()),
        OwnSource::AccessKey { .. } | OwnSource::CenterRole { .. } => None,
    });
    kept.ok_or_else(|| {
        let message = "An access key is not complete without its secret key.";
        ErrorView::new("bad-secret-key", message, "Paste it too.")
    })
}

fn secret_of(saved: &SavedOwnProfile) -> Option<SecretName> {
    match &saved.profile.source {
        OwnSource::AccessKey { secret, .. } => Some(secret.clone()),
        OwnSource::CenterRole { .. } => None,
    }
}

/// The question cannot be taken back (`SECURITY.md`), which whoever stopped waiting must know.
fn still_asked() -> ErrorView {
    ErrorView::new(
        "keyring-dismissed",
        "Postern no longer waits for the keyring.",
        "The question of your system stays open: answer it there, or close it.",
    )
}
