//! The quick query language against the slow one, and the index against a list.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "plain enough is better here than complete"
)]

use std::cmp::Ordering;

use postern_model::natural_order;
use proptest::prelude::*;

use super::reference::Ask;

use crate::{Field, FleetQuery, Recency, SearchIndex, Searchable};

/// A thing that owns its texts.
#[derive(Debug, Clone)]
struct Thing {
    texts: Vec<String>,
    tags: Vec<(String, String)>,
    production: bool,
}

impl Thing {
    fn searchable(&self) -> Searchable<'_> {
        let text = |at: usize| self.texts[at].as_str();
        Searchable {
            name: text(0),
            id: text(1),
            addresses: [text(2), ""],
            state: text(3),
            ping: text(4),
            platform: text(5),
            platform_name: text(6),
            account: text(7),
            profile: text(8),
            region: text(9),
            instance_type: text(10),
            agent: text(11),
            tags: self
                .tags
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
            also: vec![text(12)],
            production: self.production,
        }
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "(Kafka|broker|web|Züri|checkout|prod|b)([-_ .]?(broker|web|checkout|[a-c]|[0-9]{1,2})){0,3}",
        "[abABé0-2 -]{0,6}",
    ]
}

fn thing() -> impl Strategy<Value = Thing> {
    let texts = (
        (
            name(),
            "(i|mi)-[0-2ab]{1,12}|",
            "10\\.[01]\\.0\\.[0-2]|",
            "(running|stopped|pending)|",
            "(online|lost)|",
        ),
        (
            "(linux|windows)|",
            "(Ubuntu 22|Amazon Linux)|",
            "[12]{3}|",
            "(acme-prod|Dev)",
            "(eu-west-1|us-east-1)",
        ),
        (
            "(m7g|t3)\\.(large|nano)|",
            "(3\\.(2|10)(\\.[0-2]){0,2}|x)|",
            "(Team A|b)|",
        ),
    );
    let tags = prop::collection::vec(("(env|Team|name)", "(Prod|dev|a b|)"), 0..3);
    (texts, tags, any::<bool>()).prop_map(|((a, b, c), tags, production)| Thing {
        texts: vec![a.0, a.1, a.2, a.3, a.4, b.0, b.1, b.2, b.3, b.4, c.0, c.1, c.2],
        tags,
        production,
    })
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "(kb1|kb|brokre|chekout|web|WEB-1|prod|checkuot-1|team|or|not|-a|kafka-borker|i-0[012ab]{7,9})",
        "[abkwé0-2-]{1,5}",
        name().prop_filter("a word is not empty", |word| !word.is_empty()),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    let field = prop::sample::select(Field::ALL.to_vec());
    let value = || {
        prop_oneof![
            "(run|running|online|l|lin|ubu|eu|west|acme|m7|large|10\\.0|10\\.0\\.0\\.0/15|1)",
            word()
        ]
    };
    let values = || prop::collection::vec(value(), 1..3);
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "=", ":"]);
    let leaf = prop_oneof![
        3 => word().prop_map(Ask::Word),
        2 => (field.clone().prop_filter("versions are asked apart", |field| *field != Field::Agent), values())
            .prop_map(|(field, values)| Ask::Part(field, values)),
        1 => (field.prop_filter("versions are asked apart", |field| !matches!(field, Field::Agent | Field::Ip)), values())
            .prop_map(|(field, values)| Ask::Whole(field, values)),
        1 => ("(env|team|Name|x)", prop::collection::vec(prop_oneof!["(prod|a b|dev)", word()], 0..3))
            .prop_map(|(key, values)| Ask::Tag(key, values)),
        1 => (sign, prop::collection::vec(prop::sample::select(vec![0_u64, 1, 2, 3, 10]), 1..4))
            .prop_map(|(sign, version)| Ask::Agent(sign, version)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ask| Ask::Not(Box::new(ask))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ask::All),
            prop::collection::vec(inner, 2..4).prop_map(Ask::Any),
        ]
    })
}

/// Twice not is nothing, so that there is no difference between guesses within.
fn without_double_negation(ask: Ask) -> Ask {
    match ask {
        Ask::Not(inner) => match without_double_negation(*inner) {
            Ask::Not(inner) => *inner,
            other => Ask::Not(Box::new(other)),
        },
        Ask::All(asks) => Ask::All(asks.into_iter().map(without_double_negation).collect()),
        Ask::Any(asks) => Ask::Any(asks.into_iter().map(without_double_negation).collect()),
        other => other,
    }
}

type Index = SearchIndex<u8, u16>;

fn keys(index: &Index, query: &FleetQuery, group: u8) -> Vec<u16> {
    let answers = index.find(query, false);
    index
        .keys(&answers, &group, 0..usize::MAX)
        .into_iter()
        .copied()
        .collect()
}

