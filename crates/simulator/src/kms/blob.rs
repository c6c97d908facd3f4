//! The ciphertext blob of a data key: it names its key, and opens only with the encryption context that it was made with.

use std::collections::BTreeMap;

use rand::Rng as _;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// What the caller wants a data key to be bound to.
pub(crate) type EncryptionContext = BTreeMap<String, String>;

/// Begins every blob.
const MARK: &[u8; 4] = b"PSK1";

/// `plaintext` sealed with the key `material`, whose ARN the blob names; none when the ARN is absurdly long.
pub(super) fn seal(
    material: &[u8; 32],
    key_arn: &str,
    context: &EncryptionContext,
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    rand::rng().fill_bytes(&mut nonce);
    let mut sealed = plaintext.to_vec();
    cipher(material)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(canonical(context)),
            &mut sealed,
        )
        .ok()?;
    let name_length = u16::try_from(key_arn.len()).ok()?.to_be_bytes();
    let parts: [&[u8]; 5] = [MARK, &name_length, key_arn.as_bytes(), &nonce, &sealed];
    Some(parts.concat())
}

/// The ARN of the key that a blob names, and what is sealed in it.
pub(super) fn read(blob: &[u8]) -> Option<(&str, &[u8])> {
    let (name_length, rest) = blob.strip_prefix(MARK)?.split_first_chunk::<2>()?;
    let (name, sealed) = rest.split_at_checked(usize::from(u16::from_be_bytes(*name_length)))?;
    Some((std::str::from_utf8(name).ok()?, sealed))
}

/// The ARN of the key that a blob names.
pub(crate) fn key_arn(blob: &[u8]) -> Option<&str> {
    read(blob).map(|(key_arn, _)| key_arn)
}

/// What was sealed; none with another key or another context.
pub(super) fn open(
    material: &[u8; 32],
    context: &EncryptionContext,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut opened = Zeroizing::new(ciphertext.to_vec());
    let length = cipher(material)?
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(canonical(context)),
            &mut opened,
        )
        .ok()?
        .len();
    opened.truncate(length);
    Some(opened)
}

fn cipher(material: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, material).ok().map(LessSafeKey::new)
}

/// Every name and value behind its length, so that no two contexts have the same form.
fn canonical(context: &EncryptionContext) -> Vec<u8> {
    let texts = context.iter().flat_map(|(name, value)| [name, value]);
    texts
        .flat_map(|text| {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes();
            length.into_iter().chain(text.bytes())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn a_blob_opens_with_its_key_and_its_context_only() {
        let made_with = context(&[("a", "bc"), ("d", "e")]);
        let blob = seal(&[1; 32], "arn:key", &made_with, b"secret").unwrap();
        let (name, sealed) = read(&blob).unwrap();
        assert_eq!(name, "arn:key");
        assert_eq!(open(&[1; 32], &made_with, sealed).unwrap().as_slice(), b"secret");
        assert!(open(&[2; 32], &made_with, sealed).is_none());
        for other in [
            context(&[]),
            context(&[("a", "bc")]),
            context(&[("ab", "c"), ("d", "e")]),
            context(&[("a", "bc"), ("d", "f")]),
        ] {
            assert!(open(&[1; 32], &other, sealed).is_none(), "{other:?}");
        }
    }

    #[test]
    fn nonsense_and_damage_are_no_blobs() {
        let blob = seal(&[1; 32], "arn:key", &context(&[]), b"secret").unwrap();
        for cut in 0..blob.len() {
            let opened = read(&blob[..cut]).and_then(|(_, sealed)| open(&[1; 32], &context(&[]), sealed));
            assert!(opened.is_none(), "{cut}");
        }
        assert!(read(b"").is_none() && read(b"XXXX\0\x01a").is_none());
    }
}
