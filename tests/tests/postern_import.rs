//! `postern import` and `postern export` as people use them, on a store of their own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use postern_store::Store;
use postern_tests::harness::program;
use serde_json::Value;
use tempfile::TempDir;

/// A folder for the store and files, and the program in it.
struct ImportHome(TempDir);

impl ImportHome {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("postern"));
        command
            .env_clear()
            .env("POSTERN_DATA_DIR", self.path("data"))
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Imports all of a file; the review.
    fn import(&self, file: &Path) -> Value {
        let output = self.run(&["import", file.to_str().unwrap(), "--yes", "--json"]);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn store(&self) -> Store {
        Store::open(&self.path("data").join("postern.db")).unwrap().store
    }
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../crates/import/tests/data")
        .join(name)
}

fn states(review: &Value) -> Vec<String> {
    let rows = review["connections"].as_array().unwrap().iter();
    rows.map(|row| {
        format!(
            "{} {}",
            row["state"].as_str().unwrap(),
            row["name"].as_str().unwrap()
        )
    })
    .collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn networkmanager_and_a_table_are_imported_twice_and_nothing_doubles() {
    let desk = ImportHome::new();
    let xml = data("networkmanager-2025.xml");
    assert_eq!(states(&desk.import(&xml)), ["new web-1", "new db-1"]);
    assert_eq!(states(&desk.import(&xml)), ["same web-1", "same db-1"]);
    let csv = desk.write(
        "nodes.csv",
        "Name;Instance ID;Group;Region\nweb-9;i-0a1b2c3d;Shop;eu-west-1\n",
    );
    assert_eq!(states(&desk.import(&csv)), ["new web-9"]);
    let csv = desk.write(
        "nodes.csv",
        "Name;Instance ID;Group;Region\nweb-9;i-0a1b2c3e;Shop;eu-west-1\n",
    );
    assert_eq!(states(&desk.import(&csv)), ["changed web-9"]);
    let store = desk.store();
    let shop = store.groups().unwrap();
    assert_eq!(shop.len(), 1);
    assert_eq!(shop[0].draft.profile.as_ref().unwrap().as_str(), "acme-prod");
    let connections = store.connections().unwrap();
    assert!(connections.iter().all(|one| one.draft.group == Some(shop[0].id)));
    let targets: Vec<_> = connections
        .iter()
        .map(|one| one.draft.goal.target().unwrap().as_str())
        .collect();
    assert_eq!(
        targets,
        ["mi-0123456789abcdef0", "i-0123456789abcdef0", "i-0a1b2c3e"]
    );
}

#[test]
fn nothing_is_written_before_somebody_says_so() {
    let desk = ImportHome::new();
    let xml = data("networkmanager-2025.xml");
    let output = desk.run(&["import", xml.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("2 new, 0 changed, 0 already there, 4 not usable.")
    );
    assert!(stderr(&output).contains("Add --yes"), "{output:?}");
    assert_eq!(desk.store().connections().unwrap(), []);
}

#[test]
fn the_password_comes_from_a_variable_or_the_terminal_only() {
    let desk = ImportHome::new();
    let file = data("networkmanager-2026.encrypted");
    let arguments = [
        "import",
        file.to_str().unwrap(),
        "--yes",
        "--password-env",
        "FILE_PASSWORD",
    ];
    let with = |password: &str| {
        desk.command(&arguments)
            .env("FILE_PASSWORD", password)
            .output()
            .unwrap()
    };
    let wrong = with("wrong");
    assert!(
        stderr(&wrong).contains("The password does not open the file"),
        "{wrong:?}"
    );
    let missing = desk.run(&arguments);
    assert!(
        stderr(&missing).contains("There is no variable FILE_PASSWORD"),
        "{missing:?}"
    );
    assert!(with("p\u{e4}ssword 1").status.success());
    assert_eq!(desk.store().connections().unwrap().len(), 1);
}

#[test]
fn what_is_exported_is_there_when_it_is_imported() {
    let desk = ImportHome::new();
    desk.import(&data("mremoteng-2.8.xml"));
    let file = desk.path("out.postern.json");
    let export = ["export", file.to_str().unwrap()];
    assert!(desk.run(&export).status.success());
    let again = desk.run(&export);
    assert!(
        stderr(&again).contains("Name a file that is not there yet."),
        "{again:?}"
    );
    assert_eq!(states(&desk.import(&file)), ["same web-1", "same db-1"]);
    let other = ImportHome::new();
    assert_eq!(states(&other.import(&file)), ["new web-1", "new db-1"]);
    assert_eq!(other.run(&["export"]).stdout, std::fs::read(&file).unwrap());
}

#[test]
fn files_that_cannot_be_read_are_named_with_what_helps() {
    let desk = ImportHome::new();
    let cases = [
        (desk.path("none"), "cannot be read"),
        (desk.path("."), "cannot be read"),
        (desk.write("empty.csv", ""), "The file is empty."),
        (
            desk.write("cut.xml", "<ArrayOfGroupInfoSerializable><Group"),
            "This is no file of NETworkManager profiles",
        ),
        (
            desk.write("no.csv", "a,b\n1,2\n"),
            "No column of the table holds targets. It has: a, b.",
        ),
    ];
    for (path, expected) in cases {
        let output = desk.run(&["import", path.to_str().unwrap(), "--yes"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(expected), "{expected}: {output:?}");
    }
}
