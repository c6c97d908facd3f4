//! One ssh connection with many channels, as editors use it that work on another machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};
use std::thread;

use super::{SshWorld, digest};

/// A shell on the node that stays, and what else goes over its connection: as VS Code Remote uses ssh.
pub(crate) struct Remote<'w> {
    ssh: &'w SshWorld,
    control: PathBuf,
    /// Each connection to it is one to the echo server, by way of the node.
    forwarded: PathBuf,
    shell: Child,
    said: BufReader<ChildStdout>,
}

impl<'w> Remote<'w> {
    /// Connects; the shell is there when it has said something.
    pub(crate) fn open(ssh: &'w SshWorld) -> Self {
        let in_folder = |name: &str| ssh.sshd.folder().join(name);
        let (control, forwarded) = (in_folder("control"), in_folder("forwarded"));
        let mut command = ssh.openssh("ssh");
        command
            .args(["-M", "-T", "-o", "ExitOnForwardFailure=yes", "-S"])
            .arg(&control)
            .arg("-L")
            .arg(format!("{}:127.0.0.1:{}", forwarded.display(), echo_server()))
            .args([&ssh.world.node, "sh"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut shell = command.spawn().unwrap();
        let said = BufReader::new(shell.stdout.take().unwrap());
        Self {
            ssh,
            control,
            forwarded,
            shell,
            said,
        }
    }

    /// Has the shell say a word.
    pub(crate) fn says(&mut self, word: &str) {
        writeln!(self.shell.stdin.as_mut().unwrap(), "echo {word}").unwrap();
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), word, "sshd: {}", self.ssh.sshd.log());
    }

    /// Ends the shell, and with it the connection.
    pub(crate) fn ends(&mut self) -> ExitStatus {
        drop(self.shell.stdin.take());
        self.shell.wait().unwrap()
    }

    /// A command in a channel of its own, with much output.
    pub(crate) fn counts(&self) {
        let mut command = self.ssh.openssh("ssh");
        command.arg("-S").arg(&self.control);
        command.args([&self.ssh.world.node, "seq 1 200000"]);
        let said = self.ssh.finished(command).stdout;
        let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
        assert!(said == expected.as_bytes(), "{} bytes", said.len());
    }

    /// A megabyte there and back in a channel of its own.
    pub(crate) fn echoes(&self, seed: u8) {
        let stream = UnixStream::connect(&self.forwarded).unwrap();
        let mut sender = stream.try_clone().unwrap();
        let bytes: Vec<u8> = (0..1 << 20)
            .map(|at: u32| (at.wrapping_mul(40_503) >> 9).to_le_bytes()[0] ^ seed)
            .collect();
        let expected = digest(bytes.as_slice());
        let sending = thread::spawn(move || {
            sender.write_all(&bytes).unwrap();
            sender.shutdown(Shutdown::Write).unwrap();
        });
        assert_eq!(digest(stream), expected);
        sending.join().unwrap();
    }

    /// A copy over the same connection.
    pub(crate) fn copies(&self, path: &Path) {
        let mut command = self.ssh.openssh("scp");
        command
            .arg("-o")
            .arg(format!("ControlPath={}", self.control.display()));
        command.arg(path).arg(self.ssh.on_node("beside"));
        self.ssh.finished(command);
    }
}

impl Drop for Remote<'_> {
    fn drop(&mut self) {
        let _already_gone = self.shell.kill();
        let _already_waited = self.shell.wait();
    }
}

/// Sends back what it gets; where it listens.
fn echo_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut answers = stream.try_clone().unwrap();
            thread::spawn(move || {
                std::io::copy(&mut &stream, &mut answers).map(|_| answers.shutdown(Shutdown::Write))
            });
        }
    });
    port
}
