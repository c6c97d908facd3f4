use std::collections::{BTreeMap, HashSet};

use postern_fleet::{Node, Ping, Times};
use postern_model::{EndpointOverrides, InstanceState, NodeId, NodeKind, Pair, ProfileName, Region, Tag};
use proptest::prelude::*;

use postern_fleet::FleetQuery;

use super::*;
use crate::{
    contract::FacetChoice,
    fleet::{page::natural::natural_key, rows::Row},
};

fn row(id: i32) -> Row {
    let pair = Pair {
        profile: ProfileName::parse(&format!("acme-{}", id % 2)).unwrap(),
        region: Region::parse(&format!("eu-west-{id}")).unwrap(),
    };
    Row {
        id,
        pair,
        enabled: true,
        synced: true,
        endpoints: EndpointOverrides::default(),
    }
}

fn node(number: u8, name: &str, state: InstanceState, kind: &str, role: Option<&str>) -> Node {
    let tag = |value: &str| Tag {
        key: "role".into(),
        value: value.into(),
    };
    Node {
        id: NodeId::parse(&format!("i-{number:08x}")).unwrap(),
        name: name.into(),
        account: None,
        kind: NodeKind::Ec2,
        state,
        ping: Some(Ping::Online),
        last_ping_at_ms: None,
        agent_version: None,
        platform: None,
        platform_name: None,
        instance_type: Some(kind.into()).filter(|kind: &String| !kind.is_empty()),
        zone: None,
        private_ip: None,
        public_ip: None,
        role: None,
        launched_at_ms: None,
        tags: role.map(tag).into_iter().collect(),
    }
}

/// The fleet with what a finder must know of it.
#[derive(Default)]
struct Watched {
    fleet: Fleet,
    search: FleetSearch,
    finder: PageFinder,
    pairs: BTreeMap<i32, Vec<Node>>,
}

impl Watched {
    /// A pair has these nodes now; without any it is gone.
    fn set(&mut self, id: i32, nodes: Vec<Node>) {
        self.pairs.remove(&id);
        self.set_rows();
        if !nodes.is_empty() {
            self.pairs.insert(id, nodes.clone());
            self.set_rows();
            let changes = self.fleet.restore(&row(id), nodes, Times::at(1));
            self.note(&changes);
        }
    }

    fn note(&mut self, changes: &Changes) {
        self.search.follow(changes, &self.fleet);
        self.finder.note(changes);
    }

    fn set_rows(&mut self) {
        let (changes, _) = self
            .fleet
            .set_rows(self.pairs.keys().map(|id| row(*id)).collect());
        self.note(&changes);
    }

    fn keys(&mut self, ask: &FleetPageAsk) -> Vec<String> {
        self.finder
            .keys(&self.fleet, &mut self.search, ask, 0, usize::MAX)
            .unwrap()
    }

    fn page(&mut self, ask: &FleetPageAsk) -> FleetPageView {
        self.finder
            .page(&self.fleet, &mut self.search, ask, 0, 500)
            .unwrap()
    }
}

fn ask() -> FleetPageAsk {
    FleetPageAsk {
        query: String::new(),
        only_running: false,
        chosen: Vec::new(),
        tag_facets: None,
        find_value: String::new(),
        sort: "name".into(),
        descending: false,
    }
}

fn choice(facet: &str, values: &[&str]) -> FacetChoice {
    FacetChoice {
        facet: facet.into(),
        values: values.iter().map(ToString::to_string).collect(),
    }
}

const RUNNING: InstanceState = InstanceState::Running;

fn small() -> Watched {
    let mut watched = Watched::default();
    watched.set(
        1,
        vec![
            node(1, "web-10", RUNNING, "m7g.large", Some("web")),
            node(2, "web-9", RUNNING, "m7g.large", Some("web")),
            node(3, "", RUNNING, "", None),
        ],
    );
    watched.set(
        2,
        vec![node(4, "db-1", InstanceState::Stopped, "r7g.large", Some("db"))],
    );
    watched
}

fn names(page: &FleetPageView) -> Vec<&str> {
    page.rows.iter().map(|row| row.name.as_str()).collect()
}

fn facet<'a>(page: &'a FleetPageView, name: &str) -> Vec<(&'a str, u32)> {
    let facet = page.facets.iter().find(|facet| facet.facet == name).unwrap();
    facet
        .values
        .iter()
        .map(|value| (value.value.as_str(), value.count))
        .collect()
}

