//! Who calls, as the services see it.

use crate::world::{Issue, Principal, Profile};

/// A caller whose signature was verified.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Whose account and rights the caller has.
    pub(crate) profile: Profile,
    pub(crate) principal: Principal,
    /// None for who signs with a profile's own keys.
    pub(crate) issued: Option<Issue>,
    /// From the signature's scope.
    pub(crate) region: String,
}
