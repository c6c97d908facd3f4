//! The real AWS CLI forwards ports with our drop-in, in the official program's words.

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

use portable_pty::CommandBuilder;
use postern_tests::harness::{PortWorld, Terminal, aws_cli, path_with_drop_in};
use tempfile::TempDir;

/// `aws ssm start-session` in a terminal.
fn start(world: &PortWorld, folder: &TempDir, document: &str, parameters: &str) -> Terminal {
    let mut command = CommandBuilder::new(aws_cli());
    command.args(["ssm", "start-session", "--target", &world.node]);
    command.args(["--document-name", document, "--parameters", parameters]);
    command.env_clear();
    for (name, value) in world.simulator.environment() {
        command.env(name, value);
    }
    command.env("PATH", path_with_drop_in(folder.path()));
    Terminal::start(command)
}

/// The port in `Port <n> opened for sessionId <id>.`
fn opened(terminal: &mut Terminal) -> u16 {
    terminal.wait_for("Starting session with SessionId: ");
    terminal.wait_for("Port ");
    let port = terminal.wait_for_word();
    terminal.wait_for("opened for sessionId ");
    terminal.wait_for("Waiting for connections...");
    port.parse().unwrap()
}

fn ask(port: u16, question: &[u8], answer: &[u8]) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(question).unwrap();
    let mut read = vec![0; answer.len()];
    stream.read_exact(&mut read).unwrap();
    assert_eq!(read, answer);
}

#[test]
fn a_port_of_the_node_is_forwarded_until_ctrl_c() {
    let (world, folder) = (PortWorld::new(), tempfile::tempdir().unwrap());
    let document = "AWS-StartPortForwardingSession";
    let mut terminal = start(&world, &folder, document, "portNumber=7,localPortNumber=0");
    let port = opened(&mut terminal);
    ask(port, b"hello", b"hello");
    terminal.wait_for("Connection accepted for session [");
    ask(port, b"again", b"again");
    terminal.type_text("\u{3}");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("Exiting session with sessionId: "), "{seen}");
    assert_eq!(seen.matches("Connection accepted").count(), 1, "{seen}");
    assert_eq!(world.sessions()[0]["state"], "terminated");
}

#[test]
fn a_host_behind_the_node_is_forwarded_and_a_dial_that_fails_is_told() {
    let (world, folder) = (PortWorld::new(), tempfile::tempdir().unwrap());
    let document = "AWS-StartPortForwardingSessionToRemoteHost";
    let mut terminal = start(&world, &folder, document, "host=web.internal,portNumber=80");
    let port = opened(&mut terminal);
    ask(
        port,
        b"GET /files/3.txt HTTP/1.1\r\nHost: acme\r\n\r\n",
        b"HTTP/1.1 200 OK",
    );
    terminal.type_text("\u{3}");
    assert_eq!(terminal.wait_for_end().0, 0);
    let mut terminal = start(&world, &folder, document, "host=web.internal,portNumber=81");
    let port = opened(&mut terminal);
    let mut nothing = Vec::new();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    assert!(stream.read_to_end(&mut nothing).is_err());
    terminal.wait_for("Connection to destination port failed, check SSM Agent logs.");
    terminal.type_text("\u{3}");
    terminal.wait_for_end();
}

#[test]
fn an_old_agent_serves_one_connection_after_the_other() {
    let (world, folder) = (PortWorld::new(), tempfile::tempdir().unwrap());
    world.order("agents/behave", &serde_json::json!({ "version": "3.0.196.0" }));
    let document = "AWS-StartPortForwardingSession";
    let mut terminal = start(&world, &folder, document, "portNumber=7,localPortNumber=0");
    let port = opened(&mut terminal);
    let mut first = TcpStream::connect(("127.0.0.1", port)).unwrap();
    first.write_all(b"first").unwrap();
    first.read_exact(&mut [0; 5]).unwrap();
    terminal.wait_for("Connection accepted for session [");
    let second = std::thread::spawn(move || ask(port, b"second", b"second"));
    terminal.wait_for("[postern] The agent is old: it carries one connection at a time.");
    drop(first);
    second.join().unwrap();
    assert_eq!(world.sessions().len(), 1);
    terminal.type_text("\u{3}");
    assert_eq!(terminal.wait_for_end().0, 0);
}

#[test]
fn a_local_port_that_is_taken_ends_the_session() {
    let (world, folder) = (PortWorld::new(), tempfile::tempdir().unwrap());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let parameters = format!("portNumber=7,localPortNumber={port}");
    let terminal = start(&world, &folder, "AWS-StartPortForwardingSession", &parameters);
    let (status, seen) = terminal.wait_for_end();
    assert_ne!(status, 0);
    assert!(seen.contains(&format!("Port {port} is already taken")), "{seen}");
    assert_eq!(world.sessions()[0]["state"], "terminated");
}
