//! KMS as far as encrypted sessions need it: keys, data keys, and what the agents decrypt.

mod answer;
mod blob;
mod key;
mod ring;

pub(crate) use answer::answer;
pub(crate) use ring::Kms;
