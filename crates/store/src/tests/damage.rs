//! Damaged, missing and later files; backups.

use std::fs;

use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::StoreNotice;

/// A store with a backup of yesterday (one connection) and a file of today (two), closed.
fn two_days() -> Home {
    let home = Home::new();
    home.store()
        .save_connection(None, &connection("of yesterday"))
        .unwrap();
    home.next_day();
    home.store()
        .save_connection(None, &connection("of today"))
        .unwrap();
    home
}

fn connection_names(store: &Store) -> Vec<String> {
    store
        .connections()
        .unwrap()
        .into_iter()
        .map(|saved| saved.draft.name)
        .collect()
}

fn set_aside(notices: &[StoreNotice]) -> (PathBuf, Option<PathBuf>) {
    match notices {
        [StoreNotice::SetAside { kept, restored, .. }] => (kept.clone(), restored.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_the_newest_backup_takes_its_place() {
    let home = two_days();
    fs::write(home.file(), "this is no database").unwrap();
    let Opened { store, notices } = home.open().unwrap();
    let (kept, restored) = set_aside(&notices);
    assert_eq!(fs::read(&kept).unwrap(), b"this is no database");
    assert!(
        kept.display()
            .to_string()
            .contains("postern.db.corrupt-20231115T"),
        "{}",
        kept.display()
    );
    assert!(restored.unwrap().ends_with("backups/postern-2023-11-15.db"));
    assert_eq!(connection_names(&store), ["of yesterday"]);
    store.forget_notices().unwrap();
    drop(store);
    home.store();
}

#[test]
fn what_an_opening_has_to_tell_is_told_again_until_it_was_seen() {
    let home = two_days();
    fs::write(home.file(), "this is no database").unwrap();
    let first = home.open().unwrap().notices;
    set_aside(&first);
    // Nobody looked, and the next day the new file is damaged too.
    assert_eq!(home.open().unwrap().notices, first);
    home.next_day();
    fs::write(home.file(), "nor is this").unwrap();
    let second = home.open().unwrap().notices;
    assert_eq!(
        second.len(),
        1,
        "a backup brings no notices of another file: {second:?}"
    );
    assert_ne!(second, first);
    let store = home.open().unwrap().store;
    store.forget_notices().unwrap();
    drop(store);
    home.store();
}

/// The files of a program that was killed on its first day, with all that it wrote still in the log.
fn killed_on_the_first_day() -> Home {
    let (running, killed) = (Home::new(), Home::new());
    let store = running.store();
    store
        .update_settings(|settings| settings.sync_enabled = true)
        .unwrap();
    for name in ["web-1", "web-2", "web-3"] {
        store.save_connection(None, &connection(name)).unwrap();
    }
    let folder = killed.file().parent().unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    for name in ["postern.db", "postern.db-wal"] {
        fs::copy(running.file().with_file_name(name), folder.join(name)).unwrap();
    }
    killed
}

fn change_log(home: &Home, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let log = home.file().with_file_name("postern.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    change(&mut bytes);
    fs::write(log, &bytes).unwrap();
    bytes
}

#[test]
fn the_log_of_a_program_that_was_killed_is_read_and_no_damage() {
    let home = killed_on_the_first_day();
    assert_eq!(connection_names(&home.store()), ["web-1", "web-2", "web-3"]);
    let home = killed_on_the_first_day();
    // The last frame did not come to the disk whole, as when the power is lost.
    change_log(&home, |bytes| bytes.truncate(bytes.len() - 100));
    assert_eq!(connection_names(&home.store()), ["web-1", "web-2"]);
}

#[test]
fn a_damaged_log_is_told_and_kept() {
    let page = 24 + 4096;
    for (place, words) in [
        (0, "the head of its log of changes is damaged"),
        (32 + 30, "damaged at frame 1"),
        (32 + 2 * page + 5, "damaged at frame 3"),
    ] {
        let home = killed_on_the_first_day();
        let damaged = change_log(&home, |bytes| bytes[place] ^= 1);
        let notices = home.open().unwrap().notices;
        let [StoreNotice::ChangesLost { kept, detail }] = notices.as_slice() else {
            panic!("{place}: {notices:?}")
        };
        assert!(detail.contains(words), "{detail}");
        let mut log = kept.clone().into_os_string();
        log.push("-wal");
        assert_eq!(fs::read(log).unwrap(), damaged);
        assert!(notices[0].to_string().contains("are lost"), "{}", notices[0]);
        assert_eq!(
            home.open().unwrap().notices,
            notices,
            "told until it was seen, once"
        );
    }
}

#[test]
fn a_log_without_its_file_is_told_and_kept() {
    let home = killed_on_the_first_day();
    fs::write(home.file(), "").unwrap();
    let notices = home.open().unwrap().notices;
    let (kept, restored) = set_aside(&notices);
    assert_eq!(restored, None);
    assert!(
        kept.with_file_name(format!("{}-wal", kept.file_name().unwrap().display()))
            .exists()
    );
}

#[test]
fn a_damaged_backup_is_passed_over_and_without_any_the_store_starts_empty() {
    let home = two_days();
    let folder = home.file().with_file_name("backups");
    assert_eq!(names(&folder), ["postern-2023-11-14.db", "postern-2023-11-15.db"]);
    fs::write(folder.join("postern-2023-11-15.db"), "no database").unwrap();
    fs::write(home.file(), "damaged").unwrap();
    let (_, restored) = set_aside(&home.open().unwrap().notices);
    assert!(restored.unwrap().ends_with("postern-2023-11-14.db"));

    fs::write(folder.join("postern-2023-11-14.db"), "no database").unwrap();
    fs::write(home.file(), "damaged again").unwrap();
    let Opened { store, notices } = home.open().unwrap();
    let (kept, restored) = set_aside(&notices);
    assert_eq!(restored, None);
    assert!(notices[0].to_string().contains("started with an empty store"));
    assert_eq!(store.pairs().unwrap().len(), 2);
    assert_eq!(fs::read(kept).unwrap(), b"damaged again");
    let beside = names(home.file().parent().unwrap());
    assert_eq!(
        beside.iter().filter(|name| name.contains("corrupt")).count(),
        2,
        "{beside:?}"
    );
}

#[test]
fn a_missing_or_emptied_file_comes_back_from_its_backup() {
    let home = two_days();
    fs::remove_file(home.file()).unwrap();
    for _ in 0..2 {
        let Opened { store, notices } = home.open().unwrap();
        let [notice @ StoreNotice::WasMissing { .. }] = notices.as_slice() else {
            panic!("{notices:?}")
        };
        assert!(notice.to_string().contains("was missing"), "{notice}");
        assert_eq!(connection_names(&store), ["of yesterday"]);
        drop(store);
        fs::write(home.file(), "").unwrap();
    }
}

/// A schema that this program does not know.
const LATER: i64 = crate::schema::LATEST + 1;

#[test]
fn a_file_of_a_later_version_is_refused_and_not_touched() {
    let home = two_days();
    let file = Connection::open(home.file()).unwrap();
    file.execute_batch(&format!(
        "PRAGMA journal_mode = DELETE; UPDATE meta SET value = '{LATER}' WHERE key = 'schema';
         CREATE TABLE sessions (a); PRAGMA user_version = {LATER};",
    ))
    .unwrap();
    drop(file);
    let before = fs::read(home.file()).unwrap();
    for _ in 0..2 {
        let error = home.open().err().unwrap();
        assert_eq!(
            error,
            StoreError::NewerSchema {
                path: home.file(),
                found: LATER,
                known: crate::schema::LATEST
            }
        );
        assert_eq!(error.next_step(), "Update Postern. The file was not touched.");
    }
    assert_eq!(fs::read(home.file()).unwrap(), before);
    assert_eq!(
        names(home.file().parent().unwrap()),
        ["backups", "postern.db", "postern.db.lock"],
        "nothing set aside"
    );
}

#[test]
fn a_header_that_only_claims_a_later_version_is_damage() {
    let home = two_days();
    Connection::open(home.file())
        .unwrap()
        .pragma_update(None, "user_version", LATER)
        .unwrap();
    let Opened { store, notices } = home.open().unwrap();
    set_aside(&notices);
    assert_eq!(connection_names(&store), ["of yesterday"]);
}

#[test]
fn a_table_that_is_gone_is_damage() {
    let home = two_days();
    Connection::open(home.file())
        .unwrap()
        .execute_batch("DROP TABLE connections")
        .unwrap();
    let Opened { store, notices } = home.open().unwrap();
    set_aside(&notices);
    assert_eq!(connection_names(&store), ["of yesterday"]);
}

#[test]
fn each_day_with_a_change_has_one_backup_and_five_are_kept() {
    let home = Home::new();
    let store = home.store();
    let folder = home.file().with_file_name("backups");
    assert!(!folder.exists(), "reading makes no backup");
    for day in 0..8 {
        store
            .save_connection(None, &connection(&format!("{day}")))
            .unwrap();
        store
            .save_connection(None, &connection(&format!("{day} again")))
            .unwrap();
        home.next_day();
    }
    let days = (17..=21)
        .map(|day| format!("postern-2023-11-{day}.db"))
        .collect::<Vec<_>>();
    assert_eq!(names(&folder), days);
    let last = Connection::open(folder.join("postern-2023-11-21.db")).unwrap();
    let count: u32 = last
        .query_row("SELECT count(*) FROM connections", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 14, "as it was before the first change of that day");
}

#[test]
fn backups_are_without_the_inventory_cache() {
    let home = Home::new();
    let store = home.store();
    let pair = store.pairs().unwrap().remove(0).id;
    store
        .replace_cached_pair(
            pair,
            &crate::CachedPair {
                read_at_ms: 1,
                agents_read_at_ms: Some(3),
                nodes: "node of the cache".repeat(10_000),
            },
        )
        .unwrap();
    home.next_day();
    store.save_connection(None, &connection("web-1")).unwrap();
    let bytes = fs::read(
        home.file()
            .with_file_name("backups")
            .join("postern-2023-11-15.db"),
    )
    .unwrap();
    assert!(bytes.len() < 150_000, "{}", bytes.len());
    assert!(!bytes.windows(17).any(|part| part == b"node of the cache"));
    assert!(
        store.cached_pair(pair).unwrap().is_some(),
        "the store itself keeps it"
    );
}

#[test]
fn a_restored_store_does_not_use_numbers_twice() {
    let home = Home::new();
    let store = home.store();
    let first = store.save_connection(None, &connection("deleted")).unwrap().id;
    store.delete_saved(&[SavedItem::Connection(first)]).unwrap();
    home.next_day();
    store
        .set_group_collapsed(store.save_group(None, &group("web")).unwrap().id, true)
        .unwrap();
    drop(store);
    fs::write(home.file(), "damaged").unwrap();
    let store = home.open().unwrap().store;
    assert!(store.save_connection(None, &connection("new")).unwrap().id > first);
}

#[test]
fn a_backup_that_cannot_be_made_does_not_keep_from_saving() {
    let home = Home::new();
    let store = home.store();
    fs::write(home.file().with_file_name("backups"), "a file in its place").unwrap();
    store.save_connection(None, &connection("web-1")).unwrap();
    assert_eq!(connection_names(&store), ["web-1"]);
}

#[test]
fn what_a_killed_program_left_half_written_is_swept() {
    let home = two_days();
    let folder = home.file().with_file_name("backups");
    fs::write(folder.join("postern-2023-11-16.unfinished"), "half").unwrap();
    fs::write(folder.join("postern-2023-11-16.unfinished-journal"), "half").unwrap();
    fs::write(home.file().with_file_name("postern.db.restoring"), "half").unwrap();
    fs::write(folder.join("notes.txt"), "not ours").unwrap();
    drop(home.store());
    assert_eq!(
        names(&folder),
        ["notes.txt", "postern-2023-11-14.db", "postern-2023-11-15.db"]
    );
    assert_eq!(
        names(home.file().parent().unwrap()),
        ["backups", "postern.db", "postern.db.lock"]
    );
}

/// Opens a damaged file: it must either work, or be set aside byte for byte, or be refused untouched.
fn open_damaged(home: &Home, damaged: &[u8]) {
    match home.open() {
        Ok(Opened { store, notices }) => {
            for notice in &notices {
                if let StoreNotice::SetAside { kept, restored, .. } = notice {
                    assert_eq!(
                        fs::read(kept).unwrap(),
                        damaged,
                        "the damaged file is not as it was"
                    );
                    assert!(restored.is_some());
                    assert_eq!(connection_names(&store), ["of yesterday"]);
                }
            }
            store.settings().unwrap();
            store.pairs().unwrap();
            store.groups().unwrap();
            store.connections().unwrap();
            store.history().unwrap();
            store.save_connection(None, &connection("after")).unwrap();
        }
        Err(error) => {
            assert_eq!(fs::read(home.file()).unwrap(), damaged, "{error:?}");
        }
    }
}

/// The files of [`two_days`], made once, and a fresh copy of them.
fn copy_of(original: &Home) -> Home {
    let copy = Home::new();
    copy.next_day();
    let (from, to) = (original.file(), copy.file());
    fs::create_dir_all(to.with_file_name("backups")).unwrap();
    fs::copy(&from, &to).unwrap();
    for name in names(&from.with_file_name("backups")) {
        let of = |file: &Path| file.with_file_name("backups").join(&name);
        fs::copy(of(&from), of(&to)).unwrap();
    }
    copy
}

#[test]
fn a_truncated_file_is_never_lost_and_nothing_is_missing_without_a_word() {
    let original = two_days();
    let whole = fs::read(original.file()).unwrap();
    let ends = (0..200)
        .chain((200..whole.len()).step_by(1_021))
        .chain([whole.len() - 1]);
    for end in ends {
        let home = copy_of(&original);
        fs::write(home.file(), &whole[..end]).unwrap();
        let Opened { store, notices } = home.open().unwrap();
        if notices.is_empty() {
            // Only the unused end of the last page is gone.
            assert!(end > whole.len() - 4_096, "cut at {end}");
            assert_eq!(
                connection_names(&store),
                ["of today", "of yesterday"],
                "cut at {end}"
            );
            continue;
        }
        assert_eq!(connection_names(&store), ["of yesterday"], "cut at {end}");
        if end > 0 {
            let (kept, _) = set_aside(&notices);
            assert_eq!(fs::read(kept).unwrap(), &whole[..end]);
        }
    }
}

#[test]
fn flipped_bits_in_the_header_never_panic_and_never_lose_the_file() {
    let original = two_days();
    let whole = fs::read(original.file()).unwrap();
    // Every third bit meets each byte of the header at least twice.
    for bit in (0..100 * 8).step_by(3) {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let home = copy_of(&original);
        fs::write(home.file(), &damaged).unwrap();
        open_damaged(&home, &damaged);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]
    #[test]
    fn flipped_bits_anywhere_never_panic_and_never_lose_the_file(
        places in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..40),
    ) {
        thread_local! {
            static ORIGINAL: Home = two_days();
        }
        ORIGINAL.with(|original| {
            let mut damaged = fs::read(original.file()).unwrap();
            for (place, mask) in &places {
                let place = place.index(damaged.len());
                damaged[place] ^= mask;
            }
            let home = copy_of(original);
            fs::write(home.file(), &damaged).unwrap();
            open_damaged(&home, &damaged);
        });
    }
}
