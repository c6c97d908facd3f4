//! `postern forward` as programs use it: bytes, ends, many connections, cut links and other users, over the simulator's wire.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postern_tests::harness::{ForwardProcess, PortWorld, material, postern};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Echo, on every node.
const ECHO: &str = "0:7";
/// A web site, on every node.
const WEB: &str = "0:80";

fn echoed(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).unwrap();
    let mut back = vec![0; bytes.len()];
    stream.read_exact(&mut back).unwrap();
    assert!(back == bytes, "{} bytes came back changed", bytes.len());
}

/// One request on a connection of its own; the body.
fn get(forward: &ForwardProcess, place: usize, path: &str) -> Vec<u8> {
    let mut stream = forward.connect(place);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    body(&mut stream)
}

fn body(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer[..head_end])
    );
    answer.split_off(head_end)
}

#[test]
fn every_size_and_every_byte_arrives_as_it_is() {
    let world = PortWorld::new();
    let forward = world.forward(&[ECHO]);
    let mut stream = forward.connect(0);
    for byte in 0..=u8::MAX {
        echoed(&mut stream, &[byte]);
    }
    for size in [1, 1017, 1024, 2041, 3065, 70_000] {
        let mut bytes = material(7, size);
        // What the official client turns into a carriage return.
        *bytes.last_mut().unwrap() = b'\n';
        echoed(&mut stream, &bytes);
    }
}

#[test]
fn both_loopback_addresses_and_a_unix_socket_lead_to_the_node() {
    let world = PortWorld::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("echo.sock");
    let on_socket = format!("{}:7", path.display());
    let mut forward = world.forward(&[ECHO, &on_socket]);
    let port = forward.port(0);
    assert_eq!(
        forward.opened[0]["local"],
        json!([format!("127.0.0.1:{port}"), format!("[::1]:{port}")])
    );
    for address in ["127.0.0.1", "::1"] {
        let mut stream = TcpStream::connect((address, port)).unwrap();
        echoed(&mut stream, b"hello");
    }
    let found = std::fs::metadata(&path).unwrap();
    assert_eq!(found.mode() & 0o777, 0o600);
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.write_all(b"hello").unwrap();
    let mut back = [0; 5];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"hello");
    assert_eq!(forward.end_with("INT"), Some(0), "{}", forward.said());
    assert!(!path.exists(), "the socket goes away with the forward");
    let states: Vec<_> = world
        .sessions()
        .iter()
        .map(|session| session["state"].clone())
        .collect();
    assert_eq!(states.len(), 2, "one session for each forward");
    assert!(states.iter().all(|state| state == "terminated"), "{states:?}");
}

