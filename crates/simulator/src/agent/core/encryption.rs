//! The encrypted session: the data key from the client, the challenge that proves it, and the cipher afterwards.

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use postern_protocol::{HandshakeResponse, Message, Moment, PayloadType};
use rand::Rng as _;

use super::input::Verdict;
use super::{AgentCore, AgentStage};
use crate::agent::cipher::AgentCipher;
use crate::agent::config::AgentHostility;
use crate::agent::event::AgentEvent;
use crate::agent::handshake::{self, KmsAction};

/// What `channel_closed` says when an answer has no action `KMSEncryption`; without the banner of other failures
/// (observed up to the elision: "Plugin crashed with message … nil pointer").
const CRASHED: &str =
    "Plugin crashed with message runtime error: invalid memory address or nil pointer dereference";
/// The real agent's words (observed).
const DATA_KEY_FAILED: &str =
    "Fetching data key failed: Unable to retrieve data key, Error when decrypting data key";
/// Our words: how the real agent says it was not observed.
const CHALLENGE_REQUIRED: &str =
    "Fetching data key failed: the client does not support the challenge that this agent requires.";
/// The real agent's words (observed).
const ENCRYPTED: &str = "This session is encrypted using AWS KMS.";

impl AgentCore {
    /// The answer to [`AgentEvent::DecryptDataKey`]: the 64 bytes, or why not in the words of KMS, such as
    /// `InvalidCiphertextException: …`. Without such an event it changes nothing.
    pub fn data_key(&mut self, now: Moment, plaintext: Result<&[u8], &str>) {
        if !matches!(self.stage, AgentStage::Decrypting { .. }) {
            return;
        }
        let since = AgentStage::AwaitingResponse { since: now.monotonic };
        if let AgentStage::Decrypting {
            since,
            response,
            customer_message,
        } = std::mem::replace(&mut self.stage, since)
        {
            self.acknowledge(now, &response);
            self.inbox.advance();
            match plaintext {
                Ok(key) => self.use_data_key(now, since, key, customer_message),
                Err(why) => self.fail_handshake(&format!("{DATA_KEY_FAILED} {why}")),
            }
        }
        self.play_held(now);
        self.handle_timeout(now);
        while let Some(frame) = self.unread.pop_front() {
            self.handle_frame(now, &frame);
        }
    }

    /// Whether the session is to be encrypted.
    pub(super) fn encrypts(&self) -> bool {
        let dropped = self.config.hostility == Some(AgentHostility::DropsEncryption);
        self.config.encryption.is_some() && !self.config.session.is_port() && !dropped
    }

    pub(super) fn begin_handshake(&mut self, now: Moment) {
        if self.config.encryption.as_ref().is_some_and(|own| own.challenge) {
            let mut random = [0; 16];
            self.ids.fill_bytes(&mut random);
            self.offered_challenge = Some(STANDARD.encode(random));
        }
        self.send_request(now);
        if self.config.hostility == Some(AgentHostility::OutputBeforeComplete) {
            let early = Bytes::from_static(b"output before its time\r\n");
            self.send_stream(now, PayloadType::Output, early);
        }
    }

    pub(super) fn send_request(&mut self, now: Moment) {
        let encryption = self.config.encryption.as_ref().filter(|_| self.encrypts());
        let kms = encryption.map(|encryption| KmsAction {
            key_id: match &self.config.hostility {
                Some(AgentHostility::SwapsKey(other)) => other,
                Some(_) | None => &encryption.key_id,
            },
            challenge: self.offered_challenge.as_deref(),
        });
        let request = handshake::request(&self.config, kms.as_ref());
        self.send_stream(now, PayloadType::HandshakeRequest, request);
    }

