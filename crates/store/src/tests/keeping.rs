//! What is saved is there after a restart, and what cannot be saved is refused with its reason.

use postern_model::{ConnectionId, GroupId, InvalidDraft, SavedItem};
use rusqlite::Connection;

use super::*;
use crate::{CachedPair, PairId, Settings, StartMode, Theme};

#[test]
fn a_new_store_has_the_defaults() {
    let store = Store::in_memory().unwrap();
    assert_eq!(store.settings().unwrap(), Settings::default());
    let settings = Settings::default();
    assert!(!settings.sync_enabled && settings.only_running && settings.ask_before_terminating_idle);
    assert_eq!(
        (settings.terminal_font_size, settings.scrollback_lines),
        (13, 10_000)
    );
    let pairs = store.pairs().unwrap();
    let shown: Vec<_> = pairs
        .iter()
        .map(|saved| (saved.pair.to_string(), saved.enabled))
        .collect();
    assert_eq!(
        shown,
        [
            ("default / eu-central-1".into(), false),
            ("default / us-east-1".into(), false)
        ]
    );
    assert!(store.groups().unwrap().is_empty() && store.connections().unwrap().is_empty());
    assert_eq!(store.history().unwrap(), crate::History::default());
}

#[test]
fn everything_is_there_after_a_restart() {
    let home = Home::new();
    let store = home.store();
    let settings = store
        .update_settings(|settings| {
            settings.start = StartMode::Aws;
            settings.theme = Theme::Light;
            settings.default_profile = Some(profile("acme dev"));
            settings.default_region = Some(region("us-east-1"));
            settings.sync_every_minutes = 15;
            settings.ask_before_terminating_idle = false;
        })
        .unwrap();
    let saved_group = store.save_group(None, &group("Web")).unwrap();
    let saved_group = store.set_group_collapsed(saved_group.id, true).unwrap();
    let draft = ConnectionDraft {
        group: Some(saved_group.id),
        ..connection("web-1")
    };
    let saved = store.save_connection(None, &draft).unwrap();
    let added = store.add_pair(&pair("acme-prod", "eu-west-1"), true).unwrap();
    let cached = CachedPair {
        read_at_ms: 1_700_000_000_000,
        agents_read_at_ms: Some(3),
        nodes: "{\"a\":1}".into(),
    };
    store.replace_cached_pair(added.id, &cached).unwrap();
    let history = store
        .remember_use(&target("mi-0a1b2c3d"), Some(&profile("p")), None)
        .unwrap();
    drop(store);

    let store = home.store();
    assert_eq!(store.settings().unwrap(), settings);
    assert_eq!(store.groups().unwrap(), [saved_group]);
    assert_eq!(store.connections().unwrap(), [saved]);
    assert_eq!(store.pairs().unwrap().last(), Some(&added));
    assert_eq!(store.cached_pair(added.id).unwrap(), Some(cached));
    assert_eq!(store.history().unwrap(), history);
}

#[test]
fn what_was_saved_is_in_the_files_even_if_the_program_is_killed() {
    let home = Home::new();
    let store = home.store();
    let saved = store.save_connection(None, &connection("web-1")).unwrap();
    // What a kill leaves: the files as they are while the store is still open.
    let left = Home::new();
    std::fs::create_dir_all(left.file().parent().unwrap()).unwrap();
    for name in ["postern.db", "postern.db-wal"] {
        std::fs::copy(home.file().with_file_name(name), left.file().with_file_name(name)).unwrap();
    }
    assert_eq!(left.store().connections().unwrap(), [saved]);
}

