//! What is exported is read again as it was.

use postern_model::{
    Colour, Connection, ConnectionDraft, ConnectionGoal, ConnectionId, DocumentName, EncryptionPolicy, Group,
    GroupDraft, GroupId, Guard, KmsKey, PickRule, ProfileName, Region, Target,
};

use super::*;

fn group(id: i64, parent: Option<i64>, name: &str) -> Group {
    Group {
        id: GroupId(id),
        draft: GroupDraft {
            name: name.to_owned(),
            parent: parent.map(GroupId),
            region: Some(Region::parse("eu-west-1").unwrap()),
            colour: Some(Colour::Prod),
            ..GroupDraft::default()
        },
        collapsed: false,
        position: None,
        import_key: None,
    }
}

fn connection(id: i64, draft: ConnectionDraft) -> Connection {
    Connection {
        id: ConnectionId(id),
        draft,
        position: None,
        import_key: None,
    }
}

fn full(group: Option<i64>) -> ConnectionDraft {
    ConnectionDraft {
        group: group.map(GroupId),
        profile: Some(ProfileName::parse("acme \"prod\"").unwrap()),
        region: Some(Region::parse("eu-central-1").unwrap()),
        document: Some(DocumentName::parse("acme-Shell").unwrap()),
        parameters: vec![
            ("z".into(), vec!["1".into()]),
            ("a".into(), vec![String::new(), "ü".into()]),
        ],
        encryption: Some(EncryptionPolicy::Require {
            key: Some(KmsKey::parse("alias/shells").unwrap()),
        }),
        colour: Some(Colour::Stage),
        guard: Guard {
            reason: true,
            ..Guard::default()
        },
        description: "two\nlines".into(),
        tags: vec!["a;b".into(), "<b>".into()],
        ..ConnectionDraft::new(
            "web 1",
            ConnectionGoal::Target(Target::parse("i-0a1b2c3d").unwrap()),
        )
    }
}

#[test]
fn everything_comes_back() {
    let query = ConnectionGoal::Query {
        query: "tag:app=web -state:stopped".into(),
        pick: PickRule::Newest,
    };
    let connections = [
        connection(1, full(None)),
        connection(2, full(Some(2))),
        connection(3, ConnectionDraft::new("any web", query)),
    ];
    let text = export(
        &[
            group(1, None, "Shop"),
            group(2, Some(1), "Web"),
            group(3, None, "Empty"),
        ],
        &connections,
    );
    assert!(text.contains("\"version\": 1") && text.ends_with("}\n"), "{text}");
    let file = read(text.as_bytes()).unwrap();
    assert_eq!(file.unusable, []);
    let paths: Vec<_> = file.groups.iter().map(|group| group.path.to_string()).collect();
    assert_eq!(paths, ["Shop", "Shop / Web", "Empty"]);
    assert_eq!(file.groups[1].draft.colour, Some(Colour::Prod));
    let drafts: Vec<_> = file.connections.iter().map(|one| one.draft.clone()).collect();
    let expected = ConnectionDraft {
        group: None,
        ..full(None)
    };
    assert_eq!(drafts, [expected.clone(), connections[2].draft.clone(), expected]);
    assert_eq!(file.connections[2].group.to_string(), "Shop / Web");
}

#[test]
fn a_circle_of_groups_ends() {
    let text = export(
        &[group(1, Some(2), "a"), group(2, Some(1), "b")],
        &[connection(1, full(None))],
    );
    assert_eq!(read(text.as_bytes()).unwrap().connections.len(), 1);
}

#[test]
fn one_bad_entry_hides_no_other() {
    let file = read(
        br#"{"format":"postern-connections","version":1,"later":true,"groups":[{"name":" "},{"name":"G","colour":"pink"}],
            "connections":[{"name":"a","target":"i-0a1b2c3d"},{"name":"b","target":7},{"name":"c","target":"x"},{"name":"d","encryption":"maybe"},7]}"#,
    )
    .unwrap();
    assert_eq!(file.connections.len(), 1);
    assert_eq!(file.unusable.len(), 6, "{:?}", file.unusable);
}

#[test]
fn versions_and_other_files_are_told() {
    let newer = read(br#"{"format":"postern-connections","version":2}"#);
    assert_eq!(newer, Err(ImportError::Newer { found: 2, known: 1 }));
    for bad in [
        "{}",
        "[]",
        "{\"format\":\"postern-connections\"}",
        "{\"format\":\"postern-connections\",\"version\":1,\"groups\":{}}",
    ] {
        assert!(
            matches!(read(bad.as_bytes()), Err(ImportError::Malformed { .. })),
            "{bad}"
        );
    }
    let deep = format!(
        "{{\"format\":\"postern-connections\",\"version\":1{}",
        ",\"groups\":[{\"name\":\"g\"".repeat(5000)
    );
    assert!(matches!(
        read(deep.as_bytes()),
        Err(ImportError::Malformed { .. })
    ));
}
