//! A recorded session, read from its file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// One file: what to expect, and the frames as they crossed the client's side of the gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Line 1.
    pub header: Header,
    /// All other lines.
    pub frames: Vec<Frame>,
}

/// What the session was. The file says more, for people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// As the agent says it in its handshake.
    pub agent_version: String,
    /// As in the handshake: `Standard_Stream`, `Port` and so on.
    pub session_type: String,
    /// Of sessions with a KMS key in their preferences.
    pub kms: Option<RecordedKeys>,
    /// What the recorded client did against the protocol, on purpose. A right client must differ from it.
    #[serde(default)]
    pub client_breaks_protocol: Option<String>,
    /// What a client must make of it.
    pub expect: Expect,
}

/// The keys of an encrypted session. Those that KMS made are missing where it refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordedKeys {
    /// As the agent names it.
    pub key_id: String,
    /// What the recorded client gave to KMS, by name.
    pub encryption_context: Option<BTreeMap<String, String>>,
    /// The data key as only KMS can read it, base64.
    pub ciphertext_blob: Option<String>,
    /// First half of the data key, hexadecimal.
    pub agent_to_client_key: Option<String>,
    /// Second half.
    pub client_to_agent_key: Option<String>,
}

/// What a client must make of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Expect {
    /// `none`, `complete` or `failed`.
    pub handshake: String,
    /// Of port sessions.
    pub handshake_properties: Option<BTreeMap<String, String>>,
    /// A text for the user.
    pub customer_message: Option<String>,
    /// All output, deciphered, each message once and in order.
    pub output: Digest,
    /// The same of standard error.
    pub stderr: Option<Digest>,
    /// Of commands with separate streams.
    pub exit_code: Option<i32>,
    /// Values of the agent's flags.
    pub agent_flags: Vec<u32>,
    /// Whether the service ended the session.
    pub channel_closed: bool,
    /// In these words.
    pub channel_closed_output: Option<String>,
    /// How many sockets there were.
    pub sockets: usize,
    /// Valid messages of the agent with repeats: as many acknowledgements are owed.
    pub stream_frames: usize,
    /// Frames with a wrong digest.
    pub corrupt_frames: usize,
    /// `pause_publication` and `start_publication`, in order.
    pub publication: Vec<String>,
    /// Of multiplexed port sessions.
    pub mux: Option<ExpectedStreams>,
}

/// The connections of a multiplexed port session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ExpectedStreams {
    /// By their numbers.
    pub streams: BTreeMap<u32, ExpectedStream>,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ExpectedStream {
    /// What the destination sent.
    pub down: Digest,
    /// What the local side sent.
    pub up: Digest,
    /// Whether the agent ended it.
    pub agent_fin: bool,
    /// Whether the client did; both may.
    pub client_fin: bool,
}

/// Bytes, as their length and SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Digest {
    /// The length in bytes.
    pub len: usize,
    /// Hexadecimal.
    pub sha256: String,
}

/// One WebSocket frame, or what happened to the socket.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its line in the file.
    pub line: usize,
    /// Since the first frame.
    pub at: Duration,
    /// Towards the client, else towards the agent.
    pub is_for_client: bool,
    /// A frame of the WebSocket, or what became of the socket.
    pub op: Op,
    /// Empty where there are none.
    pub bytes: Bytes,
    /// Whether the gateway damaged it on purpose.
    pub is_corrupt: bool,
}

/// What a line of a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// OpenDataChannel.
    Text,
    /// One message.
    Binary,
    /// A close frame, or a socket that is gone.
    Close,
    /// From here on a new socket.
    Reopen,
}

/// A file that is no recording.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: this is no recording: {detail}")]
pub struct RecordingError {
    /// Counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub detail: String,
}

/// A line as it is written.
#[derive(Deserialize)]
struct Line {
    t_ms: f64,
    dir: Direction,
    op: Op,
    b64: Option<String>,
    fault: Option<String>,
}

#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    A2c,
    C2a,
}

impl Recording {
    /// Reads a file.
    ///
    /// # Errors
    /// [`RecordingError`] with the line that is wrong.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let text = std::fs::read_to_string(path).map_err(|error| RecordingError::new(0, error))?;
        Self::parse(&text)
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// [`RecordingError`] with the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let mut lines = (1..).zip(text.lines());
        let (number, first) = lines
            .next()
            .ok_or_else(|| RecordingError::new(0, "it is empty"))?;
        let header = parse(number, first)?;
        let frames: Vec<_> = lines
            .map(|(number, line)| Frame::parse(number, line))
            .collect::<Result<_, _>>()?;
        if frames.is_empty() {
            return Err(RecordingError::new(number, "it has no frames"));
        }
        Ok(Self { header, frames })
    }
}

impl Frame {
    fn parse(number: usize, line: &str) -> Result<Self, RecordingError> {
        let line: Line = parse(number, line)?;
        let bytes = line.b64.as_deref().unwrap_or_default();
        let bytes = STANDARD
            .decode(bytes)
            .map_err(|error| RecordingError::new(number, error))?;
        let at = Duration::try_from_secs_f64(line.t_ms / 1000.0)
            .map_err(|error| RecordingError::new(number, error))?;
        Ok(Self {
            line: number,
            at,
            is_for_client: line.dir == Direction::A2c,
            op: line.op,
            bytes: bytes.into(),
            is_corrupt: line.fault.as_deref() == Some("corrupt"),
        })
    }
}

impl RecordingError {
    fn new(line: usize, detail: impl ToString) -> Self {
        let detail = detail.to_string();
        Self { line, detail }
    }
}

fn parse<T: DeserializeOwned>(number: usize, line: &str) -> Result<T, RecordingError> {
    serde_json::from_str(line).map_err(|error| RecordingError::new(number, error))
}
