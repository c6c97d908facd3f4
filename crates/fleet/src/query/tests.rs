mod properties;
mod reference;
mod speed;
mod vectors;

use postern_model::{InstanceState, NodeId, NodeKind, Pair, Platform, ProfileName, Region, Tag};
use proptest::prelude::*;

use super::*;
use crate::Node;

fn pair() -> Pair {
    Pair {
        profile: ProfileName::parse("acme-prod").unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn node() -> Node {
    let tag = |key: &str, value: &str| Tag {
        key: key.into(),
        value: value.into(),
    };
    Node {
        id: NodeId::parse("i-0a1b2c3d4e5f67890").unwrap(),
        name: "Web-1 Zürich".into(),
        kind: NodeKind::Ec2,
        state: InstanceState::Running,
        ping: None,
        last_ping_at_ms: None,
        agent_version: None,
        platform: Some(Platform::Linux),
        platform_name: None,
        instance_type: Some("m7g.large".into()),
        zone: None,
        private_ip: Some("10.0.3.7".into()),
        public_ip: Some("203.0.113.9".into()),
        role: None,
        launched_at_ms: None,
        account: None,
        tags: vec![
            tag("env", "Prod"),
            tag("owner", "Ada, Ops: west"),
            tag("empty", ""),
        ],
    }
}

#[test]
fn a_guess_is_no_certain_match() {
    let query = FleetQuery::parse("wbe-2 or w2z");
    assert!(!query.matches(&pair(), &node()));
    let query = FleetQuery::parse("zürihc");
    assert!(query.matches(&pair(), &node()) && !query.certainly_matches(&pair(), &node()));
    let query = FleetQuery::parse("zürich");
    assert!(query.certainly_matches(&pair(), &node()));
}

fn asks(question: &str) -> bool {
    FleetQuery::parse(question).matches(&pair(), &node())
}

#[test]
fn words_stand_in_name_id_address_pair_type_or_tag() {
    for yes in [
        "",
        "  ",
        "web",
        "WEB-1",
        "ZÜRICH",
        "0a1b2c",
        "10.0.3",
        "web 10.0",
        "\"1 zür\"",
        "203.0.113.9",
        "PROD",
        "eu-central",
        "m7g",
        "ada,",
    ] {
        assert!(asks(yes), "{yes}");
    }
    for no in ["api", "web api", "owner", "running", "\"zürich web\""] {
        assert!(!asks(no), "{no}");
    }
}

#[test]
fn keys_ask_their_own_field_only() {
    for yes in [
        "id:0a1b",
        "name:web",
        "NAME:Web",
        "state:running",
        "state:Running,stopped",
        "profile:prod",
        "region:eu-",
        "platform:linux",
        "state:stopped,running platform:windows,linux",
        "name:\"1 Zür\"",
    ] {
        assert!(asks(yes), "{yes}");
    }
    for no in [
        "id:web",
        "name:0a1b",
        "state:unning",
        "state:stopped",
        "profile:dev",
        "region:us",
        "platform:inux",
    ] {
        assert!(!asks(no), "{no}");
    }
}

#[test]
fn tags_are_asked_by_key_and_whole_values() {
    for yes in [
        "tag:env",
        "tag:ENV=prod",
        "tag:env=dev,prod",
        "tag:owner=\"ada, ops: west\"",
        "tag:empty",
        "tag:env=",
        "tag:\"env\"=prod",
        "tag:name=\"web-1 zürich\"",
        "tag:Name",
    ] {
        assert!(asks(yes), "{yes}");
    }
    for no in [
        "tag:en",
        "tag:env=pro",
        "tag:owner=ada,ops",
        "tag:team",
        "tag:team=",
        "tag:name=web",
    ] {
        assert!(!asks(no), "{no}");
    }
}

#[test]
fn all_words_must_match() {
    assert!(asks("web tag:env=prod state:running region:eu-central-1"));
    assert!(!asks("web tag:env=prod state:stopped region:eu-central-1"));
}

#[test]
fn what_is_unfinished_does_not_narrow_yet() {
    for unfinished in ["tag:", "name:", "state:,", "\"", "web \"\""] {
        assert!(asks(unfinished), "{unfinished}");
        assert!(
            FleetQuery::parse(unfinished).unknown_keys().is_empty(),
            "{unfinished}"
        );
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_counts_as_a_word() {
    let query = FleetQuery::parse("zürich colour:red tag:env");
    assert_eq!(
        query.unknown_keys(),
        [UnknownKey {
            key: "colour".into(),
            at: 8,
            meant: None,
        }]
    );
    assert!(!query.matches(&pair(), &node()));
    let named = Node {
        name: "colour:red zürich".into(),
        ..node()
    };
    assert!(query.matches(&pair(), &named));
    assert!(
        FleetQuery::parse("10:0 \"colour\":red :x")
            .unknown_keys()
            .is_empty()
    );
}

proptest! {
    #[test]
    fn every_text_is_a_question(question in "(tag|name|id|x)?[:=, \"a-cüß\u{0}İ]{0,12}") {
        let query = FleetQuery::parse(&question);
        let once = query.matches(&pair(), &node());
        prop_assert_eq!(once, FleetQuery::parse(&format!(" {question}")).matches(&pair(), &node()));
        for unknown in query.unknown_keys() {
            prop_assert!(question.get(unknown.at..).is_some());
        }
    }

    #[test]
    fn the_words_of_a_name_find_it(name in "[a-zA-ZäöüÄÖÜß0-9._][a-zA-ZäöüÄÖÜß0-9._-]{3,9}( [a-zA-Zäé0-9]{4,8}){0,2}") {
        let named = Node { name: name.clone(), ..node() };
        prop_assert!(FleetQuery::parse(&name).matches(&pair(), &named));
        let tagged = format!("tag:Name=\"{name}\"");
        prop_assert!(FleetQuery::parse(&tagged).matches(&pair(), &named));
    }
}
