//! Writes Postern's own file.

use postern_model::{Connection, ConnectionGoal, Group, GroupId};
use serde::Serialize;

use super::{
    FORMAT, VERSION,
    form::{ConnectionForm, Demand, GroupForm, ParameterForm, SettingsForm},
};

#[derive(Serialize)]
struct ExportedDocument {
    format: &'static str,
    version: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    connections: Vec<ConnectionForm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupForm>,
}

/// All groups and connections as Postern's own file, in the order given.
#[must_use]
pub fn export(groups: &[Group], connections: &[Connection]) -> String {
    let document = ExportedDocument {
        format: FORMAT,
        version: VERSION,
        connections: connections_in(None, connections),
        groups: groups_in(None, groups, connections, &mut Vec::new()),
    };
    // Strings, numbers and lists only: this cannot fail.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text + "\n"
}

/// `above` ends the way round where a damaged store has a circle.
fn groups_in(
    parent: Option<GroupId>,
    groups: &[Group],
    connections: &[Connection],
    above: &mut Vec<GroupId>,
) -> Vec<GroupForm> {
    let mut forms = Vec::new();
    for group in groups.iter().filter(|group| group.draft.parent == parent) {
        if above.contains(&group.id) {
            continue;
        }
        above.push(group.id);
        forms.push(GroupForm {
            name: group.draft.name.clone(),
            settings: settings_of_group(group),
            connections: connections_in(Some(group.id), connections),
            groups: groups_in(Some(group.id), groups, connections, above),
        });
        above.pop();
    }
    forms
}

fn connections_in(group: Option<GroupId>, connections: &[Connection]) -> Vec<ConnectionForm> {
    let within = connections
        .iter()
        .filter(|connection| connection.draft.group == group);
    within.map(connection_form).collect()
}

fn connection_form(connection: &Connection) -> ConnectionForm {
    let draft = &connection.draft;
    let (target, query, pick) = match &draft.goal {
        ConnectionGoal::Target(target) => (target.to_string(), String::new(), String::new()),
        ConnectionGoal::Query { query, pick } => (String::new(), query.clone(), pick.to_string()),
    };
    ConnectionForm {
        id: String::new(),
        name: draft.name.clone(),
        target,
        query,
        pick,
        settings: SettingsForm {
            profile: text(draft.profile.as_ref()),
            region: text(draft.region.as_ref()),
            document: text(draft.document.as_ref()),
            parameters: parameters(&draft.parameters),
            encryption: draft.encryption.clone().map(Demand),
            colour: draft.colour,
            guard: draft.guard,
            description: draft.description.clone(),
        },
        tags: draft.tags.clone(),
    }
}

fn settings_of_group(group: &Group) -> SettingsForm {
    let draft = &group.draft;
    SettingsForm {
        profile: text(draft.profile.as_ref()),
        region: text(draft.region.as_ref()),
        document: text(draft.document.as_ref()),
        parameters: parameters(&draft.parameters),
        encryption: draft.encryption.clone().map(Demand),
        colour: draft.colour,
        guard: draft.guard,
        description: draft.description.clone(),
    }
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn parameters(parameters: &[(String, Vec<String>)]) -> Vec<ParameterForm> {
    let all = parameters.iter().map(|(name, values)| ParameterForm {
        name: name.clone(),
        values: values.clone(),
    });
    all.collect()
}
