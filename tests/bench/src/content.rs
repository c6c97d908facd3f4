//! The bytes that are sent, and the hash that tells whether all of them arrived, once and in order.

use std::time::{Duration, Instant};

use xxhash_rust::xxh3::Xxh3;

use crate::work::PAYLOAD_BYTES;

/// After so many messages the payloads repeat; together with the count of bytes no loss or swap goes unseen.
pub const DIFFERENT_PAYLOADS: u64 = 4096;

/// The payload of one message of output: bytes that look random.
#[must_use]
pub fn payload(message: u64) -> [u8; PAYLOAD_BYTES] {
    let mut payload = [0; PAYLOAD_BYTES];
    fill(message % DIFFERENT_PAYLOADS, &mut payload);
    payload
}

/// Typed bytes: letters and digits, because programs between a pipe and a session may give control bytes a meaning.
#[must_use]
pub fn typed(bytes: usize) -> Vec<u8> {
    let mut typed = vec![0; bytes];
    fill(1 << 40, &mut typed);
    for byte in &mut typed {
        *byte = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@%"[usize::from(*byte & 63)];
    }
    typed
}

/// The hash of that many messages of output.
#[must_use]
pub fn hash_of_output(messages: u64) -> u64 {
    let payloads: Vec<_> = (0..DIFFERENT_PAYLOADS.min(messages)).map(payload).collect();
    let mut hash = Xxh3::new();
    (0..messages)
        .filter_map(|message| payloads.get(usize::try_from(message % DIFFERENT_PAYLOADS).ok()?))
        .for_each(|payload| hash.update(payload));
    hash.digest()
}

/// The hash of some bytes.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// What a consumer saw of a stream.
#[derive(Default)]
pub struct Tally {
    bytes: u64,
    hash: Xxh3,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Tally {
    /// The next bytes of the stream.
    pub fn take(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let now = Instant::now();
        self.first.get_or_insert(now);
        self.last = Some(now);
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    /// How many bytes came.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The hash of what came.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash.digest()
    }

    /// When the first bytes and the last came.
    #[must_use]
    pub fn between(&self) -> Option<(Instant, Instant)> {
        self.first.zip(self.last)
    }

    /// From the first bytes to the last.
    #[must_use]
    pub fn took(&self) -> Duration {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last - first,
            _ => Duration::ZERO,
        }
    }
}

/// SplitMix64, eight bytes at a time.
fn fill(seed: u64, bytes: &mut [u8]) {
    let mut state = seed.wrapping_mul(0xA24B_AED4_963E_E407);
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
    }
}