#[test]
fn an_answer_arrives_behind_a_half_close() {
    let world = PortWorld::new();
    let forward = world.forward(&[WEB]);
    let mut stream = forward.connect(0);
    stream
        .write_all(b"GET /bytes/300000 HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(body(&mut stream).len(), 300_000);
}

#[test]
fn a_destination_that_speaks_first_and_one_that_ends_are_heard() {
    let world = PortWorld::new();
    world.open_port(9000, json!({ "server": "half-closes" }));
    let forward = world.forward(&["0:9000"]);
    let mut said = String::new();
    forward.connect(0).read_to_string(&mut said).unwrap();
    assert_eq!(said, "goodbye\n");
}

#[test]
fn a_host_behind_the_node_is_reached_by_its_name() {
    let world = PortWorld::new();
    let forward = world.forward(&["0:web.internal:80"]);
    assert_eq!(get(&forward, 0, "/files/7.txt"), b"This is file 7.\n");
    assert_eq!(forward.opened[0]["host"], "web.internal");
}

#[test]
fn a_destination_where_nothing_listens_resets_its_connection_and_no_other() {
    let world = PortWorld::new();
    let forward = world.forward(&[ECHO, "0:4444"]);
    let mut good = forward.connect(0);
    echoed(&mut good, b"before");
    let mut refused = forward.connect(1);
    let mut nothing = Vec::new();
    let error = refused.read_to_end(&mut nothing).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    forward.until_said("The node could not connect to port 4444.");
    echoed(&mut good, b"behind");
}

/// Sends and receives on each of so many connections at once; the hashes of both ways.
fn exchange(forward: &ForwardProcess, connections: u64, length: usize) {
    thread::scope(|scope| {
        for seed in 1..=connections {
            scope.spawn(move || {
                let stream = forward.connect(0);
                let mut sender = stream.try_clone().unwrap();
                let bytes = material(seed, length);
                let expected = Sha256::digest(&bytes);
                let sending = thread::spawn(move || sender.write_all(&bytes).unwrap());
                let mut hash = Sha256::new();
                let mut left = length;
                let mut buffer = vec![0; 65536];
                let mut stream = stream;
                while left > 0 {
                    let count = stream.read(&mut buffer).unwrap();
                    assert!(count > 0, "the connection ended with {left} bytes left");
                    hash.update(&buffer[..count]);
                    left -= count;
                }
                sending.join().unwrap();
                assert_eq!(hash.finalize(), expected, "connection {seed}");
            });
        }
    });
}

#[test]
fn much_goes_both_ways_on_several_connections_while_one_reads_nothing() {
    let world = PortWorld::new();
    world.open_port(9001, json!({ "server": "sends", "bytes": 512 * 1024 }));
    let forward = world.forward(&[ECHO, "0:9001"]);
    let stalled = forward.connect(1);
    exchange(&forward, 4, 1024 * 1024);
    drop(stalled);
}

/// 64 MiB each way.
#[test]
#[ignore = "long: npm run test:deep"]
fn sixteen_mebibytes_go_both_ways_on_each_of_four_connections_while_one_reads_nothing() {
    let world = PortWorld::new();
    let forward = world.forward(&[ECHO]);
    let mut stalled = forward.connect(0);
    stalled.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let _full = stalled.write_all(&material(9, 16 << 20));
    exchange(&forward, 4, 16 << 20);
}

fn open_and_close(cycles: usize) {
    let world = PortWorld::new();
    let forward = world.forward(&[ECHO]);
    echoed(&mut forward.connect(0), b"warm");
    let deadline = Instant::now() + Duration::from_secs(20);
    while forward.descriptors() > 64 {
        assert!(Instant::now() < deadline);
        thread::sleep(Duration::from_millis(10));
    }
    let before = forward.descriptors();
    for _ in 0..cycles {
        echoed(&mut forward.connect(0), b"x");
    }
    let deadline = Instant::now() + Duration::from_secs(30);
    while forward.descriptors() > before {
        assert!(
            Instant::now() < deadline,
            "{} descriptors, {before} before",
            forward.descriptors()
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn many_connections_leave_no_descriptor_behind() {
    open_and_close(200);
}

#[test]
#[ignore = "long: npm run test:deep"]
fn ten_thousand_connections_leave_no_descriptor_behind() {
    open_and_close(10_000);
}

/// Requests on so many connections at once, each on its own, until told to stop; how many there were.
fn requests(forward: &ForwardProcess, connections: usize, done: &AtomicBool) -> usize {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| {
                scope.spawn(move || {
                    let mut count = 0;
                    while !done.load(Ordering::Relaxed) {
                        let number = worker * 1000 + count % 1000;
                        let text = format!("This is file {number}.\n");
                        let body = get(forward, 0, &format!("/files/{number}.txt"));
                        assert_eq!(body, text.as_bytes());
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn requests_under_cuts(cuts: usize, connections: usize) {
    let world = PortWorld::new();
    let forward = world.forward(&[WEB]);
    let port = forward.port(0);
    let done = AtomicBool::new(false);
    let served = thread::scope(|scope| {
        let served = scope.spawn(|| requests(&forward, connections, &done));
        for _ in 0..cuts {
            thread::sleep(Duration::from_secs(1));
            world.order("links/cut", &json!({}));
        }
        done.store(true, Ordering::Relaxed);
        served.join().unwrap()
    });
    assert!(served >= cuts, "{served} requests");
    assert_eq!(get(&forward, 0, "/files/1.txt"), b"This is file 1.\n");
    assert_eq!(forward.port(0), port);
    assert_eq!(world.sessions().len(), 1, "the session was resumed, not replaced");
}

#[test]
fn no_request_fails_while_links_are_cut() {
    requests_under_cuts(3, 4);
}

#[test]
#[ignore = "long: npm run test:deep"]
fn no_request_fails_in_a_minute_of_cuts() {
    requests_under_cuts(60, 8);
}

#[test]
fn a_session_that_ends_is_replaced_behind_the_same_port() {
    let world = PortWorld::new();
    let forward = world.forward(&[ECHO]);
    let port = forward.port(0);
    echoed(&mut forward.connect(0), b"first");
    let session = world.sessions()[0]["id"].as_str().unwrap().to_owned();
    world.order("sessions/end", &json!({ "session": session, "output": "" }));
    // Either is right: a connection that was closed a moment ago may still count.
    forward.until_said("session");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    echoed(&mut stream, b"second");
    assert_eq!(world.sessions().len(), 2);
}

#[test]
fn a_taken_port_is_named_with_its_program_and_another_that_is_free() {
    let world = PortWorld::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = world.forward_command(&[&format!("{port}:7")]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let own = format!("(pid {})", std::process::id());
    assert!(
        said.contains(&format!("Port {port} is already taken by ")),
        "{said}"
    );
    if cfg!(target_os = "linux") {
        assert!(said.contains(&own), "{said}");
    }
    assert!(said.contains("Use "), "{said}");
}

#[test]
fn a_denied_host_is_an_error_that_says_so() {
    let world = PortWorld::new();
    let output = world.forward_command(&["0:169.254.169.254:80"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("The agent refuses to connect to 169.254.169.254:80"),
        "{said}"
    );
}

#[test]
fn another_address_needs_somebody_who_types_it() {
    let world = PortWorld::new();
    let output = world
        .forward_command(&[ECHO, "--bind", "0.0.0.0"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("Nothing listens on 0.0.0.0, because nobody confirmed it"),
        "{said}"
    );
    assert!(world.sessions().is_empty());
}

/// Needs the rights to become another user, which containers and CI have.
#[test]
#[cfg(target_os = "linux")]
fn another_user_of_the_computer_is_refused() {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let world = PortWorld::new();
    // What root opens is root's; the other user is nobody.
    let forward = world.forward(&[ECHO]);
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{}; echo hello >&3; head -c 5 <&3",
        forward.port(0)
    );
    let output = Command::new("setpriv")
        .args([
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "bash",
            "-c",
            &script,
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    forward.until_said("A connection of another user of this computer (uid 65534) was refused.");
    echoed(&mut forward.connect(0), b"the owner is served");
}

#[test]
fn curl_fetches_two_hundred_files_in_parallel() {
    let world = PortWorld::new();
    let forward = world.forward(&[WEB]);
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("curl")
        .args(["--silent", "--fail", "--parallel", "--parallel-max", "32", "-o"])
        .arg(folder.path().join("#1.txt"))
        .arg(format!("http://127.0.0.1:{}/files/[0-199].txt", forward.port(0)))
        .status()
        .unwrap();
    assert!(status.success(), "{}", forward.said());
    for number in 0..200 {
        let text = std::fs::read_to_string(folder.path().join(format!("{number}.txt"))).unwrap();
        assert_eq!(text, format!("This is file {number}.\n"));
    }
}

#[test]
fn the_lines_for_ssh_are_installed_once_and_leave_the_rest_alone() {
    let world = PortWorld::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ssh").join("config");
    let install = || {
        let mut command = postern(&world.simulator);
        command
            .args([
                "ssh-config",
                "--profile",
                "acme-prod",
                "--install",
                "--yes",
                "--file",
            ])
            .arg(&file);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(install().contains("+ Host i-* mi-*"));
    let first = std::fs::read_to_string(&file).unwrap();
    assert!(first.contains("ssh-proxy %h %p --profile acme-prod\n"), "{first}");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(install().contains("has these lines already"));
    std::fs::write(&file, format!("{first}\nHost *\n    User ops\n")).unwrap();
    install();
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .ends_with("\nHost *\n    User ops\n")
    );
}
