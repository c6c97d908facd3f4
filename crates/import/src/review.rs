//! A file laid beside the connections that are there: what is new, what would change and how, and what is as it was.
//!
//! **Who is who.** A connection of the file is one that is there when (1) it was imported as this one before: its import key is
//! the same; or (2) it stands in the same group under the same name; or (3) it was imported from this kind of file, no other entry
//! of the file means it, and it leads to the same place with the same profile and Region: then the other program renamed it. Each
//! of them is at most one of the file. Names are compared without case, as everywhere.
//!
//! **What changes.** Only what the file speaks of. Tags are added, never taken away. Where a connection stands, and a name that is
//! no part of its key, belong to the user once it is there; only what was renamed or moved in the other program (3) follows.

mod changes;
mod places;
mod twins;

use std::collections::{BTreeSet, HashMap};

use postern_model::{
    Connection, ConnectionDraft, ConnectionId, Group, GroupDraft, GroupId, ImportPlan, PlannedConnection,
    PlannedGroup, PlannedPlace,
};

pub use changes::FieldChange;
use changes::{changes_of_connection, changes_of_group, merged_connection, merged_group};
use places::Places;
use twins::{Twin, twins};

use crate::{GroupPath, ImportField, ImportFile};

/// How an entry of a file stands to what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// It is not there yet.
    New,
    /// It is there and would change.
    Changed(Vec<FieldChange>),
    /// It is there as the file has it.
    Same,
}

/// A connection of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportEntry {
    /// How it stands.
    pub state: EntryState,
    /// The group that it would stand in, or stands in.
    pub group: GroupPath,
    /// What it would become; its group is [`Self::group`].
    pub draft: ConnectionDraft,
    /// What it is there.
    pub known: Option<ConnectionId>,
    /// Where in the file it is.
    pub place: String,
    /// What a person should look at before it is taken, in a sentence; such an entry is not chosen by default.
    pub caution: Option<String>,
    key: String,
    follows_file: bool,
    has_key: bool,
}

/// A group of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// How it stands.
    pub state: EntryState,
    /// Where it would stand, or stands.
    pub path: GroupPath,
    /// What it would become.
    pub draft: GroupDraft,
    /// What it is there.
    pub known: Option<GroupId>,
    /// As of [`ImportEntry::caution`].
    pub caution: Option<String>,
}

/// A file beside what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The groups, outer ones before those inside them.
    pub groups: Vec<GroupEntry>,
    /// The connections, in the order of the file.
    pub connections: Vec<ImportEntry>,
}

/// What of a review is taken: indices into its lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Groups. Those that chosen connections stand in are made in any case.
    pub groups: BTreeSet<usize>,
    /// Connections.
    pub connections: BTreeSet<usize>,
}

impl Review {
    /// Lays `file` beside `groups` and `connections`; all of it is put into the group `into`, if that names one.
    #[must_use]
    pub fn of(file: &ImportFile, into: &GroupPath, groups: &[Group], connections: &[Connection]) -> Self {
        let places = Places::new(groups);
        let under = |path: &GroupPath| GroupPath(into.0.iter().chain(&path.0).cloned().collect());
        let twins = twins(file, &under, &places, connections);
        let entries = file.connections.iter().zip(twins).map(|(imported, twin)| {
            let path = under(&imported.group);
            ImportEntry::of(file, imported, path, twin.as_ref(), &places)
        });
        let connections: Vec<ImportEntry> = entries.collect();
        Self {
            groups: group_entries(file, into, &under, &places),
            connections,
        }
    }

    /// All that is new or changed, without what a person should look at first.
    #[must_use]
    pub fn default_choice(&self) -> Choice {
        let wanted =
            |state: &EntryState, caution: &Option<String>| *state != EntryState::Same && caution.is_none();
        let groups = self.groups.iter().enumerate();
        let connections = self.connections.iter().enumerate();
        Choice {
            groups: groups
                .filter(|(_, entry)| wanted(&entry.state, &entry.caution))
                .map(|(at, _)| at)
                .collect(),
            connections: connections
                .filter(|(_, entry)| wanted(&entry.state, &entry.caution))
                .map(|(at, _)| at)
                .collect(),
        }
    }

    /// All that is new or changed.
    #[must_use]
    pub fn every_change(&self) -> Choice {
        let groups = self.groups.iter().enumerate();
        let connections = self.connections.iter().enumerate();
        Choice {
            groups: groups
                .filter(|(_, entry)| entry.state != EntryState::Same)
                .map(|(at, _)| at)
                .collect(),
            connections: connections
                .filter(|(_, entry)| entry.state != EntryState::Same)
                .map(|(at, _)| at)
                .collect(),
        }
    }

    /// What is written for a choice. Connections that are there as the file has them are only given their key, so that they
    /// are known again when they get another name.
    #[must_use]
    pub fn plan(&self, choice: &Choice) -> ImportPlan {
        let mut plan = ImportPlan::default();
        let mut planned: HashMap<Vec<String>, PlannedPlace> = HashMap::new();
        let needed = self.needed_groups(choice);
        for (at, entry) in self.groups.iter().enumerate() {
            let place = match (
                entry.known,
                needed.contains(&entry.path.key()) || choice.groups.contains(&at),
            ) {
                (Some(known), _) => PlannedPlace::Known(known),
                (None, true) => PlannedPlace::Planned(plan.groups.len()),
                (None, false) => continue,
            };
            let changes =
                entry.known.is_none() || (choice.groups.contains(&at) && entry.state != EntryState::Same);
            if changes {
                plan.groups.push(PlannedGroup {
                    known: entry.known,
                    place: parent_of(&entry.path, &planned),
                    draft: entry.draft.clone(),
                });
            }
            planned.insert(entry.path.key(), place);
        }
        for (at, entry) in self.connections.iter().enumerate() {
            if entry.is_written(choice.connections.contains(&at)) {
                plan.connections.push(entry.planned(&planned));
            }
        }
        plan
    }

