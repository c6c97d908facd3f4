//! `postern forwards`, and forwards by tags, as programs use them: declared ones listed, run, stopped from another terminal,
//! and moved to another node.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::{Command, Output};

use postern_model::{
    ConnectionDraft, ConnectionGoal, DraftDestination, ForwardDraft, ForwardVia, NodeId, ProfileName, Region,
    SavedForward, SavedItem, Target,
};
use postern_store::Store;
use postern_tests::harness::{ForwardProcess, PortWorld, postern};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Where every node echoes.
const ECHO: u16 = 7;

/// A simulator, and what somebody declared in the window.
struct DeclaredWorld {
    world: PortWorld,
    home: TempDir,
    profile: String,
    region: String,
}

impl DeclaredWorld {
    /// Two forwards of the group "Tools" to the node's echo, and "audit" by a saved connection.
    fn new() -> Self {
        let world = PortWorld::new();
        world.open_port(ECHO, json!({ "server": "echo" }));
        let node = nodes(&world)
            .into_iter()
            .find(|node| node["id"] == world.node.as_str())
            .unwrap();
        let text = |key: &str| node[key].as_str().unwrap().to_owned();
        let declared = Self {
            home: tempfile::tempdir().unwrap(),
            profile: text("profile"),
            region: text("region"),
            world,
        };
        declared.declare();
        declared
    }

    fn declare(&self) {
        let store = Store::open(&self.store()).unwrap().store;
        let connection = ConnectionDraft {
            profile: Some(ProfileName::parse(&self.profile).unwrap()),
            region: Some(Region::parse(&self.region).unwrap()),
            ..ConnectionDraft::new(
                "the node",
                ConnectionGoal::Target(Target::parse(&self.world.node).unwrap()),
            )
        };
        let connection = store.save_connection(None, &connection).unwrap();
        let node = ForwardVia::Node {
            profile: ProfileName::parse(&self.profile).unwrap(),
            region: Region::parse(&self.region).unwrap(),
            node: NodeId::parse(&self.world.node).unwrap(),
        };
        let by_connection = ForwardVia::Connection(connection.id);
        let drafts = [
            draft("echo one", "Tools", node.clone()),
            draft("echo two", "Tools", node),
            draft("audit", "", by_connection),
        ];
        store.add_forwards(&drafts).unwrap();
    }

    fn store(&self) -> PathBuf {
        self.home.path().join("postern.db")
    }

    /// `postern forwards` with the store of this world.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = postern(&self.world.simulator);
        command
            .env("POSTERN_DATA_DIR", self.home.path())
            .arg("forwards")
            .args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// States by name.
    fn states(&self) -> Vec<(String, String)> {
        let listed = self.run(&["--json"]);
        assert!(listed.status.success(), "{}", said(&listed));
        let rows: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        rows.iter()
            .map(|row| (text(row, "name"), text(row, "state")))
            .collect()
    }
}

fn draft(name: &str, group: &str, via: ForwardVia) -> ForwardDraft {
    ForwardDraft {
        name: name.into(),
        group: group.into(),
        via,
        local_port: 0,
        bind_address: None,
        destination: DraftDestination::Port {
            host: None,
            port: NonZeroU16::new(ECHO).unwrap(),
        },
        starts_with_postern: false,
        is_web: false,
    }
}

fn nodes(world: &PortWorld) -> Vec<Value> {
    let listed = postern(&world.simulator)
        .args(["nodes", "--json"])
        .output()
        .unwrap();
    serde_json::from_slice(&listed.stdout).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn is(states: &[(String, String)], wanted: &[(&str, &str)]) -> bool {
    let states: Vec<_> = states
        .iter()
        .map(|(name, state)| (name.as_str(), state.as_str()))
        .collect();
    states == wanted
}

fn echoes(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).unwrap();
    let mut back = vec![0; bytes.len()];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(back, bytes);
}

