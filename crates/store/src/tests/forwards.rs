//! Saved forwards: kept, changed and deleted, and what in a file is no forward.

use std::num::NonZeroU16;

use postern_model::{
    ConnectionId, DraftDestination, ForwardDraft, ForwardVia, InvalidDraft, NodeId, RemoteHost,
    SavedForwardId, TagFilter, TagQuery,
};
use rusqlite::Connection;

use super::*;
use crate::StoreNotice;

fn forward(name: &str, group: &str) -> ForwardDraft {
    ForwardDraft {
        name: name.into(),
        group: group.into(),
        via: ForwardVia::Node {
            profile: profile("acme-prod"),
            region: region("eu-central-1"),
            node: NodeId::parse("i-0a1b2c3d4e5f67890").unwrap(),
        },
        local_port: 15432,
        bind_address: None,
        destination: DraftDestination::Port {
            host: Some(RemoteHost::parse("db.internal").unwrap()),
            port: NonZeroU16::new(5432).unwrap(),
        },
        starts_with_postern: true,
        is_web: false,
    }
}

fn by_connection(name: &str) -> ForwardDraft {
    ForwardDraft {
        via: ForwardVia::Connection(ConnectionId(7)),
        local_port: 0,
        bind_address: Some([172, 17, 0, 1].into()),
        destination: DraftDestination::Socks {
            allowed: vec!["10.88.0.0/16".into(), "*.internal".into()],
        },
        starts_with_postern: false,
        is_web: true,
        ..forward(name, "")
    }
}

fn by_tags(name: &str) -> ForwardDraft {
    let filters = [
        TagFilter::parse("role=bastion").unwrap(),
        TagFilter::parse("env=a,b").unwrap(),
    ];
    ForwardDraft {
        via: ForwardVia::Tags {
            profile: profile("acme-prod"),
            region: region("eu-central-1"),
            query: TagQuery::new(filters.into()).unwrap(),
        },
        destination: DraftDestination::Port {
            host: None,
            port: NonZeroU16::MAX,
        },
        ..forward(name, "")
    }
}

#[test]
fn forwards_are_there_after_a_restart_by_name() {
    let home = Home::new();
    let store = home.store();
    let zeta = store.save_forward(None, &forward(" zeta ", " Ledger ")).unwrap();
    let alpha = store.save_forward(None, &by_connection("Alpha")).unwrap();
    assert_eq!(
        (zeta.draft.name.as_str(), zeta.draft.group.as_str()),
        ("zeta", "Ledger")
    );
    drop(store);
    let store = home.store();
    assert_eq!(store.forwards().unwrap(), [alpha.clone(), zeta.clone()]);

    let changed = store.save_forward(Some(zeta.id), &by_connection("zeta")).unwrap();
    assert_eq!(store.forwards().unwrap(), [alpha.clone(), changed]);
    store.delete_forward(alpha.id).unwrap();
    let next = store.save_forward(None, &by_connection("next")).unwrap();
    assert!(next.id > alpha.id, "a number is never used twice");
}

#[test]
fn what_is_no_forward_is_refused() {
    let store = Store::in_memory().unwrap();
    let refused = store.save_forward(None, &forward(" \u{200b}", "")).unwrap_err();
    assert_eq!(refused, InvalidDraft::EmptyName.into());
    let gone = SavedForwardId(9);
    let unknown: StoreError = InvalidDraft::UnknownForward.into();
    assert_eq!(
        store.save_forward(Some(gone), &forward("x", "")).unwrap_err(),
        unknown
    );
    assert_eq!(store.delete_forward(gone).unwrap_err(), unknown);
    assert!(store.forwards().unwrap().is_empty());
}

#[test]
fn a_group_is_written_one_way() {
    let store = Store::in_memory().unwrap();
    let first = store.save_forward(None, &forward("a", "Über alles")).unwrap();
    let second = store.save_forward(None, &forward("b", "ÜBER ALLES")).unwrap();
    assert_eq!(second.draft.group, "Über alles");
    store.delete_forward(second.id).unwrap();
    let alone = store
        .save_forward(Some(first.id), &forward("a", "über alles"))
        .unwrap();
    assert_eq!(
        alone.draft.group, "über alles",
        "who is alone in it may write it anew"
    );
    let none = store
        .save_forward(Some(first.id), &forward("a", "\u{200b}"))
        .unwrap();
    assert_eq!(none.draft.group, "");
}

#[test]
fn a_forward_that_is_not_understood_is_told_and_hides_no_other() {
    let home = Home::new();
    let good = home.store().save_forward(None, &forward("good", "")).unwrap();
    let file = Connection::open(home.file()).unwrap();
    let via = r#"{"connection":1}"#;
    let to = r#"{"port":{"host":null,"port":80}}"#;
    for (via, local_port, address, destination) in [
        (r#"{"tags":"app=web"}"#, 1, None, to),
        (
            r#"{"tags":{"profile":"p","region":"eu-central-1","query":[]}}"#,
            1,
            None,
            to,
        ),
        ("no json", 1, None, to),
        (via, -1, None, to),
        (via, 65_536, None, to),
        (via, 1, Some("localhost"), to),
        (via, 1, None, r#"{"port":{"host":null,"port":0}}"#),
        (via, 1, None, r#"{"port":{"host":"db host","port":80}}"#),
        (via, 1, None, r#""of a later version""#),
    ] {
        let sql = "INSERT INTO forwards (name, group_name, via, local_port, bind_address, destination, starts_with_postern,
                       is_web)
                   VALUES ('odd', '', ?1, ?2, ?3, ?4, 0, 0)";
        file.execute(sql, (via, local_port, address, destination))
            .unwrap();
    }
    drop(file);
    let Opened { store, notices } = home.open().unwrap();
    let [StoreNotice::UnreadableEntries { entries: 9, .. }] = notices.as_slice() else {
        panic!("{notices:?}")
    };
    assert_eq!(store.forwards().unwrap(), [good]);
}

#[test]
fn a_forward_set_is_added_whole_or_not_at_all() {
    let store = Store::in_memory().unwrap();
    let refused = store.add_forwards(&[by_tags("one"), by_tags(" ")]).unwrap_err();
    assert_eq!(refused, InvalidDraft::EmptyName.into());
    assert!(store.forwards().unwrap().is_empty());
    let added = store
        .add_forwards(&[by_tags("two"), forward("one", "Set"), forward("three", "SET")])
        .unwrap();
    let names: Vec<_> = added.iter().map(|saved| saved.draft.name.as_str()).collect();
    assert_eq!(names, ["two", "one", "three"]);
    assert_eq!(added[2].draft.group, "Set", "they see one another's groups");
    let mut kept = store.forwards().unwrap();
    kept.sort_by_key(|saved| saved.id);
    assert_eq!(kept, added);
}
