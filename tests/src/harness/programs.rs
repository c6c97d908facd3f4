//! The built programs, run as a user runs them.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Where Cargo put a program of this workspace. `cargo build --workspace` makes it; a test's own package cannot.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("target/debug/deps/test");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built: run `cargo build --workspace` first",
        path.display()
    );
    path
}

/// The real AWS CLI: the one that `npm test` installs, or the one on the PATH.
///
/// # Panics
/// When there is none: a test without it would prove nothing.
#[must_use]
pub fn aws_cli() -> PathBuf {
    if let Some(path) = std::env::var_os("POSTERN_TEST_AWS_CLI") {
        return path.into();
    }
    let name = format!("aws{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH")
        .and_then(|paths| {
            std::env::split_paths(&paths)
                .map(|folder| folder.join(&name))
                .find(|path| path.exists())
        })
        .expect("the AWS CLI is needed: run `npm test`, or set POSTERN_TEST_AWS_CLI")
}

/// Version 2 of the AWS CLI, which alone signs in to IAM Identity Center: the one that `npm test` installs.
///
/// # Panics
/// When there is none: a test without it would prove nothing.
#[must_use]
pub fn aws_cli_2() -> PathBuf {
    std::env::var_os("POSTERN_TEST_AWS_CLI_2")
        .expect("version 2 of the AWS CLI is needed: run `npm test`, or set POSTERN_TEST_AWS_CLI_2")
        .into()
}

/// `postern simulate` as a process of its own, with the environment that it wrote for AWS programs.
pub struct SimulateProcess {
    child: Child,
    environment: HashMap<String, String>,
    _folder: TempDir,
}

impl SimulateProcess {
    /// Starts it on a free port and waits until it says where it listens.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it with further options.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = folder.path().join("simulator.env");
        let mut child = Command::new(program("postern"))
            .args(["simulate", "--listen", "127.0.0.1:0", "--env-file"])
            .arg(&file)
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("postern simulate starts");
        let output = child.stdout.take().expect("piped");
        let mut lines = BufReader::new(output).lines();
        while !file.exists() {
            lines
                .next()
                .expect("it goes on until the file is there")
                .expect("text");
        }
        // Whatever it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let environment = parse_environment(&std::fs::read_to_string(&file).expect("the file is readable"));
        Self {
            child,
            environment,
            _folder: folder,
        }
    }

    /// What the environment file sets.
    #[must_use]
    pub fn environment(&self) -> &HashMap<String, String> {
        &self.environment
    }

    /// The process, for tests of its life.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for SimulateProcess {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

/// `NAME=value` lines, quoted as a shell reads them: what is sourced is what the shell's own parser understands.
fn parse_environment(text: &str) -> HashMap<String, String> {
    let script = format!("set -a\n{text}\nenv -0");
    let run = |script: &str| {
        let output = Command::new("sh")
            .arg("-c")
            .arg(script)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .expect("sh");
        assert!(
            output.status.success(),
            "the environment file is not shell syntax"
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    run(&script)
        .split('\0')
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| !matches!(*name, "PATH" | "PWD" | "SHLVL" | "_" | "OLDPWD"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// `postern` in an environment that holds the simulator's AWS and nothing of this computer's.
#[must_use]
pub fn postern(simulator: &SimulateProcess) -> Command {
    let mut command = Command::new(program("postern"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(simulator.environment());
    command
}

/// A node of the default pair that takes sessions.
#[must_use]
pub fn online_node(simulator: &SimulateProcess) -> String {
    let output = postern(simulator).args(["nodes", "--json"]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let nodes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    nodes
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["agent"] == "online" && node["platform"] == "linux")
        .and_then(|node| node["id"].as_str())
        .unwrap()
        .to_owned()
}

/// The PATH with our drop-in in front, in a folder that holds nothing else.
///
/// # Panics
/// When the drop-in cannot be put there.
#[must_use]
pub fn path_with_drop_in(folder: &Path) -> OsString {
    let name = format!("session-manager-plugin{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(program("session-manager-plugin"), folder.join(name)).expect("the drop-in is copied");
    let others = std::env::var_os("PATH").expect("a PATH");
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&others));
    std::env::join_paths(folders).expect("a PATH")
}
