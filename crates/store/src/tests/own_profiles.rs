//! Profiles of Postern's own: kept, changed and removed, and read by a program that opens nothing else.

use postern_model::{AccessKeyId, OwnEntries, OwnProfile, OwnSession, OwnSource, SecretName, SignInKey};
use rusqlite::Connection;

use super::*;
use crate::{OwnProfileId, StoreNotice};

fn with_key(name: &str) -> OwnProfile {
    OwnProfile {
        name: profile(name),
        source: OwnSource::AccessKey {
            access_key_id: AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap(),
            secret: SecretName::parse("access-key:1").unwrap(),
        },
        region: Some(region("eu-central-1")),
    }
}

fn with_role(name: &str) -> OwnProfile {
    OwnProfile {
        name: profile(name),
        source: OwnSource::CenterRole {
            session: SignInKey::parse("My Corp Ltd").unwrap(),
            account: "111122223333".into(),
            role: "ops/Admin".into(),
        },
        region: None,
    }
}

fn session() -> OwnSession {
    OwnSession {
        key: SignInKey::parse("My Corp Ltd").unwrap(),
        start_url: "https://acme.awsapps.com/start".into(),
        region: region("eu-west-1"),
    }
}

#[test]
fn own_profiles_and_sign_ins_are_there_after_a_restart() {
    let home = Home::new();
    let store = home.store();
    let key = store.save_own_profile(None, &with_key("müller")).unwrap();
    let roles = store
        .add_own_profiles(&[with_role("a b"), with_role("c")])
        .unwrap();
    store.save_own_session(&session()).unwrap();
    let moved = OwnSession {
        region: region("us-east-1"),
        ..session()
    };
    store.save_own_session(&moved).unwrap();
    drop(store);

    let store = home.store();
    let saved = store.own_profiles().unwrap();
    assert_eq!(saved, [key.clone(), roles[0].clone(), roles[1].clone()]);
    let entries = store.own_entries().unwrap();
    assert_eq!(entries.sessions, [moved]);
    assert_eq!(entries.profile("a b"), Some(&with_role("a b")));
    assert_eq!(
        Store::own_entries_at(&home.file()).unwrap(),
        entries,
        "also while the store is open"
    );
    drop(store);
    assert_eq!(Store::own_entries_at(&home.file()).unwrap(), entries);
}

#[test]
fn an_own_profile_has_a_name_of_its_own() {
    let store = Store::in_memory().unwrap();
    let first = store.save_own_profile(None, &with_key("a")).unwrap();
    let taken = StoreError::OwnProfileExists(profile("a"));
    assert_eq!(store.save_own_profile(None, &with_role("a")).unwrap_err(), taken);
    let many = store.add_own_profiles(&[with_role("b"), with_role("a")]);
    assert_eq!(many.unwrap_err(), taken);
    assert_eq!(
        store.own_profiles().unwrap(),
        std::slice::from_ref(&first),
        "all or none"
    );
    let changed = store.save_own_profile(Some(first.id), &with_role("a")).unwrap();
    assert_eq!(store.own_profiles().unwrap(), [changed]);

    store.remove_own_profile(first.id).unwrap();
    let unknown = StoreError::UnknownOwnProfile;
    assert_eq!(store.remove_own_profile(first.id).unwrap_err(), unknown);
    assert_eq!(
        store
            .save_own_profile(Some(first.id), &with_key("a"))
            .unwrap_err(),
        unknown
    );
    let next = store.save_own_profile(None, &with_key("a")).unwrap();
    assert!(next.id > first.id, "a number is never used twice");
    store.remove_own_session(&session().key).unwrap();
    store.save_own_session(&session()).unwrap();
    store.remove_own_session(&session().key).unwrap();
    assert!(store.own_entries().unwrap().sessions.is_empty());
}

#[test]
fn who_reads_own_profiles_only_makes_and_changes_no_file() {
    let home = Home::new();
    let read = || Store::own_entries_at(&home.file());
    assert_eq!(read().unwrap(), OwnEntries::default());
    assert!(!home.file().exists() && !home.file().parent().unwrap().exists());

    std::fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    let earlier = Connection::open(home.file()).unwrap();
    earlier
        .execute_batch(include_str!("../schema/0001_first.sql"))
        .unwrap();
    earlier.execute_batch("PRAGMA user_version = 1;").unwrap();
    drop(earlier);
    assert_eq!(
        read().unwrap(),
        OwnEntries::default(),
        "a version without them has none"
    );
    let later = Connection::open(home.file()).unwrap();
    later.execute_batch("PRAGMA user_version = 900;").unwrap();
    drop(later);
    assert!(matches!(read(), Err(StoreError::NewerSchema { found: 900, .. })));
}

#[test]
fn an_own_profile_that_is_not_understood_is_told_and_hides_no_other() {
    let home = Home::new();
    home.store().save_own_profile(None, &with_key("good")).unwrap();
    let file = Connection::open(home.file()).unwrap();
    file.execute_batch(
        r#"INSERT INTO own_profiles (name, source) VALUES ('odd', '{"carrier-pigeon":{}}');
           INSERT INTO own_sessions (key, start_url, region) VALUES ('odd', 'x', 'Frankfurt');"#,
    )
    .unwrap();
    drop(file);
    let Opened { store, notices } = home.open().unwrap();
    let [StoreNotice::UnreadableEntries { entries: 2, .. }] = notices.as_slice() else {
        panic!("{notices:?}")
    };
    let [good] = store.own_profiles().unwrap().try_into().unwrap();
    assert_eq!((good.id, good.profile), (OwnProfileId(1), with_key("good")));
}
