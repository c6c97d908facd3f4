//! A bus that takes the connection and says nothing, a service that owns the name and says nothing, and one that stopped.

use std::{
    fs,
    io::Read,
    os::unix::net::UnixListener,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use postern_model::{SecretError, SecretSource};
use postern_secrets::{SecretPlace, SecretState, Secrets};

use crate::desk::{Bus, SECRET_SERVICE, is_inside, is_inside_at, name, secret, shown};

/// Five seconds, and what a busy computer adds.
const PATIENCE: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_bus_that_never_answers_costs_five_seconds_once_and_leaves_no_thread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        // Reads all that comes, for as long as the test runs.
        for connection in listener.incoming() {
            thread::spawn(move || connection.unwrap().read_to_end(&mut Vec::new()));
        }
    });
    let test = "hanging::a_bus_that_never_answers_costs_five_seconds_once_and_leaves_no_thread";
    if is_inside_at(test, &format!("unix:path={}", path.display())) {
        hangs(&Secrets::of_system()).await;
    }
}

#[tokio::test]
async fn a_service_that_never_answers_costs_five_seconds_once_and_leaves_no_thread() {
    let test = "hanging::a_service_that_never_answers_costs_five_seconds_once_and_leaves_no_thread";
    if !is_inside(test, Bus::Empty).await {
        return;
    }
    let silent = zbus::Connection::session().await.unwrap();
    silent.request_name(SECRET_SERVICE).await.unwrap();
    hangs(&Secrets::of_system()).await;
}

#[tokio::test]
async fn a_keyring_that_stops_in_the_middle_of_its_life_is_known_to_hang_and_memory_still_works() {
    let test =
        "hanging::a_keyring_that_stops_in_the_middle_of_its_life_is_known_to_hang_and_memory_still_works";
    if !is_inside(test, Bus::Unlocked).await {
        return;
    }
    let secrets = Secrets::of_system();
    let key = name("access-key:1");
    secrets
        .keep(&key, "x", secret("canary"), SecretPlace::Keyring)
        .await
        .unwrap();
    let process = process_of_keyring().await;
    signal("-STOP", process);
    hangs(&secrets).await;
    let mine = name("access-key:2");
    secrets
        .keep(&mine, "x", secret("mine"), SecretPlace::ThisRun)
        .await
        .unwrap();
    assert_eq!(shown(secrets.secret(&mine).await.unwrap()), Some("mine".into()));
    signal("-CONT", process);
    assert_eq!(
        shown(Secrets::of_system().secret(&key).await.unwrap()),
        Some("canary".into())
    );
}

async fn hangs(secrets: &Secrets) {
    let key = name("access-key:1");
    let began = Instant::now();
    assert_eq!(secrets.secret(&key).await.unwrap_err(), SecretError::Hangs);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    let began = Instant::now();
    let told = secrets.states(std::slice::from_ref(&key)).await;
    assert_eq!(
        (told.states, told.trouble),
        (vec![SecretState::Unknown], Some(SecretError::Hangs))
    );
    let refused = secrets.keep(&key, "x", secret("x"), SecretPlace::Keyring).await;
    assert_eq!(refused, Err(SecretError::Hangs));
    assert!(
        began.elapsed() < Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
    let began = Instant::now();
    assert_eq!(secrets.unlock().await, Err(SecretError::Hangs));
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!(threads_of_keyring(), 0);
}

/// Names of threads have 15 bytes at most.
fn threads_of_keyring() -> usize {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names = threads.filter_map(|thread| fs::read_to_string(thread.unwrap().path().join("comm")).ok());
    names.filter(|name| name.starts_with("postern-keyring")).count()
}

async fn process_of_keyring() -> u32 {
    let bus = zbus::Connection::session().await.unwrap();
    let bus = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    bus.get_connection_unix_process_id(SECRET_SERVICE.try_into().unwrap())
        .await
        .unwrap()
}

/// Sends a signal that stops a process or lets it go on, and waits until it has.
fn signal(which: &str, process: u32) {
    let sent = Command::new("kill")
        .args([which, &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let is_stopped = || {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        stat.rsplit(") ").next().unwrap().starts_with('T')
    };
    while is_stopped() != (which == "-STOP") {
        thread::yield_now();
    }
}
