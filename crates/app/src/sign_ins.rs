//! Signing in: the sign-ins to IAM Identity Center and to the console, everything that waits for one, and codes of MFA
//! devices.

mod console;
mod login;
mod mfa;
mod signing_in;
mod views;
mod waits;

pub use console::ConsoleSigningIn;
pub(crate) use login::Login;
pub use mfa::MfaPrompts;
pub use signing_in::SigningIn;
pub(crate) use waits::{LoginWaits, Retry, Waiter, Woken, WokenPairs};
