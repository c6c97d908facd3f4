//! The names and numbers that say what a message is.

use super::error::WireError;

/// The bytes of a message type on the wire.
pub(super) const KIND_SIZE: usize = 32;

/// What a message is for, the `MessageType` of its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// `input_stream_data`: client to agent.
    InputStreamData,
    /// `output_stream_data`: agent to client.
    OutputStreamData,
    /// `acknowledge`: both ways.
    Acknowledge,
    /// `channel_closed`: service to client.
    ChannelClosed,
    /// `start_publication`: service to either end.
    StartPublication,
    /// `pause_publication`: service to either end.
    PausePublication,
    /// Anything else, such as the agent's `agent_session_state`; at most 32 ASCII characters are written.
    Other(String),
}

/// The meaning of a stream message's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadType {
    /// 0: no stream data.
    None,
    /// 1: terminal output, keyboard input or forwarded bytes.
    Output,
    /// 2: not used by current agents.
    Error,
    /// 3: JSON [`crate::Size`], client to agent.
    Size,
    /// 4: not used by current agents.
    Parameter,
    /// 5: JSON [`crate::HandshakeRequest`], agent to client.
    HandshakeRequest,
    /// 6: JSON [`crate::HandshakeResponse`], client to agent.
    HandshakeResponse,
    /// 7: JSON [`crate::HandshakeComplete`], agent to client.
    HandshakeComplete,
    /// 8: JSON, agent to client, of encrypted sessions.
    EncChallengeRequest,
    /// 9: JSON, client to agent, of encrypted sessions.
    EncChallengeResponse,
    /// 10: four bytes, see [`crate::flag`].
    Flag,
    /// 11: bytes of standard error.
    StdErr,
    /// 12: text, see [`crate::ExitCode`].
    ExitCode,
    /// A number without a meaning.
    Other(u32),
}

impl MessageKind {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::InputStreamData => "input_stream_data",
            Self::OutputStreamData => "output_stream_data",
            Self::Acknowledge => "acknowledge",
            Self::ChannelClosed => "channel_closed",
            Self::StartPublication => "start_publication",
            Self::PausePublication => "pause_publication",
            Self::Other(name) => name,
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "input_stream_data" => Self::InputStreamData,
            "output_stream_data" => Self::OutputStreamData,
            "acknowledge" => Self::Acknowledge,
            "channel_closed" => Self::ChannelClosed,
            "start_publication" => Self::StartPublication,
            "pause_publication" => Self::PausePublication,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Senders pad with spaces or with NULs.
    pub(super) fn from_padded(field: &[u8]) -> Result<Self, WireError> {
        let text = std::str::from_utf8(field)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or(WireError::MessageType)?;
        let name = text.trim_matches(|c: char| c == '\0' || c.is_ascii_whitespace());
        if name.is_empty() {
            Err(WireError::MessageType)
        } else {
            Ok(Self::from_name(name))
        }
    }

    pub(super) fn padded(&self) -> [u8; KIND_SIZE] {
        let mut field = [b' '; KIND_SIZE];
        field
            .iter_mut()
            .zip(self.name().bytes())
            .for_each(|(to, from)| *to = from);
        field
    }
}

impl PayloadType {
    /// The number on the wire.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Output => 1,
            Self::Error => 2,
            Self::Size => 3,
            Self::Parameter => 4,
            Self::HandshakeRequest => 5,
            Self::HandshakeResponse => 6,
            Self::HandshakeComplete => 7,
            Self::EncChallengeRequest => 8,
            Self::EncChallengeResponse => 9,
            Self::Flag => 10,
            Self::StdErr => 11,
            Self::ExitCode => 12,
            Self::Other(code) => code,
        }
    }

    /// The meaning of a number on the wire.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        match code {
            0 => Self::None,
            1 => Self::Output,
            2 => Self::Error,
            3 => Self::Size,
            4 => Self::Parameter,
            5 => Self::HandshakeRequest,
            6 => Self::HandshakeResponse,
            7 => Self::HandshakeComplete,
            8 => Self::EncChallengeRequest,
            9 => Self::EncChallengeResponse,
            10 => Self::Flag,
            11 => Self::StdErr,
            12 => Self::ExitCode,
            other => Self::Other(other),
        }
    }
}