    fn needed_groups(&self, choice: &Choice) -> BTreeSet<Vec<String>> {
        let chosen = choice
            .connections
            .iter()
            .filter_map(|at| self.connections.get(*at));
        let moved = chosen.filter(|entry| entry.known.is_none() || entry.follows_file);
        let groups = choice.groups.iter().filter_map(|at| self.groups.get(*at));
        let paths = moved
            .map(|entry| &entry.group)
            .chain(groups.map(|entry| &entry.path));
        let mut needed = BTreeSet::new();
        for path in paths {
            let mut above = Some(path.clone());
            while let Some(path) = above {
                above = path.parent();
                needed.insert(path.key());
            }
        }
        needed
    }
}

impl ImportEntry {
    fn of(
        file: &ImportFile,
        imported: &crate::ImportedConnection,
        path: GroupPath,
        twin: Option<&Twin<'_>>,
        places: &Places<'_>,
    ) -> Self {
        let key = imported.key.clone();
        let place = imported.place.clone();
        let Some(twin) = twin else {
            return Self {
                state: EntryState::New,
                group: path,
                caution: caution(&imported.draft.parameters),
                draft: imported.draft.clone(),
                known: None,
                place,
                key,
                follows_file: true,
                has_key: false,
            };
        };
        let there = &twin.connection.draft;
        let draft = merged_connection(there, &imported.draft, &file.fields, twin.takes_name);
        let stands = places.path(there.group);
        let moves =
            twin.follows_file && stands.key() != path.key() && file.fields.contains(&ImportField::Group);
        let group = if moves { path } else { stands.clone() };
        let changes = changes_of_connection(there, &stands, &draft, &group);
        let caution = caution(&imported.draft.parameters).filter(|_| there.parameters != draft.parameters);
        Self {
            state: state(changes),
            group,
            draft,
            known: Some(twin.connection.id),
            place,
            caution,
            has_key: twin.connection.import_key.as_ref() == Some(&key),
            key,
            follows_file: moves,
        }
    }

    fn is_written(&self, chosen: bool) -> bool {
        match self.state {
            EntryState::New | EntryState::Changed(_) => chosen,
            EntryState::Same => !self.has_key,
        }
    }

    fn planned(&self, groups: &HashMap<Vec<String>, PlannedPlace>) -> PlannedConnection {
        let stays = self.draft.group.map_or(PlannedPlace::Top, PlannedPlace::Known);
        PlannedConnection {
            known: self.known,
            place: if self.follows_file {
                place_of(&self.group, groups)
            } else {
                stays
            },
            draft: self.draft.clone(),
            key: self.key.clone(),
        }
    }
}

fn group_entries(
    file: &ImportFile,
    into: &GroupPath,
    under: &impl Fn(&GroupPath) -> GroupPath,
    places: &Places<'_>,
) -> Vec<GroupEntry> {
    let around = (1..=into.0.len()).map(|depth| GroupPath(into.0.iter().take(depth).cloned().collect()));
    let around = around.map(|path| GroupEntry::of(path.clone(), &named(&path), &[], places));
    let inside = file.groups.iter().map(|group| {
        let fields: &[ImportField] = if group.described { &file.fields } else { &[] };
        GroupEntry::of(under(&group.path), &group.draft, fields, places)
    });
    around.chain(inside).collect()
}

impl GroupEntry {
    fn of(path: GroupPath, imported: &GroupDraft, fields: &[ImportField], places: &Places<'_>) -> Self {
        let caution = caution(&imported.parameters);
        let Some(there) = places.find(&path) else {
            return Self {
                state: EntryState::New,
                path,
                draft: imported.clone(),
                known: None,
                caution,
            };
        };
        let draft = merged_group(&there.draft, imported, fields);
        Self {
            state: state(changes_of_group(&there.draft, &draft)),
            path,
            caution: caution.filter(|_| there.draft.parameters != draft.parameters),
            draft,
            known: Some(there.id),
        }
    }
}

fn state(changes: Vec<FieldChange>) -> EntryState {
    if changes.is_empty() {
        EntryState::Same
    } else {
        EntryState::Changed(changes)
    }
}

/// Parameters may be commands that a node runs when the connection is opened.
fn caution(parameters: &[(String, Vec<String>)]) -> Option<String> {
    let (name, values) = parameters.first()?;
    let shown = postern_model::display_text(&format!("{name}={}", values.join(" ")));
    Some(format!(
        "It brings parameters of a document, which may be commands: {shown}"
    ))
}

fn named(path: &GroupPath) -> GroupDraft {
    GroupDraft {
        name: path.0.last().cloned().unwrap_or_default(),
        ..GroupDraft::default()
    }
}

fn parent_of(path: &GroupPath, planned: &HashMap<Vec<String>, PlannedPlace>) -> PlannedPlace {
    path.parent()
        .map_or(PlannedPlace::Top, |parent| place_of(&parent, planned))
}

fn place_of(path: &GroupPath, planned: &HashMap<Vec<String>, PlannedPlace>) -> PlannedPlace {
    planned.get(&path.key()).copied().unwrap_or(PlannedPlace::Top)
}

#[cfg(test)]
mod tests;
