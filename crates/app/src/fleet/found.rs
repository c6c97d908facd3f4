//! What a search found, as the page shows it.

use std::{collections::HashSet, ops::Range};

use postern_fleet::{FleetQuery, Role};

use super::{
    key::NodeKey,
    known::Fleet,
    search::{FleetSearch, Search, number},
};
use crate::contract::{
    FindRequest, FleetFoundView, NodePlaceView, PairFoundView, PairNodesView, QueryRoleView, QuerySpanView,
    UnknownKeyView,
};

/// More nodes than any window shows at once.
pub(super) const MOST_NODES: u32 = 500;

/// FleetAnswers of a search, with the fleet that they are of.
pub(super) struct FleetAnswers<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) search: &'a FleetSearch,
    pub(super) made: &'a Search,
}

impl FleetAnswers<'_> {
    /// All that a search shows but what Enter means and the saved connections.
    pub(super) fn view(&self, request: &FindRequest) -> FleetFoundView {
        let (query, found) = (&self.made.query, &self.made.found);
        let is_unmet = found.matching() == 0 && found.total() > 0;
        let unmet = is_unmet.then(|| self.search.index().unmet(query, request.ask.only_running));
        let selected = request.selected.as_deref().and_then(NodeKey::parse);
        FleetFoundView {
            revision: self.revision(),
            matching: number(found.matching()),
            total: number(found.total()),
            pairs: self.pairs(),
            connections: Vec::new(),
            spans: spans(query),
            unknown_keys: unknown_keys(query),
            unmet: unmet.flatten().map(ToOwned::to_owned),
            best: None,
            selected: selected.and_then(|key| self.place(&key)),
            shown: self.shown(request),
        }
    }

    /// Nodes of one pair.
    pub(super) fn nodes(&self, pair: i32, range: Range<u32>) -> PairNodesView {
        let places = place(range.start)..place(range.end);
        let keys = self.search.index().keys(&self.made.found, &pair, places);
        PairNodesView {
            revision: self.revision(),
            pair,
            from: range.start,
            matching: self.made.counts(pair).0,
            nodes: keys
                .into_iter()
                .filter_map(|key| self.fleet.node_view(key))
                .collect(),
        }
    }

    /// Where a node stands.
    pub(super) fn place(&self, key: &NodeKey) -> Option<NodePlaceView> {
        let (pair, index) = self.search.index().place(&self.made.found, key)?;
        Some(NodePlaceView {
            pair,
            index: number(index),
        })
    }

    fn revision(&self) -> f64 {
        self.search.revision()
    }

    fn pairs(&self) -> Vec<PairFoundView> {
        let pairs = self.fleet.synced_ids().into_iter().map(|pair| {
            let (matching, total) = self.made.counts(pair);
            PairFoundView {
                pair,
                matching,
                total,
            }
        });
        pairs.filter(|counts| counts.total > 0).collect()
    }

    fn shown(&self, request: &FindRequest) -> Vec<PairNodesView> {
        let folded: HashSet<i32> = request.folded.iter().copied().collect();
        let (mut skip, mut left) = (request.from, request.count.min(MOST_NODES));
        let mut shown = Vec::new();
        for counts in self.pairs() {
            if left == 0 {
                break;
            }
            if folded.contains(&counts.pair) {
                continue;
            }
            let from = skip.min(counts.matching);
            let to = counts.matching.min(from.saturating_add(left));
            skip -= from;
            left -= to - from;
            if to > from {
                shown.push(self.nodes(counts.pair, from..to));
            }
        }
        shown
    }
}

/// A number of the page as a place.
pub(super) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn spans(query: &FleetQuery) -> Vec<QuerySpanView> {
    let text = query.text();
    let spans = query.spans().iter().map(|span| QuerySpanView {
        text: text.get(span.range.clone()).unwrap_or_default().to_owned(),
        role: role_view(span.role),
    });
    spans.collect()
}

fn role_view(role: Role) -> QueryRoleView {
    match role {
        Role::Space => QueryRoleView::Space,
        Role::Word => QueryRoleView::Word,
        Role::Key => QueryRoleView::Key,
        Role::Value => QueryRoleView::Value,
        Role::Operator => QueryRoleView::Operator,
        Role::Unknown => QueryRoleView::Unknown,
    }
}

fn unknown_keys(query: &FleetQuery) -> Vec<UnknownKeyView> {
    let keys = query.unknown_keys().iter().map(|unknown| UnknownKeyView {
        key: unknown.key.clone(),
        meant: unknown.meant.map(ToOwned::to_owned),
    });
    keys.collect()
}
