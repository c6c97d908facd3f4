//! A simulator whose nodes reach ports, and `postern forward` and `postern socks` as processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::programs::{SimulateProcess, online_node, postern};

const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection may be silent: a reader that stands still holds up the others for 30 s before it is reset.
const SILENCE: Duration = Duration::from_secs(90);

/// A simulator and a node of it.
pub struct PortWorld {
    /// The simulator.
    pub simulator: SimulateProcess,
    /// A node that takes sessions.
    pub node: String,
}

/// `postern forward --json` or `postern socks --json`, with what it said.
pub struct ForwardProcess {
    child: Child,
    /// Its lines, one for each forward.
    pub opened: Vec<Value>,
    said: Arc<Mutex<String>>,
}

impl Default for PortWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl PortWorld {
    /// A fresh one.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn new() -> Self {
        let simulator = SimulateProcess::start();
        let node = online_node(&simulator);
        Self { simulator, node }
    }

    /// Has something answer at a port of every node, such as `json!({"server": "echo"})`.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub fn open_port(&self, port: u16, mut server: Value) {
        server["port"] = port.into();
        self.order("ports/open", &server);
    }

    /// Has a port of every node lead to one of this computer.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub fn open_loopback(&self, port: u16, to: u16) {
        self.open_port(port, json!({ "server": "loopback", "to": to }));
    }

    /// Has a port of a host behind the nodes lead to one of this computer.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub fn open_host(&self, host: &str, port: u16, to: u16) {
        self.open_port(port, json!({ "server": "loopback", "host": host, "to": to }));
    }

    /// One of the simulator's orders.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub fn order(&self, name: &str, body: &Value) {
        self.call("POST", name, &body.to_string());
    }

    /// The simulator's sessions, the oldest first.
    ///
    /// # Panics
    /// When the simulator refuses.
    #[must_use]
    pub fn sessions(&self) -> Vec<Value> {
        self.get("sessions")["sessions"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// What the simulator tells outside hands.
    ///
    /// # Panics
    /// When it refuses.
    #[must_use]
    pub fn get(&self, name: &str) -> Value {
        let answer = self.call("GET", name, "");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        serde_json::from_str(body).expect("JSON")
    }

    fn call(&self, method: &str, name: &str, body: &str) -> String {
        let endpoint = self.simulator.environment()["AWS_ENDPOINT_URL"]
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let mut stream = TcpStream::connect(&endpoint).expect("the simulator answers");
        let head =
            format!("{method} /_simulator/{name} HTTP/1.1\r\nHost: {endpoint}\r\nx-postern-simulator: 1");
        let length = body.len();
        write!(
            stream,
            "{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 2"), "{name}: {answer}");
        answer
    }

    /// Opens these forwards and waits until all of them are open.
    ///
    /// # Panics
    /// When they are not in 30 s.
    #[must_use]
    pub fn forward(&self, forwards: &[&str]) -> ForwardProcess {
        let mut process = ForwardProcess::start(&mut self.forward_command(forwards), forwards.len());
        // They open in any order.
        process
            .opened
            .sort_by_key(|line| forwards.iter().position(|forward| is_of(line, forward)));
        process
    }

    /// Opens a forward that browsers use and waits until it is open.
    ///
    /// # Panics
    /// When it is not in 30 s.
    #[must_use]
    pub fn web_forward(&self, forward: &str) -> ForwardProcess {
        let mut command = self.forward_command(&[forward]);
        command.arg("--web");
        ForwardProcess::start(&mut command, 1)
    }

    /// Opens a SOCKS proxy on any free port and waits until it is open.
    ///
    /// # Panics
    /// When it is not in 30 s.
    #[must_use]
    pub fn socks(&self, options: &[&str]) -> ForwardProcess {
        let mut command = postern(&self.simulator);
        command
            .args(["socks", "--json", "--port", "0", &self.node])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        ForwardProcess::start(&mut command, 1)
    }

    /// `postern forward --json` of these forwards.
    #[must_use]
    pub fn forward_command(&self, forwards: &[&str]) -> Command {
        let mut command = postern(&self.simulator);
        command.args(["forward", "--json", &self.node]).args(forwards);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl ForwardProcess {
    /// A program that keeps this many forwards open and says so by lines of JSON; waits until all of them are open.
    ///
    /// # Panics
    /// When they are not in 30 s.
    #[must_use]
    pub fn start(command: &mut Command, forwards: usize) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("postern starts");
        let said = collect(child.stderr.take().expect("piped"));
        let lines = lines(child.stdout.take().expect("piped"));
        let mut process = Self {
            child,
            opened: Vec::new(),
            said,
        };
        for _ in 0..forwards {
            let line = lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("a forward is not open: {}", process.said()));
            process
                .opened
                .push(serde_json::from_str(&line).expect("a line of JSON"));
        }
        process
    }

    /// Waits for its end by itself; the exit status.
    ///
    /// # Panics
    /// When nobody waits for processes here.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().expect("a status").code()
    }

    /// The local port of a forward, by its place.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn port(&self, place: usize) -> u16 {
        let port = self.opened[place]["port"].as_u64().expect("a port");
        u16::try_from(port).expect("a port")
    }

    /// A connection to a forward.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn connect(&self, place: usize) -> TcpStream {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port(place)));
        let stream = TcpStream::connect(address).expect("the port is open");
        stream.set_read_timeout(Some(SILENCE)).expect("a time limit");
        stream.set_write_timeout(Some(SILENCE)).expect("a time limit");
        stream
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How many descriptors it has open.
    ///
    /// # Panics
    /// Where the system does not tell.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.child.id());
        std::fs::read_dir(folder).expect("the process runs").count()
    }

    /// What it said on standard error.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.lock().expect("not poisoned").clone()
    }

    /// Waits until it has said something.
    ///
    /// # Panics
    /// When it does not in 30 s.
    pub fn until_said(&self, wanted: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.said().contains(wanted) {
            assert!(
                Instant::now() < deadline,
                "{wanted:?} was not said: {}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends it a signal and waits for its end; the exit status.
    ///
    /// # Panics
    /// When it does not end.
    pub fn end_with(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill").success());
        self.child.wait().expect("a status").code()
    }
}

impl Drop for ForwardProcess {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

/// Whether a line is about this forward.
fn is_of(line: &Value, forward: &str) -> bool {
    let port: Option<u64> = forward.rsplit(':').next().and_then(|port| port.parse().ok());
    line["remote_port"].as_u64() == port && line["port"].is_null() == forward.contains('/')
}

fn collect(mut stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let said = Arc::new(Mutex::new(String::new()));
    let own = Arc::clone(&said);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            let read = buffer.get(..count).unwrap_or(&buffer);
            own.lock()
                .expect("not poisoned")
                .push_str(&String::from_utf8_lossy(read));
        }
    });
    said
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
