//! A headless Chromium that shows sites behind a node, over `postern forward` and `postern socks`.

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
            "--disable-background-networking",
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

#[test]
fn chromium_shows_the_page_of_a_web_forward_whose_requests_are_looked_at() {
    let world = PortWorld::new();
    let forward = world.web_forward("0:80");
    let page = page(&format!("http://localhost:{}/", forward.port(0)), &[]);
    assert!(
        page.contains("<title>60 pictures</title>"),
        "{page}\n{}",
        forward.said()
    );
}

#[test]
fn chromium_shows_the_page_of_a_host_behind_the_node_through_the_proxy() {
    let world = PortWorld::new();
    // What a browser asks for by itself would open sessions of its own.
    let proxy = world.socks(&["--allow", "web.internal"]);
    let proxy_option = format!("--proxy-server=socks5://127.0.0.1:{}", proxy.port(0));
    let page = page("http://web.internal/", &[&proxy_option]);
    assert!(
        page.contains("<title>60 pictures</title>"),
        "{page}\n{}",
        proxy.said()
    );
    assert_eq!(world.sessions().len(), 1, "its connections share a session");
}
