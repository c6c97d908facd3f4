//! `postern socks` as clients use it: curl to many destinations, every failure by its reply, and input that is no SOCKS.

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
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use postern_tests::harness::{ForwardProcess, PortWorld};
use serde_json::json;

const GREETING: [u8; 3] = [5, 1, 0];

/// curl through the proxy, which resolves names.
fn curl(proxy: &ForwardProcess, arguments: &[&str]) -> Output {
    Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--fail",
            "--max-time",
            "60",
            "--noproxy",
            "",
        ])
        .arg("--socks5-hostname")
        .arg(format!("127.0.0.1:{}", proxy.port(0)))
        .args(arguments)
        .output()
        .unwrap()
}

/// A file of a web site behind the node.
fn file(proxy: &ForwardProcess, host: &str, number: u32) {
    let output = curl(proxy, &[&format!("http://{host}/files/{number}.txt")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        text,
        format!("This is file {number}.\n"),
        "{output:?} {}",
        proxy.said()
    );
}

/// Sends bytes to the proxy and reads until it closes the connection.
fn answer(proxy: &ForwardProcess, bytes: &[u8]) -> Vec<u8> {
    let mut stream = proxy.connect(0);
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// A request to connect to a host by its name.
fn by_name(host: &str, port: u16) -> Vec<u8> {
    let mut request = vec![5, 1, 0, 3, u8::try_from(host.len()).unwrap()];
    request.extend(host.as_bytes());
    request.extend(port.to_be_bytes());
    request
}

/// The code of the reply to a request, which fails.
fn refusal(proxy: &ForwardProcess, request: &[u8]) -> u8 {
    let answer = answer(proxy, &[&GREETING, request].concat());
    let [5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0] = answer.as_slice() else {
        panic!("{answer:?}: {}", proxy.said())
    };
    *code
}

/// Sessions that AWS has not ended.
fn living(world: &PortWorld) -> usize {
    let sessions = world.sessions();
    sessions
        .iter()
        .filter(|session| session["state"] != "terminated")
        .count()
}

#[test]
fn curl_reaches_twenty_destinations_with_sixteen_sessions() {
    let world = PortWorld::new();
    for number in 0..20 {
        world.open_port(
            80,
            json!({ "server": "web", "host": format!("web-{number}.internal") }),
        );
    }
    let mut proxy = world.socks(&[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("#1.txt");
    let output = curl(
        &proxy,
        &[
            "--parallel",
            "--header",
            "Connection: close",
            "--output",
            path.to_str().unwrap(),
            "http://web-[0-19].internal/files/3.txt",
        ],
    );
    assert!(output.status.success(), "{output:?} {}", proxy.said());
    for number in 0..20 {
        let text = std::fs::read_to_string(folder.path().join(format!("{number}.txt"))).unwrap();
        assert_eq!(text, "This is file 3.\n");
    }
    assert_eq!(world.sessions().len(), 20);
    let deadline = Instant::now() + Duration::from_secs(30);
    while living(&world) > 16 {
        assert!(Instant::now() < deadline, "{:?}", world.sessions());
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(proxy.end_with("INT"), Some(0), "{}", proxy.said());
    assert_eq!(living(&world), 0);
}

#[test]
fn names_and_addresses_of_both_families_lead_to_one_session_each() {
    let world = PortWorld::new();
    let proxy = world.socks(&[]);
    for number in [1, 2, 3] {
        file(&proxy, "web.internal", number);
    }
    assert_eq!(world.sessions().len(), 1, "{:?}", world.sessions());
    // The node itself, as it sees itself.
    file(&proxy, "127.0.0.1", 4);
    file(&proxy, "[::1]", 5);
    assert_eq!(world.sessions().len(), 3, "{:?}", world.sessions());
    assert_eq!(proxy.opened[0]["allowed"], json!([]));
}

#[test]
fn a_destination_that_speaks_first_is_heard_at_once_and_bytes_that_come_early_arrive() {
    let world = PortWorld::new();
    world.open_port(9000, json!({ "server": "half-closes", "host": "talks.internal" }));
    world.open_port(7, json!({ "server": "echo", "host": "echo.internal" }));
    let proxy = world.socks(&[]);
    let success = [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    let said = answer(
        &proxy,
        &[&GREETING[..], &by_name("talks.internal", 9000)].concat(),
    );
    assert_eq!(said, [&success[..], b"goodbye\n"].concat());
    let mut stream = proxy.connect(0);
    stream
        .write_all(&[&GREETING[..], &by_name("echo.internal", 7), b"early"].concat())
        .unwrap();
    let mut back = vec![0; success.len() + 5];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(back, [&success[..], b"early"].concat());
}

#[test]
fn failures_are_told_by_their_reply_and_named() {
    let world = PortWorld::new();
    let proxy = world.socks(&["--allow", "web.internal,169.254.0.0/16"]);
    assert_eq!(refusal(&proxy, &by_name("db.internal", 5432)), 2);
    proxy.until_said("A client of the SOCKS proxy asked for db.internal:5432, which is not allowed.");
    assert_eq!(refusal(&proxy, &[5, 1, 0, 1, 169, 254, 169, 254, 0, 80]), 2);
    proxy.until_said("The agent refuses to connect to 169.254.169.254:80");
    assert_eq!(refusal(&proxy, &by_name("web.internal", 81)), 5);
    proxy.until_said("The node could not connect to web.internal:81.");
    assert_eq!(refusal(&proxy, &[5, 2, 0, 1, 10, 0, 0, 7, 0, 80]), 7);
    assert_eq!(refusal(&proxy, &[5, 1, 0, 9, 10, 0, 0, 7, 0, 80]), 8);
    assert_eq!(refusal(&proxy, &by_name("no host", 80)), 1);
    proxy.until_said("no host has the name");
    file(&proxy, "web.internal", 7);
}

#[test]
fn what_is_no_socks_is_turned_away_in_its_own_words_and_the_proxy_goes_on() {
    let world = PortWorld::new();
    let proxy = world.socks(&[]);
    let http = answer(
        &proxy,
        b"GET http://web.internal/ HTTP/1.1\r\nHost: web.internal\r\n\r\n",
    );
    assert!(
        String::from_utf8_lossy(&http).starts_with("HTTP/1.1 501 "),
        "{http:?}"
    );
    assert_eq!(
        answer(&proxy, &[4, 1, 0, 80, 10, 0, 0, 7, 0]),
        [0, 91, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(answer(&proxy, &[5, 1, 2]), [5, 0xFF]);
    assert!(answer(&proxy, &[22, 3, 1, 0, 5]).is_empty());
    proxy.until_said("it does not speak SOCKS5");
    proxy.until_said("it accepts no connection without a login");
    let silent: Vec<TcpStream> = (0..20).map(|_| proxy.connect(0)).collect();
    file(&proxy, "web.internal", 8);
    drop(silent);
}

#[test]
fn a_session_that_ends_is_replaced_for_the_next_client() {
    let world = PortWorld::new();
    let proxy = world.socks(&[]);
    file(&proxy, "web.internal", 1);
    let session = world.sessions()[0]["id"].as_str().unwrap().to_owned();
    world.order("sessions/end", &json!({ "session": session, "output": "" }));
    file(&proxy, "web.internal", 2);
    assert_eq!(world.sessions().len(), 2);
}
