//! Real OpenSSH to a real sshd behind the simulator: through `postern ssh-proxy`, and through the AWS CLI with our drop-in.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

#[path = "real_ssh/remote.rs"]
mod remote;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postern_tests::harness::{PortWorld, Sshd, aws_cli, path_with_drop_in, program};
use remote::Remote;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A node whose port 22 is a real sshd.
struct SshWorld {
    world: PortWorld,
    sshd: Sshd,
    file: PathBuf,
    drop_in: TempDir,
}

impl SshWorld {
    fn through_postern() -> Self {
        let proxy = format!(
            "{} ssh-proxy %h %p --profile acme-prod",
            program("postern").display()
        );
        Self::through(&proxy)
    }

    fn through_the_aws_cli() -> Self {
        let proxy = format!(
            "{} ssm start-session --target %h --document-name AWS-StartSSHSession --parameters portNumber=%p",
            aws_cli().display()
        );
        Self::through(&proxy)
    }

    fn through(proxy: &str) -> Self {
        let (world, sshd) = (PortWorld::new(), Sshd::start());
        world.open_loopback(22, sshd.port());
        let file = sshd.client_file(proxy);
        Self {
            world,
            sshd,
            file,
            drop_in: tempfile::tempdir().unwrap(),
        }
    }

    /// One of OpenSSH's programs, with this world's nodes.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command
            .env_clear()
            .envs(self.world.simulator.environment())
            .env("PATH", path_with_drop_in(self.drop_in.path()))
            .stdin(Stdio::null());
        command
    }

    fn openssh(&self, name: &str) -> Command {
        let mut command = self.command(name);
        command.arg("-F").arg(&self.file);
        command
    }

    fn finished(&self, mut command: Command) -> Output {
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "{command:?}: {error}\nsshd: {}",
            self.sshd.log()
        );
        output
    }

    fn on_node(&self, path: &str) -> String {
        format!("{}:{}", self.world.node, self.sshd.folder().join(path).display())
    }

    /// A file of so many bytes, and its digest.
    fn file_of(&self, name: &str, bytes: u64) -> (PathBuf, Vec<u8>) {
        let path = self.sshd.folder().join(name);
        let mut file = File::create(&path).unwrap();
        let mut block: Vec<u8> = (0_u32..1 << 18)
            .flat_map(|at| (at.wrapping_mul(2_654_435_761) >> 3).to_le_bytes())
            .collect();
        let mut left = bytes;
        while left > 0 {
            block[..8].copy_from_slice(&left.to_le_bytes()); // so that no block is another one
            let part = block.len().min(usize::try_from(left).unwrap());
            file.write_all(&block[..part]).unwrap();
            left -= part as u64;
        }
        (path.clone(), digest(File::open(path).unwrap()))
    }

    fn digest_of(&self, name: &str) -> Vec<u8> {
        digest(File::open(self.sshd.folder().join(name)).unwrap())
    }

    fn runs_a_command(&self) {
        let mut command = self.openssh("ssh");
        command
            .arg(&self.world.node)
            .arg("echo out; echo error >&2; exit 7");
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            output.status.code(),
            Some(7),
            "{error}\nsshd: {}",
            self.sshd.log()
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), "out\n");
        assert_eq!(error, "error\n", "nothing but what the command said");
    }

    fn copies_both_ways(&self, bytes: u64) {
        let (path, digest) = self.file_of("there", bytes);
        let mut up = self.openssh("scp");
        up.arg(&path).arg(self.on_node("copied"));
        self.finished(up);
        assert_eq!(self.digest_of("copied"), digest);
        let mut down = self.openssh("scp");
        down.arg(self.on_node("copied"))
            .arg(self.sshd.folder().join("back"));
        self.finished(down);
        assert_eq!(self.digest_of("back"), digest);
    }
}