#[test]
fn groups_have_a_name_of_their_own() {
    let store = Store::in_memory().unwrap();
    let web = store.save_group(None, &group("  Über  ")).unwrap();
    assert_eq!(web.draft.name, "Über");
    let second = store.save_group(None, &group("über")).unwrap_err();
    assert_eq!(second, InvalidDraft::GroupExists("über".into()).into());
    for empty in ["", "  ", "\u{200b}\u{202e}"] {
        assert_eq!(
            store.save_group(None, &group(empty)).unwrap_err(),
            InvalidDraft::EmptyName.into()
        );
    }
    let renamed = store.save_group(Some(web.id), &group("ÜBER")).unwrap();
    assert_eq!(
        (renamed.id, renamed.draft.name.as_str()),
        (web.id, "ÜBER"),
        "its own name may change its case"
    );
    let gone = GroupId(web.id.0 + 1);
    assert_eq!(
        store.save_group(Some(gone), &group("x")).unwrap_err(),
        InvalidDraft::UnknownGroup.into()
    );
    assert_eq!(
        store.set_group_collapsed(gone, true).unwrap_err(),
        InvalidDraft::UnknownGroup.into()
    );
    assert_eq!(
        store.delete_saved(&[SavedItem::Group(gone)]).unwrap_err(),
        InvalidDraft::UnknownGroup.into()
    );
    assert_eq!(store.groups().unwrap(), [renamed]);
}

#[test]
fn a_deleted_group_takes_its_connections_with_it() {
    let store = Store::in_memory().unwrap();
    let web = store.save_group(None, &group("web")).unwrap();
    let draft = ConnectionDraft {
        group: Some(web.id),
        ..connection("web-1")
    };
    let saved = store.save_connection(None, &draft).unwrap();
    store.delete_saved(&[SavedItem::Group(web.id)]).unwrap();
    assert!(store.groups().unwrap().is_empty() && store.connections().unwrap().is_empty());
    let late = store.save_connection(Some(saved.id), &draft).unwrap_err();
    assert_eq!(late, InvalidDraft::UnknownGroup.into());
    assert_ne!(
        store.save_group(None, &group("web")).unwrap().id,
        web.id,
        "numbers are not used twice"
    );
}

#[test]
fn connections_are_saved_changed_and_deleted() {
    let store = Store::in_memory().unwrap();
    let tags = ["b ", "", "a", "b", "\u{200b}"].map(String::from).to_vec();
    let saved = store
        .save_connection(
            None,
            &ConnectionDraft {
                tags,
                ..connection(" zeta ")
            },
        )
        .unwrap();
    assert_eq!(
        (saved.draft.name.as_str(), saved.draft.tags.as_slice()),
        ("zeta", &["b".into(), "a".into()][..])
    );
    let alpha = store.save_connection(None, &connection("Alpha")).unwrap();
    assert_eq!(
        store.connections().unwrap(),
        [alpha.clone(), saved.clone()],
        "by name"
    );
    let changed = store
        .save_connection(Some(saved.id), &connection("zeta 2"))
        .unwrap();
    assert_eq!(store.connections().unwrap(), [alpha.clone(), changed]);
    store.delete_saved(&[SavedItem::Connection(saved.id)]).unwrap();
    assert_eq!(store.connections().unwrap(), [alpha]);
    assert_eq!(
        store
            .delete_saved(&[SavedItem::Connection(saved.id)])
            .unwrap_err(),
        InvalidDraft::UnknownConnection.into()
    );
    let gone = store
        .save_connection(Some(ConnectionId(99)), &connection("x"))
        .unwrap_err();
    assert_eq!(gone, InvalidDraft::UnknownConnection.into());
    assert_eq!(
        store.save_connection(None, &connection(" ")).unwrap_err(),
        InvalidDraft::EmptyName.into()
    );
}

#[test]
fn of_many_pairs_those_are_added_that_are_new_each_once() {
    let store = Store::in_memory().unwrap();
    let before = store.pairs().unwrap();
    let new = [pair("a", "eu-west-1"), pair("b", "eu-west-1")];
    let many = [
        new[0].clone(),
        before[0].pair.clone(),
        new[1].clone(),
        new[0].clone(),
    ];
    let added = store.add_new_pairs(&many, true).unwrap();
    assert_eq!(
        added.iter().map(|saved| saved.pair.clone()).collect::<Vec<_>>(),
        new
    );
    assert_eq!(store.pairs().unwrap(), [before, added].concat());
    assert!(store.add_new_pairs(&many, true).unwrap().is_empty());
}

