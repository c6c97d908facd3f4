//! A review as the page shows it.

use postern_import::{EntryState, Format, ImportFile, Review, Unusable};
use postern_model::{ConnectionGoal, display_text};

use crate::contract::{
    ImportChangeView, ImportEntryView, ImportFormatView, ImportReviewView, ImportStateView, UnusableEntryView,
};

pub(super) fn review_view(id: u32, file: &ImportFile, review: &Review) -> ImportReviewView {
    ImportReviewView {
        id,
        format: format_view(file.format),
        format_title: file.format.title().to_owned(),
        groups: groups(review),
        connections: connections(review),
        unusable: unusable_views(&file.unusable),
        remarks: file.remarks.clone(),
    }
}

pub(crate) fn unusable_views(unusable: &[Unusable]) -> Vec<UnusableEntryView> {
    let views = unusable.iter().map(|one| UnusableEntryView {
        name: one.name.clone(),
        place: one.place.clone(),
        reason: one.reason.clone(),
    });
    views.collect()
}

fn groups(review: &Review) -> Vec<ImportEntryView> {
    let chosen = review.default_choice().groups;
    let views = review
        .groups
        .iter()
        .enumerate()
        .map(|(at, entry)| ImportEntryView {
            name: entry.draft.name.clone(),
            group: entry.path.parent().unwrap_or_default().to_string(),
            target: String::new(),
            profile: text(entry.draft.profile.as_ref()),
            region: text(entry.draft.region.as_ref()),
            place: String::new(),
            state: state(&entry.state),
            changes: changes(&entry.state),
            caution: entry.caution.clone(),
            chosen: chosen.contains(&at),
        });
    views.collect()
}

fn connections(review: &Review) -> Vec<ImportEntryView> {
    let chosen = review.default_choice().connections;
    let views = review
        .connections
        .iter()
        .enumerate()
        .map(|(at, entry)| ImportEntryView {
            name: entry.draft.name.clone(),
            group: entry.group.to_string(),
            target: goal(&entry.draft.goal),
            profile: text(entry.draft.profile.as_ref()),
            region: text(entry.draft.region.as_ref()),
            place: entry.place.clone(),
            state: state(&entry.state),
            changes: changes(&entry.state),
            caution: entry.caution.clone(),
            chosen: chosen.contains(&at),
        });
    views.collect()
}

fn goal(goal: &ConnectionGoal) -> String {
    match goal {
        ConnectionGoal::Target(target) => target.to_string(),
        ConnectionGoal::Query { query, pick } => format!("{query} ({pick})"),
    }
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn state(state: &EntryState) -> ImportStateView {
    match state {
        EntryState::New => ImportStateView::New,
        EntryState::Changed(_) => ImportStateView::Changed,
        EntryState::Same => ImportStateView::Same,
    }
}

fn changes(state: &EntryState) -> Vec<ImportChangeView> {
    let EntryState::Changed(changes) = state else {
        return Vec::new();
    };
    let views = changes.iter().map(|change| ImportChangeView {
        field: change.field.word().to_owned(),
        before: display_text(&change.before),
        after: display_text(&change.after),
    });
    views.collect()
}

pub(super) fn format_of(view: ImportFormatView) -> Format {
    match view {
        ImportFormatView::Postern => Format::Postern,
        ImportFormatView::NetworkManager => Format::NetworkManager,
        ImportFormatView::MRemoteNg => Format::MRemoteNg,
        ImportFormatView::Csv => Format::Csv,
        ImportFormatView::Ssh => Format::SshConfig,
    }
}

fn format_view(format: Format) -> ImportFormatView {
    match format {
        Format::Postern => ImportFormatView::Postern,
        Format::NetworkManager => ImportFormatView::NetworkManager,
        Format::MRemoteNg => ImportFormatView::MRemoteNg,
        Format::Csv => ImportFormatView::Csv,
        Format::SshConfig => ImportFormatView::Ssh,
    }
}
