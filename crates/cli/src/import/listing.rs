//! A review as text and as JSON.

use postern_import::{Choice, EntryState, ImportFile, Review};
use postern_model::{ConnectionGoal, display_text};
use serde::Serialize;

use crate::columns::{aligned, cut};

#[derive(Serialize)]
struct ReviewListing<'a> {
    format: &'a str,
    groups: Vec<ReviewRow>,
    connections: Vec<ReviewRow>,
    unusable: Vec<UnusableRow<'a>>,
    remarks: &'a [String],
}

#[derive(Serialize)]
struct ReviewRow {
    state: &'static str,
    name: String,
    group: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    target: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ChangeRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
}

#[derive(Serialize)]
struct ChangeRow {
    field: &'static str,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct UnusableRow<'a> {
    name: &'a str,
    place: &'a str,
    reason: &'a str,
}

/// For programs.
pub(super) fn json(file: &ImportFile, review: &Review) -> String {
    let unusable = file.unusable.iter().map(|one| UnusableRow {
        name: &one.name,
        place: &one.place,
        reason: &one.reason,
    });
    let listing = ReviewListing {
        format: file.format.word(),
        groups: groups(review),
        connections: connections(review),
        unusable: unusable.collect(),
        remarks: &file.remarks,
    };
    // Texts and lists only: this cannot fail.
    serde_json::to_string_pretty(&listing).unwrap_or_default() + "\n"
}

/// For people.
pub(super) fn table(file: &ImportFile, review: &Review) -> String {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for row in groups(review).into_iter().filter(|row| row.state != "same") {
        rows.push(["group".into(), row.state.into(), cut(&row.name), row.says()]);
    }
    for row in connections(review) {
        let path = if row.group.is_empty() {
            row.name.clone()
        } else {
            format!("{} / {}", row.group, row.name)
        };
        rows.push(["connection".into(), row.state.into(), cut(&path), row.says()]);
    }
    for one in &file.unusable {
        rows.push([
            "".into(),
            "unusable".into(),
            cut(&one.name),
            format!("{} ({})", one.reason, one.place),
        ]);
    }
    let remarks = file.remarks.iter().map(|remark| format!("{remark}\n"));
    format!(
        "{}: {}\n{}{}",
        cut(file.format.title()),
        summary(file, review),
        aligned(&rows),
        remarks.collect::<String>()
    )
}

/// `3 connections and 1 group`.
pub(super) fn counted(choice: &Choice) -> String {
    let connections = plural(choice.connections.len(), "connection");
    match choice.groups.len() {
        0 => connections,
        groups => format!("{connections} and {}", plural(groups, "group")),
    }
}

fn summary(file: &ImportFile, review: &Review) -> String {
    let count = |state: &str| {
        review
            .connections
            .iter()
            .filter(|entry| word(&entry.state) == state)
            .count()
    };
    format!(
        "{} new, {} changed, {} already there, {} not usable.",
        count("new"),
        count("changed"),
        count("same"),
        file.unusable.len()
    )
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

fn word(state: &EntryState) -> &'static str {
    match state {
        EntryState::New => "new",
        EntryState::Changed(_) => "changed",
        EntryState::Same => "same",
    }
}

fn groups(review: &Review) -> Vec<ReviewRow> {
    let rows = review.groups.iter().map(|entry| ReviewRow {
        state: word(&entry.state),
        name: entry.path.to_string(),
        group: String::new(),
        target: String::new(),
        changes: changes(&entry.state),
        caution: entry.caution.clone(),
        place: String::new(),
    });
    rows.collect()
}

fn connections(review: &Review) -> Vec<ReviewRow> {
    let rows = review.connections.iter().map(|entry| ReviewRow {
        state: word(&entry.state),
        name: entry.draft.name.clone(),
        group: entry.group.to_string(),
        target: match &entry.draft.goal {
            ConnectionGoal::Target(target) => target.to_string(),
            ConnectionGoal::Query { query, pick } => format!("{query} ({pick})"),
        },
        changes: changes(&entry.state),
        caution: entry.caution.clone(),
        place: entry.place.clone(),
    });
    rows.collect()
}

fn changes(state: &EntryState) -> Vec<ChangeRow> {
    let EntryState::Changed(changes) = state else {
        return Vec::new();
    };
    let rows = changes.iter().map(|change| ChangeRow {
        field: change.field.word(),
        before: display_text(&change.before),
        after: display_text(&change.after),
    });
    rows.collect()
}

impl ReviewRow {
    /// What stands behind the name: where it leads, or what changes, and what to look at.
    fn says(&self) -> String {
        let changes = self.changes.iter().map(|change| {
            format!(
                "{}: {} → {}",
                change.field,
                shown(&change.before),
                shown(&change.after)
            )
        });
        let changes: Vec<String> = changes.collect();
        let says = if changes.is_empty() {
            self.target.clone()
        } else {
            changes.join("; ")
        };
        match &self.caution {
            Some(caution) => format!("{says}  Only with --with-parameters: {caution}")
                .trim_start()
                .to_owned(),
            None => says,
        }
    }
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}
