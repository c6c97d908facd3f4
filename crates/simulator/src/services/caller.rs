//! Who calls, as the services see it.

use crate::world::Profile;

/// A caller whose signature was verified.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) profile: Profile,
    /// From the signature's scope.
    pub(crate) region: String,
}
