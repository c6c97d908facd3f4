//! The questions of `vectors.json`, which are asked in the window, too.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{FleetQuery, Recency, Role, SearchIndex, Searchable};

#[derive(Debug, Deserialize)]
struct Vectors {
    nodes: Vec<VectorNode>,
    questions: Vec<Question>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VectorNode {
    id: String,
    name: String,
    profile: String,
    region: String,
    account: String,
    state: String,
    ping: String,
    platform: String,
    platform_name: String,
    r#type: String,
    private_ip: String,
    public_ip: String,
    agent: String,
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Question {
    query: String,
    finds: Vec<String>,
    spans: String,
    unknown: Vec<String>,
}

impl VectorNode {
    fn searchable(&self) -> Searchable<'_> {
        Searchable {
            name: &self.name,
            id: &self.id,
            addresses: [&self.private_ip, &self.public_ip],
            state: &self.state,
            ping: &self.ping,
            platform: &self.platform,
            platform_name: &self.platform_name,
            account: &self.account,
            profile: &self.profile,
            region: &self.region,
            instance_type: &self.r#type,
            agent: &self.agent,
            tags: self
                .tags
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
            also: Vec::new(),
            production: self.profile.ends_with("-prod"),
        }
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../vectors.json")).unwrap()
}

fn index(nodes: &[VectorNode]) -> SearchIndex<(&str, &str), &str> {
    let mut index = SearchIndex::default();
    for node in nodes {
        index.upsert(
            (node.profile.as_str(), node.region.as_str()),
            node.id.as_str(),
            &node.searchable(),
        );
    }
    index
}

fn spans(query: &FleetQuery) -> String {
    let letters = query.spans().iter().map(|span| match span.role {
        Role::Space => '_',
        Role::Word => 'w',
        Role::Key => 'k',
        Role::Value => 'v',
        Role::Unknown => '?',
        Role::Operator => match query.text().get(span.range.clone()) {
            Some(",") => ',',
            Some(text) if text.contains(['=', '<', '>']) => '=',
            Some(_) | None => ':',
        },
    });
    letters.collect()
}

#[test]
fn every_question_finds_what_it_says_in_order() {
    let Vectors { nodes, questions } = vectors();
    let index = index(&nodes);
    for question in &questions {
        let query = FleetQuery::parse(&question.query);
        let answers = index.find(&query, false);
        let groups = answers.groups().iter().map(|group| group.group);
        let found: Vec<&str> = groups
            .flat_map(|group| index.keys(&answers, &group, 0..usize::MAX))
            .copied()
            .collect();
        assert_eq!(found, question.finds, "{}", question.query);
        assert_eq!(spans(&query), question.spans, "{}", question.query);
        let unknown: Vec<&str> = query
            .unknown_keys()
            .iter()
            .map(|unknown| unknown.key.as_str())
            .collect();
        assert_eq!(unknown, question.unknown, "{}", question.query);
    }
}

fn best(text: &str) -> (Vec<&'static str>, Option<&'static str>) {
    let nodes: &'static [VectorNode] = vectors().nodes.leak();
    let index = index(nodes);
    let used = [("i-0c300000000000021", 0)];
    let answers = index.find(&FleetQuery::parse(text), true);
    let best = index.best(&answers, &Recency::of_uses(used, 0), 4);
    (
        best.iter().map(|best| *best.key).collect(),
        index.sure(&answers).copied(),
    )
}

#[test]
fn the_best_answer_is_exact_then_fits_best_then_is_not_production_then_was_used() {
    let (checkout, stage) = ("i-0b20000000000001d", "i-0c30000000000001f");
    assert_eq!(best("checkout-api"), (vec![stage, checkout], None));
    assert_eq!(
        best("checkout-api profile:prod"),
        (vec![checkout], Some(checkout))
    );
    let (first, tenth) = ("i-0a10000000000001a", "i-0a1000000000000ac");
    assert_eq!(best("kafka-broker-1"), (vec![first, tenth], Some(first)));
    assert_eq!(best("zurich").1, None);
    assert_eq!(best("till-zürihc").1, None);
    assert_eq!(
        best("region:us"),
        (vec!["i-0c300000000000021"], Some("i-0c300000000000021"))
    );
    assert_eq!(best("acme-stage").0, ["i-0c300000000000021", stage]);
    assert_eq!(best("").1, None);
}

#[test]
fn the_first_condition_that_nothing_meets_is_named() {
    let Vectors { nodes, .. } = vectors();
    let index = index(&nodes);
    let unmet = |text: &str, running: bool| index.unmet(&FleetQuery::parse(text), running).map(str::to_owned);
    assert_eq!(unmet("kafka tag:team=x -y", false).as_deref(), Some("tag:team=x"));
    assert_eq!(unmet("kafka checkout", false), None);
    assert_eq!(
        unmet("kafka (state:stopped or build)", true).as_deref(),
        Some("state:stopped or build")
    );
}

#[test]
fn a_completion_has_keys_values_and_tags_by_how_many_have_them() {
    let Vectors { nodes, .. } = vectors();
    let index = index(&nodes);
    let offered = |text: &str| -> Vec<String> {
        let completion = index.complete(text, text.len(), 5);
        completion
            .suggestions
            .into_iter()
            .map(|suggestion| suggestion.text)
            .collect()
    };
    assert_eq!(offered("st"), ["state:"]);
    assert_eq!(offered("web -p"), ["ping:", "profile:", "platform:"]);
    assert_eq!(offered("profile:"), ["acme-prod", "acme-stage", "acme-dev"]);
    assert_eq!(offered("region:eu-central-1,e"), ["eu-west-1", "us-east-1"]);
    assert_eq!(offered("state:st"), ["stopped", "stopping"]);
    assert_eq!(
        offered("tag:"),
        ["env=", "team=", "aws:autoscaling:groupName=", "colour=", "owner="]
    );
    assert_eq!(offered("tag:owner="), ["\"Ada, Operations\""]);
    assert_eq!(offered("ENV=p"), ["prod"]);
    assert_eq!(offered("kafka:x"), [""; 0]);
    let counts = index
        .complete("env=", 4, 9)
        .suggestions
        .into_iter()
        .map(|suggestion| suggestion.count);
    assert_eq!(counts.collect::<Vec<_>>(), [Some(5), Some(2)]);
}
