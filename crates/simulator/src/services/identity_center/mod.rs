//! The two services of IAM Identity Center: OIDC, which signs people in, and the portal, which gives credentials.

mod oidc;
mod portal;

pub(crate) use oidc::answer as oidc;
pub(crate) use portal::{PortalRequest, answer as portal};
