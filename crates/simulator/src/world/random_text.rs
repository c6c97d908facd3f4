//! Texts from the operating system's randomness: keys, secrets, codes.

use rand::{CryptoRng, RngExt};

/// Letters and digits of access key ids.
pub(crate) const KEY_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Secrets and tokens also have the two signs of base64 that need care in files and URLs.
pub(crate) const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// What goes through URLs and headers as it is.
pub(crate) const PLAIN_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The letters of user codes: none that spells a word or looks like another.
pub(crate) const CODE_ALPHABET: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Of the codes of MFA devices.
pub(crate) const DIGITS: &[u8] = b"0123456789";

/// So many letters of an alphabet.
pub(crate) fn random_text(rng: &mut impl CryptoRng, alphabet: &[u8], length: usize) -> String {
    let letter = |_| {
        alphabet
            .get(rng.random_range(0..alphabet.len()))
            .copied()
            .map_or('A', char::from)
    };
    (0..length).map(letter).collect()
}