fn digest(mut from: impl Read) -> Vec<u8> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    while let count @ 1.. = from.read(&mut buffer).unwrap() {
        hash.update(&buffer[..count]);
    }
    hash.finalize().to_vec()
}

#[test]
fn ssh_runs_a_command_with_its_outputs_and_status() {
    SshWorld::through_postern().runs_a_command();
}

#[test]
fn scp_sftp_and_rsync_copy_files_through_the_proxy() {
    let ssh = SshWorld::through_postern();
    ssh.copies_both_ways(4 << 20);
    let (_, digest) = ssh.file_of("there", 100_000);
    let batch = ssh.sshd.folder().join("batch");
    let (from, to) = (ssh.sshd.folder().join("there"), ssh.sshd.folder().join("by-sftp"));
    fs::write(&batch, format!("put {} {}\n", from.display(), to.display())).unwrap();
    let mut sftp = ssh.openssh("sftp");
    sftp.arg("-b").arg(&batch).arg(&ssh.world.node);
    ssh.finished(sftp);
    assert_eq!(ssh.digest_of("by-sftp"), digest);
    let mut rsync = ssh.command("rsync");
    rsync
        .arg("-a")
        .arg("-e")
        .arg(format!("ssh -F {}", ssh.file.display()))
        .arg(&from)
        .arg(ssh.on_node("by-rsync"));
    ssh.finished(rsync);
    assert_eq!(ssh.digest_of("by-rsync"), digest);
}

#[test]
fn scp_copies_fifty_megabytes_through_the_proxy() {
    SshWorld::through_postern().copies_both_ways(50_000_000);
}

#[test]
#[ignore = "long: npm run test:deep"]
fn scp_copies_a_gigabyte_through_the_proxy() {
    SshWorld::through_postern().copies_both_ways(1_000_000_000);
}

#[test]
fn one_connection_carries_a_shell_commands_copies_and_forwarded_ports_at_once() {
    let ssh = SshWorld::through_postern();
    let (path, digest) = ssh.file_of("there", 1 << 20);
    let mut remote = Remote::open(&ssh);
    remote.says("ready");
    thread::scope(|scope| {
        let remote = &remote;
        scope.spawn(|| remote.copies(&path));
        for seed in 0..8 {
            scope.spawn(move || remote.echoes(seed));
        }
        for _ in 0..3 {
            scope.spawn(|| remote.counts());
        }
    });
    assert_eq!(ssh.digest_of("beside"), digest);
    remote.says("still-here");
    assert!(remote.ends().success());
    assert_eq!(ssh.world.sessions().len(), 1, "all of it was one session");
    let deadline = Instant::now() + Duration::from_secs(30);
    while ssh.world.sessions()[0]["state"] != "terminated" {
        assert!(Instant::now() < deadline, "the proxy ends its session");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ssh_goes_on_while_the_link_is_cut() {
    let ssh = SshWorld::through_postern();
    let mut command = ssh.openssh("ssh");
    command
        .arg(&ssh.world.node)
        .arg("for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    for _ in 0..3 {
        thread::sleep(Duration::from_secs(1));
        ssh.world.order("links/cut", &serde_json::json!({}));
    }
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n2\n3\n4\n5\n6\n");
}

#[test]
fn a_port_where_nothing_listens_ends_ssh_with_a_reason() {
    let ssh = SshWorld::through_postern();
    let mut command = ssh.openssh("ssh");
    command.args(["-p", "2222"]).arg(&ssh.world.node).arg("true");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(255));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("The port of the node does not answer"), "{error}");
}

#[test]
fn ssh_and_scp_go_through_the_aws_cli_with_the_drop_in() {
    let ssh = SshWorld::through_the_aws_cli();
    let mut command = ssh.openssh("ssh");
    command.arg(&ssh.world.node).arg("echo out; exit 7");
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(7), "{error}\nsshd: {}", ssh.sshd.log());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "out\n");
    ssh.copies_both_ways(1 << 20);
}
