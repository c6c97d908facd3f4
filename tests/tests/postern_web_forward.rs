//! `postern forward --web` as browsers and their attackers use it: DNS rebinding, cross-site requests, streams and upgrades.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::time::Duration;

use postern_tests::harness::{ForwardProcess, PortWorld};

/// A forward that browsers use, to a listener of the test behind the node.
struct WebWorld {
    _world: PortWorld,
    forward: ForwardProcess,
    server: TcpListener,
}

impl WebWorld {
    fn new() -> Self {
        let world = PortWorld::new();
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        world.open_loopback(8000, server.local_addr().unwrap().port());
        let forward = world.web_forward("0:8000");
        Self {
            _world: world,
            forward,
            server,
        }
    }

    /// A connection with a request on it.
    fn ask(&self, request: &str) -> TcpStream {
        let mut stream = self.forward.connect(0);
        let own = format!("Host: localhost:{}", self.forward.port(0));
        let request = request.replace("OWN", &own).replace('\n', "\r\n");
        write!(stream, "{request}\r\n\r\n").unwrap();
        stream
    }

    /// What a server of the test gets.
    fn accept(&self) -> TcpStream {
        let (stream, _) = self.server.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn assert_nobody_came(&self) {
        self.server.set_nonblocking(true).unwrap();
        assert_eq!(self.server.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

fn until(stream: &mut TcpStream, end: &[u8]) -> String {
    let (mut all, mut byte) = (Vec::new(), [0]);
    while !all.ends_with(end) {
        stream
            .read_exact(&mut byte)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&all)));
        all.push(byte[0]);
    }
    String::from_utf8(all).unwrap()
}

fn rest(stream: &mut TcpStream) -> String {
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    all
}

fn curl(arguments: &[&str]) -> Output {
    let output = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            "--noproxy",
            "*",
            "--write-out",
            "%{http_code}",
        ])
        .args(arguments)
        .output();
    output.unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn curl_gets_what_is_meant_for_the_forward_and_nothing_else() {
    let world = PortWorld::new();
    let forward = world.web_forward("0:web.internal:80");
    let port = forward.port(0);
    let fetched = "This is file 7.\n200";
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(
            text(&curl(&[&format!("http://{host}:{port}/files/7.txt")])),
            fetched
        );
    }
    let own = format!("http://localhost:{port}/files/7.txt");
    assert_eq!(text(&curl(&["--header", "Host: web.internal", &own])), fetched);
    assert_eq!(
        text(&curl(&[
            "--header",
            &format!("Origin: http://localhost:{port}"),
            &own
        ])),
        fetched
    );
    let many = text(&curl(&[
        "--data",
        "x=1",
        &own,
        "--next",
        "--write-out",
        "%{http_code}",
        "--silent",
        &own,
    ]));
    assert_eq!(many, fetched.repeat(2), "several requests of one connection");

    // A name of the attacker's that leads to this computer.
    let rebound = curl(&[
        "--resolve",
        &format!("evil.test:{port}:127.0.0.1"),
        &format!("http://evil.test:{port}/"),
    ]);
    assert!(
        text(&rebound).contains("\"evil.test:") && text(&rebound).ends_with("421"),
        "{rebound:?}"
    );
    let foreign = curl(&["--header", "Origin: http://evil.test", &own]);
    assert!(
        text(&foreign).contains("another site") && text(&foreign).ends_with("403"),
        "{foreign:?}"
    );
    let image = curl(&[
        "--header",
        "Sec-Fetch-Site: cross-site",
        "--header",
        "Sec-Fetch-Mode: no-cors",
        &own,
    ]);
    assert!(text(&image).ends_with("403"), "{image:?}");
    forward.until_said("A request was refused: it is meant for \"evil.test:");
}