#[test]
fn rows_stand_in_natural_order_and_those_without_a_value_last_in_both_directions() {
    let mut watched = small();
    assert_eq!(names(&watched.page(&ask())), ["db-1", "web-9", "web-10", ""]);
    let descending = FleetPageAsk {
        descending: true,
        ..ask()
    };
    assert_eq!(names(&watched.page(&descending)), ["web-10", "web-9", "db-1", ""]);
    let by_type = FleetPageAsk {
        sort: "type".into(),
        ..ask()
    };
    assert_eq!(names(&watched.page(&by_type)), ["web-9", "web-10", "db-1", ""]);
    let by_tag = FleetPageAsk {
        sort: "tag:role".into(),
        ..ask()
    };
    assert_eq!(names(&watched.page(&by_tag)), ["db-1", "web-9", "web-10", ""]);
    let nowhere = FleetPageAsk {
        sort: "colour".into(),
        ..ask()
    };
    let error = watched
        .finder
        .page(&watched.fleet, &mut watched.search, &nowhere, 0, 1)
        .unwrap_err();
    assert_eq!(error.code, "bad-column");
}

#[test]
fn a_value_is_counted_by_what_the_other_facets_let_pass() {
    let mut watched = small();
    let chosen = FleetPageAsk {
        chosen: vec![choice("tag:role", &["web"])],
        ..ask()
    };
    let page = watched.page(&chosen);
    assert_eq!((page.total, page.matching), (4, 2));
    assert_eq!(facet(&page, "tag:role"), [("web", 2), ("", 1), ("db", 1)]);
    assert_eq!(facet(&page, "type"), [("m7g.large", 2)]);
    let both = FleetPageAsk {
        chosen: vec![choice("tag:role", &["web", "db"]), choice("state", &["stopped"])],
        ..ask()
    };
    let page = watched.page(&both);
    assert_eq!(names(&page), ["db-1"]);
    assert_eq!(facet(&page, "state"), [("stopped", 1), ("online", 2)]);
}

#[test]
fn a_chosen_value_that_no_node_has_stays_to_be_taken_back() {
    let mut watched = small();
    let gone = FleetPageAsk {
        chosen: vec![choice("type", &["x1.metal"])],
        ..ask()
    };
    let page = watched.page(&gone);
    assert_eq!(
        (page.matching, page.excluded_by),
        (0, Some(ExclusionView::Facets))
    );
    assert_eq!(
        facet(&page, "type"),
        [("x1.metal", 0), ("m7g.large", 2), ("", 1), ("r7g.large", 1)]
    );
}

#[test]
fn what_leaves_nothing_is_named() {
    let mut watched = small();
    let query = FleetPageAsk {
        query: "name:nowhere".into(),
        ..ask()
    };
    assert_eq!(watched.page(&query).excluded_by, Some(ExclusionView::Query));
    assert_eq!(
        Watched::default().page(&ask()).excluded_by,
        Some(ExclusionView::Empty)
    );
    assert_eq!(watched.page(&ask()).excluded_by, None);
}

#[test]
fn values_are_found_by_a_part_of_them() {
    let mut watched = small();
    let page = watched.page(&FleetPageAsk {
        find_value: " M7G".into(),
        ..ask()
    });
    assert_eq!(facet(&page, "type"), [("m7g.large", 2)]);
    assert_eq!(page.matching, 4);
}

#[test]
fn a_window_is_a_part_of_the_rows() {
    let mut watched = small();
    let page = watched
        .finder
        .page(&watched.fleet, &mut watched.search, &ask(), 1, 2)
        .unwrap();
    assert_eq!((page.from, names(&page)), (1, vec!["web-9", "web-10"]));
    assert_eq!(
        watched
            .finder
            .page(&watched.fleet, &mut watched.search, &ask(), 9, 2)
            .unwrap()
            .rows,
        []
    );
}

fn any_node() -> impl Strategy<Value = Node> {
    let state = prop::sample::select(vec![RUNNING, InstanceState::Stopped, InstanceState::Pending]);
    let kind = prop::sample::select(vec!["", "m7g.large", "m7i.large", "t4g.nano"]);
    let role = prop::sample::select(vec![None, Some("web"), Some("db")]);
    ("[ab]-[0-9]{1,3}|", any::<u8>(), state, kind, role)
        .prop_map(|(name, number, state, kind, role)| node(number, &name, state, kind, role))
}

