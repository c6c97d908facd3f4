//! The application on a scripted AWS: what the window asks, what it is told, and what AWS hears of it.
// A failed assumption here is a failed test, and a test looks at one kind of event among many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

mod centers;
mod connect;
mod console_sign_ins;
mod demo;
mod documents;
mod fleet;
mod forwards;
mod gateway;
mod logins;
mod network;
mod own_profiles;
mod races;
mod saved;
mod scripted;
mod sign_ins;
