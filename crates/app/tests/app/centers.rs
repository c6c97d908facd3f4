//! Accounts by way of IAM Identity Center: a start URL that no AWS file has, roles that become profiles of Postern's own, and
//! pairs of them with Regions.

use std::sync::Arc;

use postern_app::{
    App, MfaPrompts, OwnProfileKeeping, Parts,
    contract::{CenterDraft, CenterRoleDraft, Drawing},
};
use postern_model::{OwnProfiles, OwnSource, ProfileSummary, Region, SignIn, SignInKey, SignInState};
use postern_scripted::ScriptedControlPlane;
use postern_secrets::Secrets;

use crate::{
    own_profiles::WithOwn,
    scripted::{PROD, ScriptedWorld, in_memory, scripted, summary},
};

const START_URL: &str = "https://acme.awsapps.com/start";

/// An AWS that reads the own profiles and sign-ins of `own`, as the one of the desktop does.
fn reading(own: &OwnProfiles) -> Arc<ScriptedControlPlane> {
    let aws = scripted(&[]);
    let read = own.clone();
    aws.profiles.answers(move |()| {
        let of_files = summary(PROD);
        let own = read.entries().profiles.clone();
        let summaries = own.into_iter().map(|profile| ProfileSummary {
            own: true,
            region: profile.region,
            ..summary(profile.name.as_str())
        });
        Ok([of_files].into_iter().chain(summaries).collect())
    });
    let read = own.clone();
    aws.sign_ins.answers(move |()| {
        let sessions = read.entries().sessions.clone();
        Ok(sessions
            .into_iter()
            .map(|session| SignIn {
                key: session.key,
                start_url: session.start_url,
                region: session.region,
                legacy: false,
                profiles: Vec::new(),
                state: SignInState::SignedOut,
            })
            .collect())
    });
    aws
}

async fn desk() -> (App, OwnProfiles) {
    let secrets = Secrets::with_store(keyring_core::mock::Store::new().unwrap() as Arc<_>);
    let own = OwnProfiles::new(Arc::new(secrets.clone()));
    let keeping = OwnProfileKeeping {
        profiles: own.clone(),
        secrets,
    };
    let world = ScriptedWorld {
        aws: reading(&own),
        demo: None,
    };
    let parts = Parts {
        worlds: Arc::new(WithOwn(world, keeping)),
        store: Ok(in_memory()),
        version: "1.2.3".into(),
        drawing: Drawing::System,
        mfa: MfaPrompts::default(),
    };
    (App::start(parts).await.unwrap().0, own)
}

fn center(start_url: &str, region: &str) -> CenterDraft {
    CenterDraft {
        start_url: start_url.into(),
        region: region.into(),
    }
}

fn role(account: &str, name: &str, role: &str) -> CenterRoleDraft {
    CenterRoleDraft {
        account: account.into(),
        account_name: name.into(),
        role: role.into(),
    }
}

#[tokio::test]
async fn a_start_url_that_no_file_has_is_a_sign_in_from_then_on_and_kept_once() {
    let (app, own) = desk().await;
    let centers = app.world().await.centers();
    let added = centers.add(&center(START_URL, "eu-central-1")).await.unwrap();
    assert_eq!(
        (added.key.as_str(), added.start_url.as_str()),
        ("acme", START_URL)
    );
    let again = centers
        .add(&center(&format!("{START_URL}#/"), "eu-central-1"))
        .await
        .unwrap();
    assert_eq!(again.key, "acme");
    let other = centers
        .add(&center("https://acme.awsapps.cn/start", "cn-north-1"))
        .await
        .unwrap();
    assert_eq!(other.key, "acme-2");
    assert_eq!(own.entries().sessions.len(), 2);
    for (url, region, code) in [
        ("acme.awsapps.com/start", "eu-central-1", "bad-start-url"),
        (START_URL, "Frankfurt", "bad-region"),
    ] {
        assert_eq!(centers.add(&center(url, region)).await.unwrap_err().code, code);
    }
    app.shut_down().await;
}

#[tokio::test]
async fn chosen_roles_become_profiles_once_and_pairs_with_each_region() {
    let (app, own) = desk().await;
    let centers = app.world().await.centers();
    let key = centers.add(&center(START_URL, "eu-central-1")).await.unwrap().key;
    let regions = ["eu-central-1".to_owned(), "us-east-1".to_owned()];
    let roles = [
        role("111111111111", "payments prod", "ReadOnly"),
        role("222222222222", "dev", "admin"),
    ];
    let pairs = centers.add_roles(&key, &roles, &regions).await.unwrap();
    let names: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{} / {}", pair.profile, pair.region))
        .collect();
    assert_eq!(
        names,
        [
            "payments-prod-ReadOnly / eu-central-1",
            "payments-prod-ReadOnly / us-east-1",
            "dev-admin / eu-central-1",
            "dev-admin / us-east-1"
        ]
    );
    assert!(pairs.iter().all(|pair| pair.enabled && pair.problem.is_none()));
    let profile = own.entries().profile("dev-admin").unwrap().clone();
    assert_eq!(profile.region, Some(Region::parse("eu-central-1").unwrap()));
    assert_eq!(
        profile.source,
        OwnSource::CenterRole {
            session: SignInKey::parse("acme").unwrap(),
            account: "222222222222".into(),
            role: "admin".into(),
        }
    );
    let one_more = centers
        .add_roles(&key, &roles, &["eu-west-1".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        (one_more.len(), own.entries().profiles.len()),
        (2, 2),
        "the profiles are there already"
    );
    assert!(
        centers
            .add_roles(&key, &roles, &regions)
            .await
            .unwrap()
            .is_empty()
    );
    let known = app.bootstrap().await.unwrap();
    let own_names = known
        .profiles
        .profiles
        .iter()
        .filter(|profile| profile.own)
        .count();
    assert_eq!(
        (own_names, known.pairs.iter().filter(|pair| pair.enabled).count()),
        (2, 6)
    );
    app.shut_down().await;
}

#[tokio::test]
async fn of_very_many_roles_all_pairs_are_there_at_once() {
    let (app, own) = desk().await;
    let centers = app.world().await.centers();
    let key = centers.add(&center(START_URL, "eu-central-1")).await.unwrap().key;
    let roles: Vec<_> = (0..500)
        .map(|number| role(&format!("{number:012}"), "acme", "ReadOnly"))
        .collect();
    let pairs = centers
        .add_roles(&key, &roles, &["eu-central-1".to_owned()])
        .await
        .unwrap();
    assert_eq!((pairs.len(), own.entries().profiles.len()), (500, 500));
    assert_eq!(pairs[0].profile, "acme-ReadOnly");
    assert_eq!(pairs[1].profile, "acme-ReadOnly-000000000001");
    app.shut_down().await;
}
