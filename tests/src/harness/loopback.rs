//! Programs of others that serve on 127.0.0.1 while a test runs: sshd, PostgreSQL, Redis, a remote desktop.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// Between the choice of a port and its use another program may take it.
const TRIES: u32 = 4;

/// A server on loopback, ended when this is dropped.
pub struct LoopbackServer {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl LoopbackServer {
    /// Starts what `command` makes for a free port, and waits until it listens there. What it says goes to `log`.
    ///
    /// # Panics
    /// When it does not start: a test without it would prove nothing.
    #[must_use]
    pub fn start(log: &Path, command: impl Fn(u16) -> Command) -> Self {
        let mut tried = 0;
        loop {
            tried += 1;
            let port = free_port();
            let mut server = Self::spawned(command(port), port, log);
            match server.until_it_listens() {
                Ok(()) => return server,
                Err(()) if tried < TRIES => {}
                Err(()) => panic!("a server does not listen: {}", server.log()),
            }
        }
    }

    fn spawned(mut command: Command, port: u16, log: &Path) -> Self {
        let said = fs::File::create(log).expect("a log");
        let child = command
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a log"))
            .stderr(said)
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
        Self {
            child,
            port,
            log: log.to_owned(),
        }
    }

    /// An error when it ended before it listened.
    fn until_it_listens(&mut self) -> Result<(), ()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let listens = TcpStream::connect(("127.0.0.1", self.port)).is_ok();
            if self.child.try_wait().expect("a status").is_some() {
                return Err(());
            }
            if listens {
                return Ok(());
            }
            assert!(
                Instant::now() < deadline,
                "a server does not listen: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that it said.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Its end, by this signal of `kill`: some leave processes behind when they are killed.
    pub fn end_with(&mut self, signal: &str) {
        let id = self.child.id().to_string();
        let _already_gone = Command::new("kill").args(["-s", signal, &id]).status();
        let _already_waited = self.child.wait();
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