#[test]
fn what_is_refused_does_not_reach_the_node() {
    let world = WebWorld::new();
    let port = world.forward.port(0);
    for (request, status) in [
        ("GET / HTTP/1.1\nHost: evil.test", "421"),
        ("GET / HTTP/1.1\nX: y", "421"),
        ("GET / HTTP/1.1\nOWN\nOrigin: null", "403"),
        (
            "GET / HTTP/1.1\nOWN\nOrigin: http://evil.test\nUpgrade: websocket\nConnection: Upgrade",
            "403",
        ),
        ("GET http://evil.test/ HTTP/1.1\nOWN", "421"),
        (
            "POST / HTTP/1.1\nOWN\nContent-Length: 1\nTransfer-Encoding: chunked",
            "400",
        ),
        ("SSH-2.0-client", "400"),
        ("PRI * HTTP/2.0\n\nSM", "505"),
    ] {
        let answer = rest(&mut world.ask(request));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
        assert!(answer.contains("It did not reach the node."), "{answer}");
    }
    let tls = curl(&["--insecure", &format!("https://localhost:{port}/")]);
    assert!(!tls.status.success());
    world.forward.until_said("it is encrypted (TLS)");
    world.assert_nobody_came();
}

#[test]
fn bodies_stream_both_ways() {
    let world = WebWorld::new();
    let mut client = world.ask("POST /stream HTTP/1.1\nOWN\nTransfer-Encoding: chunked");
    let mut server = world.accept();
    assert!(until(&mut server, b"\r\n\r\n").starts_with("POST /stream HTTP/1.1\r\n"));
    server
        .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    until(&mut client, b"\r\n\r\n");
    for number in 0..3 {
        let chunk = format!("6\r\nturn {number}\r\n");
        client.write_all(chunk.as_bytes()).unwrap();
        assert_eq!(until(&mut server, format!("turn {number}\r\n").as_bytes()), chunk);
        server.write_all(chunk.as_bytes()).unwrap();
        assert_eq!(until(&mut client, format!("turn {number}\r\n").as_bytes()), chunk);
    }
    client.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(until(&mut server, b"0\r\n\r\n"), "0\r\n\r\n");
}

#[test]
fn a_later_request_of_another_site_is_refused_on_the_same_connection() {
    let world = WebWorld::new();
    let mut client = world.ask("GET /first HTTP/1.1\nOWN");
    let mut server = world.accept();
    until(&mut server, b"\r\n\r\n");
    let ok = "HTTP/1.1 204 No Content\r\n\r\n";
    server.write_all(ok.as_bytes()).unwrap();
    assert_eq!(until(&mut client, b"\r\n\r\n"), ok);
    let port = world.forward.port(0);
    write!(
        client,
        "GET /second HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://evil.test\r\n\r\n"
    )
    .unwrap();
    assert!(rest(&mut client).starts_with("HTTP/1.1 403 Forbidden\r\n"));
    // The server hears of no second request.
    let mut heard = Vec::new();
    let _ended_or_reset = server.read_to_end(&mut heard);
    assert!(heard.is_empty(), "{}", String::from_utf8_lossy(&heard));
}

#[test]
fn a_web_socket_is_carried_once_both_sides_agree() {
    let world = WebWorld::new();
    let mut client = world.ask("GET /socket HTTP/1.1\nOWN\nUpgrade: websocket\nConnection: Upgrade");
    let mut server = world.accept();
    until(&mut server, b"\r\n\r\n");
    server
        .write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        .unwrap();
    until(&mut client, b"\r\n\r\n");
    client.write_all(b"\x01\x05hello.").unwrap();
    assert_eq!(until(&mut server, b"."), "\u{1}\u{5}hello.");
}

#[test]
fn a_browser_is_told_that_nothing_listens() {
    let world = PortWorld::new();
    let forward = world.web_forward("0:4444");
    let output = curl(&[&format!("http://localhost:{}/", forward.port(0))]);
    assert!(
        text(&output).contains("The node could not connect to port 4444."),
        "{output:?}"
    );
    assert!(text(&output).ends_with("502"), "{output:?}");
}
