//! The recorded keys: what KMS answers, and the agent's own view of what is encrypted with them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_protocol::{DataKey, DataKeyWanted};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::{RecordedKeys, ReplayDifference};

const CHALLENGE: &str = "aws:ssm:RandomChallenge";

impl RecordedKeys {
    /// Whether KMS made a data key.
    pub(crate) fn are_made(&self) -> bool {
        self.agent_to_client_key.is_some()
    }

    /// What the recorded KMS answered; none where it refused.
    pub(crate) fn answer(
        &self,
        line: usize,
        wanted: &DataKeyWanted,
    ) -> Result<Option<DataKey>, ReplayDifference> {
        let challenge = self
            .encryption_context
            .as_ref()
            .and_then(|context| context.get(CHALLENGE));
        let names_challenge = challenge.is_none() || challenge == wanted.challenge.as_ref();
        if wanted.key_id != self.key_id || !names_challenge {
            return Err(ReplayDifference::new(
                line,
                format!("{} {challenge:?}", self.key_id),
                format!("{wanted:?}"),
            ));
        }
        if !self.are_made() {
            return Ok(None);
        }
        let plaintext = [self.agent(), self.client()]
            .map(Option::unwrap_or_default)
            .concat();
        let blob = self
            .ciphertext_blob
            .as_deref()
            .and_then(|blob| STANDARD.decode(blob).ok());
        DataKey::new(&plaintext, blob.unwrap_or_default(), challenge.is_some())
            .map(Some)
            .map_err(|error| ReplayDifference::new(1, "a data key", error.to_string()))
    }

    /// What the client encrypted, as the agent reads it.
    pub(crate) fn open_input(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.client()?, sealed)
    }

    /// What the agent encrypted.
    pub(crate) fn open_output(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.agent()?, sealed)
    }

    fn agent(&self) -> Option<Vec<u8>> {
        from_hexadecimal(self.agent_to_client_key.as_deref()?)
    }

    fn client(&self) -> Option<Vec<u8>> {
        from_hexadecimal(self.client_to_agent_key.as_deref()?)
    }
}

/// The bytes of a type 8 or 9.
pub(crate) fn challenge(payload: &[u8]) -> Option<Vec<u8>> {
    let members: BTreeMap<String, String> = serde_json::from_slice(payload).ok()?;
    STANDARD.decode(members.get("Challenge")?).ok()
}

fn open(key: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    key.open_in_place(nonce, Aad::empty(), &mut text)
        .ok()
        .map(|opened| opened.to_vec())
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).map(|n| n as u8))
        .collect::<Option<_>>()?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
