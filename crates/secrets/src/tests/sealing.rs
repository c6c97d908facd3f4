//! Sealing with the key of the keyring.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Barrier, Mutex},
};

use async_trait::async_trait;
use postern_model::SecretError;

use super::*;
use crate::{
    OpenError, Sealer, SecretPlace,
    keyring::{Keyring, Presence},
};

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

/// What two programs share: the second one looks before the first one has written.
#[derive(Default)]
struct Shared {
    kept: Mutex<HashMap<String, String>>,
    writes: Mutex<usize>,
}

/// The keyring as one of two programs sees it, which look at the same moment.
struct OfTwo {
    shared: Arc<Shared>,
    both_looked: Arc<Barrier>,
    looks: Mutex<usize>,
}

#[async_trait]
impl Keyring for OfTwo {
    fn look(&self, _: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        Ok(Vec::new())
    }

    fn read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let found = self.shared.kept.lock().unwrap().get(name.as_str()).cloned();
        let mut looks = self.looks.lock().unwrap();
        *looks += 1;
        if *looks == 1 {
            self.both_looked.wait();
        }
        Ok(found.map(SecretString::from))
    }

    fn write(&self, name: &SecretName, _: &str, secret: &SecretString) -> Result<(), SecretError> {
        *self.shared.writes.lock().unwrap() += 1;
        let (name, secret) = (name.to_string(), secret.expose_secret().to_owned());
        self.shared.kept.lock().unwrap().insert(name, secret);
        Ok(())
    }

    fn remove(&self, _: &SecretName) -> Result<(), SecretError> {
        Ok(())
    }

    async fn unlock(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

fn two_programs(turns: &Path) -> (Arc<Shared>, [Secrets; 2]) {
    let (shared, both_looked) = (Arc::<Shared>::default(), Arc::new(Barrier::new(2)));
    let program = |_| {
        let keyring = OfTwo {
            shared: Arc::clone(&shared),
            both_looked: Arc::clone(&both_looked),
            looks: Mutex::new(0),
        };
        Secrets::taking_turns(Arc::new(keyring), Some(turns.to_owned()))
    };
    let programs = [0, 1].map(program);
    (shared, programs)
}

#[tokio::test]
async fn two_programs_that_find_no_key_at_the_same_moment_make_one() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let (shared, [one, other]) = two_programs(&folder.path().join("turns"));
        let (one, other) = tokio::join!(one.sealer(), other.sealer());
        let sealed = one.unwrap().seal(b"token", b"journal 7").unwrap();
        assert_eq!(opened(&other.unwrap(), &sealed).unwrap(), b"token");
        assert_eq!(*shared.writes.lock().unwrap(), 1);
    }
}
