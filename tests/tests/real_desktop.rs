//! FreeRDP to a real remote desktop on port 3389 of a node, over `postern forward`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postern_tests::harness::{ForwardProcess, LoopbackServer, PortWorld};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "password";
/// Whom the desktop lets in: the name and the NT hash of the password, as Windows keeps them.
const ACCOUNT: &str = "acme:::8846f7eaee8fb117ad06bdd830b7586c:::\n";
const PIXELS: usize = 640 * 480;

/// An X server without a screen.
struct VirtualScreen {
    child: Child,
    folder: TempDir,
    display: String,
}

impl VirtualScreen {
    /// `ground` is `-wr` for a white one, `-br` for a black one.
    fn start(ground: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                "640x480x24",
            ])
            .args([ground, "-fbdir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is needed (Debian: xvfb)");
        let mut number = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        Self {
            child,
            folder,
            display,
        }
    }

    /// How many pixels are white, or nearly so, as they are behind a codec.
    fn white_pixels(&self) -> usize {
        let screen = fs::read(self.folder.path().join("Xvfb_screen0")).unwrap();
        let pixels = screen[screen.len() - 4 * PIXELS..].chunks(4);
        pixels
            .filter(|pixel| pixel[..3].iter().all(|part| *part >= 0xF0))
            .count()
    }
}

impl Drop for VirtualScreen {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

/// A node with a remote desktop, a forward to it, and a screen for who looks at it.
struct DesktopWorld {
    forward: ForwardProcess,
    screen: VirtualScreen,
    home: TempDir,
    _served: (PortWorld, LoopbackServer, VirtualScreen),
}

impl DesktopWorld {
    fn new() -> Self {
        let (white, home) = (VirtualScreen::start("-wr"), tempfile::tempdir().unwrap());
        let accounts = home.path().join("accounts");
        fs::write(&accounts, ACCOUNT).unwrap();
        let desktop = LoopbackServer::start(&home.path().join("log"), |port| {
            let mut command = Command::new("freerdp-shadow-cli");
            command
                .args([&format!("/port:{port}"), "/bind-address:127.0.0.1", "/sec:nla"])
                .arg(format!("/sam-file:{}", accounts.display()))
                .env("DISPLAY", &white.display)
                .env("HOME", home.path())
                .env_remove("XDG_CONFIG_HOME");
            command
        });
        let world = PortWorld::new();
        world.open_loopback(3389, desktop.port());
        Self {
            forward: world.forward(&["0:3389"]),
            screen: VirtualScreen::start("-br"),
            home,
            _served: (world, desktop, white),
        }
    }

    fn client(&self, password: &str) -> Command {
        let mut command = Command::new("xfreerdp");
        command
            .args([
                "/cert:ignore",
                "/sec:nla",
                "/u:acme",
                "/size:640x480",
                "-decorations",
                "-gfx",
            ])
            .arg(format!("/v:127.0.0.1:{}", self.forward.port(0)))
            .arg(format!("/p:{password}"))
            .env("DISPLAY", &self.screen.display)
            .env("HOME", self.home.path())
            .env_remove("XDG_CONFIG_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The handshake alone, with network level authentication.
    fn shakes_hands(&self, password: &str) -> ExitStatus {
        self.client(password).arg("+auth-only").status().unwrap()
    }
}

#[test]
fn xfreerdp_proves_its_password_and_sees_the_desktop() {
    let world = DesktopWorld::new();
    assert!(world.shakes_hands(PASSWORD).success(), "{}", world.forward.said());
    assert!(
        !world.shakes_hands("another").success(),
        "the desktop asks for a password"
    );
    assert_eq!(world.screen.white_pixels(), 0);
    let mut client = world.client(PASSWORD).spawn().unwrap();
    let deadline = Instant::now() + PATIENCE;
    while world.screen.white_pixels() < PIXELS / 2 {
        assert_eq!(client.try_wait().unwrap(), None, "{}", world.forward.said());
        assert!(Instant::now() < deadline, "nothing of the white desktop is seen");
        thread::sleep(Duration::from_millis(50));
    }
    client.kill().unwrap();
    client.wait().unwrap();
}
