//! What the fuzzer runs: each target is a function that must hold for any bytes, and panics where it does not.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a target panics where something does not hold"
)]

mod acknowledge;
mod channel;
mod frame;
mod handshake_json;
mod kms_payload;
mod message;
mod peer;
mod smux;
mod snapshot;
mod socks;
mod web_guard;

pub use acknowledge::acknowledge;
pub use channel::channel;
pub use frame::frame;
pub use handshake_json::handshake_json;
pub use kms_payload::kms_payload;
pub use message::message;
pub use smux::smux;
pub use snapshot::snapshot;
pub use socks::socks;
pub use web_guard::web_guard;

/// A target: it panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets by the name of their program and their corpus.
pub const TARGETS: [(&str, Target); 10] = [
    ("frame", frame),
    ("message", message),
    ("handshake_json", handshake_json),
    ("acknowledge", acknowledge),
    ("kms_payload", kms_payload),
    ("channel", channel),
    ("snapshot", snapshot),
    ("smux", smux),
    ("socks", socks),
    ("web_guard", web_guard),
];
