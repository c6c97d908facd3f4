//! Stored, locked, absent: gnome-keyring in each of its states.

use postern_model::{SecretError, SecretSource};
use postern_secrets::{SecretPlace, SecretState, Secrets};

use crate::desk::{Bus, files_at_home, is_inside, is_inside_at, lock_keyring, name, secret, shown};

#[tokio::test]
async fn a_secret_is_stored_read_in_the_next_run_and_removed() {
    if !is_inside(
        "keyring::a_secret_is_stored_read_in_the_next_run_and_removed",
        Bus::Unlocked,
    )
    .await
    {
        return;
    }
    let (key, other) = (name("access-key:1"), name("access-key:2"));
    let kept = Secrets::of_system()
        .keep(&key, "Postern: lab", secret("canary"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::Keyring));
    let secrets = Secrets::of_system();
    let told = secrets.states(&[key.clone(), other.clone()]).await;
    assert_eq!(
        (told.states, told.trouble),
        (vec![SecretState::Stored, SecretState::Absent], None)
    );
    assert_eq!(shown(secrets.secret(&key).await.unwrap()), Some("canary".into()));
    assert_eq!(shown(secrets.secret(&other).await.unwrap()), None);
    secrets
        .keep(&key, "Postern: lab", secret("canary two"), SecretPlace::Keyring)
        .await
        .unwrap();
    assert_eq!(
        shown(secrets.secret(&key).await.unwrap()),
        Some("canary two".into())
    );

    let files = files_at_home();
    assert!(
        files.iter().any(|(path, _)| path.ends_with("login.keyring")),
        "{files:?}"
    );
    for (path, bytes) in files {
        let is_plain = bytes.windows(6).any(|part| part == b"canary");
        assert!(!is_plain, "{} has the secret", path.display());
    }

    secrets.remove(&key).await.unwrap();
    secrets.remove(&key).await.unwrap();
    assert_eq!(shown(secrets.secret(&key).await.unwrap()), None);
}

#[tokio::test]
async fn what_one_run_sealed_the_next_opens_with_the_key_of_the_keyring() {
    let test = "keyring::what_one_run_sealed_the_next_opens_with_the_key_of_the_keyring";
    if !is_inside(test, Bus::Unlocked).await {
        return;
    }
    let sealer = Secrets::of_system().sealer().await.unwrap();
    assert_eq!(sealer.place(), SecretPlace::Keyring);
    let sealed = sealer.seal(b"token", b"journal 7").unwrap();
    let next = Secrets::of_system().sealer().await.unwrap();
    assert_eq!(next.open(&sealed, b"journal 7").unwrap().as_slice(), b"token");
}

#[tokio::test]
async fn a_locked_keyring_says_so_at_every_call_and_asks_nobody() {
    let test = "keyring::a_locked_keyring_says_so_at_every_call_and_asks_nobody";
    if !is_inside(test, Bus::Unlocked).await {
        return;
    }
    let secrets = Secrets::of_system();
    let (key, other) = (name("access-key:1"), name("access-key:2"));
    secrets
        .keep(&key, "Postern: lab", secret("canary"), SecretPlace::Keyring)
        .await
        .unwrap();
    secrets.sealer().await.unwrap();
    lock_keyring().await;
    let told = secrets.states(&[key.clone(), other.clone()]).await;
    assert_eq!((told.states, told.trouble), (vec![SecretState::Locked; 2], None));
    assert_eq!(secrets.secret(&key).await.unwrap_err(), SecretError::Locked);
    let refused = secrets.keep(&other, "x", secret("x"), SecretPlace::Keyring).await;
    assert_eq!(refused, Err(SecretError::Locked));
    assert_eq!(secrets.remove(&key).await, Err(SecretError::Locked));
    assert!(matches!(
        Secrets::of_system().sealer().await,
        Err(SecretError::Locked)
    ));
    let kept = secrets.keep(&other, "x", secret("x"), SecretPlace::ThisRun).await;
    assert_eq!(kept, Ok(SecretPlace::ThisRun));
    // Without a program that could ask, the question is over at once.
    assert_eq!(secrets.unlock().await, Err(SecretError::Dismissed));
}

#[tokio::test]
async fn a_keyring_without_a_collection_keeps_nothing_so_secrets_are_of_this_run() {
    let test = "keyring::a_keyring_without_a_collection_keeps_nothing_so_secrets_are_of_this_run";
    if !is_inside(test, Bus::Fresh).await {
        return;
    }
    this_run_only(&Secrets::of_system()).await;
}

#[tokio::test]
async fn a_bus_without_a_keyring_is_no_keyring() {
    if !is_inside("keyring::a_bus_without_a_keyring_is_no_keyring", Bus::Empty).await {
        return;
    }
    let secrets = Secrets::of_system();
    this_run_only(&secrets).await;
    let told = secrets.states(&[name("other")]).await;
    assert_eq!(told.states, [SecretState::Absent]);
    assert!(
        matches!(told.trouble, Some(SecretError::NoKeyring { .. })),
        "{told:?}"
    );
}

#[tokio::test]
async fn no_bus_at_all_is_no_keyring() {
    if !is_inside_at(
        "keyring::no_bus_at_all_is_no_keyring",
        "unix:path=/nonexistent/bus",
    ) {
        return;
    }
    let secrets = Secrets::of_system();
    this_run_only(&secrets).await;
    let no_keyring = secrets.secret(&name("other")).await.unwrap_err();
    assert!(
        matches!(no_keyring, SecretError::NoKeyring { .. }),
        "{no_keyring:?}"
    );
    assert!(matches!(
        secrets.unlock().await,
        Err(SecretError::NoKeyring { .. })
    ));
}

/// A secret is kept for this run, and nothing is written anywhere.
async fn this_run_only(secrets: &Secrets) {
    let key = name("access-key:1");
    let kept = secrets
        .keep(&key, "Postern: lab", secret("canary"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::ThisRun));
    assert_eq!(shown(secrets.secret(&key).await.unwrap()), Some("canary".into()));
    assert_eq!(secrets.states(&[key]).await.states, [SecretState::ThisRun]);
    let files = files_at_home();
    let plain = files
        .iter()
        .find(|(_, bytes)| bytes.windows(6).any(|part| part == b"canary"));
    assert!(plain.is_none(), "{plain:?}");
}
