//! Where saved things stand: into a group, and in front of what is there.

use postern_model::{GroupId, SavedItem, SavedPlace};
use rusqlite::Transaction;

use crate::{
    SavedBefore,
    all_saved::AllSaved,
    error::ChangeFailed,
    groups,
    saved_before::{CONNECTION_PLACE, GROUP_PLACE},
};

pub(crate) fn note_place(
    before: &mut SavedBefore,
    transaction: &Transaction<'_>,
    item: SavedItem,
) -> rusqlite::Result<()> {
    match item {
        SavedItem::Group(id) => before.note_group(transaction, id, GROUP_PLACE),
        SavedItem::Connection(id) => before.note_connection(transaction, id, CONNECTION_PLACE),
    }
}

pub(crate) fn put_into(
    transaction: &Transaction<'_>,
    item: SavedItem,
    into: Option<GroupId>,
) -> Result<(), ChangeFailed> {
    let into_number = into.map(|group| group.0);
    match item {
        SavedItem::Group(id) => {
            groups::check_parent(transaction, Some(id), into)?;
            let name = groups::group(transaction, id)?.draft.name;
            groups::refuse_second(transaction, &name, into, Some(id))?;
            let sql = "UPDATE groups SET parent_id = ?2, position = NULL WHERE id = ?1";
            transaction.execute(sql, (id.0, into_number))?;
        }
        SavedItem::Connection(id) => {
            let sql = "UPDATE connections SET group_id = ?2, position = NULL WHERE id = ?1";
            transaction.execute(sql, (id.0, into_number))?;
        }
    }
    Ok(())
}

/// Gives those that stand in the place now their order, where the user arranges it.
pub(crate) fn arrange(
    before: &mut SavedBefore,
    transaction: &Transaction<'_>,
    moved: &[SavedItem],
    place: SavedPlace,
) -> Result<(), ChangeFailed> {
    let all = AllSaved::read(transaction)?;
    let (groups, connections): (Vec<_>, Vec<_>) = all
        .items_in(place.into)
        .filter(|item| !moved.contains(item))
        .partition(|item| matches!(item, SavedItem::Group(_)));
    let is_group = |item: &&SavedItem| matches!(item, SavedItem::Group(_));
    let moved_groups: Vec<_> = moved.iter().filter(is_group).copied().collect();
    let moved_connections: Vec<_> = moved.iter().filter(|item| !is_group(item)).copied().collect();
    for (others, moved) in [(groups, moved_groups), (connections, moved_connections)] {
        let at = others.iter().position(|item| Some(*item) == place.before);
        let is_arranged = others.iter().any(|item| all.position(*item).is_some());
        if moved.is_empty() || (at.is_none() && !is_arranged) {
            continue;
        }
        for other in &others {
            note_place(before, transaction, *other)?;
        }
        let mut order = others;
        let at = at.unwrap_or(order.len());
        order.splice(at..at, moved);
        for (position, item) in (1..).zip(order) {
            set_position(transaction, item, Some(position))?;
        }
    }
    Ok(())
}

pub(crate) fn set_position(
    transaction: &Transaction<'_>,
    item: SavedItem,
    position: Option<i64>,
) -> rusqlite::Result<()> {
    let (sql, id) = match item {
        SavedItem::Group(id) => ("UPDATE groups SET position = ?2 WHERE id = ?1", id.0),
        SavedItem::Connection(id) => ("UPDATE connections SET position = ?2 WHERE id = ?1", id.0),
    };
    transaction.execute(sql, (id, position))?;
    Ok(())
}
