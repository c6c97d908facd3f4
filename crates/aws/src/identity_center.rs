//! IAM Identity Center: signing in with a device code, the token that this gives, and what it opens.
//!
//! An [`SsoSession`] is what the AWS files say of one sign-in. [`IdentityCenter`] keeps the tokens of all of them in the
//! cache of the AWS CLI, so that a sign-in there is one here and the other way round, and renews each by one task at a
//! time. A [`Center`] is one sign-in with the clients of its two services: [`device`] signs in, [`portal`] lists
//! accounts and gives credentials of roles, [`provider`] hands these to the clients of a profile.

mod attempts;
mod cache;
mod center;
mod clients;
mod device;
mod failure;
mod portal;
mod provider;
mod registration;
mod renewal;
mod session;
mod token;
mod unwritten;

pub(crate) use center::{Center, IdentityCenter};
pub(crate) use clients::CenterClients;
pub(crate) use provider::provider;
pub(crate) use session::{CenterReach, SignInSections, SsoRole, SsoSession, session_of_credentials};
