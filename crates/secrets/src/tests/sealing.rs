//! Sealing with the key of the keyring.

use postern_model::SecretError;

use super::*;
use crate::{OpenError, Sealer, SecretPlace};

fn opened(sealer: &Sealer, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    sealer.open(sealed, b"journal 7").map(|text| text.to_vec())
}

#[tokio::test]
async fn what_one_run_sealed_the_next_opens() {
    let mock = Mock::new();
    let sealer = mock.secrets.sealer().await.unwrap();
    let sealed = sealer.seal(b"token", b"journal 7").unwrap();
    assert_eq!(sealer.place(), SecretPlace::Keyring);
    assert_eq!(
        opened(&mock.secrets.sealer().await.unwrap(), &sealed).unwrap(),
        b"token"
    );
    assert_eq!(
        opened(&mock.again().sealer().await.unwrap(), &sealed).unwrap(),
        b"token"
    );
    let elsewhere = Mock::new().secrets.sealer().await.unwrap();
    assert_eq!(opened(&elsewhere, &sealed), Err(OpenError::OtherKey));
}

#[tokio::test]
async fn without_a_keyring_the_key_is_one_of_this_run() {
    let secrets = Secrets::of_this_run();
    let sealer = secrets.sealer().await.unwrap();
    assert_eq!(sealer.place(), SecretPlace::ThisRun);
    let sealed = sealer.seal(b"token", b"journal 7").unwrap();
    assert_eq!(
        opened(&secrets.sealer().await.unwrap(), &sealed).unwrap(),
        b"token"
    );
    let next_run = Secrets::of_this_run().sealer().await.unwrap();
    assert_eq!(opened(&next_run, &sealed), Err(OpenError::OtherKey));
}

#[tokio::test]
async fn a_locked_keyring_or_a_key_that_was_changed_is_never_replaced_by_a_new_key() {
    let mock = Mock::new();
    let sealed = mock
        .secrets
        .sealer()
        .await
        .unwrap()
        .seal(b"token", b"journal 7")
        .unwrap();
    let next = mock.again();
    mock.fail(&name("sealing-key"), locked());
    assert!(matches!(next.sealer().await, Err(SecretError::Locked)));
    assert_eq!(opened(&next.sealer().await.unwrap(), &sealed).unwrap(), b"token");
    mock.secrets
        .keep(&name("sealing-key"), "x", secret("junk"), SecretPlace::Keyring)
        .await
        .unwrap();
    assert!(matches!(
        mock.again().sealer().await,
        Err(SecretError::Failed { .. })
    ));
}
