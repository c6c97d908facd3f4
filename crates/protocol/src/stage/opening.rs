//! The stages before data flows. Each names the one message that it takes; any other ends the session, so that nobody on
//! the way can slip in data or a second handshake.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::{Effects, Reply, Stage, Streaming, handshake_name};
use crate::cipher::{Cipher, Nonces};
use crate::handshake::{RequestAnswer, ResponseWithoutKey, answer};
use crate::payload::{
    EncryptionChallenge, HandshakeComplete, HandshakeRequest, HandshakeResponse, JsonPayload, PayloadError,
};
use crate::{
    ChannelConfig, ChannelEvent, ChannelFailure, DataKey, EncryptionRule, Message, PayloadType, SessionType,
};

/// Agents send 124 characters: a challenge of 64 bytes, encrypted.
const CHALLENGE_CHARS: usize = 2048;

/// Nothing has come: the first message tells whether there is a handshake.
pub(crate) struct ExpectFirst {
    pub(crate) nonces: Nonces,
}

/// The agent wants encryption, and the driver asks KMS. The agent waits and sends nothing.
pub(crate) struct ExpectDataKey {
    pending: ResponseWithoutKey,
    nonces: Nonces,
}

/// The agent has the key, or can get it, and must show that it does.
pub(crate) struct ExpectChallenge {
    session_type: SessionType,
    cipher: Box<Cipher>,
}

/// The request is answered; input would be acknowledged and thrown away by the agent.
pub(crate) struct ExpectComplete {
    session_type: SessionType,
    cipher: Option<Box<Cipher>>,
}

impl ExpectFirst {
    /// Shells and interactive commands without encryption have no handshake: their first message is output.
    pub(super) fn receive(self, message: &Message, config: &ChannelConfig, effects: &mut Effects) -> Stage {
        if message.payload_type == PayloadType::HandshakeRequest {
            return match HandshakeRequest::from_payload(&message.payload) {
                Ok(request) => self.answer(request, config, effects),
                Err(defect) => effects.refuse_malformed(defect),
            };
        }
        if handshake_name(message.payload_type).is_some() {
            return misplaced(message, None, effects);
        }
        if config.encryption == EncryptionRule::Require {
            return effects.refuse(ChannelFailure::NotEncrypted, None);
        }
        Streaming::begin(SessionType::Shell, None, effects).receive(message, effects)
    }

    fn answer(self, request: HandshakeRequest, config: &ChannelConfig, effects: &mut Effects) -> Stage {
        match answer(request, config) {
            RequestAnswer::Plain(response, session_type) => {
                effects.reply = Some(response.into());
                Stage::Complete(ExpectComplete {
                    session_type,
                    cipher: None,
                })
            }
            RequestAnswer::NeedsKey(pending) => {
                let wanted = pending.wanted.clone();
                effects.events.push_back(ChannelEvent::DataKeyWanted(wanted));
                Stage::DataKey(ExpectDataKey {
                    pending,
                    nonces: self.nonces,
                })
            }
            RequestAnswer::Refused(response, failure) => effects.refuse(failure, Some(response.into())),
            RequestAnswer::Malformed => effects.refuse_malformed(PayloadError {
                payload: HandshakeRequest::NAME,
                at: 0,
            }),
        }
    }
}

impl ExpectDataKey {
    /// The agent waits for the answer, so there is nothing that it may send.
    pub(super) fn receive(self, message: &Message, effects: &mut Effects) -> Stage {
        let response = self.pending.without_key("The handshake was disturbed");
        misplaced(message, Some(response.into()), effects)
    }

    pub(crate) fn provide(self, key: DataKey, effects: &mut Effects) -> Stage {
        let session_type = self.pending.session_type.clone();
        effects.reply = Some(self.pending.with_key(&key).into());
        Stage::Challenge(ExpectChallenge {
            session_type,
            cipher: Box::new(Cipher::new(key, self.nonces)),
        })
    }

    /// The driver knows why, so there is no event.
    pub(crate) fn refuse(self, why: &str, effects: &mut Effects) -> Stage {
        effects.reply = Some(self.pending.without_key(why).into());
        effects.refused = true;
        Stage::Refused
    }
}

impl ExpectChallenge {
    pub(super) fn receive(self, message: &Message, effects: &mut Effects) -> Stage {
        if message.payload_type != PayloadType::EncChallengeRequest {
            return misplaced(message, None, effects);
        }
        match sealed_challenge(&message.payload) {
            Ok(sealed) => self.answer(&sealed, effects),
            Err(defect) => effects.refuse_malformed(defect),
        }
    }

    /// The same bytes, encrypted with our key. Once only, or else anybody could have anything decrypted.
    fn answer(mut self, sealed: &[u8], effects: &mut Effects) -> Stage {
        let challenge = self.cipher.open(sealed);
        let Some(answer) = challenge.and_then(|challenge| self.cipher.seal(&challenge)) else {
            return effects.refuse(ChannelFailure::ChallengeFailed, None);
        };
        effects.reply = Some(Reply {
            payload_type: PayloadType::EncChallengeResponse,
            payload: EncryptionChallenge {
                challenge: STANDARD.encode(&answer),
            }
            .to_payload(),
        });
        Stage::Complete(ExpectComplete {
            session_type: self.session_type,
            cipher: Some(self.cipher),
        })
    }
}

impl ExpectComplete {
    pub(super) fn receive(self, message: &Message, effects: &mut Effects) -> Stage {
        if message.payload_type != PayloadType::HandshakeComplete {
            return misplaced(message, None, effects);
        }
        match HandshakeComplete::from_payload(&message.payload) {
            Ok(complete) => self.complete(complete, effects),
            Err(defect) => effects.refuse_malformed(defect),
        }
    }

    fn complete(self, complete: HandshakeComplete, effects: &mut Effects) -> Stage {
        let stream = Streaming::begin(self.session_type, self.cipher, effects);
        if !complete.customer_message.is_empty() {
            effects
                .events
                .push_back(ChannelEvent::CustomerMessage(complete.customer_message));
        }
        Stage::Streaming(stream)
    }
}

impl From<HandshakeResponse> for Reply {
    fn from(response: HandshakeResponse) -> Self {
        Self {
            payload_type: PayloadType::HandshakeResponse,
            payload: response.to_payload(),
        }
    }
}

/// A message that has no place before data flows.
fn misplaced(message: &Message, reply: Option<Reply>, effects: &mut Effects) -> Stage {
    let failure = match handshake_name(message.payload_type) {
        Some(payload) => ChannelFailure::OutOfOrder { payload },
        None => ChannelFailure::EarlyData,
    };
    effects.refuse(failure, reply)
}

fn sealed_challenge(payload: &Bytes) -> Result<Vec<u8>, PayloadError> {
    let EncryptionChallenge { challenge } = EncryptionChallenge::from_payload(payload)?;
    Some(challenge)
        .filter(|challenge| challenge.len() <= CHALLENGE_CHARS)
        .and_then(|challenge| STANDARD.decode(challenge).ok())
        .ok_or(PayloadError {
            payload: EncryptionChallenge::NAME,
            at: 0,
        })
}
