//! The STS query API: GetCallerIdentity.

mod identity;

pub(crate) use identity::answer;
