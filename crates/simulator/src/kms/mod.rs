//! The keys of KMS: which there are, data keys, and which key each Region's sessions are encrypted with.

mod blob;
mod key;
mod preferences;
mod ring;

pub(crate) use blob::{EncryptionContext, key_arn};
pub(crate) use key::Key;
pub(crate) use preferences::SessionPreferences;
pub(crate) use ring::Kms;
