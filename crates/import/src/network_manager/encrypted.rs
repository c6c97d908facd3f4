//! `.encrypted` files of NETworkManager: a salt of 32 bytes, an IV of 16, and the file in AES-256-CBC with the padding of PKCS#7.
//! The key is PBKDF2 with HMAC-SHA-512 over 1,000,000 rounds. No tag protects it: a wrong password shows in the padding, or in what
//! comes out.

use std::num::NonZeroU32;

use aes::{
    Aes256,
    cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7},
};
use ring::pbkdf2;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{Format, ImportError, ImportFile};

const SALT: usize = 32;
const IV: usize = 16;
const BLOCK: usize = 16;
const ROUNDS: u32 = 1_000_000;

/// What is decrypted; it is forgotten safely, because passwords of other tools are in it.
pub(super) type Decrypted = Zeroizing<Vec<u8>>;

struct SealedParts<'a> {
    salt: &'a [u8],
    iv: &'a [u8],
    sealed: &'a [u8],
}

/// Says what is missing, or that it can be no such file at all.
pub(super) fn needs_password(bytes: &[u8]) -> Result<ImportFile, ImportError> {
    parts(bytes)?;
    Err(ImportError::NeedsPassword)
}

pub(super) fn open(bytes: &[u8], password: &SecretString) -> Result<Decrypted, ImportError> {
    let SealedParts { salt, iv, sealed } = parts(bytes)?;
    let key = key(salt, password);
    let mut opened = Zeroizing::new(sealed.to_vec());
    let cipher =
        cbc::Decryptor::<Aes256>::new_from_slices(&*key, iv).map_err(|_| ImportError::WrongPassword)?;
    let length = cipher
        .decrypt_padded::<Pkcs7>(&mut opened)
        .map_err(|_| ImportError::WrongPassword)?
        .len();
    opened.truncate(length);
    let begins = opened.trim_ascii_start().first();
    if matches!(begins, Some(b'<' | b'{' | b'[' | 0xef)) {
        Ok(opened)
    } else {
        Err(ImportError::WrongPassword)
    }
}

fn parts(bytes: &[u8]) -> Result<SealedParts<'_>, ImportError> {
    let whole = || {
        let (salt, rest) = bytes.split_at_checked(SALT)?;
        let (iv, sealed) = rest.split_at_checked(IV)?;
        let blocks = !sealed.is_empty() && sealed.len().is_multiple_of(BLOCK);
        blocks.then_some(SealedParts { salt, iv, sealed })
    };
    whole().ok_or_else(|| ImportError::Malformed {
        format: Format::NetworkManager,
        detail: "it is neither XML nor JSON, and an encrypted file has another length.".to_owned(),
    })
}

fn key(salt: &[u8], password: &SecretString) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let rounds = NonZeroU32::new(ROUNDS).unwrap_or(NonZeroU32::MIN);
    let password = password.expose_secret().as_bytes();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, rounds, salt, password, &mut *key);
    key
}
