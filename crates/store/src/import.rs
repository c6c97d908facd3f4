//! An import, written in one step.

use postern_model::{
    Connection, ConnectionDraft, ConnectionId, Group, GroupDraft, GroupId, ImportPlan, PlannedConnection,
    PlannedGroup, PlannedPlace, SavedItem,
};
use rusqlite::Transaction;

use crate::{
    SavedBefore, Store, StoreError, connections,
    error::ChangeFailed,
    groups::{self, check_parent, refuse_second},
    saved_before::WHOLE,
};

/// What an import was laid beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// The groups.
    pub groups: Vec<Group>,
    /// The connections.
    pub connections: Vec<Connection>,
}

impl Store {
    /// What an import is laid beside.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn reviewed(&self) -> Result<Reviewed, StoreError> {
        self.read(read)
    }

    /// Writes all of an import or nothing. Returns what it added and how the rest was.
    ///
    /// # Errors
    /// [`StoreError::ChangedSinceReview`] where groups or connections are no longer as they were when it was planned, those of
    /// saving groups and connections, and any of writing; then nothing is written.
    pub fn import(
        &self,
        plan: &ImportPlan,
        reviewed: &Reviewed,
    ) -> Result<(Vec<SavedItem>, SavedBefore), StoreError> {
        let written = self.write(|transaction| {
            if !is_as_before(&read(transaction)?, reviewed) {
                return Ok(None);
            }
            let mut import = Import::default();
            for group in &plan.groups {
                import.group(transaction, group)?;
            }
            for connection in &plan.connections {
                import.connection(transaction, connection)?;
            }
            Ok(Some((import.added, import.before)))
        })?;
        written.ok_or(StoreError::ChangedSinceReview)
    }
}

fn read(connection: &rusqlite::Connection) -> rusqlite::Result<Reviewed> {
    Ok(Reviewed {
        groups: groups::read(connection)?.good,
        connections: connections::read(connection)?.good,
    })
}

/// Folding a group and putting things into another order changes nothing that was planned.
fn is_as_before(now: &Reviewed, before: &Reviewed) -> bool {
    let groups = |all: &Reviewed| {
        let mut groups: Vec<(GroupId, GroupDraft)> = Vec::new();
        groups.extend(all.groups.iter().map(|group| (group.id, group.draft.clone())));
        groups.sort_by_key(|(id, _)| *id);
        groups
    };
    let connections = |all: &Reviewed| {
        let mut connections: Vec<(ConnectionId, ConnectionDraft)> = Vec::new();
        connections.extend(all.connections.iter().map(|one| (one.id, one.draft.clone())));
        connections.sort_by_key(|(id, _)| *id);
        connections
    };
    groups(now) == groups(before) && connections(now) == connections(before)
}

#[derive(Default)]
struct Import {
    /// The groups of the plan, in its order.
    groups: Vec<GroupId>,
    added: Vec<SavedItem>,
    before: SavedBefore,
}

impl Import {
    fn group(&mut self, transaction: &Transaction<'_>, planned: &PlannedGroup) -> Result<(), ChangeFailed> {
        let id = match planned.known {
            Some(id) => self.change_group(transaction, id, planned)?,
            None => self.add_group(transaction, planned)?,
        };
        self.groups.push(id);
        Ok(())
    }

    fn change_group(
        &mut self,
        transaction: &Transaction<'_>,
        id: GroupId,
        planned: &PlannedGroup,
    ) -> Result<GroupId, ChangeFailed> {
        let parent = groups::group(transaction, id)?.draft.parent;
        self.before.note_group(transaction, id, WHOLE)?;
        let draft = GroupDraft {
            parent,
            ..planned.draft.clone()
        };
        groups::update(transaction, id, &draft)
    }

    fn add_group(
        &mut self,
        transaction: &Transaction<'_>,
        planned: &PlannedGroup,
    ) -> Result<GroupId, ChangeFailed> {
        let parent = self.place(planned.place);
        let draft = GroupDraft {
            name: groups::checked_name(&planned.draft.name)?,
            parent,
            ..planned.draft.clone()
        };
        check_parent(transaction, None, parent)?;
        refuse_second(transaction, &draft.name, parent, None)?;
        let id = groups::insert(transaction, &draft)?;
        self.note_added(SavedItem::Group(id));
        Ok(id)
    }

    fn connection(
        &mut self,
        transaction: &Transaction<'_>,
        planned: &PlannedConnection,
    ) -> Result<(), ChangeFailed> {
        let draft = connections::tidy(&ConnectionDraft {
            group: self.place(planned.place),
            ..planned.draft.clone()
        })?;
        let id = match planned.known {
            Some(id) => {
                self.before.note_connection(transaction, id, WHOLE)?;
                connections::update(transaction, id, &draft)?
            }
            None => {
                let id = connections::insert(transaction, &draft)?;
                self.note_added(SavedItem::Connection(id));
                id
            }
        };
        let sql = "UPDATE connections SET import_key = ?2 WHERE id = ?1";
        transaction.execute(sql, (id.0, &planned.key))?;
        Ok(())
    }

    fn place(&self, place: PlannedPlace) -> Option<GroupId> {
        match place {
            PlannedPlace::Top => None,
            PlannedPlace::Known(id) => Some(id),
            PlannedPlace::Planned(at) => self.groups.get(at).copied(),
        }
    }

    fn note_added(&mut self, item: SavedItem) {
        self.added.push(item);
        self.before.note_added(item);
    }
}
