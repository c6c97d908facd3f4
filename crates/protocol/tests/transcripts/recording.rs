//! A recorded session, read from its file.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

/// One file: what to expect, and the frames as they crossed the client's side of the gateway.
pub(crate) struct Recording {
    pub(crate) header: Header,
    pub(crate) frames: Vec<Frame>,
}

#[derive(Deserialize)]
pub(crate) struct Header {
    pub(crate) session_type: String,
    pub(crate) expect: Expect,
}

#[derive(Deserialize)]
pub(crate) struct Expect {
    /// `none`, `complete` or `failed`.
    pub(crate) handshake: String,
    pub(crate) customer_message: Option<String>,
    pub(crate) output: Digest,
    pub(crate) stderr: Option<Digest>,
    pub(crate) exit_code: Option<i32>,
    pub(crate) agent_flags: Vec<u32>,
    pub(crate) channel_closed: bool,
    pub(crate) channel_closed_output: Option<String>,
    pub(crate) sockets: usize,
    pub(crate) stream_frames: usize,
    pub(crate) corrupt_frames: usize,
    pub(crate) publication: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Digest {
    pub(crate) len: usize,
    pub(crate) sha256: String,
}

#[derive(Deserialize)]
pub(crate) struct Frame {
    t_ms: f64,
    dir: String,
    pub(crate) op: Op,
    b64: Option<String>,
    fault: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Op {
    Text,
    Binary,
    Close,
    Reopen,
}

impl Recording {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(folder().join(format!("{name}.jsonl"))).unwrap();
        let mut lines = text.lines();
        let header = serde_json::from_str(lines.next().unwrap()).unwrap();
        let frames: Vec<Frame> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(!frames.is_empty());
        Self { header, frames }
    }
}

impl Frame {
    pub(crate) fn at(&self) -> Duration {
        Duration::from_secs_f64(self.t_ms / 1000.0)
    }

    pub(crate) fn is_for_client(&self) -> bool {
        self.dir == "a2c"
    }

    pub(crate) fn is_corrupt(&self) -> bool {
        self.fault.as_deref() == Some("corrupt")
    }

    pub(crate) fn bytes(&self) -> Bytes {
        STANDARD.decode(self.b64.as_deref().unwrap()).unwrap().into()
    }
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts")
}
