//! A headless Chromium that shows a site behind a node, over `postern forward`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use postern_tests::harness::PortWorld;

const NAMES: [&str; 3] = ["chromium-headless-shell", "chromium", "google-chrome"];

/// The page as the browser has it when all of it is loaded. Its own script counts the pictures that can be seen.
fn page(address: &str, options: &[&str]) -> String {
    let name = NAMES
        .iter()
        .find(|name| Path::new("/usr/bin").join(name).exists())
        .expect("Chromium is needed (Debian: chromium-headless-shell)");
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(name);
    command
        .args([
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .args(options)
        .args(["--dump-dom", address])
        .env("HOME", home.path())
        .stdin(Stdio::null());
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.arg("--no-sandbox"); // as root it runs no other way
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn chromium_shows_a_page_with_sixty_pictures() {
    let world = PortWorld::new();
    let forward = world.forward(&["0:80"]);
    let page = page(&format!("http://127.0.0.1:{}/", forward.port(0)), &[]);
    assert!(
        page.contains("<title>60 pictures</title>"),
        "{page}\n{}",
        forward.said()
    );
}
