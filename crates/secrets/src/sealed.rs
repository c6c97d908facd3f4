//! The form of sealed bytes, version 1, and the cipher that makes and opens them.
//!
//! | bytes | what |
//! |---|---|
//! | 3 | `PSL` |
//! | 1 | the version, 1 |
//! | 8 | the mark of the key, made of it by HKDF, so that bytes of another key are told from damaged ones |
//! | 24 | the salt |
//! | any | the ciphertext of AES-256-GCM |
//! | 16 | its tag |
//!
//! **The rule of the nonce.** Each seal draws 24 new bytes of the system's randomness as its salt; HKDF-SHA-256 makes of our key
//! and the salt the key *and* the nonce of this one seal. So a nonce is used twice with one key only if 24 random bytes come
//! twice: after 2^64 seals the odds of that are below 2^-64. No counter has to be kept anywhere.
//!
//! The header with the salt is authenticated, followed by what the caller says that the bytes are about (the associated data):
//! bytes that are moved to another place do not open there.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};
use thiserror::Error;
use zeroize::Zeroizing;

/// How long our key is.
pub(crate) const KEY_BYTES: usize = 32;

const MAGIC: [u8; 3] = *b"PSL";
const VERSION: u8 = 1;
const MARK_BYTES: usize = 8;
const SALT_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + 1 + MARK_BYTES + SALT_BYTES;

/// What the parts of a derived text are for.
const FOR_MARK: &[u8] = b"postern sealed mark";
const FOR_SEAL: &[u8] = b"postern sealed 1";

/// Why sealed bytes cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// They do not begin as sealed bytes do, or are too short to be some.
    #[error("This was not sealed by Postern, or was cut off.")]
    NotSealed,
    /// A later version sealed them.
    #[error("This was sealed by a later version of Postern (form {found}).")]
    NewerVersion {
        /// The version of the form.
        found: u8,
    },
    /// They were sealed with another key than the one in the keyring.
    #[error("This was sealed with a key that the keyring no longer has.")]
    OtherKey,
    /// They were changed, cut off, or belong to another place.
    #[error("This was changed after it was sealed, or belongs elsewhere.")]
    Damaged,
}

impl OpenError {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotSealed | Self::Damaged => "Restore the file from a backup, or delete it.",
            Self::NewerVersion { .. } => "Update Postern.",
            Self::OtherKey => "Restore the keyring that had the key, or delete the file.",
        }
    }
}

/// Seals and opens with one key.
pub(crate) struct SealedForm {
    key: Zeroizing<[u8; KEY_BYTES]>,
    mark: [u8; MARK_BYTES],
}

impl SealedForm {
    /// With this key. None only if the library cannot derive from it, which it can from every key.
    pub(crate) fn new(key: Zeroizing<[u8; KEY_BYTES]>) -> Option<Self> {
        let mark = derived::<MARK_BYTES>(key.as_slice(), &[], FOR_MARK).ok()?;
        Some(Self { key, mark: *mark })
    }

    /// None only if the system has no randomness, or the text is larger than AES-GCM allows (64 GiB).
    pub(crate) fn seal(&self, text: &[u8], about: &[u8]) -> Option<Vec<u8>> {
        let mut salt = [0; SALT_BYTES];
        SystemRandom::new().fill(&mut salt).ok()?;
        let mut sealed = Vec::with_capacity(HEADER_BYTES + text.len() + TAG_BYTES);
        sealed.extend_from_slice(&MAGIC);
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.mark);
        sealed.extend_from_slice(&salt);
        let (cipher, nonce) = self.cipher(&salt).ok()?;
        let aad = Aad::from([sealed.as_slice(), about].concat());
        sealed.extend_from_slice(text);
        let tag = cipher.seal_in_place_separate_tag(nonce, aad, sealed.get_mut(HEADER_BYTES..)?);
        sealed.extend_from_slice(tag.ok()?.as_ref());
        Some(sealed)
    }

    pub(crate) fn open(&self, sealed: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let rest = sealed.strip_prefix(&MAGIC).ok_or(OpenError::NotSealed)?;
        let (version, rest) = rest.split_first().ok_or(OpenError::NotSealed)?;
        if *version > VERSION {
            return Err(OpenError::NewerVersion { found: *version });
        }
        let (mark, rest) = rest
            .split_first_chunk::<MARK_BYTES>()
            .ok_or(OpenError::NotSealed)?;
        let (salt, text) = rest
            .split_first_chunk::<SALT_BYTES>()
            .ok_or(OpenError::NotSealed)?;
        let header = sealed.get(..HEADER_BYTES).ok_or(OpenError::NotSealed)?;
        if *version != VERSION || text.len() < TAG_BYTES {
            return Err(OpenError::NotSealed);
        } else if *mark != self.mark {
            return Err(OpenError::OtherKey);
        }
        let damaged = |_: Unspecified| OpenError::Damaged;
        let (cipher, nonce) = self.cipher(salt).map_err(damaged)?;
        let aad = Aad::from([header, about].concat());
        let mut text = Zeroizing::new(text.to_vec());
        let length = cipher
            .open_in_place(nonce, aad, &mut text)
            .map_err(damaged)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// The cipher and the nonce of the one seal that has this salt.
    fn cipher(&self, salt: &[u8; SALT_BYTES]) -> Result<(LessSafeKey, Nonce), Unspecified> {
        const BOTH: usize = KEY_BYTES + NONCE_LEN;
        let both = derived::<BOTH>(self.key.as_slice(), salt, FOR_SEAL)?;
        let (key, nonce) = both.split_at(KEY_BYTES);
        let key = UnboundKey::new(&AES_256_GCM, key)?;
        Ok((LessSafeKey::new(key), Nonce::try_assume_unique_for_key(nonce)?))
    }
}

