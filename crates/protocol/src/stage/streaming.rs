//! The stage in which data flows both ways.

use bytes::Bytes;

use super::{Effects, Stage, handshake_name};
use crate::cipher::Cipher;
use crate::payload::{ExitCode, flag};
use crate::{ChannelEvent, ChannelFailure, Message, PayloadType, SessionType};

/// Data flows both ways.
pub(crate) struct Streaming {
    session_type: SessionType,
    cipher: Option<Box<Cipher>>,
}

impl Streaming {
    pub(super) fn begin(
        session_type: SessionType,
        cipher: Option<Box<Cipher>>,
        effects: &mut Effects,
    ) -> Self {
        effects.events.push_back(ChannelEvent::Ready {
            session_type: session_type.clone(),
            encrypted: cipher.is_some(),
        });
        Self { session_type, cipher }
    }

    /// The stage of a channel that was written down: it was ready before, so nothing is reported.
    pub(crate) fn restored(session_type: SessionType, cipher: Option<Cipher>) -> Self {
        Self {
            session_type,
            cipher: cipher.map(Box::new),
        }
    }

    pub(crate) fn session_type(&self) -> &SessionType {
        &self.session_type
    }

    pub(crate) fn cipher(&self) -> Option<&Cipher> {
        self.cipher.as_deref()
    }

    /// Whether the agent is told the size of a terminal.
    pub(crate) fn has_terminal(&self) -> bool {
        !self.has_flags()
    }

    /// Whether flags mean anything to the agent.
    pub(crate) fn has_flags(&self) -> bool {
        matches!(self.session_type, SessionType::Port { .. })
    }

    /// The payload of an input message, encrypted if the session is. Sizes, flags and the handshake are never encrypted.
    pub(crate) fn seal(&mut self, input: Bytes) -> Option<Bytes> {
        match &mut self.cipher {
            Some(cipher) => cipher.seal(&input),
            None => Some(input),
        }
    }

    /// A second handshake is never answered: whoever asks for one is not the agent that we talk to.
    pub(super) fn receive(self, message: &Message, effects: &mut Effects) -> Stage {
        if let Some(payload) = handshake_name(message.payload_type) {
            return effects.refuse(ChannelFailure::OutOfOrder { payload }, None);
        }
        let Some(payload) = self.open(message) else {
            let sequence = message.sequence;
            return effects.refuse(ChannelFailure::Undecipherable { sequence }, None);
        };
        deliver(message, payload, effects);
        Stage::Streaming(self)
    }

    /// The payload as the agent's program wrote it.
    fn open(&self, message: &Message) -> Option<Bytes> {
        let is_encrypted = matches!(
            message.payload_type,
            PayloadType::Output | PayloadType::StdErr | PayloadType::ExitCode
        );
        match &self.cipher {
            Some(cipher) if is_encrypted => cipher.open(&message.payload),
            Some(_) | None => Some(message.payload.clone()),
        }
    }
}

fn deliver(message: &Message, payload: Bytes, effects: &mut Effects) {
    match message.payload_type {
        PayloadType::Output | PayloadType::StdErr if payload.is_empty() => {}
        PayloadType::Output => effects.events.push_back(ChannelEvent::Output(payload)),
        PayloadType::StdErr => effects.events.push_back(ChannelEvent::StdErr(payload)),
        PayloadType::ExitCode => {
            effects.push(ExitCode::from_payload(&payload).map(|code| ChannelEvent::ExitCode(code.0)));
        }
        PayloadType::Flag => effects.push(flag::from_payload(&payload).map(ChannelEvent::Flag)),
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
