//! A real PostgreSQL on loopback, with its own clients.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::loopback::LoopbackServer;

/// The user that PostgreSQL runs as where the tests run as root, whom it refuses: nobody.
const NOBODY: u32 = 65534;
const PASSWORD: &str = "hold the line";

/// A cluster of its own that wants a password (SCRAM).
pub struct Postgres {
    server: LoopbackServer,
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it on a free port.
    ///
    /// # Panics
    /// When it does not start: a test without it would prove nothing.
    #[must_use]
    pub fn start() -> Self {
        let programs = folder_of_programs();
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (data, password) = (folder.path().join("data"), folder.path().join("password"));
        fs::write(&password, PASSWORD).expect("written");
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        if is_root {
            for path in [folder.path(), &password] {
                chown(path, Some(NOBODY), Some(NOBODY)).expect("root gives files away");
            }
        }
        let own = |name: &str| as_server(&programs.join(name), is_root);
        let mut make = own("initdb");
        make.args([
            "--username=acme",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(["--no-sync", "--no-instructions"])
        .arg("--pwfile")
        .arg(&password)
        .arg(&data);
        let made = make.output().expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = LoopbackServer::start(&folder.path().join("log"), |port| {
            let mut command = own("postgres");
            command
                .args([
                    "-F",
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                ])
                .args(["-c", "max_connections=50", "-p", &port.to_string(), "-D"])
                .arg(&data);
            command
        });
        Self {
            server,
            programs,
            folder,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// What the server said.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// A folder of the test's.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One of PostgreSQL's clients, for the database `postgres` at a local port, by way of a forward or not.
    #[must_use]
    pub fn client(&self, name: &str, port: u16) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .env_clear()
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", port.to_string())
            .env("PGUSER", "acme")
            .env("PGPASSWORD", PASSWORD)
            .env("PGDATABASE", "postgres");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.server.end_with("QUIT"); // its word for "at once": killed, it leaves its workers behind
    }
}

/// Debian keeps each version's programs in a folder of their own, and only some of them on the PATH.
fn folder_of_programs() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let of_debian = of_debian.flatten().map(|version| version.path().join("bin"));
    let mut folders = std::env::split_paths(&on_path).chain(of_debian);
    folders
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_dump").exists())
        .expect("PostgreSQL is needed (Debian: postgresql)")
}

fn as_server(program: &Path, is_root: bool) -> Command {
    if !is_root {
        return Command::new(program);
    }
    let user = NOBODY.to_string();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
        .arg(program)
        .current_dir("/");
    command
}
