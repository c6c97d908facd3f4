//! What the agent may send next: one type for each stage of a session, and a transition consumes it.

mod opening;
mod streaming;

use std::collections::VecDeque;

use bytes::Bytes;

use crate::payload::PayloadError;
use crate::{ChannelConfig, ChannelEvent, ChannelFailure, FrameError, Message, PayloadType};

pub(crate) use opening::{ExpectChallenge, ExpectComplete, ExpectDataKey, ExpectFirst};
pub(crate) use streaming::Streaming;

/// The stage of a session.
pub(crate) enum Stage {
    First(ExpectFirst),
    DataKey(ExpectDataKey),
    Challenge(ExpectChallenge),
    Complete(ExpectComplete),
    Streaming(Streaming),
    Refused,
    Closed,
}

/// What a message brings about besides the next stage.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) events: VecDeque<ChannelEvent>,
    pub(crate) reply: Option<Reply>,
    /// The first defect met.
    pub(crate) defect: Option<FrameError>,
    /// The session is refused: nothing that waits is sent any more, but the reply is.
    pub(crate) refused: bool,
}

/// A message of the handshake.
pub(crate) struct Reply {
    pub(crate) payload_type: PayloadType,
    pub(crate) payload: Bytes,
}

impl Stage {
    /// The next message in order. After a failure the agent's closing text is still to come, and nothing else counts.
    pub(crate) fn receive(self, message: &Message, config: &ChannelConfig, effects: &mut Effects) -> Self {
        match self {
            Self::First(stage) => stage.receive(message, config, effects),
            Self::DataKey(stage) => stage.receive(message, effects),
            Self::Challenge(stage) => stage.receive(message, effects),
            Self::Complete(stage) => stage.receive(message, effects),
            Self::Streaming(stage) => stage.receive(message, effects),
            Self::Refused | Self::Closed => self,
        }
    }
}

impl Effects {
    /// The session fails. What was to be answered before does not go out any more.
    pub(crate) fn refuse(&mut self, failure: ChannelFailure, reply: Option<Reply>) -> Stage {
        self.events.push_back(ChannelEvent::Failed(failure));
        self.reply = reply;
        self.refused = true;
        Stage::Refused
    }

    fn refuse_malformed(&mut self, defect: PayloadError) -> Stage {
        let payload = defect.payload;
        self.defect(defect.into());
        self.refuse(ChannelFailure::Malformed { payload }, None)
    }

    fn push(&mut self, event: Result<ChannelEvent, PayloadError>) {
        match event {
            Ok(event) => self.events.push_back(event),
            Err(defect) => self.defect(defect.into()),
        }
    }

    fn unexpected(&mut self, message: &Message) {
        self.defect(FrameError::UnexpectedPayload {
            payload_type: message.payload_type,
        });
    }

    fn defect(&mut self, defect: FrameError) {
        self.defect.get_or_insert(defect);
    }
}

/// The name of a message that belongs to the handshake; none for any other.
fn handshake_name(payload_type: PayloadType) -> Option<&'static str> {
    match payload_type {
        PayloadType::HandshakeRequest => Some("HandshakeRequest"),
        PayloadType::HandshakeResponse => Some("HandshakeResponse"),
        PayloadType::HandshakeComplete => Some("HandshakeComplete"),
        PayloadType::EncChallengeRequest => Some("EncChallengeRequest"),
        PayloadType::EncChallengeResponse => Some("EncChallengeResponse"),
        PayloadType::None
        | PayloadType::Output
        | PayloadType::Error
        | PayloadType::Size
        | PayloadType::Parameter
        | PayloadType::Flag
        | PayloadType::StdErr
        | PayloadType::ExitCode
        | PayloadType::Other(_) => None,
    }
}
