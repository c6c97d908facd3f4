//! Generated pairs of AWS files, read here and by botocore, which is below the AWS CLI: the same profiles, the same values.
//!
//! `POSTERN_FILES_PAIRS` is how many pairs there are; `npm run test:deep` takes more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed assumption of a test is a failed test"
)]

#[path = "botocore/generated.rs"]
mod generated;
#[path = "botocore/oracle.rs"]
mod oracle;

use std::cell::{Cell, RefCell};

use oracle::{Answer, Files, Found, Oracle};
use postern_aws_files::Sections;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

/// As many as take about a second.
const PAIRS: u32 = 600;

fn pairs() -> u32 {
    std::env::var("POSTERN_FILES_PAIRS").map_or(PAIRS, |number| number.parse().unwrap())
}

fn each<S: Strategy>(pairs: u32, strategy: S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config {
        cases: pairs,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(failure) = TestRunner::new(config).run(&strategy, test) {
        panic!("{failure}");
    }
}

fn read(files: &Files) -> Sections {
    Sections::read(&files.config, &files.credentials).unwrap()
}

/// A failure is made smaller step by step, which takes more of the stack than a test has.
fn with_room(test: fn()) {
    let thread = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(test)
        .unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Where botocore gives up on the files, Postern must have said of at least one section why.
fn has_problem(sections: &Sections) -> bool {
    let all = [
        sections.profiles(),
        sections.sso_sessions(),
        sections.all_services(),
    ];
    all.iter()
        .any(|kind| kind.iter().any(|section| section.problem().is_some()))
        || !sections.passed_over().is_empty()
}

/// A file of a byte order mark alone. botocore takes the mark for a line outside a section; it is an empty file.
fn is_bare_mark(file: &[u8]) -> bool {
    let text = String::from_utf8_lossy(file);
    text.starts_with('\u{feff}')
        && text
            .trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
            .is_empty()
}

#[test]
fn all_that_botocore_takes_is_read_with_the_same_names_and_values() {
    with_room(compare_all);
}

fn compare_all() {
    let oracle = RefCell::new(Oracle::start());
    let (taken, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    each(pairs(), generated::files(), |files| {
        let sections = read(&files);
        match oracle.borrow_mut().ask(&files) {
            Answer::Found(expected) => {
                taken.set(taken.get() + 1);
                prop_assert_eq!(Found::by_postern(&sections), expected);
                prop_assert!(
                    sections
                        .profiles()
                        .iter()
                        .all(|profile| profile.problem().is_none())
                );
            }
            Answer::Refused { refused: reason } => {
                refused.set(refused.get() + 1);
                let is_empty = is_bare_mark(&files.config) || is_bare_mark(&files.credentials);
                prop_assert!(is_empty || has_problem(&sections), "{}", reason);
            }
        }
        Ok(())
    });
    println!(
        "{} pairs that botocore takes, {} that it refuses",
        taken.get(),
        refused.get()
    );
    assert!(
        taken.get() > pairs() / 4 && refused.get() > pairs() / 20,
        "{taken:?} {refused:?}"
    );
}

#[test]
fn one_bad_section_disables_only_itself_where_botocore_gives_up_on_the_file() {
    with_room(compare_without_bad_sections);
}

fn compare_without_bad_sections() {
    let oracle = RefCell::new(Oracle::start());
    each(pairs(), generated::mixed(), |mixed| {
        let is_refused = matches!(oracle.borrow_mut().ask(&mixed.with_bad), Answer::Refused { .. });
        prop_assert_eq!(is_refused, mixed.bad > 0);
        let Answer::Found(expected) = oracle.borrow_mut().ask(&mixed.without_bad) else {
            return Err(TestCaseError::fail("the good sections alone are refused"));
        };
        prop_assert_eq!(Found::by_postern(&read(&mixed.with_bad)), expected);
        Ok(())
    });
}

#[test]
fn any_bytes_are_read_or_refused_in_words() {
    each(
        4 * pairs(),
        (generated::bytes(), generated::bytes()),
        |(config, credentials)| {
            match Sections::read(&config, &credentials) {
                Ok(sections) => {
                    let all = sections.profiles().len() + sections.passed_over().len();
                    prop_assert!(all <= config.len() + credentials.len());
                }
                Err(problem) => prop_assert!(!problem.reason.is_empty() && !problem.remedy.is_empty()),
            }
            Ok(())
        },
    );
}

/// The list in docs/decisions/0017, each with what both do.
#[test]
fn the_differences_are_the_ones_that_are_written_down() {
    let mut oracle = Oracle::start();
    for (config, profiles) in [
        (&b"\xef\xbb\xbf[default]\nregion = x\n"[..], 1),
        (b"[default]\n# caf\xe9\nregion = x\n", 1),
        (b"region = x\n[default]\n", 1),
        (b"[default]\n[profile a]\nnonsense\n", 1),
        (b"[default]\n[profile a]\n[profile a]\n", 1),
        (b"[default]\n[profile a]\nk = 1\nk = 2\n", 1),
        (b"[default]\n[profile a]\ns3 =\n  nonsense\n", 1),
        (b"[default]\n[profile a\n", 1),
    ] {
        let files = Files {
            config: config.to_vec(),
            credentials: Vec::new(),
        };
        assert!(matches!(oracle.ask(&files), Answer::Refused { .. }), "{files:?}");
        assert_eq!(
            Found::by_postern(&read(&files)).profiles.len(),
            profiles,
            "{files:?}"
        );
    }
}
