//! All groups and connections at one moment of a change.

use std::collections::HashSet;

use postern_model::{Connection, ConnectionId, Group, GroupId, GroupTree, InvalidDraft, SavedItem};
use rusqlite::Transaction;

use crate::{connections, error::ChangeFailed, groups};

/// Everything saved, in its order.
pub(crate) struct AllSaved {
    groups: Vec<Group>,
    connections: Vec<Connection>,
}

impl AllSaved {
    pub(crate) fn read(transaction: &Transaction<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            groups: groups::read(transaction)?.good,
            connections: connections::read(transaction)?.good,
        })
    }

    /// The same without those that stand in another of them, each once.
    pub(crate) fn outermost(&self, items: &[SavedItem]) -> Result<Vec<SavedItem>, ChangeFailed> {
        let tree = GroupTree::new(&self.groups);
        let chosen: HashSet<SavedItem> = items.iter().copied().collect();
        let mut taken = HashSet::new();
        let mut outermost = Vec::new();
        for item in items {
            let above = tree.from(self.group_around(*item)?);
            let is_inside = above
                .iter()
                .any(|group| chosen.contains(&SavedItem::Group(group.id)));
            if !is_inside && taken.insert(*item) {
                outermost.push(*item);
            }
        }
        Ok(outermost)
    }

    pub(crate) fn group_around(&self, item: SavedItem) -> Result<Option<GroupId>, InvalidDraft> {
        match item {
            SavedItem::Group(id) => self.group(id).map(|group| group.draft.parent),
            SavedItem::Connection(id) => self.connection(id).map(|connection| connection.draft.group),
        }
    }

    pub(crate) fn group(&self, id: GroupId) -> Result<&Group, InvalidDraft> {
        let found = self.groups.iter().find(|group| group.id == id);
        found.ok_or(InvalidDraft::UnknownGroup)
    }

    pub(crate) fn connection(&self, id: ConnectionId) -> Result<&Connection, InvalidDraft> {
        let found = self.connections.iter().find(|connection| connection.id == id);
        found.ok_or(InvalidDraft::UnknownConnection)
    }

    pub(crate) fn groups_in(&self, group: Option<GroupId>) -> impl Iterator<Item = &Group> {
        self.groups
            .iter()
            .filter(move |other| other.draft.parent == group)
    }

    pub(crate) fn connections_in(&self, group: Option<GroupId>) -> impl Iterator<Item = &Connection> {
        self.connections
            .iter()
            .filter(move |other| other.draft.group == group)
    }

    pub(crate) fn items_in(&self, group: Option<GroupId>) -> impl Iterator<Item = SavedItem> {
        let groups = self.groups_in(group).map(|group| SavedItem::Group(group.id));
        let connections = self.connections_in(group);
        groups.chain(connections.map(|connection| SavedItem::Connection(connection.id)))
    }

    /// Its place where the user arranged it.
    pub(crate) fn position(&self, item: SavedItem) -> Option<i64> {
        match item {
            SavedItem::Group(id) => self.group(id).ok()?.position,
            SavedItem::Connection(id) => self.connection(id).ok()?.position,
        }
    }
}
