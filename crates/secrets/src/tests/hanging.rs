//! A keyring that does not answer: everybody else goes on.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use async_trait::async_trait;
use postern_model::{SecretError, SecretSource};
use tokio::time::Instant;

use super::*;
use crate::{
    SecretPlace, SecretState,
    bounded::{LIMIT, PAUSE},
    keyring::{Keyring, Presence},
};

/// A keyring whose calls wait until the test lets them go; it counts the threads that are inside.
struct Stuck {
    kept: Mutex<HashMap<SecretName, SecretString>>,
    gate: Mutex<mpsc::Receiver<()>>,
    inside: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

struct Hold {
    secrets: Secrets,
    open: mpsc::Sender<()>,
    inside: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

fn stuck() -> Hold {
    let (open, gate) = mpsc::channel();
    let (inside, calls) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let keyring = Stuck {
        kept: Mutex::default(),
        gate: Mutex::new(gate),
        inside: Arc::clone(&inside),
        calls: Arc::clone(&calls),
    };
    Hold {
        secrets: Secrets::new(Arc::new(keyring)),
        open,
        inside,
        calls,
    }
}

impl Stuck {
    fn pass(&self) {
        self.inside.fetch_add(1, Ordering::SeqCst);
        self.calls.fetch_add(1, Ordering::SeqCst);
        let _closed = self.gate.lock().unwrap().recv();
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Keyring for Stuck {
    fn look(&self, names: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        self.pass();
        Ok(vec![Presence::Absent; names.len()])
    }

    fn read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        self.pass();
        Ok(self.kept.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &SecretName, _: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.pass();
        self.kept.lock().unwrap().insert(name.clone(), secret.clone());
        Ok(())
    }

    fn remove(&self, _: &SecretName) -> Result<(), SecretError> {
        self.pass();
        Ok(())
    }

    async fn unlock(&self) -> Result<(), SecretError> {
        std::future::pending().await
    }
}

impl Hold {
    /// The clock of the test runs ahead of the thread.
    fn until_inside(&self) {
        while self.inside.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
    }

    fn let_one_go(&self) {
        self.open.send(()).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn everybody_is_answered_in_five_seconds_and_one_thread_is_left_behind() {
    let hold = stuck();
    let key = name("access-key:1");
    let began = Instant::now();
    let ask = || hold.secrets.secret(&key);
    let (one, two, three) = tokio::join!(
        ask(),
        ask(),
        hold.secrets.keep(&key, "x", secret("s"), SecretPlace::Keyring)
    );
    assert_eq!(one.unwrap_err(), SecretError::Hangs);
    assert_eq!(two.unwrap_err(), SecretError::Hangs);
    assert_eq!(three.unwrap_err(), SecretError::Hangs);
    assert!(
        began.elapsed() <= LIMIT + Duration::from_millis(10),
        "{:?}",
        began.elapsed()
    );
    hold.until_inside();

    let began = Instant::now();
    let told = hold.secrets.states(std::slice::from_ref(&key)).await;
    assert_eq!(
        (told.states, told.trouble),
        (vec![SecretState::Unknown], Some(SecretError::Hangs))
    );
    tokio::time::advance(PAUSE * 2).await;
    let began_late = Instant::now();
    assert_eq!(ask().await.unwrap_err(), SecretError::Hangs);
    assert_eq!(began_late.elapsed(), Duration::ZERO, "it is known to hang still");
    assert_eq!(began.elapsed(), PAUSE * 2);
    assert_eq!(
        (
            hold.calls.load(Ordering::SeqCst),
            hold.inside.load(Ordering::SeqCst)
        ),
        (1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_can_be_kept_for_this_run_while_the_keyring_hangs() {
    let hold = stuck();
    let key = name("access-key:1");
    let refused = hold
        .secrets
        .keep(&key, "x", secret("s"), SecretPlace::Keyring)
        .await;
    assert_eq!(refused, Err(SecretError::Hangs));
    let kept = hold
        .secrets
        .keep(&key, "x", secret("s"), SecretPlace::ThisRun)
        .await;
    assert_eq!(kept, Ok(SecretPlace::ThisRun));
    assert_eq!(shown(hold.secrets.secret(&key).await.unwrap()), Some("s".into()));
    hold.secrets.remove(&key).await.unwrap();
}

#[tokio::test]
async fn a_keyring_that_comes_back_is_used_again_at_once() {
    let hold = stuck();
    let key = name("access-key:1");
    tokio::time::pause();
    assert_eq!(hold.secrets.secret(&key).await.unwrap_err(), SecretError::Hangs);
    tokio::time::resume();
    hold.let_one_go();
    hold.let_one_go();
    // The second is for the call that comes once the first is known to be back.
    loop {
        match hold.secrets.secret(&key).await {
            Err(SecretError::Hangs) => tokio::task::yield_now().await,
            answer => break assert_eq!(shown(answer.unwrap()), None),
        }
    }
    assert_eq!(hold.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_answers_is_taken_back() {
    let hold = stuck();
    assert_eq!(hold.secrets.unlock().await, Err(SecretError::Dismissed));
}

/// A library that gives up in the middle.
struct Broken;

#[async_trait]
impl Keyring for Broken {
    fn look(&self, _: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        panic!("Mutex failure")
    }

    fn read(&self, _: &SecretName) -> Result<Option<SecretString>, SecretError> {
        panic!("Mutex failure")
    }

    fn write(&self, _: &SecretName, _: &str, _: &SecretString) -> Result<(), SecretError> {
        panic!("Mutex failure")
    }

    fn remove(&self, _: &SecretName) -> Result<(), SecretError> {
        panic!("Mutex failure")
    }

    async fn unlock(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_of_a_library_is_an_answer_of_the_call() {
    let secrets = Secrets::new(Arc::new(Broken));
    for _ in 0..3 {
        let Err(SecretError::Failed { .. }) = secrets.secret(&name("a")).await else {
            panic!("no failure")
        };
    }
}
