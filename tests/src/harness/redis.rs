//! A real Redis on loopback.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::loopback::LoopbackServer;

/// Redis is one program, which is the server when it is called so. Debian's `redis-tools` has it under the second name
/// alone, and starts no service of the system's as `redis-server` would.
const NAMES: [&str; 2] = ["redis-server", "redis-check-rdb"];

/// An empty server that writes nothing down.
pub struct Redis {
    server: LoopbackServer,
    _folder: TempDir,
}

impl Redis {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// When it does not start: a test without it would prove nothing.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let program = folder.path().join("redis-server");
        symlink(installed(), &program).expect("a link");
        let server = LoopbackServer::start(&folder.path().join("log"), |port| {
            let mut command = Command::new(&program);
            command
                .args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()])
                .current_dir(folder.path());
            command
        });
        Self {
            server,
            _folder: folder,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }
}

fn installed() -> PathBuf {
    NAMES
        .iter()
        .map(|name| Path::new("/usr/bin").join(name))
        .find(|path| path.exists())
        .expect("Redis is needed (Debian: redis-tools)")
}
