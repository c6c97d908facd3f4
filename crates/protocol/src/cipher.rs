//! The cipher of an encrypted session: AES-256-GCM without associated data, one key for each direction.
//!
//! On the wire: a nonce of 12 bytes, the ciphertext, a tag of 16 bytes (plugin contract, confirmed by recorded traffic).

use bytes::Bytes;
use ring::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::DataKey;

const TAG_BYTES: usize = 16;
/// What encryption adds to a message.
pub(crate) const SEAL_BYTES: usize = NONCE_LEN + TAG_BYTES;

/// Both directions of one session. Outlives its sockets.
pub(crate) struct Cipher {
    opening: LessSafeKey,
    sealing: LessSafeKey,
    nonces: Nonces,
    /// What the keys were made of, of a channel that is written down only.
    plaintext: Option<Zeroizing<Vec<u8>>>,
}

/// Numbers of 96 bits, counted up from one that follows from the seed. Not `Clone`: a nonce that is used twice with one
/// key gives the plaintext away.
pub(crate) struct Nonces {
    next: u128,
}

impl Cipher {
    pub(crate) fn new(key: DataKey, nonces: Nonces) -> Self {
        Self {
            opening: key.opening,
            sealing: key.sealing,
            nonces,
            plaintext: key.plaintext,
        }
    }

    /// What the keys were made of; none when the channel is not written down.
    pub(crate) fn plaintext(&self) -> Option<&[u8]> {
        self.plaintext.as_ref().map(|plaintext| plaintext.as_slice())
    }

    /// Encrypts a message of the client. None only when it is larger than AES-GCM allows (64 GiB).
    pub(crate) fn seal(&mut self, plaintext: &[u8]) -> Option<Bytes> {
        let nonce = self.nonces.next();
        let mut sealed = Vec::with_capacity(NONCE_LEN + plaintext.len() + TAG_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let text = sealed.get_mut(NONCE_LEN..)?;
        let tag = self
            .sealing
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), text)
            .ok()?;
        sealed.extend_from_slice(tag.as_ref());
        Some(sealed.into())
    }

    /// Decrypts a message of the agent. None when it is not one: it was not encrypted with this key, or was changed.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Bytes> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let len = self
            .opening
            .open_in_place(nonce, Aad::empty(), &mut text)
            .ok()?
            .len();
        text.truncate(len);
        Some(text.into())
    }
}

impl Nonces {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"nonces")
            .chain_update(seed)
            .finalize()
            .into();
        let start = digest.first_chunk().copied().unwrap_or_default();
        Self {
            next: u128::from_be_bytes(start),
        }
    }

    fn next(&mut self) -> [u8; NONCE_LEN] {
        let current = self.next.to_be_bytes();
        self.next = self.next.wrapping_add(1);
        current.last_chunk().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AGENT: [u8; 32] = [1; 32];
    const CLIENT: [u8; 32] = [2; 32];

    /// The cipher of the end that opens with the first key and seals with the second.
    fn cipher(opening: [u8; 32], sealing: [u8; 32], seed: u8) -> Cipher {
        let key = DataKey::new(&[opening, sealing].concat(), vec![], false).unwrap();
        Cipher::new(key, Nonces::new([seed; 32]))
    }

    fn ends() -> (Cipher, Cipher) {
        (cipher(AGENT, CLIENT, 3), cipher(CLIENT, AGENT, 4))
    }

    #[test]
    fn the_agent_seals_with_the_first_half_and_the_client_with_the_second() {
        let (mut client, mut agent) = ends();
        let sealed = client.seal(b"ls\r").unwrap();
        assert_eq!(sealed.len(), 3 + 28);
        assert_eq!(agent.open(&sealed).unwrap(), "ls\r");
        assert_eq!(client.open(&sealed), None, "one's own message is not the other's");
        let sealed = agent.seal(b"file").unwrap();
        assert_eq!(client.open(&sealed).unwrap(), "file");
    }

    #[test]
    fn nonces_count_up_from_a_start_that_follows_from_the_seed_and_never_repeat() {
        let nonce =
            |sealed: Bytes| u128::from_be_bytes([&[0; 4], &sealed[..12]].concat().try_into().unwrap());
        let (mut one, mut same, mut other) = (cipher(AGENT, CLIENT, 3), cipher(AGENT, CLIENT, 3), ends().1);
        let first = nonce(one.seal(b"x").unwrap());
        assert_eq!(nonce(same.seal(b"y").unwrap()), first);
        assert_ne!(nonce(other.seal(b"x").unwrap()), first);
        for step in 1..1000 {
            let expected = first.wrapping_add(step) & (u128::MAX >> 32);
            assert_eq!(nonce(one.seal(b"x").unwrap()), expected);
        }
        assert_ne!(first, 0, "the start is not a constant");
    }

    #[test]
    fn the_counter_goes_round_at_96_bits() {
        let mut nonces = Nonces { next: u128::MAX };
        assert_eq!(nonces.next(), [0xff; 12]);
        assert_eq!(nonces.next(), [0; 12]);
        assert_eq!(nonces.next()[11], 1);
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_noticed() {
        let (client, mut agent) = ends();
        let sealed = agent.seal(b"root").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(client.open(&changed), None, "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert_eq!(client.open(&sealed[..len]), None, "{len} bytes");
        }
    }

    #[test]
    fn an_empty_message_has_28_bytes() {
        let (client, mut agent) = ends();
        let sealed = agent.seal(b"").unwrap();
        assert_eq!((sealed.len(), client.open(&sealed)), (28, Some(Bytes::new())));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_no_message(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(ends().0.open(&bytes), None);
        }

        #[test]
        fn what_is_sealed_opens(text in proptest::collection::vec(any::<u8>(), 0..1100)) {
            let (mut client, agent) = ends();
            let sealed = client.seal(&text).unwrap();
            prop_assert_eq!(agent.open(&sealed).unwrap(), text);
        }
    }
}
