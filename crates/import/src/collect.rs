//! Gathers the entries of a file: each is checked by the rules of its names, and what breaks one is kept with the reason.

use std::collections::{HashMap, HashSet};

use postern_model::{
    Colour, ConnectionDraft, ConnectionGoal, DocumentName, EncryptionPolicy, GroupDraft, Guard,
    MAX_GROUP_DEPTH, PickRule, ProfileName, Region, Target,
};

use crate::{
    Format, GroupPath, ImportError, ImportField, ImportFile, ImportedConnection, ImportedGroup, Unusable,
    clean::{filled, lines, one_line},
};

/// More entries than this have no list of connections.
const MAX_ENTRIES: usize = 50_000;

/// A connection as a file has it: nothing is checked yet, empty means that nothing is said.
#[derive(Debug, Default)]
pub(crate) struct RawConnection {
    /// What the other program knows it by, if it has anything.
    pub(crate) id: String,
    pub(crate) place: String,
    pub(crate) name: String,
    pub(crate) group: Vec<String>,
    pub(crate) target: String,
    pub(crate) query: String,
    pub(crate) pick: String,
    pub(crate) profile: String,
    pub(crate) region: String,
    pub(crate) document: String,
    pub(crate) parameters: Vec<(String, Vec<String>)>,
    pub(crate) encryption: Option<EncryptionPolicy>,
    pub(crate) colour: Option<Colour>,
    pub(crate) guard: Guard,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
}

/// A group as a file has it.
#[derive(Debug, Default)]
pub(crate) struct RawGroup {
    pub(crate) path: Vec<String>,
    pub(crate) place: String,
    pub(crate) profile: String,
    pub(crate) region: String,
    pub(crate) document: String,
    pub(crate) parameters: Vec<(String, Vec<String>)>,
    pub(crate) encryption: Option<EncryptionPolicy>,
    pub(crate) colour: Option<Colour>,
    pub(crate) guard: Guard,
    pub(crate) description: String,
}

/// The entries of one file so far.
pub(crate) struct Collector {
    file: ImportFile,
    groups: HashSet<Vec<String>>,
    keys: HashMap<String, usize>,
}

impl Collector {
    pub(crate) fn new(format: Format, fields: Vec<ImportField>) -> Self {
        Self {
            file: ImportFile {
                format,
                fields,
                groups: Vec::new(),
                connections: Vec::new(),
                unusable: Vec::new(),
                remarks: Vec::new(),
            },
            groups: HashSet::new(),
            keys: HashMap::new(),
        }
    }

    /// Takes a connection, or notes why it cannot be one.
    pub(crate) fn connection(&mut self, raw: RawConnection) -> Result<(), ImportError> {
        self.bounded()?;
        match checked_connection(&raw) {
            Ok((group, draft)) => self.add(raw, group, draft),
            Err(reason) => self.unusable(&raw.name, raw.place, reason),
        }
        Ok(())
    }

    /// Takes what a file says of a group; where a name in it breaks a rule, the group comes without what is inherited.
    pub(crate) fn group(&mut self, raw: RawGroup) -> Result<(), ImportError> {
        self.bounded()?;
        let Ok(path) = group_path(&raw.path) else {
            self.unusable(
                raw.path.last().map_or("", String::as_str),
                raw.place,
                TOO_DEEP.to_owned(),
            );
            return Ok(());
        };
        self.name_group(&path);
        match checked_group(&raw, &path) {
            Ok(draft) => self.describe(&path, draft),
            Err(reason) => self.unusable(&path.to_string(), raw.place, reason),
        }
        Ok(())
    }

    /// Notes something that is no connection.
    pub(crate) fn unusable(&mut self, name: &str, place: String, reason: String) {
        self.file.unusable.push(Unusable {
            name: one_line(name),
            place,
            reason,
        });
    }

    /// Notes what else a person should know.
    pub(crate) fn remark(&mut self, remark: String) {
        self.file.remarks.push(remark);
    }

    pub(crate) fn finish(self) -> ImportFile {
        self.file
    }

    fn bounded(&self) -> Result<(), ImportError> {
        let entries = self.file.connections.len() + self.file.unusable.len() + self.file.groups.len();
        if entries < MAX_ENTRIES {
            Ok(())
        } else {
            Err(ImportError::TooMany(MAX_ENTRIES))
        }
    }

    fn add(&mut self, raw: RawConnection, group: GroupPath, draft: ConnectionDraft) {
        self.name_group(&group);
        let key = self.unique_key(&raw, &group, &draft.name);
        self.file.connections.push(ImportedConnection {
            key,
            group,
            draft,
            place: raw.place,
        });
    }

    /// What the other program knows it by, else its place in the groups; of several the later ones are counted.
    fn unique_key(&mut self, raw: &RawConnection, group: &GroupPath, name: &str) -> String {
        let format = self.file.format.word();
        let key = match filled(Some(&raw.id)) {
            Some(id) => format!("{format}:#{}", one_line(id)),
            None => {
                let names: Vec<String> = group.key().into_iter().chain([name.to_lowercase()]).collect();
                format!("{format}:{}", serde_json::Value::from(names))
            }
        };
        let count = self.keys.entry(key.clone()).or_default();
        *count += 1;
        if *count == 1 {
            key
        } else {
            format!("{key}+{count}")
        }
    }

    /// Makes sure that a group and those around it are there.
    fn name_group(&mut self, path: &GroupPath) {
        for depth in 1..=path.0.len() {
            let upto = GroupPath(path.0.iter().take(depth).cloned().collect());
            if self.groups.insert(upto.key()) {
                let name = upto.0.last().cloned().unwrap_or_default();
                self.file.groups.push(ImportedGroup {
                    path: upto,
                    draft: GroupDraft {
                        name,
                        ..GroupDraft::default()
                    },
                    described: false,
                });
            }
        }
    }

