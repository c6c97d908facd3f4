//! Makes the first corpus of each target that reads bytes of the wire from the recorded sessions. Run it in this folder:
//! `cargo run --example seeds`. Files that are there already are left alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, iter};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use postern_protocol::{Message, MessageKind, PayloadType};
use serde_json::Value;

const RECORDINGS: &str = "../transcripts";
/// Longer frames teach the fuzzer nothing that shorter ones do not.
const LONGEST_FRAME: usize = 700;

fn main() -> std::io::Result<()> {
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(RECORDINGS)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            for frame in frames(&fs::read_to_string(&path)?) {
                keep(&frame, &mut seen)?;
            }
        }
    }
    Ok(())
}

fn frames(recording: &str) -> Vec<Bytes> {
    recording
        .lines()
        .skip(1)
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|line| STANDARD.decode(line.get("b64")?.as_str()?).ok())
        .map(Bytes::from)
        .filter(|frame| frame.len() <= LONGEST_FRAME)
        .collect()
}

/// One frame of each kind, payload type and size class is enough.
fn keep(frame: &Bytes, seen: &mut BTreeSet<String>) -> std::io::Result<()> {
    let Ok(message) = Message::decode(frame) else {
        return if seen.insert("unreadable".to_owned()) {
            write("frame", frame)
        } else {
            Ok(())
        };
    };
    let class = format!(
        "{:?} {:?} {}",
        message.kind,
        message.payload_type,
        message.payload.len() / 128
    );
    if !seen.insert(class) {
        return Ok(());
    }
    write("frame", frame)?;
    let payload = &message.payload;
    match (&message.kind, message.payload_type) {
        (MessageKind::Acknowledge, _) => {
            write("message", payload)?;
            let text = String::from_utf8_lossy(payload).replace("output_stream_data", "input_stream_data");
            write("acknowledge", text.as_bytes())
        }
        (_, PayloadType::HandshakeRequest) => {
            write("message", payload)?;
            (0..=4).try_for_each(|config| write("handshake_json", &[&[config], &payload[..]].concat()))
        }
        (_, PayloadType::EncChallengeRequest | PayloadType::EncChallengeResponse) => {
            write("kms_payload", &[&[0], &payload[..]].concat())
        }
        (_, PayloadType::Output | PayloadType::StdErr | PayloadType::ExitCode) => {
            write("message", payload)?;
            if payload.first() == Some(&1) {
                write("smux", &[&[126], &payload[..]].concat())?;
            }
            (1..=5).try_for_each(|mode| {
                write(
                    "kms_payload",
                    &iter::once(mode)
                        .chain(payload.iter().copied().take(64))
                        .collect::<Vec<_>>(),
                )
            })
        }
        _ => write("message", payload),
    }
}

fn write(target: &str, bytes: &[u8]) -> std::io::Result<()> {
    let folder = Path::new("../fuzz/corpus").join(target);
    fs::create_dir_all(&folder)?;
    let name: String = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(folder.join(name), bytes)
}
