//! Groups and connections moved, copied and deleted, many at a time.

use postern_model::{ConnectionDraft, ConnectionId, GroupDraft, GroupId, SavedItem, SavedPlace};
use rusqlite::Transaction;

use crate::{
    SavedBefore, Store, StoreError,
    all_saved::AllSaved,
    connections,
    error::ChangeFailed,
    groups,
    saved_before::{WHOLE, delete, free_name},
    saved_places::{arrange, note_place, put_into, set_position},
};

impl Store {
    /// Deletes groups, with all that is in them, and connections. Returns how they were.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownGroup`] and [`InvalidDraft::UnknownConnection`] where one is gone already, and any of writing;
    /// then nothing is deleted.
    pub fn delete_saved(&self, items: &[SavedItem]) -> Result<SavedBefore, StoreError> {
        self.write(|transaction| {
            let all = AllSaved::read(transaction)?;
            let items = all.outermost(items)?;
            let mut before = SavedBefore::default();
            for group in groups_within(transaction, &items)? {
                before.note_group(transaction, group, WHOLE)?;
            }
            for connection in connections_within(transaction, &items)? {
                before.note_connection(transaction, connection, WHOLE)?;
            }
            for item in items {
                delete(transaction, item)?;
            }
            Ok(before)
        })
    }

    /// Moves groups, with all that is in them, and connections to a place, in their order. Returns where they were.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownGroup`], [`InvalidDraft::UnknownConnection`], [`InvalidDraft::InsideItself`],
    /// [`InvalidDraft::TooDeep`], [`InvalidDraft::GroupExists`], and any of writing; then nothing is moved.
    pub fn move_saved(&self, items: &[SavedItem], place: SavedPlace) -> Result<SavedBefore, StoreError> {
        self.write(|transaction| {
            connections::check_group(transaction, place.into)?;
            let items = AllSaved::read(transaction)?.outermost(items)?;
            let mut before = SavedBefore::default();
            for item in &items {
                note_place(&mut before, transaction, *item)?;
                put_into(transaction, *item, place.into)?;
            }
            arrange(&mut before, transaction, &items, place)?;
            Ok(before)
        })
    }

    /// Copies groups, with all that is in them, and connections into a group; the copies of groups get names that are free
    /// there, those of connections beside their originals end in "copy". Returns the copies of `items` and how to undo it.
    ///
    /// # Errors
    /// As [`Store::move_saved`]; then nothing is copied.
    pub fn copy_saved(
        &self,
        items: &[SavedItem],
        into: Option<GroupId>,
    ) -> Result<(Vec<SavedItem>, SavedBefore), StoreError> {
        self.write(|transaction| {
            connections::check_group(transaction, into)?;
            let all = AllSaved::read(transaction)?;
            let mut before = SavedBefore::default();
            let mut copies = Vec::new();
            for item in all.outermost(items)? {
                let copy = all.copy(transaction, item, into)?;
                before.note_added(copy);
                copies.push(copy);
            }
            Ok((copies, before))
        })
    }

    /// Leaves the order of what stands in a group, or at the top, to the names again. Returns how it was.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownGroup`], and any of writing.
    pub fn sort_saved(&self, group: Option<GroupId>) -> Result<SavedBefore, StoreError> {
        self.write(|transaction| {
            connections::check_group(transaction, group)?;
            let all = AllSaved::read(transaction)?;
            let mut before = SavedBefore::default();
            for item in all.items_in(group) {
                note_place(&mut before, transaction, item)?;
                set_position(transaction, item, None)?;
            }
            Ok(before)
        })
    }
}

impl AllSaved {
    fn copy(
        &self,
        transaction: &Transaction<'_>,
        item: SavedItem,
        into: Option<GroupId>,
    ) -> Result<SavedItem, ChangeFailed> {
        Ok(match item {
            SavedItem::Group(id) => SavedItem::Group(self.copy_group(transaction, id, into)?),
            SavedItem::Connection(id) => {
                let draft = &self.connection(id)?.draft;
                let beside = draft.group == into;
                let name = if beside {
                    format!("{} copy", draft.name)
                } else {
                    draft.name.clone()
                };
                SavedItem::Connection(copy_connection(transaction, draft, name, into)?)
            }
        })
    }

    fn copy_group(
        &self,
        transaction: &Transaction<'_>,
        id: GroupId,
        into: Option<GroupId>,
    ) -> Result<GroupId, ChangeFailed> {
        groups::check_parent(transaction, Some(id), into)?;
        self.copy_tree(transaction, id, into)
    }

    /// As deep as groups may stand, because what is read here has no circle within reach of a root.
    fn copy_tree(
        &self,
        transaction: &Transaction<'_>,
        id: GroupId,
        into: Option<GroupId>,
    ) -> Result<GroupId, ChangeFailed> {
        let draft = &self.group(id)?.draft;
        let draft = GroupDraft {
            name: free_name(transaction, &draft.name, into, None)?,
            parent: into,
            ..draft.clone()
        };
        let copy = groups::insert(transaction, &draft)?;
        for group in self.groups_in(Some(id)) {
            let copied = self.copy_tree(transaction, group.id, Some(copy))?;
            set_position(transaction, SavedItem::Group(copied), group.position)?;
        }
        for connection in self.connections_in(Some(id)) {
            let name = connection.draft.name.clone();
            let copied = copy_connection(transaction, &connection.draft, name, Some(copy))?;
            set_position(transaction, SavedItem::Connection(copied), connection.position)?;
        }
        Ok(copy)
    }
}

fn copy_connection(
    transaction: &Transaction<'_>,
    draft: &ConnectionDraft,
    name: String,
    into: Option<GroupId>,
) -> Result<ConnectionId, ChangeFailed> {
    let draft = ConnectionDraft {
        name,
        group: into,
        ..draft.clone()
    };
    connections::insert(transaction, &draft)
}

/// The numbers of the groups among `items` and of those in them, also of such that cannot be understood; outer ones first.
fn groups_within(transaction: &Transaction<'_>, items: &[SavedItem]) -> rusqlite::Result<Vec<GroupId>> {
    let sql = "WITH RECURSIVE inside (id) AS (
                   VALUES (?1) UNION SELECT groups.id FROM groups JOIN inside ON groups.parent_id = inside.id
               ) SELECT id FROM inside";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut found = Vec::new();
    for item in items {
        if let SavedItem::Group(id) = item {
            let ids = statement.query_map([id.0], |row| row.get(0).map(GroupId))?;
            found.extend(ids.collect::<Result<Vec<_>, _>>()?);
        }
    }
    Ok(found)
}

fn connections_within(
    transaction: &Transaction<'_>,
    items: &[SavedItem],
) -> rusqlite::Result<Vec<ConnectionId>> {
    let mut found = Vec::new();
    for item in items {
        if let SavedItem::Connection(id) = item {
            found.push(*id);
        }
    }
    let mut statement = transaction.prepare_cached("SELECT id FROM connections WHERE group_id = ?1")?;
    for group in groups_within(transaction, items)? {
        let ids = statement.query_map([group.0], |row| row.get(0).map(ConnectionId))?;
        found.extend(ids.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}
