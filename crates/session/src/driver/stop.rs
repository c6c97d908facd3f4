//! Why a driver stops.

use crate::leave::Leave;
use crate::{SessionEnd, SessionError};

/// Why a driver stops.
pub(super) enum Stop {
    /// The session is over.
    Ended(SessionEnd),
    /// It cannot go on.
    Failed(SessionError),
    /// The user, or everybody who held a handle, left.
    Left(Leave),
}
