//! Whole-app tests on the simulator: what they share.

pub mod harness;
