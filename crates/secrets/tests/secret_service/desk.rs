//! A home, a bus and a keyring for one test.

use std::{
    env, fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::Command,
};

use futures_util::StreamExt;
use postern_model::SecretName;
use secrecy::{ExposeSecret, SecretString};

pub(crate) const SECRET_SERVICE: &str = "org.freedesktop.secrets";

/// Set in the process that is inside.
const INSIDE: &str = "POSTERN_TEST_INSIDE";

/// A bus that starts nothing by itself.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// What is on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bus {
    /// A keyring that was unlocked with the login.
    Unlocked,
    /// A keyring that nobody ever had a password for.
    Fresh,
    /// No keyring.
    Empty,
}

/// Whether this process is the one inside; if not, runs the test there, and the answer is no.
pub(crate) async fn is_inside(test: &str, bus: Bus) -> bool {
    if env::var_os(INSIDE).is_some() {
        if bus != Bus::Empty {
            keyring_is_there().await;
        }
        return true;
    }
    let start = match bus {
        Bus::Unlocked => "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null",
        Bus::Fresh => "gnome-keyring-daemon --start --components=secrets >/dev/null",
        Bus::Empty => ":",
    };
    let script = format!("{start}; exec \"$0\" --exact {test} --nocapture");
    let session = ["dbus-run-session", "--config-file"];
    run_inside(test, |home| {
        let config = home.join("bus.conf");
        fs::write(&config, BUS).unwrap();
        let mut command = Command::new(session[0]);
        command
            .arg(session[1])
            .arg(config)
            .args(["--", "sh", "-c", &script]);
        command.arg(env::current_exe().unwrap());
        command
    })
}

/// The same with a bus at this address, which need not be one.
pub(crate) fn is_inside_at(test: &str, address: &str) -> bool {
    run_inside(test, |_| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]);
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
        command
    })
}

fn run_inside(test: &str, command: impl FnOnce(&Path) -> Command) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    fs::DirBuilder::new().mode(0o700).create(&run).unwrap();
    let mut command = command(home.path());
    let output = command
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", run)
        .env(INSIDE, "yes")
        .output()
        .expect("dbus-run-session is needed: `npm test` installs it and gnome-keyring");
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{test} failed inside:\n{said}");
    assert!(said.contains("1 passed"), "{test} was not found inside:\n{said}");
    false
}

/// The daemon comes to the bus after its starter has left.
async fn keyring_is_there() {
    let bus = zbus::Connection::session().await.unwrap();
    let bus = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    let mut owners = bus
        .receive_name_owner_changed_with_args(&[(0, SECRET_SERVICE)])
        .await
        .unwrap();
    if !bus
        .name_has_owner(SECRET_SERVICE.try_into().unwrap())
        .await
        .unwrap()
    {
        owners.next().await.unwrap();
    }
}

pub(crate) fn name(text: &str) -> SecretName {
    SecretName::parse(text).unwrap()
}

pub(crate) fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

pub(crate) fn shown(secret: Option<SecretString>) -> Option<String> {
    secret.map(|secret| secret.expose_secret().to_owned())
}

/// Every file below the home of this test with its bytes.
pub(crate) fn files_at_home() -> Vec<(PathBuf, Vec<u8>)> {
    let mut folders = vec![PathBuf::from(env::var_os("HOME").unwrap())];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push((entry.path(), fs::read(entry.path()).unwrap()));
            }
        }
    }
    files
}

/// Locks the keyring, as a screen lock does.
pub(crate) async fn lock_keyring() {
    let service = secret_service::SecretService::connect(secret_service::EncryptionType::Plain)
        .await
        .unwrap();
    service
        .get_default_collection()
        .await
        .unwrap()
        .lock()
        .await
        .unwrap();
}