#[test]
fn no_pair_is_in_the_list_twice() {
    let store = Store::in_memory().unwrap();
    let first = store.pairs().unwrap().remove(0);
    let again = store.add_pair(&first.pair, true).unwrap_err();
    assert_eq!(again, StoreError::PairExists(first.pair.clone()));
    assert_eq!(
        again.to_string(),
        "The pair default / eu-central-1 is in the list already."
    );
    let added = store.add_pair(&pair("a", "eu-west-1"), true).unwrap();
    assert_eq!(
        store.update_pair(added.id, &first.pair, true).unwrap_err(),
        StoreError::PairExists(first.pair)
    );
    let off = store.update_pair(added.id, &added.pair, false).unwrap();
    assert_eq!(store.pairs().unwrap().last(), Some(&off));
    assert_eq!(store.remove_pair(added.id).unwrap().len(), 2);
    assert_eq!(store.remove_pair(added.id).unwrap_err(), StoreError::UnknownPair);
    assert_eq!(
        store.update_pair(added.id, &added.pair, true).unwrap_err(),
        StoreError::UnknownPair
    );
}

#[test]
fn the_cache_goes_with_its_pair() {
    let store = Store::in_memory().unwrap();
    let saved = store.add_pair(&pair("a", "eu-west-1"), true).unwrap();
    let cached = |keys: &[&str]| CachedPair {
        read_at_ms: 7,
        agents_read_at_ms: Some(3),
        nodes: keys.join(" "),
    };
    assert_eq!(store.cached_pair(saved.id).unwrap(), None);
    store.replace_cached_pair(saved.id, &cached(&["b", "a"])).unwrap();
    store.replace_cached_pair(saved.id, &cached(&["c", "a"])).unwrap();
    assert_eq!(store.cached_pair(saved.id).unwrap(), Some(cached(&["c", "a"])));
    store.update_pair(saved.id, &saved.pair, false).unwrap();
    assert!(
        store.cached_pair(saved.id).unwrap().is_some(),
        "the same pair keeps its nodes"
    );
    store
        .update_pair(saved.id, &pair("b", "eu-west-1"), false)
        .unwrap();
    assert_eq!(
        store.cached_pair(saved.id).unwrap(),
        None,
        "another pair has other nodes"
    );
    store.replace_cached_pair(saved.id, &cached(&[])).unwrap();
    assert_eq!(
        store.cached_pair(saved.id).unwrap(),
        Some(cached(&[])),
        "read and empty is not never read"
    );
    store.forget_cached_pair(saved.id).unwrap();
    assert_eq!(store.cached_pair(saved.id).unwrap(), None);
    store.replace_cached_pair(saved.id, &cached(&["a"])).unwrap();
    store.remove_pair(saved.id).unwrap();
    assert_eq!(store.cached_pair(saved.id).unwrap(), None);
    assert_eq!(
        store.replace_cached_pair(saved.id, &cached(&["a"])).unwrap_err(),
        StoreError::UnknownPair
    );
    assert_eq!(
        store.replace_cached_pair(PairId(99), &cached(&[])).unwrap_err(),
        StoreError::UnknownPair
    );
}

