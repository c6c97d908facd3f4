//! What protects the nodes of a group or a saved connection from a slip of the hand.

use serde::{Deserialize, Serialize};

use super::Origin;

/// What one level asks for. A level can only add to what is above it: nothing inside a group loosens its guard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Guard {
    /// Sessions begin locked: no key reaches the node before it is unlocked.
    pub read_only: bool,
    /// A session needs a reason, which AWS records.
    pub reason: bool,
    /// Each paste is reviewed, also one of a single line.
    pub paste: bool,
}

/// What applies, each with the nearest level that asks for it; none where nobody does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EffectiveGuard {
    /// Sessions begin locked.
    pub read_only: Option<Origin>,
    /// A session needs a reason.
    pub reason: Option<Origin>,
    /// Each paste is reviewed.
    pub paste: Option<Origin>,
}

impl EffectiveGuard {
    /// Of all levels, the nearest first.
    #[must_use]
    pub fn of(levels: &[(Origin, Guard)]) -> Self {
        let nearest = |asks: fn(&Guard) -> bool| {
            let level = levels.iter().find(|(_, guard)| asks(guard));
            level.map(|(origin, _)| *origin)
        };
        Self {
            read_only: nearest(|guard| guard.read_only),
            reason: nearest(|guard| guard.reason),
            paste: nearest(|guard| guard.paste),
        }
    }
}
