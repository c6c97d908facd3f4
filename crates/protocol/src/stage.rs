//! What the agent may send next: one type for each stage of a session, and a transition consumes it.

use std::collections::VecDeque;

use crate::payload::{
    ExitCode, HandshakeComplete, HandshakeRequest, HandshakeResponse, JsonPayload, PayloadError,
};
use crate::{
    ChannelConfig, ChannelEvent, ChannelFailure, FrameError, Message, PayloadType, SessionType, handshake,
};

/// What may arrive between the agent's request and its completion of the handshake.
const EARLY_BYTES: usize = 1 << 20;
/// What an early message costs besides its payload.
const EARLY_OVERHEAD: usize = 256;

/// The stage of a session.
pub(crate) enum Stage {
    First(ExpectFirst),
    Complete(ExpectComplete),
    Streaming(Streaming),
    Refused(Refused),
    Closed,
}

/// What a message brings about besides the next stage.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) events: VecDeque<ChannelEvent>,
    pub(crate) response: Option<HandshakeResponse>,
    /// The first defect met.
    pub(crate) defect: Option<FrameError>,
}

/// Nothing has come: the first message tells whether there is a handshake.
pub(crate) struct ExpectFirst;

/// The request is answered; input would be acknowledged and thrown away by the agent.
pub(crate) struct ExpectComplete {
    session_type: SessionType,
    early: Vec<Message>,
    early_bytes: usize,
}

/// Data flows both ways.
pub(crate) struct Streaming {
    pub(crate) has_terminal: bool,
}

/// The handshake failed; the agent's closing text is still to come.
pub(crate) struct Refused;

impl Stage {
    /// The next message in order.
    pub(crate) fn receive(self, message: Message, config: &ChannelConfig, effects: &mut Effects) -> Self {
        match self {
            Self::First(stage) => stage.receive(message, config, effects),
            Self::Complete(stage) => stage.receive(message, effects),
            Self::Streaming(stage) => stage.receive(&message, effects),
            Self::Refused(Refused) | Self::Closed => self,
        }
    }
}

impl ExpectFirst {
    /// Shells and interactive commands without encryption have no handshake: their first message is output.
    fn receive(self, message: Message, config: &ChannelConfig, effects: &mut Effects) -> Stage {
        if message.payload_type != PayloadType::HandshakeRequest {
            return Streaming::begin(SessionType::Shell, effects).receive(&message, effects);
        }
        match HandshakeRequest::from_payload(&message.payload) {
            Ok(request) => Self::answer(request, config, effects),
            Err(defect) => Refused::malformed(defect, effects),
        }
    }

    fn answer(request: HandshakeRequest, config: &ChannelConfig, effects: &mut Effects) -> Stage {
        let (response, outcome) = handshake::answer(request, config);
        effects.response = Some(response);
        match outcome {
            Ok(session_type) => Stage::Complete(ExpectComplete {
                session_type,
                early: Vec::new(),
                early_bytes: 0,
            }),
            Err(refusal) => Refused::because(refusal, effects),
        }
    }
}

impl ExpectComplete {
    fn receive(self, message: Message, effects: &mut Effects) -> Stage {
        match message.payload_type {
            PayloadType::HandshakeComplete => self.complete(&message, effects),
            PayloadType::Output | PayloadType::StdErr | PayloadType::ExitCode | PayloadType::Flag => {
                self.keep(message, effects)
            }
            PayloadType::None
            | PayloadType::Error
            | PayloadType::Size
            | PayloadType::Parameter
            | PayloadType::HandshakeRequest
            | PayloadType::HandshakeResponse
            | PayloadType::EncChallengeRequest
            | PayloadType::EncChallengeResponse
            | PayloadType::Other(_) => {
                effects.unexpected(&message);
                Stage::Complete(self)
            }
        }
    }

    fn complete(self, message: &Message, effects: &mut Effects) -> Stage {
        let complete = match HandshakeComplete::from_payload(&message.payload) {
            Ok(complete) => complete,
            Err(defect) => return Refused::malformed(defect, effects),
        };
        let mut stream = Streaming::begin(self.session_type, effects);
        if !complete.customer_message.is_empty() {
            effects
                .events
                .push_back(ChannelEvent::CustomerMessage(complete.customer_message));
        }
        for early in &self.early {
            stream.deliver(early, effects);
        }
        Stage::Streaming(stream)
    }

    fn keep(mut self, message: Message, effects: &mut Effects) -> Stage {
        self.early_bytes += message.payload.len() + EARLY_OVERHEAD;
        if self.early_bytes > EARLY_BYTES {
            return Refused::because(ChannelFailure::NeverCompleted, effects);
        }
        self.early.push(message);
        Stage::Complete(self)
    }
}

impl Streaming {
    fn begin(session_type: SessionType, effects: &mut Effects) -> Self {
        let has_terminal = !matches!(session_type, SessionType::Port { .. });
        effects.events.push_back(ChannelEvent::Ready {
            session_type,
            encrypted: false,
        });
        Self { has_terminal }
    }

    fn receive(mut self, message: &Message, effects: &mut Effects) -> Stage {
        self.deliver(message, effects);
        Stage::Streaming(self)
    }

    fn deliver(&mut self, message: &Message, effects: &mut Effects) {
        let payload = message.payload.clone();
        match message.payload_type {
            PayloadType::Output if payload.is_empty() => {}
            PayloadType::StdErr if payload.is_empty() => {}
            PayloadType::Output => effects.events.push_back(ChannelEvent::Output(payload)),
            PayloadType::StdErr => effects.events.push_back(ChannelEvent::StdErr(payload)),
            PayloadType::ExitCode => {
                effects.push(ExitCode::from_payload(&payload).map(|code| ChannelEvent::ExitCode(code.0)));
            }
            PayloadType::Flag => effects.push(flag(&payload)),
            // A second handshake is never answered: whoever asks for one is not the agent that we talk to.
            PayloadType::None
            | PayloadType::Error
            | PayloadType::Size
            | PayloadType::Parameter
            | PayloadType::HandshakeRequest
            | PayloadType::HandshakeResponse
            | PayloadType::HandshakeComplete
            | PayloadType::EncChallengeRequest
            | PayloadType::EncChallengeResponse
            | PayloadType::Other(_) => effects.unexpected(message),
        }
    }
}

impl Refused {
    fn because(refusal: ChannelFailure, effects: &mut Effects) -> Stage {
        effects.events.push_back(ChannelEvent::Failed(refusal));
        Stage::Refused(Self)
    }

    fn malformed(defect: PayloadError, effects: &mut Effects) -> Stage {
        let refusal = ChannelFailure::Malformed {
            payload: defect.payload,
        };
        effects.defect(defect.into());
        Self::because(refusal, effects)
    }
}

impl Effects {
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

fn flag(payload: &[u8]) -> Result<ChannelEvent, PayloadError> {
    let value: [u8; 4] = payload.try_into().map_err(|_| PayloadError {
        payload: "flag",
        at: 0,
    })?;
    Ok(ChannelEvent::Flag(u32::from_be_bytes(value)))
}