    fn describe(&mut self, path: &GroupPath, draft: GroupDraft) {
        let key = path.key();
        if let Some(group) = self.file.groups.iter_mut().find(|group| group.path.key() == key) {
            group.draft = draft;
            group.described = true;
        }
    }
}

const TOO_DEEP: &str = "Its groups stand too deep in one another.";

fn checked_connection(raw: &RawConnection) -> Result<(GroupPath, ConnectionDraft), String> {
    let goal = goal(raw)?;
    let fallback = if raw.target.is_empty() {
        &raw.query
    } else {
        &raw.target
    };
    let name = Some(one_line(&raw.name)).filter(|name| !name.is_empty());
    let draft = ConnectionDraft {
        profile: optional(&raw.profile, ProfileName::parse)?,
        region: optional(&raw.region, Region::parse)?,
        document: optional(&raw.document, DocumentName::parse)?,
        parameters: raw.parameters.clone(),
        encryption: raw.encryption.clone(),
        colour: raw.colour,
        guard: raw.guard,
        description: lines(&raw.description),
        tags: tags(&raw.tags),
        ..ConnectionDraft::new(name.unwrap_or_else(|| one_line(fallback)), goal)
    };
    Ok((group_path(&raw.group)?, draft))
}

fn checked_group(raw: &RawGroup, path: &GroupPath) -> Result<GroupDraft, String> {
    Ok(GroupDraft {
        name: path.0.last().cloned().unwrap_or_default(),
        parent: None,
        profile: optional(&raw.profile, ProfileName::parse)?,
        region: optional(&raw.region, Region::parse)?,
        document: optional(&raw.document, DocumentName::parse)?,
        parameters: raw.parameters.clone(),
        encryption: raw.encryption.clone(),
        colour: raw.colour,
        guard: raw.guard,
        description: lines(&raw.description),
    })
}

fn goal(raw: &RawConnection) -> Result<ConnectionGoal, String> {
    if let Some(query) = filled(Some(&raw.query)) {
        if !raw.target.trim().is_empty() {
            return Err("It has a target and a query; only one of them can be meant.".to_owned());
        }
        let pick = match raw.pick.trim() {
            "" => PickRule::default(),
            word => word
                .parse()
                .map_err(|rule| format!("Of its pick rule: {rule}."))?,
        };
        let query = one_line(query);
        return Ok(ConnectionGoal::Query { query, pick });
    }
    let target = Target::parse(&raw.target).map_err(|rule| rule.to_string())?;
    Ok(ConnectionGoal::Target(target))
}

fn optional<T, E: ToString>(text: &str, parse: fn(&str) -> Result<T, E>) -> Result<Option<T>, String> {
    let parsed = filled(Some(text)).map(parse).transpose();
    parsed.map_err(|rule| rule.to_string())
}

fn group_path(names: &[String]) -> Result<GroupPath, String> {
    let names: Vec<String> = names
        .iter()
        .map(|name| one_line(name))
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > MAX_GROUP_DEPTH {
        return Err(TOO_DEEP.to_owned());
    }
    Ok(GroupPath(names))
}

fn tags(tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.iter().map(|tag| one_line(tag)).filter(|tag| !tag.is_empty()) {
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(name: &str, target: &str) -> RawConnection {
        RawConnection {
            name: name.to_owned(),
            target: target.to_owned(),
            ..RawConnection::default()
        }
    }

    fn collected(raws: Vec<RawConnection>) -> ImportFile {
        let mut collector = Collector::new(Format::Csv, ImportField::ALL.to_vec());
        for raw in raws {
            collector.connection(raw).unwrap();
        }
        collector.finish()
    }

    #[test]
    fn many_of_one_name_have_keys_of_their_own_each_time() {
        let read = || collected((0..500).map(|_| raw("web", "i-0a1b2c3d")).collect());
        let keys: HashSet<String> = read().connections.into_iter().map(|one| one.key).collect();
        assert_eq!(keys.len(), 500);
        assert_eq!(read(), read());
    }

    #[test]
    fn a_rule_that_is_broken_is_told_and_hides_no_other() {
        let bad_region = RawConnection {
            region: "Frankfurt".to_owned(),
            ..raw("b", "i-0a1b2c3d")
        };
        let file = collected(vec![raw("a", "10.0.0.1"), bad_region, raw("", "i-0a1b2c3d")]);
        let reasons: Vec<&str> = file.unusable.iter().map(|one| one.reason.as_str()).collect();
        assert!(
            reasons[0].starts_with("A target looks like") && reasons[1].starts_with("A Region looks like"),
            "{reasons:?}"
        );
        assert_eq!(file.connections.len(), 1);
        assert_eq!(file.connections[0].draft.name, "i-0a1b2c3d");
    }

    #[test]
    fn groups_are_there_from_the_outside_in_and_compare_without_case() {
        let within = |group: &[&str]| RawConnection {
            group: group.iter().map(|name| (*name).to_owned()).collect(),
            ..raw("a", "i-0a1b2c3d")
        };
        let file = collected(vec![
            within(&["Shop", "Web"]),
            within(&["shop"]),
            within(&["", "Shop ", "DB"]),
        ]);
        let paths: Vec<String> = file.groups.iter().map(|group| group.path.to_string()).collect();
        assert_eq!(paths, ["Shop", "Shop / Web", "Shop / DB"]);
        let deep = within(&["a"; 40]);
        assert_eq!(collected(vec![deep]).unusable[0].reason, TOO_DEEP);
    }
}
