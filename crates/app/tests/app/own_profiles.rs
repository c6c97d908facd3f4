//! Profiles of Postern's own: the store, the keyring and what the control plane reads change together. The clock is the real
//! one, because keyrings are asked on threads of their own.

use std::sync::{Arc, Mutex, atomic::AtomicBool};

use async_trait::async_trait;
use keyring_core::{Entry, Error, mock};
use postern_app::{
    App, Demo, MfaPrompts, OwnProfileKeeping, OwnProfileList, Parts, Worlds,
    contract::{
        AccessKeyDraft, AppEvent, Drawing, ErrorView, Mode, OwnProfilesView, OwnSourceView, SecretStateView,
        SecretText,
    },
};
use postern_model::{
    ControlPlane, OwnProfile, OwnProfiles, OwnSession, OwnSource, ProfileName, Region, SignInKey,
};
use postern_secrets::Secrets;
use postern_store::Store;

use crate::scripted::{PROD, Running, ScriptedDemo, ScriptedWorld, scripted};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER_ID: &str = "AKIAI44QH8DHBEXAMPLE";
const SECRET: &str = "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";

/// A world of AWS with own profiles.
pub(crate) struct WithOwn(pub(crate) ScriptedWorld, pub(crate) OwnProfileKeeping);

#[async_trait]
impl Worlds for WithOwn {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        self.0.aws()
    }

    fn aws_config_path(&self) -> String {
        self.0.aws_config_path()
    }

    fn own_profiles(&self) -> Option<OwnProfileKeeping> {
        Some(self.1.clone())
    }

    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView> {
        self.0.demo().await
    }
}

/// An application with the library's mock as its keyring.
struct Desk {
    running: Running,
    list: Arc<OwnProfileList>,
    read: OwnProfiles,
    keyring: Arc<mock::Store>,
}

impl Desk {
    async fn new() -> Self {
        let keyring = mock::Store::new().unwrap();
        let secrets = Secrets::with_store(Arc::clone(&keyring) as Arc<_>);
        Self::with(secrets, keyring).await
    }

    async fn with(secrets: Secrets, keyring: Arc<mock::Store>) -> Self {
        let read = OwnProfiles::new(Arc::new(secrets.clone()));
        let own = OwnProfileKeeping {
            profiles: read.clone(),
            secrets,
        };
        let demo = Arc::new(ScriptedDemo {
            aws: scripted(&["demo"]),
            is_down: AtomicBool::new(false),
            dropped: Mutex::default(),
        });
        let world = ScriptedWorld {
            aws: scripted(&[PROD]),
            demo: Some(demo),
        };
        let parts = Parts {
            worlds: Arc::new(WithOwn(world, own)),
            store: Ok(postern_store::Opened {
                store: Store::in_memory().unwrap(),
                notices: Vec::new(),
            }),
            version: "1.2.3".into(),
            drawing: Drawing::System,
            mfa: MfaPrompts::default(),
        };
        let (app, events) = App::start(parts).await.unwrap();
        let list = app.own_profiles().await.unwrap();
        Self {
            running: Running { app, events },
            list,
            read,
            keyring,
        }
    }

    async fn add(&self, draft: AccessKeyDraft) -> Result<OwnProfilesView, ErrorView> {
        self.list.save_access_key(None, draft).await
    }

    /// What the control plane would sign with, found as it finds it.
    async fn secret(&self, name: &str) -> Option<String> {
        use secrecy::ExposeSecret;
        let entries = self.read.entries();
        let OwnSource::AccessKey { secret, .. } = &entries.profile(name)?.source else {
            return None;
        };
        let secret = self.read.secret(secret).await.unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    }

    /// How many secrets the keyring has.
    fn kept(&self) -> usize {
        let mut creds = self.keyring.inner.lock().unwrap();
        let creds = creds.get_mut().iter();
        creds
            .filter(|cred| cred.inner.lock().unwrap().get_mut().secret.is_some())
            .count()
    }

    /// The next call for each secret that is kept fails: the keyring is locked.
    fn lock_once(&self) {
        let store = Arc::clone(&self.keyring) as Arc<_>;
        for profile in &self.read.entries().profiles {
            if let OwnSource::AccessKey { secret, .. } = &profile.source {
                let entry = Entry::new_in_store(&store, "postern", secret.as_str()).unwrap();
                let cred = entry.as_any().downcast_ref::<mock::Cred>().unwrap();
                cred.set_error(Error::NoStorageAccess("locked".into()));
            }
        }
    }
}

