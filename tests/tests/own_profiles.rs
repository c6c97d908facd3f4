//! Profiles of Postern's own on the command line: their secret is in a real keyring, and nowhere else.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portable_pty::CommandBuilder;
use postern_model::{AccessKeyId, OwnProfile, OwnSource, ProfileName, Region, SecretName};
use postern_secrets::{SecretPlace, Secrets};
use postern_store::{Opened, Store};
use postern_tests::harness::{SimulateProcess, Terminal, postern, program};

/// Set in the process that has a bus and a keyring of its own.
const INSIDE: &str = "POSTERN_TEST_INSIDE";

/// Runs the test again with a bus and an unlocked keyring of its own; the answer is whether this is that run.
fn is_inside(test: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    fs::DirBuilder::new().mode(0o700).create(&run).unwrap();
    let script = format!(
        "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec \"$0\" --exact {test} --nocapture"
    );
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(env::current_exe().unwrap())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", run)
        .env(INSIDE, "yes")
        .output()
        .expect("dbus-run-session is needed: `npm test` installs it and gnome-keyring");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{test} failed inside:\n{said}"
    );
    false
}

/// The simulator, and a store of Postern beside it.
struct Desk {
    simulator: SimulateProcess,
    folder: PathBuf,
    secrets: Secrets,
}

impl Desk {
    fn new() -> Self {
        Self {
            simulator: SimulateProcess::start(),
            folder: PathBuf::from(env::var_os("HOME").unwrap()).join("postern"),
            secrets: Secrets::of_system(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("postern.db")
    }

    fn postern(&self, arguments: &[&str]) -> Output {
        let mut command = postern(&self.simulator);
        command
            .args(arguments)
            .env("POSTERN_LOG", "trace")
            .envs(self.surroundings());
        command.output().unwrap()
    }

    /// The same in a terminal.
    fn at_terminal(&self, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(program("postern"));
        command.args(arguments);
        command.env_clear();
        command.env("PATH", env::var_os("PATH").unwrap());
        for (name, value) in self.simulator.environment() {
            command.env(name, value);
        }
        for (name, value) in self.surroundings() {
            command.env(name, value);
        }
        Terminal::start(command)
    }

    /// Where the store, the bus and the keyring are.
    fn surroundings(&self) -> Vec<(&'static str, OsString)> {
        let own = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"];
        let own = own.map(|name| (name, env::var_os(name).unwrap()));
        own.into_iter()
            .chain([("POSTERN_DATA_DIR", self.folder.clone().into())])
            .collect()
    }

    /// The key and the secret of a profile of the simulator whose keys do not end by themselves.
    fn key(&self) -> (String, String) {
        let path = &self.simulator.environment()["AWS_SHARED_CREDENTIALS_FILE"];
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let id = lines.iter().position(|line| line.contains("= AKIA")).unwrap();
        let value = |line: &str| line.split_once(" = ").unwrap().1.to_owned();
        (value(lines[id]), value(lines[id + 1]))
    }

    /// Keeps this key as the profile `lab`, as the window does.
    async fn keep(&self, id: &str, secret: &str) {
        let name = SecretName::parse("access-key:1").unwrap();
        let kept = self.secrets.keep(
            &name,
            "Postern: lab",
            secret.to_owned().into(),
            SecretPlace::Keyring,
        );
        assert_eq!(kept.await.unwrap(), SecretPlace::Keyring);
        let Opened { store, .. } = Store::open(&self.file()).unwrap();
        let profile = OwnProfile {
            name: ProfileName::parse("lab").unwrap(),
            source: OwnSource::AccessKey {
                access_key_id: AccessKeyId::parse(id).unwrap(),
                secret: name,
            },
            region: Some(Region::parse("eu-central-1").unwrap()),
        };
        store.save_own_profile(None, &profile).unwrap();
    }
}

/// Locks the keyring, as a screen lock does.
fn lock_keyring() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock"])
        .arg("array:objpath:/org/freedesktop/secrets/aliases/default")
        .output()
        .unwrap();
    assert!(locked.status.success(), "{}", text(&locked));
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn the_command_line_uses_a_key_that_was_typed_into_postern_and_shows_its_secret_nowhere() {
    let test = "the_command_line_uses_a_key_that_was_typed_into_postern_and_shows_its_secret_nowhere";
    if !is_inside(test) {
        return;
    }
    let desk = Desk::new();
    let unknown = desk.postern(&["nodes", "--profile", "lab"]);
    assert!(
        text(&unknown).contains("There is no AWS profile named lab."),
        "{}",
        text(&unknown)
    );
    assert!(!desk.file().exists(), "who only asks makes no store");

    let (id, secret) = desk.key();
    desk.keep(&id, &secret).await;
    let listed = desk.postern(&["nodes", "--profile", "lab"]);
    assert!(listed.status.success(), "{}", text(&listed));
    assert!(text(&listed).contains("i-"), "{}", text(&listed));
    assert!(
        !text(&listed).contains(&secret),
        "the log at trace has the secret"
    );
    for path in files_below(Path::new(&env::var_os("HOME").unwrap())) {
        let bytes = fs::read(&path).unwrap();
        let is_plain = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!is_plain, "{} has the secret", path.display());
    }

    desk.secrets
        .remove(&SecretName::parse("access-key:1").unwrap())
        .await
        .unwrap();
    let without = desk.postern(&["nodes", "--profile", "lab"]);
    assert!(!without.status.success());
    assert!(
        text(&without).contains("Postern has no secret key for lab"),
        "{}",
        text(&without)
    );
}

#[tokio::test]
async fn at_a_terminal_the_system_is_asked_for_the_password_of_a_locked_keyring_and_nowhere_else() {
    let test = "at_a_terminal_the_system_is_asked_for_the_password_of_a_locked_keyring_and_nowhere_else";
    if !is_inside(test) {
        return;
    }
    let desk = Desk::new();
    let (id, secret) = desk.key();
    desk.keep(&id, &secret).await;
    lock_keyring();
    let piped = desk.postern(&["nodes", "--profile", "lab"]);
    assert!(!piped.status.success());
    assert!(
        text(&piped).contains("The keyring is locked."),
        "{}",
        text(&piped)
    );
    assert!(
        !text(&piped).contains("asks for its password"),
        "{}",
        text(&piped)
    );

    let mut terminal = desk.at_terminal(&["nodes", "--profile", "lab"]);
    terminal.wait_for("your system asks for its password");
    // Nobody here can show the question, which is as good as a no.
    let (status, said) = terminal.wait_for_end();
    assert_ne!(status, 0, "{said}");
    assert!(said.contains("The keyring was not unlocked."), "{said}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}
