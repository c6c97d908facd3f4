//! Several programs on one file, folders that may not be written, full disks, rights and links.

use std::{fs, thread};

use rusqlite::Connection;

use super::*;

#[test]
fn two_programs_on_one_file_lose_no_update() {
    const EACH: u32 = 60;
    let home = Home::new();
    let stores = [home.store(), home.store()];
    thread::scope(|scope| {
        for (number, store) in stores.iter().enumerate() {
            scope.spawn(move || {
                for step in 0..EACH {
                    store
                        .save_connection(None, &connection(&format!("{number}-{step}")))
                        .unwrap();
                    store
                        .update_settings(|settings| settings.scrollback_lines += 1)
                        .unwrap();
                }
            });
        }
    });
    for store in &stores {
        assert_eq!(store.connections().unwrap().len(), 2 * EACH as usize);
        assert_eq!(store.settings().unwrap().scrollback_lines, 10_000 + 2 * EACH);
    }
}

#[test]
fn many_quick_saves_of_one_window_are_all_kept() {
    let store = Home::new().store();
    thread::scope(|scope| {
        for thread in 0..5 {
            let store = &store;
            scope.spawn(move || {
                for step in 0..40 {
                    let name = format!("profile-{thread}-{step}");
                    store.add_pair(&pair(&name, "eu-west-1"), true).unwrap();
                }
            });
        }
    });
    assert_eq!(store.pairs().unwrap().len(), 202);
}

#[test]
fn a_change_that_fails_leaves_nothing_behind() {
    let store = Store::in_memory().unwrap();
    let failed: Result<(), StoreError> = store.write(|transaction| {
        transaction.execute("DELETE FROM pairs", [])?;
        Err(StoreError::UnknownPair.into())
    });
    assert_eq!(failed.unwrap_err(), StoreError::UnknownPair);
    assert_eq!(store.pairs().unwrap().len(), 2);
}

#[test]
fn a_panic_in_the_middle_of_a_change_leaves_the_store_usable() {
    let store = Store::in_memory().unwrap();
    thread::scope(|scope| {
        let died = scope.spawn(|| {
            let _: Result<(), StoreError> = store.write(|transaction| {
                transaction.execute("DELETE FROM pairs", [])?;
                panic!("on purpose")
            });
        });
        assert!(died.join().is_err());
    });
    assert_eq!(store.pairs().unwrap().len(), 2);
    store.add_pair(&pair("a", "eu-west-1"), true).unwrap();
}

#[test]
fn a_full_disk_is_named_and_reading_goes_on() {
    let store = Home::new().store();
    let saved = store.save_connection(None, &connection("web-1")).unwrap();
    let limit = "SELECT page_count FROM pragma_page_count";
    let pages: i64 = store
        .read(|connection| connection.query_row(limit, [], |row| row.get(0)))
        .unwrap();
    store
        .read(|connection| connection.pragma_update(None, "max_page_count", pages))
        .unwrap();
    let big = ConnectionDraft {
        description: "x".repeat(100_000),
        ..connection("big")
    };
    let error = store.save_connection(None, &big).unwrap_err();
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    assert_eq!(error.next_step(), "Free some space, then try again.");
    assert_eq!(store.connections().unwrap(), [saved]);
    store
        .read(|connection| connection.pragma_update(None, "max_page_count", 1_000_000))
        .unwrap();
    store.save_connection(None, &big).unwrap();
}

#[test]
fn a_file_that_may_not_be_written_is_named() {
    let home = Home::new();
    let store = home.store();
    store
        .read(|connection| connection.pragma_update(None, "query_only", "ON"))
        .unwrap();
    let error = store.save_connection(None, &connection("web-1")).unwrap_err();
    assert_eq!(error, StoreError::ReadOnly { path: home.file() });
}

#[test]
fn a_file_that_another_program_keeps_locked_is_named() {
    let home = Home::new();
    let store = home.store();
    store
        .read(|connection| connection.busy_timeout(std::time::Duration::ZERO))
        .unwrap();
    let other = Connection::open(home.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.save_connection(None, &connection("web-1")).unwrap_err();
    assert_eq!(error, StoreError::Locked { path: home.file() });
    other.execute_batch("ROLLBACK").unwrap();
    store.save_connection(None, &connection("web-1")).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = Home::new();
    fs::write(home.file().parent().unwrap(), "a file where the folder should be").unwrap();
    let error = home.open().err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
}

#[test]
fn a_folder_in_place_of_the_file_is_named_and_stays() {
    let home = Home::new();
    fs::create_dir_all(home.file()).unwrap();
    assert!(home.open().is_err());
    assert!(home.file().is_dir());
}

#[cfg(unix)]
#[test]
fn only_the_user_may_read_the_folder_the_file_and_the_backups() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = Home::new();
    let store = home.store();
    store.save_connection(None, &connection("web-1")).unwrap();
    let folder = home.file().parent().unwrap().to_owned();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("backups")), 0o700);
    for path in names(&folder)
        .iter()
        .map(|name| folder.join(name))
        .filter(|path| path.is_file())
    {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    for name in names(&folder.join("backups")) {
        assert_eq!(mode(&folder.join("backups").join(&name)), 0o600, "{name}");
    }
    drop(store);
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(home.store());
    assert_eq!(
        mode(&home.file()),
        0o600,
        "a file that others could read is closed to them"
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_the_file_is_followed_and_stays_a_link() {
    let home = Home::new();
    let real = home.folder.path().join("dotfiles").join("postern.db");
    fs::create_dir_all(real.parent().unwrap()).unwrap();
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&real, home.file()).unwrap();
    let saved = home.store().save_connection(None, &connection("web-1")).unwrap();
    fs::write(&real, "damaged").unwrap();
    let Opened { store, notices } = home.open().unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(fs::symlink_metadata(home.file()).unwrap().is_symlink());
    assert!(fs::read(&real).unwrap().starts_with(b"SQLite format 3"));
    assert!(
        store.connections().unwrap().is_empty(),
        "the backup is from before the first change"
    );
    drop((saved, store));
}
