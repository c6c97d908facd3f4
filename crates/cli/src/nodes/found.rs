//! Which of the nodes that were read answer a question, in the one order of nodes.

use postern_fleet::{FleetQuery, Node, SearchIndex, Searchable};
use postern_model::Pair;

use crate::console;

/// The answers to a question.
#[derive(Debug, Default)]
pub(crate) struct FoundNodes {
    /// Those that have every word as it was typed, by pair and in order.
    pub(crate) certain: Vec<(Pair, Node)>,
    /// Those that are like it.
    pub(crate) like: Vec<(Pair, Node)>,
}

/// Asks nodes; with `only_running` those that are off are passed over.
pub(crate) fn find(query: &FleetQuery, nodes: Vec<(Pair, Node)>, only_running: bool) -> FoundNodes {
    let mut index: SearchIndex<&Pair, usize> = SearchIndex::default();
    for (place, (pair, node)) in nodes.iter().enumerate() {
        index.upsert(
            pair,
            place,
            &Searchable::of_node(pair, node, pair.profile.is_production()),
        );
    }
    let answers = index.find(query, only_running);
    let groups = answers.groups().iter().map(|group| group.group);
    let places: Vec<usize> = groups
        .flat_map(|group| index.keys(&answers, &group, 0..usize::MAX))
        .copied()
        .collect();
    let mut nodes: Vec<Option<(Pair, Node)>> = nodes.into_iter().map(Some).collect();
    let mut found = FoundNodes::default();
    let taken = places
        .into_iter()
        .filter_map(|place| nodes.get_mut(place)?.take());
    for (pair, node) in taken {
        if query.certainly_matches(&pair, &node) {
            found.certain.push((pair, node));
        } else {
            found.like.push((pair, node));
        }
    }
    found
}

/// Says which keys of a question do not exist.
pub(crate) fn tell_unknown_keys(query: &FleetQuery) {
    for unknown in query.unknown_keys() {
        let meant = unknown.meant.map(|key| format!("; did you mean {key}:?"));
        console::to_stderr(&format!(
            "postern: there is no key {}:, it is searched for as a word{}\n",
            unknown.key,
            meant.unwrap_or_default()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::node;
    use super::*;

    fn names(nodes: &[(Pair, Node)]) -> Vec<&str> {
        nodes.iter().map(|(_, node)| node.name.as_str()).collect()
    }

    #[test]
    fn answers_are_in_natural_order_and_guesses_apart() {
        let nodes = || {
            vec![
                node("web-10", "i-0a1b2c3d4e5f67890"),
                node("web-2", "i-0a1b2c3d4e5f67891"),
                node("checkout", "i-0a1b2c3d4e5f67892"),
            ]
        };
        let found = find(&FleetQuery::parse("web or chekout"), nodes(), false);
        assert_eq!(names(&found.certain), ["web-2", "web-10"]);
        assert_eq!(names(&found.like), ["checkout"]);
        assert_eq!(find(&FleetQuery::parse("nothing"), nodes(), false).certain, []);
    }
}
