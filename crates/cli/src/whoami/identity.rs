//! What is found out about a profile.

use postern_model::{Caller, ControlError, ProfileName, Region, SignIn};

/// All that is known; what is not could not be found out.
pub(super) struct Identity {
    pub(super) profile: Option<ProfileName>,
    /// How the credentials come, in words.
    pub(super) credentials: Option<String>,
    pub(super) region: Region,
    /// Service and host.
    pub(super) endpoints: Vec<(&'static str, String)>,
    pub(super) sign_in: Option<SignIn>,
    pub(super) caller: Result<Caller, ControlError>,
}
