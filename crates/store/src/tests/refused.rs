//! What the system refuses: a disk without room, a file that may not be read. Each test runs itself once more as a
//! program under that refusal, because root may read everything and no test may fill somebody's disk.
#![cfg(unix)]

use std::{
    env,
    ffi::OsStr,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    process::{Command, Stdio},
};

use super::*;

/// Where the program under test finds the file; its answer is the code of the error.
const FILE: &str = "POSTERN_TEST_STORE";
/// Somebody who is not root.
const NOBODY: u32 = 65_534;

#[test]
fn the_program_under_test() {
    let Some(file) = env::var_os(FILE) else { return };
    let opened = open::open(Path::new(&file), Home::new().clock());
    let saved = opened.and_then(|opened| opened.store.save_connection(None, &connection("web-1")));
    println!("answer: {}", saved.err().map_or("none", |error| error.code()));
}

/// Runs the program under test as somebody who is not root, in a shell that first does `before`.
fn answer(home: &Home, before: &str) -> String {
    let itself = home.folder.path().join("program");
    std::fs::copy(env::current_exe().unwrap(), &itself).unwrap();
    let script = format!("{before}; exec \"$0\" --exact tests::refused::the_program_under_test --nocapture");
    let mut command = Command::new("sh");
    command
        .args([OsStr::new("-c"), script.as_ref(), itself.as_os_str()])
        .env(FILE, home.file())
        .stdout(Stdio::piped());
    if std::fs::metadata(&itself).unwrap().uid() == 0 {
        for path in [home.folder.path(), home.file().parent().unwrap(), &home.file()] {
            if path.exists() {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        command.uid(NOBODY);
    }
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let answer = said.lines().find_map(|line| line.split_once("answer: "));
    answer.unwrap_or_else(|| panic!("{said}")).1.to_owned()
}

/// A home with a store that was closed, as on any day before.
fn used_home() -> Home {
    let home = Home::new();
    home.store()
        .save_connection(None, &connection("of yesterday"))
        .unwrap();
    std::fs::remove_dir_all(home.file().with_file_name("backups")).unwrap();
    std::fs::remove_file(home.file().with_file_name("postern.db.lock")).unwrap();
    home
}

#[test]
fn a_store_on_a_good_day_answers_with_no_error() {
    assert_eq!(answer(&used_home(), "true"), "none");
}

#[test]
fn an_existing_store_without_room_beside_it_is_a_full_disk_and_not_an_error_of_the_disk() {
    // The limit on the size of files refuses what a full disk refuses, where SQLite says the same of both.
    assert_eq!(
        answer(&used_home(), "trap '' XFSZ; ulimit -f 0"),
        "store-disk-full"
    );
}

#[test]
fn a_file_that_may_not_be_read_is_told_from_one_that_may_not_be_written() {
    for (mode, code) in [
        (0o000, "store-unreadable"),
        (0o400, "store-read-only"),
        (0o200, "store-unreadable"),
    ] {
        let home = used_home();
        std::fs::set_permissions(home.file(), std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(answer(&home, "true"), code, "{mode:o}");
    }
}

#[test]
fn a_folder_that_may_not_be_used_is_named_by_what_is_missing() {
    for (mode, code) in [(0o000, "store-unreadable"), (0o500, "store-read-only")] {
        let home = used_home();
        let folder = home.file().parent().unwrap().to_owned();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(answer(&home, "true"), code, "{mode:o}");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}
