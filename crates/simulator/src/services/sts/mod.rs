//! The STS query API (2011-06-15): who somebody is, and credentials for a while.

mod answer;
mod assume_role;
mod caller_identity;
mod response;
mod session_token;
mod web_identity;

pub(crate) use answer::{answer, answer_unsigned, is_unsigned};
