//! The agent's half of an encrypted session: AES-256-GCM with a 12-byte nonce in front and nothing associated.

use bytes::{Bytes, BytesMut};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Both halves of the data key: the agent encrypts with the first 32 bytes, the client with the last.
const KEY_BYTES: usize = 32;

/// The ciphers of one session.
pub(super) struct AgentCipher {
    seal: LessSafeKey,
    open: LessSafeKey,
    nonce: [u8; NONCE_LEN],
}

impl AgentCipher {
    /// From the 64 bytes of the data key and the first nonce; none when the key has another length.
    pub(super) fn new(data_key: &[u8], nonce: [u8; NONCE_LEN]) -> Option<Self> {
        let (first, last) = data_key.split_at_checked(KEY_BYTES)?;
        Some(Self {
            seal: key(first)?,
            open: key(last)?,
            nonce,
        })
    }

    /// Nonce, ciphertext and tag. The nonce counts up from its start as a little-endian number, as in the real agent.
    pub(super) fn seal(&mut self, plaintext: &[u8]) -> Bytes {
        let mut sealed = BytesMut::from(plaintext);
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let tag = self
            .seal
            .seal_in_place_separate_tag(nonce, Aad::empty(), &mut sealed);
        let mut whole = BytesMut::from(&self.nonce[..]);
        whole.extend_from_slice(&sealed);
        // It fails only for more than 64 GiB; without its tag nobody takes the message.
        whole.extend_from_slice(tag.as_ref().map_or(&[], |tag| tag.as_ref()));
        self.count();
        whole.freeze()
    }

    /// The plaintext of what the client sealed; none when it was not the client.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Bytes> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut ciphertext = ciphertext.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plaintext = self.open.open_in_place(nonce, Aad::empty(), &mut ciphertext);
        plaintext.ok().map(|plaintext| Bytes::copy_from_slice(plaintext))
    }

    fn count(&mut self) {
        for byte in &mut self.nonce {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                return;
            }
        }
    }
}

fn key(bytes: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_key() -> Vec<u8> {
        (0..64).collect()
    }

    #[test]
    fn the_nonce_is_a_little_endian_counter_and_each_message_has_its_own() {
        let mut cipher = AgentCipher::new(&data_key(), [0xff, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap();
        let (first, second) = (cipher.seal(b"a"), cipher.seal(b"a"));
        assert_eq!(first[..4], [0xff, 0xff, 7, 0]);
        assert_eq!(second[..4], [0, 0, 8, 0]);
        assert_eq!(first.len(), 12 + 1 + 16);
        assert_ne!(first[12..], second[12..]);
    }

    #[test]
    fn each_side_opens_only_what_the_other_side_sealed() {
        let swapped: Vec<u8> = (32..64).chain(0..32).collect();
        let mut agent = AgentCipher::new(&data_key(), [0; 12]).unwrap();
        let mut client = AgentCipher::new(&swapped, [1; 12]).unwrap();
        assert_eq!(client.open(&agent.seal(b"out")).unwrap(), "out");
        assert_eq!(agent.open(&client.seal(b"in")).unwrap(), "in");
        let own = agent.seal(b"out");
        assert!(agent.open(&own).is_none());
        let mut damaged = client.seal(b"in").to_vec();
        damaged[12] ^= 1;
        assert!(agent.open(&damaged).is_none() && agent.open(b"short").is_none());
    }

    #[test]
    fn a_data_key_of_another_length_is_none() {
        assert!(
            AgentCipher::new(&[0; 63], [0; 12]).is_none() && AgentCipher::new(&[0; 65], [0; 12]).is_none()
        );
        assert!(AgentCipher::new(&[], [0; 12]).is_none());
    }
}
