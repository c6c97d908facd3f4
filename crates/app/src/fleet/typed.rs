//! Letters typed in the tree lead to a node whose name begins with them.

use std::{collections::HashSet, iter};

use super::{found::FleetAnswers, key::NodeKey, search::number};
use crate::contract::{Environment, NodePlaceView, TypedNodeView, TypedRequest, TypedView};

impl FleetAnswers<'_> {
    /// The first nodes from a place on, around the end, that are called so or begin so. One letter leads to the next that
    /// begins with it; a longer word may also be a whole name, which is looked for among all nodes.
    pub(super) fn typed(&self, request: &TypedRequest) -> TypedView {
        let word = request.word.to_lowercase();
        let mut view = TypedView::default();
        for (place, key) in self.around(request) {
            let title = self.title(key).to_lowercase();
            if !title.starts_with(&word) {
                continue;
            }
            let node = || TypedNodeView {
                key: key.to_string(),
                place,
            };
            view.begins.get_or_insert_with(node);
            if title == word {
                view.whole.get_or_insert_with(node);
                if self.is_elsewhere(key) {
                    view.whole_elsewhere.get_or_insert_with(node);
                }
            }
            let is_one_letter = word.chars().nth(1).is_none();
            if is_one_letter || view.whole_elsewhere.is_some() {
                break;
            }
        }
        view
    }

    /// Every node that is not folded away, from a place on and around the end.
    fn around(&self, request: &TypedRequest) -> impl Iterator<Item = (NodePlaceView, &NodeKey)> {
        let folded: HashSet<i32> = request.folded.iter().copied().collect();
        let mut pairs = self.fleet.synced_ids();
        pairs.retain(|pair| !folded.contains(pair));
        let start = pairs.iter().position(|pair| *pair == request.from.pair);
        pairs.rotate_left(start.unwrap_or_default());
        let first = start.and_then(|_| pairs.first().copied());
        let from = if first.is_some() { request.from.index } else { 0 };
        let (head, rest) = (pairs.first().copied(), pairs.into_iter().skip(1));
        let head_end = head.map(|pair| (pair, from, u32::MAX));
        let head_start = head.map(|pair| (pair, 0, from));
        head_end
            .into_iter()
            .chain(rest.map(|pair| (pair, 0, u32::MAX)))
            .chain(iter::once(head_start).flatten())
            .flat_map(|(pair, from, to)| self.places(pair, from, to))
    }

    fn places(&self, pair: i32, from: u32, to: u32) -> impl Iterator<Item = (NodePlaceView, &NodeKey)> {
        let places = super::found::place(from)..super::found::place(to);
        let keys = self.search.index().keys(&self.made.found, &pair, places);
        keys.into_iter().enumerate().map(move |(place, key)| {
            let index = from.saturating_add(number(place));
            (NodePlaceView { pair, index }, key)
        })
    }

    fn title(&self, key: &NodeKey) -> String {
        let found = self.fleet.find(key);
        found.map_or_else(String::new, |(_, node)| {
            if node.name.is_empty() {
                node.id.to_string()
            } else {
                node.name.clone()
            }
        })
    }

    fn is_elsewhere(&self, key: &NodeKey) -> bool {
        let pair = self.fleet.find(key).map(|(pair, _)| pair);
        Environment::of_profile(pair.map(|pair| pair.profile.as_str())) != Environment::Prod
    }
}
