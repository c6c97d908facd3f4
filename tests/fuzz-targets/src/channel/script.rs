//! What can be done to a channel.

use arbitrary::Arbitrary;
use bytes::Bytes;
use postern_protocol::{ChannelConfig, EncryptionRule, MessageKind, PayloadType};

use crate::peer;

const PORT_REQUEST: &[u8] = br#"{"RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Port","Properties":{"portNumber":"22"}}}]}"#;

#[derive(Debug, Arbitrary)]
pub(super) struct Script {
    pub(super) config: Config,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Arbitrary)]
pub(super) struct Config {
    rule: Rule,
    port_sessions: bool,
}

#[derive(Debug, Arbitrary)]
enum Rule {
    Prefer,
    Require,
    Off,
}

#[derive(Debug, Arbitrary)]
pub(super) enum Step {
    /// The agent's next message in order, or one nearby.
    Stream {
        offset: Offset,
        content: Content,
    },
    /// A message with any number.
    FarStream {
        sequence: i64,
        content: Content,
    },
    /// Our socket takes so many frames; all for 0.
    Write(u8),
    Type(u16),
    /// The agent acknowledges one of the messages that were written.
    Acknowledge(u8),
    AcknowledgeAny(i64),
    Wait(u16),
    Timeout,
    Open,
    LinkLost,
    ProvideKey,
    RefuseKey,
    Resize(u16, u16),
    Service(Service, Vec<u8>),
    Raw(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
pub(super) enum Offset {
    Next,
    Ahead(u8),
    Behind(u8),
    EdgeOfWindow(i8),
}

#[derive(Debug, Arbitrary)]
pub(super) enum Service {
    Closed,
    Start,
    Pause,
    Acknowledge,
}

#[derive(Debug, Arbitrary)]
pub(super) enum Content {
    Output(u16),
    StdErr(u8),
    SealedOutput(u16),
    SealedStdErr(u8),
    ExitCode(i32),
    SealedExitCode(i32),
    Flag(u32),
    Request(Request),
    Complete,
    Challenge,
    Other(u8, Vec<u8>),
}

#[derive(Debug, Arbitrary)]
pub(super) enum Request {
    Command,
    Kms,
    Port,
    Any(Vec<u8>),
}

impl Config {
    pub(super) fn into_channel(self) -> ChannelConfig {
        ChannelConfig {
            port_sessions: self.port_sessions,
            encryption: match self.rule {
                Rule::Prefer => EncryptionRule::Prefer,
                Rule::Require => EncryptionRule::Require,
                Rule::Off => EncryptionRule::Off,
            },
            ..ChannelConfig::default()
        }
    }
}

impl Offset {
    pub(super) fn from(self, expected: i64) -> i64 {
        match self {
            Self::Next => expected,
            Self::Ahead(by) => expected.saturating_add(by.into()),
            Self::Behind(by) => expected.saturating_sub(by.into()),
            Self::EdgeOfWindow(by) => expected.saturating_add(10_000).saturating_add(by.into()),
        }
    }
}

impl Service {
    pub(super) fn kind(self) -> MessageKind {
        match self {
            Self::Closed => MessageKind::ChannelClosed,
            Self::Start => MessageKind::StartPublication,
            Self::Pause => MessageKind::PausePublication,
            Self::Acknowledge => MessageKind::Acknowledge,
        }
    }
}

impl Content {
    /// The frame; data holds its own number, so that no two messages are alike.
    pub(super) fn into_frame(self, sequence: i64) -> Bytes {
        let (payload_type, payload) = self.into_payload(sequence);
        peer::stream(sequence, payload_type, payload)
    }

    fn into_payload(self, sequence: i64) -> (PayloadType, Vec<u8>) {
        let sealed = |text: &[u8]| peer::seal(sequence as u64, text);
        match self {
            Self::Output(len) => (PayloadType::Output, data(sequence, len % 2000)),
            Self::StdErr(len) => (PayloadType::StdErr, data(sequence, len.into())),
            Self::SealedOutput(len) => (PayloadType::Output, sealed(&data(sequence, len % 2000))),
            Self::SealedStdErr(len) => (PayloadType::StdErr, sealed(&data(sequence, len.into()))),
            Self::ExitCode(code) => (PayloadType::ExitCode, exit_code(code)),
            Self::SealedExitCode(code) => (PayloadType::ExitCode, sealed(&exit_code(code))),
            Self::Flag(flag) => (PayloadType::Flag, flag.to_be_bytes().to_vec()),
            Self::Request(request) => (PayloadType::HandshakeRequest, request.into_payload()),
            Self::Complete => (PayloadType::HandshakeComplete, peer::COMPLETE.to_vec()),
            Self::Challenge => {
                let challenge = peer::challenge(&sealed(&data(sequence, 16)));
                (PayloadType::EncChallengeRequest, challenge)
            }
            Self::Other(code, payload) => (payload_type(code), payload),
        }
    }
}

impl Request {
    fn into_payload(self) -> Vec<u8> {
        match self {
            Self::Command => peer::REQUEST.to_vec(),
            Self::Kms => peer::KMS_REQUEST.to_vec(),
            Self::Port => PORT_REQUEST.to_vec(),
            Self::Any(bytes) => bytes,
        }
    }
}

fn data(sequence: i64, len: u16) -> Vec<u8> {
    sequence
        .to_be_bytes()
        .into_iter()
        .cycle()
        .take(len.into())
        .collect()
}

fn exit_code(code: i32) -> Vec<u8> {
    format!("EXIT_CODE: {code}").into_bytes()
}

fn payload_type(code: u8) -> PayloadType {
    match code {
        0 => PayloadType::None,
        1 => PayloadType::Output,
        2 => PayloadType::Error,
        3 => PayloadType::Size,
        4 => PayloadType::Parameter,
        5 => PayloadType::HandshakeRequest,
        6 => PayloadType::HandshakeResponse,
        7 => PayloadType::HandshakeComplete,
        8 => PayloadType::EncChallengeRequest,
        9 => PayloadType::EncChallengeResponse,
        10 => PayloadType::Flag,
        11 => PayloadType::StdErr,
        12 => PayloadType::ExitCode,
        other => PayloadType::Other(other.into()),
    }
}
