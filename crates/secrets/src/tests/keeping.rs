//! What is kept where, and what is told of it.

use postern_model::{SecretError, SecretSource};

use super::*;
use crate::{SecretPlace, SecretState, SecretStates};

#[tokio::test]
async fn a_secret_in_the_keyring_is_there_in_the_next_run() {
    let mock = Mock::new();
    let key = name("access-key:1");
    let states = |states: &[SecretState]| SecretStates {
        states: states.to_vec(),
        trouble: None,
    };
    assert!(mock.secrets.secret(&key).await.unwrap().is_none());
    let kept = mock
        .secrets
        .keep(&key, "Postern: a", secret("canary"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::Keyring));
    let again = mock.again();
    assert_eq!(shown(again.secret(&key).await.unwrap()), Some("canary".into()));
    let names = [name("access-key:2"), key.clone()];
    assert_eq!(
        again.states(&names).await,
        states(&[SecretState::Absent, SecretState::Stored])
    );
    again.remove(&key).await.unwrap();
    again.remove(&key).await.unwrap();
    assert_eq!(shown(mock.secrets.secret(&key).await.unwrap()), None);
}

#[tokio::test]
async fn a_secret_of_this_run_is_gone_in_the_next() {
    let mock = Mock::new();
    let key = name("access-key:1");
    let kept = mock
        .secrets
        .keep(&key, "x", secret("canary"), SecretPlace::ThisRun)
        .await;
    assert_eq!(kept, Ok(SecretPlace::ThisRun));
    let told = mock.secrets.states(std::slice::from_ref(&key)).await;
    assert_eq!(told.states, [SecretState::ThisRun]);
    assert_eq!(
        shown(mock.secrets.secret(&key).await.unwrap()),
        Some("canary".into())
    );
    assert_eq!(shown(mock.again().secret(&key).await.unwrap()), None);
    mock.secrets.remove(&key).await.unwrap();
    assert_eq!(shown(mock.secrets.secret(&key).await.unwrap()), None);
}

#[tokio::test]
async fn without_a_keyring_secrets_are_kept_for_this_run_and_that_is_told() {
    let secrets = Secrets::of_this_run();
    let key = name("access-key:1");
    let none = || SecretError::NoKeyring {
        detail: "it is not used here".into(),
    };
    let kept = secrets
        .keep(&key, "x", secret("canary"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::ThisRun));
    let told = secrets.states(&[key.clone(), name("other")]).await;
    assert_eq!(told.states, [SecretState::ThisRun, SecretState::Absent]);
    assert_eq!(told.trouble, Some(none()));
    assert_eq!(secrets.secret(&name("other")).await.unwrap_err(), none());
    assert_eq!(secrets.unlock().await, Err(none()));
    secrets.remove(&name("other")).await.unwrap();
    secrets.remove(&key).await.unwrap();
    assert_eq!(secrets.states(&[key]).await.states, [SecretState::Absent]);
}

#[tokio::test]
async fn a_locked_keyring_takes_and_gives_nothing_and_says_so() {
    let mock = Mock::new();
    let key = name("access-key:1");
    let kept = mock
        .secrets
        .keep(&key, "x", secret("old"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::Keyring));
    mock.fail(&key, locked());
    let told = mock.secrets.states(std::slice::from_ref(&key)).await;
    assert_eq!((told.states, told.trouble), (vec![SecretState::Locked], None));
    mock.fail(&key, locked());
    assert_eq!(mock.secrets.secret(&key).await.unwrap_err(), SecretError::Locked);
    mock.fail(&key, locked());
    let refused = mock
        .secrets
        .keep(&key, "x", secret("new"), SecretPlace::Keyring)
        .await;
    assert_eq!(
        refused,
        Err(SecretError::Locked),
        "it is not kept for this run in silence"
    );
    mock.fail(&key, locked());
    assert_eq!(mock.secrets.remove(&key).await, Err(SecretError::Locked));
    assert_eq!(
        shown(mock.secrets.secret(&key).await.unwrap()),
        Some("old".into())
    );
}

#[tokio::test]
async fn a_keyring_that_fails_leaves_it_open_how_a_secret_stands() {
    let mock = Mock::new();
    let (key, other) = (name("access-key:1"), name("access-key:2"));
    mock.secrets
        .keep(&other, "x", secret("mine"), SecretPlace::ThisRun)
        .await
        .unwrap();
    mock.fail(&key, broken());
    let told = mock.secrets.states(&[key, other]).await;
    assert_eq!(told.states, [SecretState::Unknown, SecretState::ThisRun]);
    let Some(SecretError::Failed { detail }) = told.trouble else {
        panic!("{told:?}")
    };
    assert!(detail.contains("-25291"), "{detail}");
}
