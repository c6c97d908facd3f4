//! Files of an earlier schema: kept whole, then brought to the newest one.

use std::fs;
use std::num::NonZeroU16;

use postern_model::{DraftDestination, EncryptionPolicy, KmsKey, RemoteHost};
use rusqlite::Connection;

use super::*;
use crate::{StoreNotice, schema};

/// A file as version 1 of the schema wrote it, with a group, a connection in it and a cached node.
fn home_of_version_1() -> Home {
    let home = Home::new();
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    write_version_1(&home.file());
    home
}

fn write_version_1(path: &Path) {
    let file = Connection::open(path).unwrap();
    file.execute_batch(include_str!("../schema/0001_first.sql"))
        .unwrap();
    file.execute_batch(
        "PRAGMA user_version = 1;
         PRAGMA journal_mode = WAL;
         INSERT INTO groups (name, name_key, profile, region, description, collapsed)
             VALUES ('Web', 'web', 'acme-prod', NULL, 'all of them', 1);
         INSERT INTO connections (name, group_id, target, document, description, tags)
             VALUES ('web-1', 1, 'i-0a1b2c3d4e5f67890', 'acme-Shell', '', '[\"front\"]');
         INSERT INTO settings (key, value) VALUES ('of-a-later-version', '7');
         INSERT INTO cached_pairs (pair_id, read_at_ms) VALUES (1, 5);
         INSERT INTO cached_nodes (pair_id, key, json) VALUES (1, 'i-0a1b2c3d', '{}');",
    )
    .unwrap();
}