fn derived<const N: usize>(key: &[u8], salt: &[u8], info: &[u8]) -> Result<Zeroizing<[u8; N]>, Unspecified> {
    struct Bytes(usize);
    impl KeyType for Bytes {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut out = Zeroizing::new([0; N]);
    let derived = Salt::new(HKDF_SHA256, salt).extract(key);
    derived.expand(&[info], Bytes(N))?.fill(out.as_mut_slice())?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(byte: u8) -> SealedForm {
        SealedForm::new(Zeroizing::new([byte; KEY_BYTES])).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_key_and_in_the_same_place() {
        let sealed = form(1).seal(b"token", b"journal 7").unwrap();
        assert_eq!(form(1).open(&sealed, b"journal 7").unwrap().as_slice(), b"token");
        assert_eq!(
            form(1).open(&sealed, b"journal 8").unwrap_err(),
            OpenError::Damaged
        );
        assert_eq!(form(1).open(&sealed, b"").unwrap_err(), OpenError::Damaged);
        assert_eq!(
            form(2).open(&sealed, b"journal 7").unwrap_err(),
            OpenError::OtherKey
        );
    }

    #[test]
    fn no_two_seals_of_the_same_text_are_alike_and_none_shows_it() {
        let form = form(1);
        let seal = || form.seal(b"canary canary canary", b"").unwrap();
        let all: std::collections::HashSet<Vec<u8>> = (0..256).map(|_| seal()).collect();
        assert_eq!(all.len(), 256);
        assert!(
            all.iter()
                .all(|sealed| !sealed.windows(6).any(|part| part == b"canary"))
        );
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_noticed() {
        let form = form(1);
        let sealed = form.seal(b"0123456789abcdef", b"about").unwrap();
        for at in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert!(form.open(&changed, b"about").is_err(), "bit {at}");
        }
        for length in 0..sealed.len() {
            assert!(form.open(&sealed[..length], b"about").is_err(), "{length} bytes");
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert_eq!(form.open(&longer, b"about").unwrap_err(), OpenError::Damaged);
    }

    #[test]
    fn bytes_of_a_later_version_are_told_and_foreign_ones_refused() {
        let mut later = form(1).seal(b"x", b"").unwrap();
        later[3] = 2;
        assert_eq!(
            form(1).open(&later, b"").unwrap_err(),
            OpenError::NewerVersion { found: 2 }
        );
        later[3] = 0;
        assert_eq!(form(1).open(&later, b"").unwrap_err(), OpenError::NotSealed);
        assert_eq!(form(1).open(b"", b"").unwrap_err(), OpenError::NotSealed);
        assert_eq!(
            form(1).open(b"SQLite format 3", b"").unwrap_err(),
            OpenError::NotSealed
        );
    }

    /// Written once by this version: it must open for ever.
    #[test]
    fn bytes_that_an_earlier_build_sealed_still_open() {
        let text = include_str!("tests/sealed-1.hex").trim();
        let bytes: Vec<u8> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect();
        assert_eq!(
            form(7).open(&bytes, b"journal 7").unwrap().as_slice(),
            b"a token of long ago"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_nothing_else_opens_it(
            key in any::<[u8; KEY_BYTES]>(),
            text in proptest::collection::vec(any::<u8>(), 0..2000),
            about in proptest::collection::vec(any::<u8>(), 0..50),
            other in proptest::collection::vec(any::<u8>(), 0..50),
            junk in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let form = SealedForm::new(Zeroizing::new(key)).unwrap();
            let sealed = form.seal(&text, &about).unwrap();
            let opened = form.open(&sealed, &about).unwrap();
            prop_assert_eq!(opened.as_slice(), text.as_slice());
            prop_assert_eq!(form.open(&sealed, &other).is_ok(), other == about);
            // What the header ends with cannot be moved into what the bytes are about, nor the reverse.
            let moved = [&sealed[HEADER_BYTES - 1..HEADER_BYTES], about.as_slice()].concat();
            prop_assert!(form.open(&sealed, &moved).is_err());
            let headed = [&sealed[..HEADER_BYTES], junk.as_slice()].concat();
            prop_assert!(form.open(&junk, &about).is_err() && form.open(&headed, &about).is_err());
        }
    }
}