    /// The answer is acknowledged when KMS has decrypted its key: the real agent's reader makes the call.
    pub(super) fn take_data_key(
        &mut self,
        since: Duration,
        response: &HandshakeResponse,
        message: &Message,
        advice: String,
    ) -> Verdict {
        let answer = match handshake::data_key(response) {
            Some(Ok(answer)) => answer,
            Some(Err(why)) => {
                self.fail_handshake(&why);
                return Verdict::Taken;
            }
            None => {
                self.end(CRASHED.to_owned());
                return Verdict::Taken;
            }
        };
        let required = self.config.encryption.as_ref();
        if required.is_some_and(|own| own.require_challenge_response) && !answer.acknowledges_challenge {
            self.fail_handshake(CHALLENGE_REQUIRED);
            return Verdict::Taken;
        }
        let used = self.offered_challenge.clone();
        self.events.push_back(AgentEvent::DecryptDataKey {
            ciphertext: answer.ciphertext.into(),
            challenge: used.filter(|_| answer.acknowledges_challenge),
        });
        self.stage = AgentStage::Decrypting {
            since,
            response: Box::new(message.clone()),
            customer_message: format!("{advice}{ENCRYPTED}"),
        };
        Verdict::Refused
    }

    /// The client's answer proves that both have the same key. A wrong one is never acknowledged, and the session fails
    /// when the limit is over: the real agent tells nobody that it was wrong (from its source).
    pub(super) fn take_challenge(&mut self, now: Moment, payload: &[u8]) -> Verdict {
        let opened =
            handshake::sealed_challenge(payload).and_then(|sealed| self.cipher.as_ref()?.open(&sealed));
        let AgentStage::AwaitingChallenge {
            since,
            challenge,
            customer_message,
            ..
        } = &mut self.stage
        else {
            return Verdict::Refused;
        };
        if opened.as_deref() != Some(&challenge[..]) {
            return Verdict::Refused;
        }
        let (since, customer_message) = (*since, std::mem::take(customer_message));
        self.settle(now, since, customer_message);
        Verdict::Taken
    }

    /// A message as it is read: the client's Output is encrypted from the data key on. None when it cannot be read.
    pub(super) fn deciphered<'m>(&self, message: &'m Message) -> Option<Cow<'m, Message>> {
        match &self.cipher {
            Some(cipher) if message.payload_type == PayloadType::Output => {
                let payload = cipher.open(&message.payload)?;
                Some(Cow::Owned(Message {
                    payload,
                    ..message.clone()
                }))
            }
            Some(_) | None => Some(Cow::Borrowed(message)),
        }
    }

    /// A payload as it is sent: Output, StdErr and ExitCode are encrypted from the data key on.
    pub(super) fn sealed(&mut self, payload_type: PayloadType, payload: Bytes) -> Bytes {
        let kinds = [PayloadType::Output, PayloadType::StdErr, PayloadType::ExitCode];
        let plain = self.config.hostility == Some(AgentHostility::PlainOutput);
        match &mut self.cipher {
            Some(cipher) if kinds.contains(&payload_type) && !plain => cipher.seal(&payload),
            Some(_) | None => payload,
        }
    }

    fn use_data_key(&mut self, now: Moment, since: Duration, key: &[u8], customer_message: String) {
        let mut nonce = [0; 12];
        self.ids.fill_bytes(&mut nonce);
        let Some(mut cipher) = AgentCipher::new(key, nonce) else {
            let len = key.len();
            return self.fail_handshake(&format!("{DATA_KEY_FAILED} the key has {len} bytes"));
        };
        let mut challenge = [0; 64];
        self.ids.fill_bytes(&mut challenge);
        let sealed = if self.config.hostility == Some(AgentHostility::ChallengesWithWrongKey) {
            self.seal_with_wrong_key(&challenge)
        } else {
            cipher.seal(&challenge)
        };
        self.cipher = Some(cipher);
        self.stage = AgentStage::AwaitingChallenge {
            since,
            sent_at: now.monotonic,
            challenge,
            customer_message,
        };
        self.send_stream(
            now,
            PayloadType::EncChallengeRequest,
            handshake::challenge(&sealed),
        );
    }

    fn seal_with_wrong_key(&mut self, challenge: &[u8]) -> Bytes {
        let mut key = [0; 64];
        self.ids.fill_bytes(&mut key);
        AgentCipher::new(&key, [0; 12]).map_or_else(Bytes::new, |mut other| other.seal(challenge))
    }
}
