//! The console's sign-in, as `aws login` makes one: credentials of a quarter of an hour, and a refresh token that brings
//! the next ones as long as the sign-in lasts. The AWS CLI's cache of it is read and written, so that it is one sign-in
//! for both.

mod address;
mod callback;
mod kept;
mod proof;
mod renewals;
mod sign_in;
mod source;

pub(crate) use renewals::ConsoleRenewals;
pub(crate) use source::{ConsoleSignIn, ConsoleSource};
