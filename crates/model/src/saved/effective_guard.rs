//! The guard that applies, and who asks for it.

use super::{Guard, Origin};

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
