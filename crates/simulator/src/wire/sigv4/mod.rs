//! Our own verifier of AWS Signature Version 4, independent of the SDK's signer.

mod authorization;
mod canonical;
mod key;
#[cfg(test)]
pub(crate) mod signer;
mod verify;

pub(crate) use authorization::{Authorization, AuthorizationError};
pub(crate) use verify::{SignatureError, SignedRequest, verify_signature, verify_time};
