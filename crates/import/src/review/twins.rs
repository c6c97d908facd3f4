//! Which connection that is there each connection of a file is.

use std::collections::{HashMap, HashSet};

use postern_model::{Connection, ConnectionId};

use super::places::Places;
use crate::{GroupPath, ImportFile, ImportedConnection};

/// A connection that is there and the same as one of the file.
pub(super) struct Twin<'a> {
    pub(super) connection: &'a Connection,
    /// Whether its name is what the file says: the key does not depend on it, so that the other program may have changed it.
    pub(super) takes_name: bool,
    /// Whether it goes where the file has it.
    pub(super) follows_file: bool,
}

/// For each connection of the file, in its order.
pub(super) fn twins<'a>(
    file: &ImportFile,
    under: &impl Fn(&GroupPath) -> GroupPath,
    places: &Places<'_>,
    there: &'a [Connection],
) -> Vec<Option<Twin<'a>>> {
    let mut search = TwinSearch {
        taken: HashSet::new(),
        by_key: by_key(there),
    };
    let mut found: Vec<Option<Twin<'a>>> = file.connections.iter().map(|one| search.by_key(one)).collect();
    let by_name = by_name(places, there);
    for (one, twin) in file.connections.iter().zip(&mut found) {
        if twin.is_none() {
            *twin = search.by_name(&by_name, &name_key(&under(&one.group), &one.draft.name));
        }
    }
    let imported: Vec<&Connection> = there.iter().filter(|one| is_of(file, one)).collect();
    for (one, twin) in file.connections.iter().zip(&mut found) {
        if twin.is_none() {
            *twin = search.renamed(one, &imported);
        }
    }
    found
}

struct TwinSearch<'a> {
    taken: HashSet<ConnectionId>,
    by_key: HashMap<&'a str, &'a Connection>,
}

impl<'a> TwinSearch<'a> {
    fn by_key(&mut self, one: &ImportedConnection) -> Option<Twin<'a>> {
        let connection = *self.by_key.get(one.key.as_str())?;
        let takes_name = one.key.split_once(':').is_some_and(|(_, id)| id.starts_with('#'));
        self.take(connection, takes_name, false)
    }

    fn by_name(
        &mut self,
        by_name: &HashMap<Vec<String>, Vec<&'a Connection>>,
        key: &[String],
    ) -> Option<Twin<'a>> {
        let free = by_name
            .get(key)?
            .iter()
            .find(|one| !self.taken.contains(&one.id))?;
        self.take(free, false, false)
    }

    fn renamed(&mut self, one: &ImportedConnection, imported: &[&'a Connection]) -> Option<Twin<'a>> {
        let same = |there: &&&Connection| {
            let (there, one) = (&there.draft, &one.draft);
            there.goal == one.goal && there.profile == one.profile && there.region == one.region
        };
        let free = imported.iter().filter(|there| !self.taken.contains(&there.id));
        let found = free.into_iter().find(same)?;
        self.take(found, true, true)
    }

    fn take(&mut self, connection: &'a Connection, takes_name: bool, follows_file: bool) -> Option<Twin<'a>> {
        self.taken.insert(connection.id).then_some(Twin {
            connection,
            takes_name,
            follows_file,
        })
    }
}

fn by_key(there: &[Connection]) -> HashMap<&str, &Connection> {
    there
        .iter()
        .filter_map(|one| Some((one.import_key.as_deref()?, one)))
        .collect()
}

fn by_name<'a>(places: &Places<'_>, there: &'a [Connection]) -> HashMap<Vec<String>, Vec<&'a Connection>> {
    let mut by_name: HashMap<Vec<String>, Vec<&Connection>> = HashMap::new();
    for one in there {
        let key = name_key(&places.path(one.draft.group), &one.draft.name);
        by_name.entry(key).or_default().push(one);
    }
    by_name
}

fn name_key(group: &GroupPath, name: &str) -> Vec<String> {
    group.key().into_iter().chain([name.to_lowercase()]).collect()
}

fn is_of(file: &ImportFile, there: &Connection) -> bool {
    let key = there.import_key.as_deref().and_then(|key| key.split_once(':'));
    key.is_some_and(|(format, _)| format == file.format.word())
}
