//! Saved connections ready to be searched, by the same language as nodes.

use postern_fleet::{Answers, FleetQuery, SearchIndex, Searchable};
use std::sync::Arc;

use crate::contract::{ConnectionView, Environment, GroupView};

/// All saved connections at one moment, by number.
#[derive(Debug)]
pub(crate) struct SearchedConnections {
    index: SearchIndex<(), i32>,
}

impl SearchedConnections {
    /// What a connection shows is what it is found by; the name of its group as well.
    pub(super) fn of(groups: &[GroupView], connections: &[ConnectionView]) -> Arc<Self> {
        let mut index = SearchIndex::default();
        let things = connections
            .iter()
            .map(|connection| (connection.id, searchable(groups, connection)));
        index.upsert_all(&(), things);
        Arc::new(Self { index })
    }

    /// Those that match.
    pub(crate) fn find(&self, query: &FleetQuery) -> Answers<()> {
        self.index.find(query, false)
    }

    /// Numbers of those that match, by name.
    pub(crate) fn in_order(&self, found: &Answers<()>) -> Vec<i32> {
        let all = self.index.keys(found, &(), 0..usize::MAX);
        all.into_iter().copied().collect()
    }

    /// The index, for what is asked of the answers.
    pub(crate) fn index(&self) -> &SearchIndex<(), i32> {
        &self.index
    }
}

fn searchable<'a>(groups: &'a [GroupView], connection: &'a ConnectionView) -> Searchable<'a> {
    let draft = &connection.draft;
    let text = |inherited: &'a Option<crate::contract::InheritedView>| {
        inherited
            .as_ref()
            .map_or("", |inherited| inherited.value.as_str())
    };
    let profile = text(&connection.inheritance.effective_profile);
    let group = groups.iter().find(|group| Some(group.id) == draft.group);
    Searchable {
        name: &draft.name,
        id: &draft.target,
        profile,
        region: text(&connection.inheritance.effective_region),
        tags: draft.tags.iter().map(|tag| tag_of(tag)).collect(),
        also: group.iter().map(|group| group.draft.name.as_str()).collect(),
        production: Environment::of_profile(Some(profile)) == Environment::Prod,
        ..Searchable::default()
    }
}

/// A label `env=prod` is a tag with a value, `legacy` one without.
fn tag_of(label: &str) -> (&str, &str) {
    label.split_once('=').unwrap_or((label, ""))
}
