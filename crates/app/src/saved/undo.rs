//! The last changes of saved things, so that each can be taken back.

use std::collections::VecDeque;

use postern_store::SavedBefore;

use crate::lock::Lock;

/// More than a person takes back; the oldest go.
const KEPT: usize = 50;

/// How things were before each of the last changes, under the number that the page knows it by.
#[derive(Debug, Default)]
pub(super) struct Undo(Lock<KeptChanges>);

#[derive(Debug, Default)]
struct KeptChanges {
    last: u32,
    changes: VecDeque<(u32, SavedBefore)>,
}

impl Undo {
    /// Keeps what a change was before; none where nothing was changed.
    pub(super) fn keep(&self, before: SavedBefore) -> Option<u32> {
        if before.is_empty() {
            return None;
        }
        let mut kept = self.0.lock();
        kept.last = kept.last.wrapping_add(1);
        let number = kept.last;
        kept.changes.push_back((number, before));
        if kept.changes.len() > KEPT {
            kept.changes.pop_front();
        }
        Some(number)
    }

    /// What the change was before. It stays, in case it cannot be put back yet.
    pub(super) fn get(&self, number: u32) -> Option<SavedBefore> {
        let kept = self.0.lock();
        let found = kept.changes.iter().find(|(known, _)| *known == number);
        found.map(|(_, before)| before.clone())
    }

    /// It was taken back.
    pub(super) fn forget(&self, number: u32) {
        self.0.lock().changes.retain(|(known, _)| *known != number);
    }
}
