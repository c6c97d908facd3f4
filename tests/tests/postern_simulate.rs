//! `postern simulate` as a process: what it says on its terminal, and what it leaves behind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use postern_tests::harness::program;

struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Running {
    fn start(scratch: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(program("postern"))
            .args(["simulate", "--nodes", "10"])
            .args(options)
            .env("TMPDIR", scratch)
            .env("TMP", scratch)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Self {
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            address: String::new(),
        };
        let line = running.line_with("Simulated AWS at ");
        running.address = line.trim().rsplit('/').next().unwrap().to_owned();
        running.line_with("Ctrl-C ends it.");
        running
    }

    fn line_with(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.output.read_line(&mut line).unwrap(),
                0,
                "no line has {words:?}"
            );
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The status of the answer to an upgrade without a signature, as the official plugin of before 1.2.764 sends it.
    fn unsigned_upgrade(&self) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET /v1/data-channel/ops-1?role=publish_subscribe HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        std::str::from_utf8(&head[9..]).unwrap().parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

#[test]
fn an_unsigned_upgrade_is_refused_with_a_line_on_the_terminal_or_accepted_on_demand() {
    let scratch = tempfile::tempdir().unwrap();
    let mut strict = Running::start(scratch.path(), &[]);
    assert_eq!(strict.unsigned_upgrade(), 403);
    let line = strict.line_with("not signed");
    assert!(
        line.contains("1.2.764") && line.contains("--accept-unsigned"),
        "{line}"
    );
    let lenient = Running::start(scratch.path(), &["--accept-unsigned"]);
    assert_eq!(lenient.unsigned_upgrade(), 101);
}

#[test]
fn the_folder_of_a_killed_simulator_is_swept_at_the_next_start_and_that_of_a_living_one_is_not() {
    let scratch = tempfile::tempdir().unwrap();
    let folders = || std::fs::read_dir(scratch.path()).unwrap().count();
    let living = Running::start(scratch.path(), &[]);
    drop(Running::start(scratch.path(), &[]));
    assert_eq!(folders(), 2, "a process that is killed cleans up nothing");
    let next = Running::start(scratch.path(), &[]);
    assert_eq!(folders(), 2, "those of the two that live");
    drop((living, next));
}
