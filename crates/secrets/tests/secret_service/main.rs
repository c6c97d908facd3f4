//! The real gnome-keyring on a session bus of its own, and buses and services that do not answer.
//!
//! Every test runs itself again inside `dbus-run-session`, because the bus is found through the environment of the process.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod desk;
mod hanging;
mod keyring;
mod prompts;