fn any_nodes() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec(any_node(), 0..12).prop_map(|nodes| {
        let mut seen = HashSet::new();
        nodes
            .into_iter()
            .filter(|node| seen.insert(node.id.clone()))
            .collect()
    })
}

fn any_choice() -> impl Strategy<Value = Vec<FacetChoice>> {
    let of = |facet: &'static str, values: &'static [&'static str]| {
        prop::sample::subsequence(values, 0..=values.len()).prop_map(move |values| choice(facet, &values))
    };
    (
        of("state", &["online", "stopped"]),
        of("type", &["", "m7g.large"]),
        of("tag:role", &["web", "db", ""]),
    )
        .prop_map(|(a, b, c)| vec![a, b, c])
}

fn any_ask() -> impl Strategy<Value = FleetPageAsk> {
    let query = prop::sample::select(vec!["", "name:a", "state:running", "tag:role=web"]);
    let sort = prop::sample::select(vec!["name", "type", "state", "profile", "tag:role", "launched"]);
    (query, any::<bool>(), any_choice(), sort, any::<bool>()).prop_map(
        |(query, only_running, chosen, sort, descending)| FleetPageAsk {
            query: query.into(),
            only_running,
            chosen,
            tag_facets: None,
            find_value: String::new(),
            sort: sort.into(),
            descending,
        },
    )
}

fn has_chosen(pair: &Pair, node: &Node, chosen: &[FacetChoice]) -> bool {
    chosen
        .iter()
        .filter(|choice| !choice.values.is_empty())
        .all(|choice| {
            let value = NodeField::parse(&choice.facet)
                .unwrap()
                .text(pair, node)
                .into_owned();
            choice.values.contains(&value)
        })
}

/// The same by looking at every node.
fn slowly(pairs: &BTreeMap<i32, Vec<Node>>, ask: &FleetPageAsk) -> Vec<String> {
    let query = FleetQuery::parse(&ask.query);
    let field = NodeField::parse(&ask.sort).unwrap();
    let mut found = Vec::new();
    for (id, nodes) in pairs {
        let pair = row(*id).pair;
        for node in nodes {
            let runs = !ask.only_running || node.state != InstanceState::Stopped;
            if runs && query.matches(&pair, node) && has_chosen(&pair, node, &ask.chosen) {
                let value = field.text(&pair, node).into_owned();
                let texts = [
                    value.as_str(),
                    &node.name,
                    pair.profile.as_str(),
                    pair.region.as_str(),
                ];
                let key: Vec<_> = texts
                    .map(natural_key)
                    .into_iter()
                    .chain([natural_key(node.id.as_str())])
                    .collect();
                found.push((value.is_empty(), key, format!("{id}/{}", node.id)));
            }
        }
    }
    found.sort();
    if ask.descending {
        let empty = found.iter().position(|(empty, ..)| *empty).unwrap_or(found.len());
        let (valued, _) = found.split_at_mut(empty);
        valued.reverse();
    }
    found.into_iter().map(|(_, _, key)| key).collect()
}

proptest! {
    #[test]
    fn the_kept_table_answers_as_one_that_looks_at_every_node(
        steps in prop::collection::vec((1..5_i32, any_nodes(), any_ask()), 1..8)
    ) {
        let mut watched = Watched::default();
        for (pair, nodes, ask) in steps {
            watched.set(pair, nodes);
            let expected = slowly(&watched.pairs, &ask);
            prop_assert_eq!(watched.keys(&ask), expected.clone());
            let page = watched.page(&ask);
            prop_assert_eq!(usize::try_from(page.matching).unwrap(), expected.len());
            let all: usize = watched.pairs.values().map(Vec::len).sum();
            prop_assert_eq!(usize::try_from(page.total).unwrap(), all);
            for facet in &page.facets {
                for value in facet.values.iter().filter(|value| value.count > 0) {
                    let others = ask.chosen.iter().filter(|choice| choice.facet != facet.facet).cloned();
                    let only = choice(&facet.facet, &[&value.value]);
                    let alone = FleetPageAsk { chosen: others.chain([only]).collect(), ..ask.clone() };
                    prop_assert_eq!(usize::try_from(value.count).unwrap(), slowly(&watched.pairs, &alone).len());
                }
            }
        }
    }
}
