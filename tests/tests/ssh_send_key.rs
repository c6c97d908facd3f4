//! Real OpenSSH with keys that EC2 Instance Connect sends: an sshd that knows no key but those that the simulator was sent.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::thread;

use postern_tests::harness::{PortWorld, Sshd, postern, program};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A node whose port 22 is an sshd that takes the keys that were sent for the instance, as its agent of EC2 does.
struct Instance {
    world: Arc<PortWorld>,
    sshd: Arc<Sshd>,
    runtime: TempDir,
}

impl Instance {
    fn new() -> Self {
        let (world, sshd) = (Arc::new(PortWorld::new()), Arc::new(Sshd::start()));
        // Its own key does not let anybody in.
        fs::rename(sshd.folder().join("user.pub"), sshd.folder().join("own.pub")).unwrap();
        fs::rename(sshd.folder().join("user"), sshd.folder().join("own")).unwrap();
        let entrance = TcpListener::bind("127.0.0.1:0").unwrap();
        world.open_loopback(22, entrance.local_addr().unwrap().port());
        // Whoever ends the test ends both, so that the thread keeps neither.
        let (keys, inside) = (Arc::downgrade(&world), Arc::downgrade(&sshd));
        thread::spawn(move || {
            for outer in entrance.incoming().map_while(Result::ok) {
                let (Some(keys), Some(inside)) = (keys.upgrade(), inside.upgrade()) else {
                    return;
                };
                let lines: Vec<String> = sent(&keys)
                    .iter()
                    .map(|key| key["public_key"].as_str().unwrap().to_owned())
                    .collect();
                fs::write(inside.folder().join("user.pub"), lines.join("\n") + "\n").unwrap();
                relay(outer, TcpStream::connect(("127.0.0.1", inside.port())).unwrap());
            }
        });
        let runtime = tempfile::tempdir().unwrap();
        Self { world, sshd, runtime }
    }

    /// The file that `postern ssh-config` makes, and what keeps ssh from asking.
    fn client_file(&self, option: &str) -> PathBuf {
        let output = postern(&self.world.simulator)
            .args(["ssh-config", "--profile", "acme-prod", option])
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        assert!(lines.contains(program("postern").to_str().unwrap()), "{lines}");
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let user = String::from_utf8(user).unwrap();
        let rest = "BatchMode yes\n    StrictHostKeyChecking no\n    UserKnownHostsFile /dev/null\n    LogLevel ERROR";
        let file = self.runtime.path().join("ssh_config");
        fs::write(
            &file,
            format!("{lines}Host *\n    User {}\n    {rest}\n", user.trim()),
        )
        .unwrap();
        file
    }

    fn ssh(&self, option: &str, command: &str) -> Output {
        let file = self.client_file(option);
        Command::new("ssh")
            .env_clear()
            .envs(self.world.simulator.environment())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .arg("-F")
            .arg(file)
            .args([self.world.node.as_str(), command])
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn key_files(&self) -> usize {
        let folder = self.runtime.path().join("postern-ssh");
        fs::read_dir(folder).map_or(0, Iterator::count)
    }
}

/// The keys that the simulator was sent.
fn sent(world: &PortWorld) -> Vec<Value> {
    world.get("ssh-keys")["keys"].as_array().unwrap().clone()
}

fn relay(outer: TcpStream, inner: TcpStream) {
    let pump = |from: TcpStream, to: TcpStream| {
        thread::spawn(move || {
            let _either_side_may_end = io::copy(&mut &from, &mut &to);
            let _already_closed = to.shutdown(Shutdown::Write);
        });
    };
    pump(outer.try_clone().unwrap(), inner.try_clone().unwrap());
    pump(inner, outer);
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_key_made_for_one_connection_lets_ssh_in_and_is_gone_with_it() {
    let instance = Instance::new();
    let list = format!("ls {}", instance.runtime.path().join("postern-ssh").display());
    let output = instance.ssh("--send-key", &list);
    assert!(
        output.status.success(),
        "{}\nsshd: {}",
        text(&output.stderr),
        instance.sshd.log()
    );
    assert!(
        text(&output.stdout).contains(&format!("@{}", instance.world.node)),
        "the key is there meanwhile"
    );
    assert_eq!(instance.key_files(), 0, "and gone afterwards");
    let again = instance.ssh("--send-key", "exit 7");
    assert_eq!(again.status.code(), Some(7), "{}", text(&again.stderr));
    let keys = sent(&instance.world);
    let public: Vec<_> = keys
        .iter()
        .map(|key| key["public_key"].as_str().unwrap())
        .collect();
    assert!(public.len() == 2 && public[0] != public[1], "{public:?}");
    assert!(
        public.iter().all(|key| key.starts_with("ssh-ed25519 ")),
        "{public:?}"
    );
    assert_eq!(keys[0]["instance"], instance.world.node.as_str());
}

#[test]
fn the_users_own_key_lets_ssh_in() {
    let instance = Instance::new();
    let public = instance.sshd.folder().join("own.pub");
    let output = instance.ssh(&format!("--send-key={}", public.display()), "echo in");
    assert_eq!(
        text(&output.stdout),
        "in\n",
        "{}\nsshd: {}",
        text(&output.stderr),
        instance.sshd.log()
    );
    let keys = sent(&instance.world);
    assert_eq!(keys[0]["public_key"], fs::read_to_string(public).unwrap().trim());
}

#[test]
fn who_may_not_send_keys_is_told_so_and_gets_no_session() {
    let instance = Instance::new();
    instance
        .world
        .order("faults/deny", &json!({ "operation": "SendSSHPublicKey" }));
    let output = instance.ssh("--send-key", "true");
    assert_eq!(output.status.code(), Some(255));
    let said = text(&output.stderr);
    assert!(
        said.contains("may not call ec2-instance-connect:SendSSHPublicKey"),
        "{said}"
    );
    assert_eq!((instance.world.sessions().len(), instance.key_files()), (0, 0));
}
