//! What a sync tells while it runs.

use postern_model::{ControlError, Pair};

use crate::{Arrived, Listing};

/// What a sync tells while it runs. The last event of each pair of the plan is either `Finished` or `Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// It is the pair's turn.
    Started {
        /// The pair.
        pair: Pair,
    },
    /// One more page was read.
    Progress {
        /// The pair.
        pair: Pair,
        /// How far this reading is.
        progress: SyncProgress,
        /// What the page brought.
        arrived: Box<Arrived>,
    },
    /// The pair was read, or could not be.
    Finished {
        /// The pair.
        pair: Pair,
        /// What was read, perhaps not all (see [`Listing::is_complete`]), or why nothing came.
        result: Result<Box<Listing>, ControlError>,
    },
    /// The sync was cancelled before the pair was done; what was known of it still holds, and what arrived.
    Cancelled {
        /// The pair.
        pair: Pair,
    },
}

/// How far the reading of a pair is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncProgress {
    /// Pages read so far, of both listings.
    pub pages: u32,
    /// Nodes read so far, each once.
    pub nodes: u32,
}

impl SyncEvent {
    /// Whom it is about.
    #[must_use]
    pub fn pair(&self) -> &Pair {
        match self {
            Self::Started { pair }
            | Self::Progress { pair, .. }
            | Self::Finished { pair, .. }
            | Self::Cancelled { pair } => pair,
        }
    }
}