fn draft(name: &str) -> AccessKeyDraft {
    AccessKeyDraft {
        name: name.into(),
        region: Some("eu-central-1".into()),
        access_key_id: ID.into(),
        secret_key: Some(text(SECRET)),
        this_run: false,
    }
}

fn text(secret: &str) -> SecretText {
    SecretText(secret.to_owned().into())
}

fn secret_state(view: &OwnProfilesView) -> SecretStateView {
    match &view.profiles[0].source {
        OwnSourceView::AccessKey { secret, .. } => *secret,
        OwnSourceView::CenterRole { .. } => panic!("{view:?}"),
    }
}

#[tokio::test]
async fn an_access_key_is_added_changed_and_removed_with_its_secret() {
    let mut desk = Desk::new().await;
    let view = desk.add(draft(" lab ")).await.unwrap();
    let [added] = view.profiles.as_slice() else {
        panic!("{view:?}")
    };
    assert_eq!(
        (added.name.as_str(), added.region.as_deref()),
        ("lab", Some("eu-central-1"))
    );
    assert_eq!(
        (secret_state(&view), &view.keyring),
        (SecretStateView::Stored, &None)
    );
    assert_eq!(desk.secret("lab").await.unwrap(), SECRET);
    let told = desk.running.until(|event| match event {
        AppEvent::OwnProfilesChanged { own } => Some(own.clone()),
        _ => None,
    });
    assert_eq!(told.await, view);

    // Another Region of the same key needs no secret; another key does.
    let id = Some(added.id);
    let moved = AccessKeyDraft {
        region: None,
        secret_key: None,
        ..draft("lab")
    };
    let view = desk.list.save_access_key(id, moved).await.unwrap();
    assert_eq!(view.profiles[0].region, None);
    assert_eq!(desk.secret("lab").await.unwrap(), SECRET);
    let other = |secret_key| AccessKeyDraft {
        access_key_id: OTHER_ID.into(),
        secret_key,
        ..draft("lab")
    };
    let refused = desk.list.save_access_key(id, other(None)).await.unwrap_err();
    assert_eq!(refused.code, "bad-secret-key");
    let new_secret = SECRET.replace("CANARY", "YRANAC");
    desk.list
        .save_access_key(id, other(Some(text(&new_secret))))
        .await
        .unwrap();
    assert_eq!(desk.secret("lab").await.unwrap(), new_secret);
    assert_eq!(desk.kept(), 1, "the old secret is gone from the keyring");

    let view = desk.list.remove(added.id).await.unwrap();
    assert!(view.profiles.is_empty() && desk.read.entries().profiles.is_empty());
    assert_eq!(desk.kept(), 0);
    assert_eq!(
        desk.list.remove(added.id).await.unwrap_err().code,
        "unknown-own-profile"
    );
}

#[tokio::test]
async fn what_cannot_be_a_profile_is_refused_with_its_field_and_leaves_nothing_in_the_keyring() {
    let desk = Desk::new().await;
    for (code, wrong) in [
        ("bad-name", draft("a\u{202e}b")),
        ("bad-name", draft(PROD)),
        (
            "bad-region",
            AccessKeyDraft {
                region: Some("Frankfurt".into()),
                ..draft("lab")
            },
        ),
        (
            "bad-access-key-id",
            AccessKeyDraft {
                access_key_id: SECRET.into(),
                ..draft("lab")
            },
        ),
        (
            "bad-secret-key",
            AccessKeyDraft {
                secret_key: None,
                ..draft("lab")
            },
        ),
        (
            "bad-secret-key",
            AccessKeyDraft {
                secret_key: Some(text("CANARY with spaces")),
                ..draft("lab")
            },
        ),
    ] {
        let refused = desk.add(wrong).await.unwrap_err();
        assert_eq!(refused.code, code);
        assert!(!format!("{refused:?}").contains("CANARY"), "{refused:?}");
    }
    desk.add(draft("lab")).await.unwrap();
    assert_eq!(
        desk.add(draft("lab")).await.unwrap_err().code,
        "own-profile-exists"
    );
    assert_eq!(desk.kept(), 1);
}