#[test]
fn histories_keep_the_ten_newest_of_each_kind_without_doubles() {
    let store = Store::in_memory().unwrap();
    for number in 0..12 {
        store
            .remember_use(&target(&format!("i-{number:08}")), Some(&profile("p")), None)
            .unwrap();
    }
    let history = store
        .remember_use(&target("i-00000005"), None, Some(&region("eu-west-1")))
        .unwrap();
    let shown: Vec<&str> = history.targets.iter().map(Target::as_str).collect();
    let expected = [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map(|number| format!("i-{number:08}"));
    assert_eq!(shown, expected);
    assert_eq!(history.profiles, [profile("p")]);
    assert_eq!(history.regions, [region("eu-west-1")]);
    assert_eq!(store.history().unwrap(), history);
}

#[test]
fn settings_out_of_range_are_clamped_unreadable_ones_have_their_default_and_unknown_ones_stay() {
    let home = Home::new();
    drop(home.store());
    let file = Connection::open(home.file()).unwrap();
    for (key, value) in [
        ("terminal-font-size", "4"),
        ("scrollback-lines", "1e99"),
        ("sync-every-minutes", "-3"),
        ("theme", "\"pink\""),
        ("default-region", "\"not a region\""),
        ("only-running", "oops"),
        ("from-the-future", "[1]"),
    ] {
        file.execute("INSERT INTO settings (key, value) VALUES (?1, ?2)", (key, value))
            .unwrap();
    }
    let store = home.store();
    let expected = Settings {
        terminal_font_size: 9,
        scrollback_lines: 200_000,
        ..Settings::default()
    };
    assert_eq!(store.settings().unwrap(), expected);
    let set = store
        .update_settings(|settings| settings.terminal_font_size = 1_000)
        .unwrap();
    assert_eq!(set.terminal_font_size, 24);
    let kept = |key: &str| -> Option<String> {
        file.query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .ok()
    };
    assert_eq!(kept("from-the-future").as_deref(), Some("[1]"));
    assert_eq!(
        kept("theme").as_deref(),
        Some("\"pink\""),
        "what was not changed is not written"
    );
    assert_eq!(kept("terminal-font-size").as_deref(), Some("24"));
}

#[test]
fn entries_that_are_not_understood_are_told_and_stay_in_the_file() {
    let home = Home::new();
    let saved = home.store().save_connection(None, &connection("web-1")).unwrap();
    let file = Connection::open(home.file()).unwrap();
    file.execute_batch(
        "INSERT INTO connections (name, target, description, tags) VALUES ('odd', 'vm:7', '', '[]');
         INSERT INTO pairs (profile, region, enabled, position) VALUES ('p', 'moon', 1, 9);",
    )
    .unwrap();
    let Opened { store, notices } = home.open().unwrap();
    let [notice] = notices.as_slice() else {
        panic!("{notices:?}")
    };
    assert!(notice.to_string().starts_with("2 saved entries in "), "{notice}");
    assert_eq!(store.connections().unwrap(), [saved]);
    assert_eq!(store.pairs().unwrap().len(), 2);
    let count: u32 = file
        .query_row("SELECT count(*) FROM connections", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 2);
}

#[test]
fn every_error_has_a_code_and_a_next_step() {
    let path = PathBuf::from("/x/postern.db");
    let errors = [
        StoreError::NoDataFolder,
        StoreError::ReadOnly { path: path.clone() },
        StoreError::DiskFull { path: path.clone() },
        StoreError::Locked { path: path.clone() },
        StoreError::NewerSchema {
            path: path.clone(),
            found: 2,
            known: 1,
        },
        StoreError::Corrupt {
            path: path.clone(),
            detail: "d".into(),
        },
        StoreError::Io {
            path: path.clone(),
            detail: "d".into(),
        },
        StoreError::Database {
            path,
            detail: "d".into(),
        },
        InvalidDraft::EmptyName.into(),
        InvalidDraft::GroupExists("g".into()).into(),
        InvalidDraft::UnknownGroup.into(),
        InvalidDraft::InsideItself.into(),
        InvalidDraft::TooDeep.into(),
        InvalidDraft::UnknownConnection.into(),
        InvalidDraft::UnknownSmartGroup.into(),
        InvalidDraft::EmptyQuery.into(),
        StoreError::PairExists(pair("a", "eu-west-1")),
        StoreError::UnknownPair,
    ];
    let mut codes: Vec<&str> = errors.iter().map(StoreError::code).collect();
    codes.dedup();
    assert_eq!(codes.len(), errors.len());
    assert!(
        errors
            .iter()
            .all(|error| error.next_step().ends_with('.') && error.to_string().ends_with(['.', 'd']))
    );
}
