//! The written form of a snapshot: a line that says what it is, its version and the digest of what follows, then JSON.
//!
//! The digest finds damage. It does not keep out somebody who may write where the snapshot is kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::error::SnapshotDefect;
use super::state::ChannelState;

const TITLE: &[u8] = b"postern channel ";
const VERSION: u32 = 1;
/// More than the fullest channel needs: 16 MiB behind a gap, 1 MiB of input and 65,536 acknowledgements, in base64 and JSON.
const MOST_BYTES: usize = 32 << 20;

pub(super) fn write(state: &ChannelState) -> Vec<u8> {
    // The state holds nothing that JSON lacks, so writing it cannot fail.
    let json = serde_json::to_vec(state).unwrap_or_default();
    let line = format!("{VERSION} {}\n", digest_of(&json));
    [TITLE, line.as_bytes(), &json].concat()
}

pub(super) fn read(bytes: &[u8]) -> Result<ChannelState, SnapshotDefect> {
    let len = bytes.len();
    if len > MOST_BYTES {
        return Err(SnapshotDefect::TooLarge { len });
    }
    let rest = bytes.strip_prefix(TITLE).ok_or(SnapshotDefect::Foreign)?;
    let (version, rest) = split_at(rest, b' ').ok_or(SnapshotDefect::Damaged)?;
    if version != VERSION.to_string().as_bytes() {
        let version = String::from_utf8_lossy(version).chars().take(10).collect();
        return Err(SnapshotDefect::UnknownVersion { version });
    }
    let (digest, json) = split_at(rest, b'\n').ok_or(SnapshotDefect::Damaged)?;
    if digest != digest_of(json).as_bytes() {
        return Err(SnapshotDefect::Damaged);
    }
    serde_json::from_slice(json).map_err(|error| SnapshotDefect::Malformed { at: error.column() })
}

/// What is before and behind the first `byte`.
fn split_at(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|b| *b == byte)?;
    let (before, behind) = bytes.split_at_checked(at)?;
    Some((before, behind.get(1..)?))
}

fn digest_of(json: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(json))
}
