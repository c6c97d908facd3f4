//! Holds no code: see its Cargo.toml for why it exists.
