//! A whole file that mRemoteNG encrypted: in Base64 a salt of 16 bytes, a nonce of 16, and AES-256-GCM with the salt as what is
//! authenticated beside it. The key is PBKDF2 with HMAC-SHA-1; a file without a password of the user has the program's own.

use std::num::NonZeroU32;

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Payload, consts::U16},
    aes::Aes256,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::pbkdf2;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::malformed::malformed;
use crate::{ImportError, xml::Element};

type ConfConsCipher = AesGcm<Aes256, U16>;

const SALT: usize = 16;
const NONCE: usize = 16;
/// What the program takes where the user set no password.
const OWN_PASSWORD: &str = "mR3m";
/// More rounds than this would keep the computer busy, and the program never sets so many.
const MOST_ROUNDS: u32 = 1_000_000;

/// Gives the nodes of an encrypted file as XML.
pub(super) fn open(
    root: &Element,
    password: Option<&SecretString>,
) -> Result<Zeroizing<String>, ImportError> {
    let rounds = rounds(root)?;
    let own = SecretString::from(OWN_PASSWORD);
    let protected = root.attribute("Protected");
    let key = match decrypt(protected, rounds, &own) {
        Ok(_) => &own,
        Err(ImportError::WrongPassword) => password.ok_or(ImportError::NeedsPassword)?,
        Err(other) => return Err(other),
    };
    decrypt(&root.text, rounds, key)
}

fn rounds(root: &Element) -> Result<NonZeroU32, ImportError> {
    let (engine, mode) = (
        root.attribute("EncryptionEngine"),
        root.attribute("BlockCipherMode"),
    );
    if !engine.eq_ignore_ascii_case("AES") || !mode.eq_ignore_ascii_case("GCM") {
        return Err(ImportError::Cipher(postern_model::display_text(&format!(
            "{engine}/{mode}"
        ))));
    }
    let rounds = root.attribute("KdfIterations").trim().parse::<u32>().ok();
    let rounds = rounds
        .filter(|rounds| *rounds <= MOST_ROUNDS)
        .and_then(NonZeroU32::new);
    rounds.ok_or_else(|| malformed(format!("its KdfIterations is no number from 1 to {MOST_ROUNDS}.")))
}

fn decrypt(
    text: &str,
    rounds: NonZeroU32,
    password: &SecretString,
) -> Result<Zeroizing<String>, ImportError> {
    let packed: String = text.split_whitespace().collect();
    let sealed = STANDARD
        .decode(packed)
        .map_err(|_| malformed("what is encrypted is not Base64.".to_owned()))?;
    let cut_off = || malformed("what is encrypted is cut off.".to_owned());
    let (salt, rest) = sealed.split_at_checked(SALT).ok_or_else(cut_off)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(cut_off)?;
    let cipher = ConfConsCipher::new(&(*key(salt, rounds, password)).into());
    let payload = Payload {
        msg: sealed,
        aad: salt,
    };
    let opened = cipher
        .decrypt(&(*nonce).into(), payload)
        .map_err(|_| ImportError::WrongPassword)?;
    String::from_utf8(opened)
        .map(Zeroizing::new)
        .map_err(|_| ImportError::Encoding)
}

/// The program takes the low byte of each character of a password; one that has more is another password there as well.
fn key(salt: &[u8], rounds: NonZeroU32, password: &SecretString) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let units = password.expose_secret().encode_utf16();
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(units.map(|unit| unit.to_le_bytes()[0]).collect());
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA1, rounds, salt, &bytes, &mut *key);
    key
}
