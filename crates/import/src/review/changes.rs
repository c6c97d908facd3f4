//! What a file changes of what is there.

use postern_model::{ConnectionDraft, ConnectionGoal, EncryptionPolicy, GroupDraft, Guard};

use crate::{GroupPath, ImportField};

/// One thing that would be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What changes.
    pub field: ImportField,
    /// What it is now; empty for nothing.
    pub before: String,
    /// What it would be; empty for nothing.
    pub after: String,
}

/// What a connection becomes.
pub(super) fn merged_connection(
    there: &ConnectionDraft,
    imported: &ConnectionDraft,
    fields: &[ImportField],
    takes_name: bool,
) -> ConnectionDraft {
    let mut draft = there.clone();
    for field in fields {
        match field {
            ImportField::Name if takes_name => draft.name.clone_from(&imported.name),
            ImportField::Name | ImportField::Group => {}
            ImportField::Goal => draft.goal.clone_from(&imported.goal),
            ImportField::Profile => draft.profile.clone_from(&imported.profile),
            ImportField::Region => draft.region.clone_from(&imported.region),
            ImportField::Document => draft.document.clone_from(&imported.document),
            ImportField::Parameters => draft.parameters.clone_from(&imported.parameters),
            ImportField::Encryption => draft.encryption.clone_from(&imported.encryption),
            ImportField::Colour => draft.colour = imported.colour,
            ImportField::Guard => draft.guard = imported.guard,
            ImportField::Description => draft.description.clone_from(&imported.description),
            ImportField::Tags => add_tags(&mut draft.tags, &imported.tags),
        }
    }
    draft
}

fn add_tags(tags: &mut Vec<String>, more: &[String]) {
    for tag in more {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
}

/// What a group becomes: its name and its place stay.
pub(super) fn merged_group(there: &GroupDraft, imported: &GroupDraft, fields: &[ImportField]) -> GroupDraft {
    let mut draft = there.clone();
    for field in fields {
        match field {
            ImportField::Profile => draft.profile.clone_from(&imported.profile),
            ImportField::Region => draft.region.clone_from(&imported.region),
            ImportField::Document => draft.document.clone_from(&imported.document),
            ImportField::Parameters => draft.parameters.clone_from(&imported.parameters),
            ImportField::Encryption => draft.encryption.clone_from(&imported.encryption),
            ImportField::Colour => draft.colour = imported.colour,
            ImportField::Guard => draft.guard = imported.guard,
            ImportField::Description => draft.description.clone_from(&imported.description),
            ImportField::Name | ImportField::Group | ImportField::Goal | ImportField::Tags => {}
        }
    }
    draft
}

/// What differs between a connection and what it would be.
pub(super) fn changes_of_connection(
    before: &ConnectionDraft,
    stands: &GroupPath,
    after: &ConnectionDraft,
    goes: &GroupPath,
) -> Vec<FieldChange> {
    let texts = |draft: &ConnectionDraft, group: &GroupPath| {
        [
            (ImportField::Name, draft.name.clone()),
            (ImportField::Group, group.to_string()),
            (ImportField::Goal, goal(&draft.goal)),
            (ImportField::Profile, text(draft.profile.as_ref())),
            (ImportField::Region, text(draft.region.as_ref())),
            (ImportField::Document, text(draft.document.as_ref())),
            (ImportField::Parameters, parameters(&draft.parameters)),
            (ImportField::Encryption, encryption(draft.encryption.as_ref())),
            (ImportField::Colour, colour(draft.colour)),
            (ImportField::Guard, guard(draft.guard)),
            (ImportField::Description, draft.description.clone()),
            (ImportField::Tags, draft.tags.join(", ")),
        ]
    };
    differing(texts(before, stands), texts(after, goes))
}

/// What differs between a group and what it would be.
pub(super) fn changes_of_group(before: &GroupDraft, after: &GroupDraft) -> Vec<FieldChange> {
    let texts = |draft: &GroupDraft| {
        [
            (ImportField::Profile, text(draft.profile.as_ref())),
            (ImportField::Region, text(draft.region.as_ref())),
            (ImportField::Document, text(draft.document.as_ref())),
            (ImportField::Parameters, parameters(&draft.parameters)),
            (ImportField::Encryption, encryption(draft.encryption.as_ref())),
            (ImportField::Colour, colour(draft.colour)),
            (ImportField::Guard, guard(draft.guard)),
            (ImportField::Description, draft.description.clone()),
        ]
    };
    differing(texts(before), texts(after))
}

fn differing<const N: usize>(
    before: [(ImportField, String); N],
    after: [(ImportField, String); N],
) -> Vec<FieldChange> {
    let both = before.into_iter().zip(after);
    let changed = both.filter(|((_, before), (_, after))| before != after);
    changed
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn goal(goal: &ConnectionGoal) -> String {
    match goal {
        ConnectionGoal::Target(target) => target.to_string(),
        ConnectionGoal::Query { query, pick } => format!("{query} ({pick})"),
    }
}

fn parameters(parameters: &[(String, Vec<String>)]) -> String {
    let shown = parameters
        .iter()
        .map(|(name, values)| format!("{name}={}", values.join(" ")));
    shown.collect::<Vec<_>>().join(", ")
}

fn encryption(policy: Option<&EncryptionPolicy>) -> String {
    match policy {
        None => String::new(),
        Some(EncryptionPolicy::Prefer) => "prefer".to_owned(),
        Some(EncryptionPolicy::Off) => "off".to_owned(),
        Some(EncryptionPolicy::Require { key: None }) => "require".to_owned(),
        Some(EncryptionPolicy::Require { key: Some(key) }) => format!("require={key}"),
    }
}

fn colour(colour: Option<postern_model::Colour>) -> String {
    let word = serde_json::to_value(colour).ok();
    word.as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn guard(guard: Guard) -> String {
    let asked = [
        (guard.read_only, "read-only"),
        (guard.reason, "reason"),
        (guard.paste, "paste"),
    ];
    let asked: Vec<&str> = asked
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| word)
        .collect();
    asked.join(", ")
}