#[tokio::test]
async fn a_locked_keyring_keeps_the_profile_whose_secret_it_has() {
    let desk = Desk::new().await;
    let view = desk.add(draft("lab")).await.unwrap();
    let id = view.profiles[0].id;
    desk.lock_once();
    assert_eq!(
        secret_state(&desk.list.view().await.unwrap()),
        SecretStateView::Locked
    );
    desk.lock_once();
    assert_eq!(desk.list.remove(id).await.unwrap_err().code, "keyring-locked");
    assert_eq!(desk.secret("lab").await.unwrap(), SECRET);
    assert_eq!(desk.list.view().await.unwrap(), view);
    assert_eq!(desk.list.unlock().await.unwrap(), view);
}

#[tokio::test]
async fn a_secret_is_kept_for_this_run_where_the_user_wants_it_or_there_is_no_keyring() {
    let desk = Desk::new().await;
    let chosen = AccessKeyDraft {
        this_run: true,
        ..draft("lab")
    };
    let view = desk.add(chosen).await.unwrap();
    assert_eq!((secret_state(&view), desk.kept()), (SecretStateView::ThisRun, 0));
    assert_eq!(desk.secret("lab").await.unwrap(), SECRET);

    let desk = Desk::with(Secrets::of_this_run(), mock::Store::new().unwrap()).await;
    let view = desk.add(draft("lab")).await.unwrap();
    assert_eq!(secret_state(&view), SecretStateView::ThisRun);
    assert_eq!(view.keyring.unwrap().code, "no-keyring");
}

#[tokio::test]
async fn a_profile_of_the_files_with_the_same_name_is_told() {
    let desk = Desk::new().await;
    let view = desk.add(draft("lab")).await.unwrap();
    assert_eq!(view.profiles[0].problem, None);
    let aws = scripted(&[PROD, "lab"]);
    let world = WithOwn(
        ScriptedWorld { aws, demo: None },
        OwnProfileKeeping {
            profiles: desk.read.clone(),
            secrets: Secrets::of_this_run(),
        },
    );
    let store = Store::in_memory().unwrap();
    let own = desk.read.entries().profiles.clone();
    store.add_own_profiles(&own).unwrap();
    let parts = Parts {
        worlds: Arc::new(world),
        store: Ok(postern_store::Opened {
            store,
            notices: Vec::new(),
        }),
        version: "1.2.3".into(),
        drawing: Drawing::System,
        mfa: MfaPrompts::default(),
    };
    let (app, _events) = App::start(parts).await.unwrap();
    let view = app.own_profiles().await.unwrap().view().await.unwrap();
    assert_eq!(
        view.profiles[0].problem.as_ref().unwrap().code,
        "own-profile-hidden"
    );
}

#[tokio::test]
async fn roles_and_sign_ins_of_identity_center_are_handed_over_too() {
    let desk = Desk::new().await;
    let session = SignInKey::parse("My Corp").unwrap();
    let role = |name: &str| OwnProfile {
        name: ProfileName::parse(name).unwrap(),
        source: OwnSource::CenterRole {
            session: session.clone(),
            account: "111122223333".into(),
            role: "ops".into(),
        },
        region: None,
    };
    let own = OwnSession {
        key: session.clone(),
        start_url: "https://acme.awsapps.com/start".into(),
        region: Region::parse("eu-west-1").unwrap(),
    };
    desk.list.save_session(own.clone()).await.unwrap();
    assert_eq!(
        desk.list.add(vec![role("a"), role(PROD)]).await.unwrap_err().code,
        "bad-name"
    );
    desk.list.add(vec![role("a"), role("b")]).await.unwrap();
    let entries = desk.read.entries();
    assert_eq!(
        (entries.profiles.len(), entries.session(&session)),
        (2, Some(&own))
    );
    desk.list.remove_session(session.clone()).await.unwrap();
    assert_eq!(desk.read.entries().session(&session), None);
}

#[tokio::test]
async fn the_demo_has_no_profiles_of_our_own() {
    let desk = Desk::new().await;
    desk.running.app.choose_mode(Mode::Demo).await.unwrap();
    let refused = desk.running.app.own_profiles().await.map(drop).unwrap_err();
    assert_eq!(refused.code, "no-own-profiles");
    desk.running.app.choose_mode(Mode::Aws).await.unwrap();
    desk.running.app.own_profiles().await.unwrap();
}
