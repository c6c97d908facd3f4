//! Exists so that the build dependencies above it are resolved; does nothing.
fn main() {}
