//! Whole-app tests on the simulator: what they share.
// A failed assumption here is a failed test, and a test looks at one kind of event among many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

pub mod harness;
