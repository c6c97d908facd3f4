//! A file as a team shares it: groups and connections to look at and to open, with numbers of their own.

use std::collections::HashMap;

use postern_model::{Connection, ConnectionDraft, ConnectionId, Group, GroupDraft, GroupId};

use crate::{ImportFile, Unusable};

/// What a team file shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamConnections {
    /// The groups, numbered from 1.
    pub groups: Vec<Group>,
    /// The connections, numbered from 1.
    pub connections: Vec<Connection>,
    /// What cannot be shown.
    pub left_out: Vec<Unusable>,
}

const COMMANDS: &str = "It brings parameters of a document, which may be commands; a team file may not.";

impl ImportFile {
    /// The file as it is shown beside one's own connections. A connection that is opened by a click may run nothing that the
    /// file says, so parameters of documents are left out, and what has some of its own with them.
    #[must_use]
    pub fn into_team(self) -> TeamConnections {
        let mut team = TeamConnections {
            left_out: self.unusable,
            ..TeamConnections::default()
        };
        let mut numbers: HashMap<Vec<String>, GroupId> = HashMap::new();
        for (number, group) in (1_i64..).zip(self.groups) {
            let parent = group
                .path
                .parent()
                .and_then(|path| numbers.get(&path.key()).copied());
            numbers.insert(group.path.key(), GroupId(number));
            team.groups.push(Group {
                id: GroupId(number),
                draft: GroupDraft {
                    parent,
                    parameters: Vec::new(),
                    ..group.draft
                },
                collapsed: false,
                position: None,
                import_key: None,
            });
        }
        for one in self.connections {
            if !one.draft.parameters.is_empty() {
                team.left_out.push(Unusable {
                    name: one.draft.name,
                    place: one.place,
                    reason: COMMANDS.to_owned(),
                });
                continue;
            }
            let id = i64::try_from(team.connections.len())
                .unwrap_or(i64::MAX)
                .saturating_add(1);
            team.connections.push(Connection {
                id: ConnectionId(id),
                draft: ConnectionDraft {
                    group: numbers.get(&one.group.key()).copied(),
                    ..one.draft
                },
                position: None,
                import_key: Some(one.key),
            });
        }
        team
    }
}

#[cfg(test)]
mod tests {
    use crate::{ReadOptions, export, read};

    #[test]
    fn a_team_file_shows_what_it_holds_but_no_commands() {
        let text = br#"{"format":"postern-connections","version":1,"groups":[{"name":"A","groups":[{"name":"B","parameters":[{"name":"x","values":["y"]}],
            "connections":[{"name":"c","target":"i-0a1b2c3d"}]}]}],"connections":[{"name":"d","target":"i-0a1b2c3d",
            "parameters":[{"name":"command","values":["reboot"]}]},{"name":"e"}]}"#;
        let team = read("x", text, &ReadOptions::default()).unwrap().into_team();
        assert_eq!(
            (team.groups.len(), team.connections.len(), team.left_out.len()),
            (2, 1, 2)
        );
        assert_eq!(team.groups[1].draft.parent, Some(team.groups[0].id));
        assert_eq!(team.connections[0].draft.group, Some(team.groups[1].id));
        let kept = export(&team.groups, &team.connections);
        assert!(!kept.contains("parameters"));
        let again = read("x", kept.as_bytes(), &ReadOptions::default())
            .unwrap()
            .into_team();
        assert_eq!((again.groups, again.connections.len()), (team.groups, 1));
    }
}
