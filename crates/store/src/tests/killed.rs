//! Programs that are killed while they write, and programs that write at once: this test program runs itself as their like.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use super::*;
use crate::CachedPair;

/// Set in a program that a test runs: which file it writes to.
const FILE: &str = "POSTERN_STORE_OF_TEST";
/// And where it begins to count.
const FROM: &str = "POSTERN_STORE_COUNTS_FROM";
/// A cache large enough that a kill falls into the middle of it.
const CACHE_WORDS: usize = 20_000;

/// Runs one of the tests below as a program of its own. It is not one that a run of all tests runs.
fn program(test: &str, file: &Path, from: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            &format!("tests::killed::{test}"),
        ])
        .env(FILE, file)
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The store that a test named for this program, and where to begin; none in a run of all tests.
fn ordered() -> Option<(Store, u32)> {
    let file = PathBuf::from(std::env::var_os(FILE)?);
    let from = std::env::var(FROM).ok()?.parse().ok()?;
    let clock: CurrentTime = Arc::new(|| OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap());
    Some((open::open(&file, clock).unwrap().store, from))
}

fn acknowledge(number: u32) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "kept {number}").unwrap();
    out.flush().unwrap();
}

/// The last number that a program acknowledged.
fn acknowledged(out: BufReader<ChildStdout>) -> Option<u32> {
    let numbers = out.lines().map_while(Result::ok);
    let numbers = numbers.filter_map(|line| line.rsplit_once("kept ")?.1.parse().ok());
    numbers.last()
}

#[test]
#[ignore = "a program that other tests run"]
fn writes_until_it_is_killed() {
    let Some((store, from)) = ordered() else { return };
    let cached_pair = store.pairs().unwrap().remove(0).id;
    let one = store.connections().unwrap().remove(0).id;
    for number in from.. {
        let draft = ConnectionDraft {
            description: number.to_string(),
            ..connection("counts")
        };
        store.save_connection(Some(one), &draft).unwrap();
        let cached = CachedPair {
            read_at_ms: i64::from(number),
            agents_read_at_ms: Some(i64::from(number)),
            nodes: format!("{number} ").repeat(CACHE_WORDS),
        };
        store.replace_cached_pair(cached_pair, &cached).unwrap();
        store
            .update_settings(|settings| settings.scrollback_lines = number)
            .unwrap();
        acknowledge(number);
    }
}

/// Kills a writer at `times` moments, each after another part of a write, and looks at what is left.
fn kill(times: u32) {
    let home = Home::new();
    let store = home.store();
    store.save_connection(None, &connection("counts")).unwrap();
    drop(store);
    let mut kept = 1_000;
    for time in 0..times {
        let mut writer = program("writes_until_it_is_killed", &home.file(), kept + 1);
        let mut out = BufReader::new(writer.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("kept") {
            line.clear();
            assert!(
                out.read_line(&mut line).unwrap() > 0,
                "the writer ended by itself"
            );
        }
        // Spread over the length of some writes, and never the same as before.
        std::thread::sleep(Duration::from_micros(u64::from(time) * 7_919 % 40_000));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let first: u32 = line.trim().rsplit(' ').next().unwrap().parse().unwrap();
        let last = acknowledged(out).unwrap_or(first);
        kept = look(&home, last);
    }
}

/// Everything acknowledged is there, what was under way is there wholly or not at all, and nothing is damaged.
fn look(home: &Home, acknowledged: u32) -> u32 {
    let store = home.store();
    let number: u32 = store.connections().unwrap()[0].draft.description.parse().unwrap();
    assert!(
        (acknowledged..=acknowledged + 1).contains(&number),
        "{number} after {acknowledged}"
    );
    let lines = store.settings().unwrap().scrollback_lines;
    assert!(
        (acknowledged..=number).contains(&lines),
        "{lines} after {acknowledged}"
    );
    let cached = store.cached_pair(store.pairs().unwrap()[0].id).unwrap().unwrap();
    let read: u32 = cached.read_at_ms.try_into().unwrap();
    assert!(
        (acknowledged..=number).contains(&read),
        "{read} after {acknowledged}"
    );
    assert!(
        cached.nodes == format!("{read} ").repeat(CACHE_WORDS),
        "the cache of {read} is torn"
    );
    drop(store);
    let file = rusqlite::Connection::open(home.file()).unwrap();
    let check: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    number
}

#[test]
fn a_program_that_is_killed_while_it_writes_loses_nothing_that_was_kept() {
    kill(12);
}

#[test]
#[ignore = "takes minutes: npm run test:deep"]
fn a_thousand_kills_lose_nothing() {
    kill(1_000);
}

#[test]
#[ignore = "a program that other tests run"]
fn makes_edits() {
    let Some((store, edits)) = ordered() else { return };
    let own = std::process::id();
    for number in 0..edits {
        let saved = store
            .save_connection(None, &connection(&format!("{own}-{number}")))
            .unwrap();
        let renamed = connection(&format!("{own}-{number}-renamed"));
        store.save_connection(Some(saved.id), &renamed).unwrap();
        store
            .update_settings(|settings| settings.scrollback_lines += 1)
            .unwrap();
    }
    acknowledge(own);
}

/// Two programs make so many edits each at the same time.
fn edit(edits: u32) {
    let home = Home::new();
    let before = home.store().settings().unwrap().scrollback_lines;
    let programs = [0, 1].map(|_| program("makes_edits", &home.file(), edits));
    for mut program in programs {
        let out = BufReader::new(program.stdout.take().unwrap());
        assert_eq!(acknowledged(out), Some(program.id()), "it made all its edits");
        assert!(program.wait().unwrap().success());
    }
    let store = home.store();
    assert_eq!(store.settings().unwrap().scrollback_lines, before + 2 * edits);
    let connections = store.connections().unwrap();
    assert_eq!(connections.len(), 2 * edits as usize);
    assert!(connections.iter().all(|one| one.draft.name.ends_with("-renamed")));
}

#[test]
fn two_programs_that_edit_at_once_lose_no_update() {
    edit(40);
}

#[test]
#[ignore = "takes minutes: npm run test:deep"]
fn two_programs_with_a_thousand_edits_each_lose_no_update() {
    edit(1_000);
}
