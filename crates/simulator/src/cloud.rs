//! What every part of the simulator shares: the made-up world, the granted sessions and the private folder.

use std::path::PathBuf;
use std::sync::Arc;

use crate::agent::AgentTiming;
use crate::session::Sessions;
use crate::world::World;

/// The one shared state; a clone is a handle.
pub(crate) type Cloud = Arc<CloudState>;

/// See [`Cloud`].
pub(crate) struct CloudState {
    /// The made-up company.
    pub(crate) world: World,
    /// Sessions that StartSession granted.
    pub(crate) sessions: Sessions,
    /// How quick or how faithful agents are.
    pub(crate) timing: AgentTiming,
    /// Private folder (0700) that goes away with the simulator; shells get their scratch homes below it.
    pub(crate) scratch: PathBuf,
}
