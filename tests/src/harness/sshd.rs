//! A real sshd on loopback that lets this user in by a key of its own.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::loopback::LoopbackServer;

const PROGRAM: &str = "/usr/sbin/sshd";

/// A running sshd.
pub struct Sshd {
    server: LoopbackServer,
    folder: TempDir,
}

impl Sshd {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// When it does not start: a test without it would prove nothing.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        make_key(&folder.path().join("host"));
        make_key(&folder.path().join("user"));
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        if is_root {
            fs::create_dir_all("/run/sshd").expect("sshd's own folder");
        }
        let file = folder.path().join("sshd_config");
        let server = LoopbackServer::start(&folder.path().join("log"), |port| {
            fs::write(&file, configuration(folder.path(), port, is_root)).expect("written");
            let mut command = Command::new(PROGRAM);
            command.args(["-D", "-e", "-f"]).arg(&file);
            command
        });
        Self { server, folder }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// What it said.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// A folder of the test's, on both sides.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file for `ssh -F` that reaches nodes by `proxy`, asks nothing and reads nothing of this user's.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn client_file(&self, proxy: &str) -> PathBuf {
        let file = self.folder.path().join("ssh_config");
        let key = self.folder.path().join("user");
        let user = Command::new("id").arg("-un").output().expect("a user").stdout;
        let lines = [
            format!("ProxyCommand {proxy}"),
            format!("User {}", String::from_utf8_lossy(&user).trim()),
            format!("IdentityFile {}", key.display()),
            "IdentitiesOnly yes".to_owned(),
            "BatchMode yes".to_owned(),
            "StrictHostKeyChecking no".to_owned(),
            "UserKnownHostsFile /dev/null".to_owned(),
            "LogLevel ERROR".to_owned(),
            "ConnectTimeout 30".to_owned(),
        ];
        fs::write(&file, format!("Host *\n    {}\n", lines.join("\n    "))).expect("written");
        file
    }
}

fn configuration(folder: &Path, port: u16, is_root: bool) -> String {
    let folder = folder.display();
    // Without PAM a locked account is refused, which that of a CI's user may be.
    let pam = if is_root { "no" } else { "yes" };
    format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n\
         StrictModes no\nUsePAM {pam}\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n\
         MaxStartups 100\nSubsystem sftp internal-sftp\n"
    )
}

fn make_key(path: &Path) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .status();
    assert!(
        made.expect("ssh-keygen is needed (Debian: openssh-client)")
            .success()
    );
}