#[test]
fn a_group_runs_here_and_is_listed_and_stopped_from_another_terminal() {
    let declared = DeclaredWorld::new();
    let off = [("audit", "off"), ("echo one", "off"), ("echo two", "off")];
    assert!(is(&declared.states(), &off), "{:?}", declared.states());

    let mut running = ForwardProcess::start(&mut declared.command(&["start", "tools", "AUDIT", "--json"]), 3);
    let mut names: Vec<_> = running
        .opened
        .iter()
        .map(|line| line["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["audit", "echo one", "echo two"]);
    for place in 0..3 {
        assert_eq!(running.opened[place]["target"], declared.world.node.as_str());
        echoes(&mut running.connect(place), b"hello");
    }
    let up = [("audit", "up"), ("echo one", "up"), ("echo two", "up")];
    assert!(is(&declared.states(), &up), "{:?}", declared.states());
    let table = String::from_utf8(declared.run(&[]).stdout).unwrap();
    assert!(
        table.contains("NAME") && table.contains("127.0.0.1:") && table.contains("port 7"),
        "{table}"
    );

    let again = declared.run(&["start", "echo one"]);
    assert_eq!(again.status.code(), Some(1));
    let process = format!("is on already, in a terminal (pid {})", running.id());
    assert!(said(&again).contains(&process), "{}", said(&again));

    let stopped = declared.run(&["stop", "echo one"]);
    assert!(stopped.status.success(), "{}", said(&stopped));
    let words = String::from_utf8(stopped.stdout).unwrap();
    assert!(words.contains("Stopped echo one of a terminal"), "{words}");
    let some = [("audit", "up"), ("echo one", "off"), ("echo two", "up")];
    assert!(is(&declared.states(), &some), "{:?}", declared.states());

    let stopped = declared.run(&["stop", "Tools", "audit"]);
    assert!(stopped.status.success(), "{}", said(&stopped));
    assert_eq!(running.ended(), Some(0), "{}", running.said());
    let sessions = declared.world.sessions();
    assert_eq!(sessions.len(), 3);
    assert!(
        sessions.iter().all(|session| session["state"] == "terminated"),
        "{sessions:?}"
    );
    assert!(is(&declared.states(), &off), "{:?}", declared.states());
    let nothing = declared.run(&["stop", "Tools"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        said(&nothing).contains("None of these forwards is on"),
        "{}",
        said(&nothing)
    );
}

#[test]
fn what_cannot_be_started_is_named_and_nothing_runs() {
    let declared = DeclaredWorld::new();
    let unknown = declared.run(&["start", "echo one", "ledger"]);
    assert_eq!(unknown.status.code(), Some(1));
    let words = said(&unknown);
    assert!(
        words.contains(r#"No forward and no group of forwards is called "ledger"."#),
        "{words}"
    );
    assert!(words.contains("audit, echo one, echo two, Tools"), "{words}");
    assert_eq!(declared.run(&["start"]).status.code(), Some(2));

    let store = Store::open(&declared.store()).unwrap().store;
    let connection = store.connections().unwrap().pop().unwrap();
    store
        .delete_saved(&[SavedItem::Connection(connection.id)])
        .unwrap();
    let gone = declared.run(&["start", "echo one", "audit"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(said(&gone).contains("was deleted"), "{}", said(&gone));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let one = store
        .forwards()
        .unwrap()
        .into_iter()
        .find(|saved| saved.draft.name == "echo two")
        .unwrap();
    let SavedForward { id, draft } = one;
    let draft = ForwardDraft {
        local_port: taken.local_addr().unwrap().port(),
        ..draft
    };
    store.save_forward(Some(id), &draft).unwrap();
    let refused = declared.run(&["start", "Tools"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("already taken"), "{}", said(&refused));
    let sessions = declared.world.sessions();
    assert!(
        sessions.iter().all(|session| session["state"] == "terminated"),
        "{sessions:?}"
    );
}

#[test]
fn a_forward_by_tags_moves_to_another_node_and_keeps_its_port() {
    let world = PortWorld::new();
    world.open_port(ECHO, json!({ "server": "echo" }));
    let (tag, tagged) = shared_tag(&nodes(&world));
    let mut command = postern(&world.simulator);
    command.args(["forward", "--json", "--tag", &tag, "0:7"]);
    let mut forward = ForwardProcess::start(&mut command, 1);
    let first = forward.opened[0]["target"].as_str().unwrap().to_owned();
    assert!(tagged.contains(&first), "{first} of {tagged:?}");
    echoes(&mut forward.connect(0), b"by the first");

    let session = world.sessions().pop().unwrap();
    assert_eq!(session["target"], first.as_str());
    world.order("sessions/crash", &json!({ "session": session["id"] }));
    forward.until_said("is open again, by");
    echoes(&mut forward.connect(0), b"by another");
    let second = world.sessions().pop().unwrap()["target"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        tagged.contains(&second) && second != first,
        "{second} of {tagged:?}"
    );
    assert_eq!(forward.end_with("INT"), Some(0), "{}", forward.said());
}

#[test]
fn tags_that_nobody_has_are_named() {
    let world = PortWorld::new();
    let output = postern(&world.simulator)
        .args(["forward", "--tag", "role=nobody", "0:7"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("No node is tagged role=nobody"),
        "{}",
        said(&output)
    );
}

/// A tag that several nodes have which take sessions, as `--tag` takes it, and those nodes.
fn shared_tag(nodes: &[Value]) -> (String, Vec<String>) {
    let open: Vec<_> = nodes
        .iter()
        .filter(|node| node["agent"] == "online" && node["platform"] == "linux")
        .collect();
    let tags = open.iter().flat_map(|node| node["tags"].as_object().unwrap());
    let of = |key: &str, value: &Value| -> Vec<String> {
        let has = open.iter().filter(|node| node["tags"].get(key) == Some(value));
        has.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    };
    let shared = tags.filter(|(key, _)| *key != "Name").find_map(|(key, value)| {
        let nodes = of(key, value);
        let value = value.as_str().filter(|value| !value.contains(','))?;
        (nodes.len() > 1).then(|| (format!("{key}={value}"), nodes))
    });
    shared.expect("a tag of several nodes")
}