fn count(path: &Path, sql: &str) -> i64 {
    Connection::open(path)
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_file_of_version_1_loses_nothing_and_is_kept_whole() {
    let home = home_of_version_1();
    let store = home.store();
    let (groups, connections) = (store.groups().unwrap(), store.connections().unwrap());
    assert_eq!(
        (groups[0].draft.name.as_str(), groups[0].collapsed),
        ("Web", true)
    );
    assert_eq!(groups[0].draft.encryption, None);
    let draft = &connections[0].draft;
    assert_eq!(
        (draft.name.as_str(), draft.group, &draft.tags),
        ("web-1", Some(groups[0].id), &vec!["front".to_owned()])
    );
    assert_eq!((draft.parameters.len(), &draft.encryption), (0, &None));
    let cached = store.cached_pair(store.pairs().unwrap()[0].id).unwrap();
    assert_eq!(cached, None, "nodes of that form are read anew from AWS");
    drop(store);
    assert_eq!(count(&home.file(), "PRAGMA user_version"), schema::LATEST);
    assert_eq!(
        count(
            &home.file(),
            "SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'of-a-later-version'"
        ),
        7
    );

    let folder = home.file().with_file_name("backups");
    assert_eq!(names(&folder), ["postern-schema-1.db"]);
    let kept = folder.join("postern-schema-1.db");
    assert_eq!(count(&kept, "PRAGMA user_version"), 1);
    assert_eq!(count(&kept, "SELECT count(*) FROM cached_nodes"), 1);
    let before = fs::read(&kept).unwrap();
    drop(home.store());
    assert_eq!(
        fs::read(&kept).unwrap(),
        before,
        "a migrated file is not kept again"
    );
}

#[test]
fn a_new_file_has_no_earlier_form_to_keep() {
    let home = Home::new();
    drop(home.store());
    assert!(!home.file().with_file_name("backups").exists());
}

#[test]
fn a_file_that_cannot_be_kept_is_not_migrated() {
    let home = home_of_version_1();
    fs::write(home.file().with_file_name("backups"), "a file in its place").unwrap();
    assert!(home.open().is_err());
    assert_eq!(count(&home.file(), "PRAGMA user_version"), 1);
    assert_eq!(count(&home.file(), "SELECT count(*) FROM connections"), 1);
}

#[test]
fn a_backup_of_version_1_can_still_be_restored() {
    let home = home_of_version_1();
    drop(home.store());
    fs::write(home.file(), "damaged").unwrap();
    let Opened { store, notices } = home.open().unwrap();
    let [
        StoreNotice::SetAside {
            restored: Some(backup),
            ..
        },
    ] = notices.as_slice()
    else {
        panic!("{notices:?}")
    };
    assert!(backup.ends_with("backups/postern-schema-1.db"));
    assert_eq!(store.connections().unwrap()[0].draft.name, "web-1");
    drop(store);

    // One of a day is newer and goes before it, whatever its schema is.
    let folder = home.file().with_file_name("backups");
    write_version_1(&folder.join("postern-2023-11-01.db"));
    Connection::open(folder.join("postern-2023-11-01.db"))
        .unwrap()
        .execute_batch("UPDATE connections SET name = 'of the day'; PRAGMA journal_mode = DELETE;")
        .unwrap();
    fs::write(home.file(), "damaged again").unwrap();
    assert_eq!(
        home.open().unwrap().store.connections().unwrap()[0].draft.name,
        "of the day"
    );
}

#[test]
fn parameters_and_demands_on_encryption_come_back_as_they_were_saved() {
    let home = Home::new();
    let key = KmsKey::parse("alias/ops").unwrap();
    let demands = [
        None,
        Some(EncryptionPolicy::Prefer),
        Some(EncryptionPolicy::Off),
        Some(EncryptionPolicy::Require { key: None }),
        Some(EncryptionPolicy::Require { key: Some(key) }),
    ];
    let store = home.store();
    let mut saved = Vec::new();
    for (number, encryption) in demands.into_iter().enumerate() {
        let group = GroupDraft {
            encryption: encryption.clone(),
            ..group(&format!("group {number}"))
        };
        let connection = ConnectionDraft {
            parameters: vec![
                (
                    "z".into(),
                    vec!["two\nlines".into(), String::new(), "\"'\\".into()],
                ),
                ("a".into(), Vec::new()),
            ],
            encryption,
            ..connection(&format!("web-{number}"))
        };
        saved.push((
            store.save_group(None, &group).unwrap(),
            store.save_connection(None, &connection).unwrap(),
        ));
    }
    drop(store);
    let store = home.store();
    let (groups, connections): (Vec<_>, Vec<_>) = saved.into_iter().unzip();
    assert_eq!(
        (store.groups().unwrap(), store.connections().unwrap()),
        (groups, connections)
    );
    let changed = ConnectionDraft {
        encryption: None,
        ..connection("web-4")
    };
    let id = store.connections().unwrap()[4].id;
    store.save_connection(Some(id), &changed).unwrap();
    assert_eq!(store.connections().unwrap()[4].draft, changed);
}

#[test]
fn parameters_and_demands_that_are_not_understood_are_told_and_stay() {
    let home = Home::new();
    home.store().save_connection(None, &connection("good")).unwrap();
    let file = Connection::open(home.file()).unwrap();
    file.execute_batch(
        r#"INSERT INTO connections (name, target, description, tags, parameters)
               VALUES ('odd', 'i-0a1b2c3d', '', '[]', '{"command": "x"}');
           INSERT INTO connections (name, target, description, tags, encryption)
               VALUES ('odd', 'i-0a1b2c3d', '', '[]', '"Sometimes"');
           INSERT INTO groups (name, name_key, description, encryption)
               VALUES ('odd', 'odd', '', '{"Require":{"key":"two words"}}');"#,
    )
    .unwrap();
    let Opened { store, notices } = home.open().unwrap();
    let [StoreNotice::UnreadableEntries { entries: 3, .. }] = notices.as_slice() else {
        panic!("{notices:?}")
    };
    assert_eq!(store.connections().unwrap().len(), 1);
    assert!(store.groups().unwrap().is_empty());
    drop(store);
    assert_eq!(count(&home.file(), "SELECT count(*) FROM connections"), 3);
}

/// A file as version 6 of the schema wrote it, with a forward to the node and one to a host behind it.
fn write_version_6(path: &Path) {
    write_version_1(path);
    let file = Connection::open(path).unwrap();
    for step in [
        include_str!("../schema/0002_encryption_and_parameters.sql"),
        include_str!("../schema/0003_times_and_notices.sql"),
        include_str!("../schema/0004_own_profiles.sql"),
        include_str!("../schema/0005_pair_endpoints.sql"),
        include_str!("../schema/0006_forwards.sql"),
    ] {
        file.execute_batch(step).unwrap();
    }
    file.execute_batch(
        r#"PRAGMA user_version = 6;
         INSERT INTO forwards (name, group_name, via, local_port, host, port, starts_with_postern, is_web)
             VALUES ('a', 'g', '{"connection":1}', 15432, NULL, 5432, 1, 0),
                    ('b', '', '{"connection":1}', 0, 'db.internal', 443, 0, 1),
                    ('gone', '', '{"connection":1}', 0, NULL, 1, 0, 0);
         DELETE FROM forwards WHERE name = 'gone';"#,
    )
    .unwrap();
}

#[test]
fn forwards_of_version_6_lead_where_they_led() {
    let home = Home::new();
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    write_version_6(&home.file());
    let store = home.store();
    let forwards = store.forwards().unwrap();
    let [a, b] = forwards.as_slice() else {
        panic!("{forwards:?}")
    };
    let to = |host: Option<&str>, port| DraftDestination::Port {
        host: host.map(|host| RemoteHost::parse(host).unwrap()),
        port: NonZeroU16::new(port).unwrap(),
    };
    assert_eq!(
        (a.draft.bind_address, &a.draft.destination),
        (None, &to(None, 5432))
    );
    assert_eq!(b.draft.destination, to(Some("db.internal"), 443));
    assert_eq!(
        (a.draft.local_port, a.draft.starts_with_postern, b.draft.is_web),
        (15432, true, true)
    );
    let next = store.save_forward(None, &a.draft).unwrap();
    assert_eq!(next.id.0, 4, "a number is never used twice");
}

#[test]
fn saved_connections_of_version_7_keep_their_groups_and_no_number_is_used_twice() {
    let home = Home::new();
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    write_version_6(&home.file());
    let file = Connection::open(home.file()).unwrap();
    file.execute_batch(include_str!("../schema/0007_forward_destinations.sql"))
        .unwrap();
    file.execute_batch(
        r#"PRAGMA user_version = 7;
         INSERT INTO groups (name, name_key, description, encryption) VALUES ('gone', 'gone', '', NULL);
         DELETE FROM groups WHERE name = 'gone';
         INSERT INTO connections (name, target, description, tags, parameters)
             VALUES ('odd', 'two words', '', '[]', '[["a", ["b"]]]'), ('last', 'i-0a1b2c3d', '', '[]', '[]');
         DELETE FROM connections WHERE name = 'last';"#,
    )
    .unwrap();
    drop(file);
    let Opened { store, notices } = home.open().unwrap();
    let [StoreNotice::UnreadableEntries { entries: 1, .. }] = notices.as_slice() else {
        panic!("{notices:?}")
    };
    let (groups, connections) = (store.groups().unwrap(), store.connections().unwrap());
    assert!(groups[0].collapsed && groups[0].draft.parent.is_none());
    assert_eq!(connections[0].draft.group, Some(groups[0].id));
    let next = (
        store.save_group(None, &group("next")).unwrap().id.0,
        store.save_connection(None, &connection("next")).unwrap().id.0,
    );
    assert_eq!(next, (3, 4));
    drop(store);
    assert_eq!(
        count(
            &home.file(),
            "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'before%'"
        ),
        0
    );
    let odd = "SELECT count(*) FROM connections WHERE target = 'two words'";
    assert_eq!(count(&home.file(), odd), 1, "what is not understood stays");
}