/// The order in a group, said anew.
fn order(a: &Thing, b: &Thing) -> Ordering {
    let lower = |thing: &Thing, at: usize| thing.texts[at].to_lowercase();
    let (first, second) = (lower(a, 0), lower(b, 0));
    first
        .is_empty()
        .cmp(&second.is_empty())
        .then_with(|| natural_order(&first, &second))
        .then_with(|| lower(a, 1).cmp(&lower(b, 1)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_question_answers_as_the_slow_one_does(ask in ask(), thing in thing()) {
        let ask = without_double_negation(ask);
        let query = FleetQuery::parse(&ask.text());
        let thing = thing.searchable();
        prop_assert_eq!(query.fit(&thing).is_some(), ask.matches(&thing, true), "{}", ask.text());
        prop_assert!(query.unknown_keys().is_empty());
    }

    #[test]
    fn a_word_answers_as_the_slow_one_does(word in word(), thing in thing()) {
        let query = FleetQuery::parse(&format!("\"{word}\""));
        let (ask, thing) = (Ask::Word(word), thing.searchable());
        prop_assert_eq!(query.fit(&thing).is_some(), ask.matches(&thing, true));
        prop_assert_eq!(query.fit(&thing).is_some_and(crate::Fit::is_literal), ask.matches(&thing, false));
    }

    #[test]
    fn spans_are_the_whole_text(text in "[a-z:=<>!,() \"*-]{0,24}|(tag:|not |state:|or |-|\\(|é| ){0,8}") {
        let query = FleetQuery::parse(&text);
        let mut at = 0;
        for span in query.spans() {
            prop_assert_eq!(span.range.start, at);
            prop_assert!(!span.range.is_empty() && text.get(span.range.clone()).is_some());
            at = span.range.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn every_cursor_has_a_completion_within_the_text(text in "[a-z:=,() \"-]{0,12}|(tag:env=|state:r|é|-)*", cursor in 0_usize..30) {
        let mut index = Index::default();
        index.upsert(1, 1, &Searchable { tags: vec![("env", "a b")], state: "running", ..Searchable::default() });
        let completion = index.complete(&text, cursor, 9);
        prop_assert!(text.get(completion.range.clone()).is_some(), "{:?}", completion);
        prop_assert!(completion.suggestions.len() <= 9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_index_that_changed_answers_as_a_list_does(
        changes in prop::collection::vec((0_u8..3, 0_u16..12, prop::option::weighted(0.8, thing())), 1..40),
        ask in ask(),
    ) {
        let mut index = Index::default();
        let mut list: Vec<(u8, u16, Thing)> = Vec::new();
        for (group, key, thing) in changes {
            list.retain(|(_, other, _)| *other != key);
            match thing {
                Some(thing) => {
                    index.upsert(group, key, &thing.searchable());
                    list.push((group, key, thing));
                }
                None => {
                    index.remove(&key);
                }
            }
        }
        let query = FleetQuery::parse(&ask.text());
        let everything = FleetQuery::default();
        prop_assert_eq!(index.len(), list.len());
        for group in 0..3 {
            let mut own: Vec<_> = list.iter().filter(|(of, _, _)| *of == group).collect();
            own.sort_by(|(_, _, a), (_, _, b)| order(a, b));
            let sorted: Vec<&Thing> = keys(&index, &everything, group)
                .iter()
                .map(|key| &list.iter().find(|(_, other, _)| other == key).unwrap().2)
                .collect();
            prop_assert_eq!(sorted.len(), own.len());
            prop_assert!(sorted.is_sorted_by(|a, b| order(a, b) != Ordering::Greater));
            let mut found = keys(&index, &query, group);
            let own = own.iter().filter(|(_, _, thing)| query.fit(&thing.searchable()).is_some());
            let mut expected: Vec<u16> = own.map(|(_, key, _)| *key).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_best_are_the_best_of_all(things in prop::collection::vec(thing(), 0..30), text in word(), used in prop::collection::vec(0_u16..30, 0..6), limit in 0_usize..40) {
        let mut index = Index::default();
        let with_keys = things.iter().zip(0_u16..).map(|(thing, key)| (key, thing.searchable()));
        index.upsert_all(&1, with_keys);
        let query = FleetQuery::parse(&format!("\"{text}\""));
        let answers = index.find(&query, false);
        let recency = Recency::of_uses(used.iter().map(|key| (*key, 0)), 0);
        let all: Vec<u16> = index.best(&answers, &recency, usize::MAX).iter().map(|best| *best.key).collect();
        let few: Vec<u16> = index.best(&answers, &recency, limit).iter().map(|best| *best.key).collect();
        prop_assert_eq!(all.len(), answers.matching());
        prop_assert_eq!(&few[..], &all[..limit.min(all.len())]);
        let standing = |key: &u16| {
            let thing = &things[usize::from(*key)];
            let uses = used.iter().filter(|other| *other == key).count();
            (query.fit(&thing.searchable()), thing.production, std::cmp::Reverse(uses))
        };
        prop_assert!(all.is_sorted_by_key(standing));
    }
}
