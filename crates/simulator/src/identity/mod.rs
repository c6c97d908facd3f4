//! Who may sign in as whom: IAM Identity Centers with their clients, sign-ins and tokens; roles, MFA devices
//! and the company's identity provider.

mod authorization;
mod center;
mod centers;
mod client;
mod console;
mod key_proof;
mod lifetimes;
mod mfa;
mod refusal;
mod roles;
mod surroundings;
mod tokens;
mod web_identity;

pub use authorization::{PendingSignIn, SignInAnswer};
pub use center::IdentityCenter;
pub(crate) use center::{AssignedAccount, AssignedCenter};
pub(crate) use centers::{ClientProof, IdentityCenters, SignedCode};
pub(crate) use client::ClientMetadata;
pub(crate) use console::{Console, ConsoleClient, ConsoleCode, ConsoleGrant, ConsoleRefusal};
#[cfg(test)]
pub(crate) use key_proof::tests::ClientKey;
pub use lifetimes::SignInLifetimes;
pub(crate) use mfa::MfaDevices;
pub(crate) use refusal::no_access;
pub(crate) use roles::RoleArn;
pub use roles::SimulatedRole;
pub(crate) use surroundings::{AttachedRole, Surroundings};
pub(crate) use tokens::GrantedToken;
pub(crate) use web_identity::{AUDIENCE, ISSUER, IdentityProvider};
