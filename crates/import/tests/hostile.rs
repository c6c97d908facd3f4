//! Files that are cut off, damaged, huge or meant to harm: always an answer, never a panic, and nothing that was not there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::{fs, path::PathBuf};

use postern_import::{Format, GroupPath, ImportError, MAX_BYTES, ReadOptions, Review, read};
use postern_model::is_hidden_control;

const OWN: &str = r#"{"format":"postern-connections","version":1,"connections":[{"name":"a","target":"i-0a1b2c3d","tags":["x"],
 "encryption":"require=alias/k","guard":{"reason":true}}],"groups":[{"name":"G","colour":"prod","region":"eu-west-1","groups":
 [{"name":"H","connections":[{"name":"q","query":"tag:app=web","pick":"newest","parameters":[{"name":"p","values":["v"]}]}]}]}]}"#;
const CSV: &str = "name;target;group;tags\n\"we\"\"b\";i-0a1b2c3d;A/B;x\ndb;mi-0a1b2c3d4e5f67890;;\n";
const SSH: &str = "Host web db\n HostName i-0a1b2c3d\nHost w* \"x y\"\n ProxyCommand sh -c \"aws ssm start-session --target %h --region eu-west-1\"\nMatch host a\n";

fn samples() -> Vec<(Format, Vec<u8>)> {
    let data = |name: &str| {
        fs::read(
            PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("tests/data")
                .join(name),
        )
        .unwrap()
    };
    vec![
        (Format::NetworkManager, data("networkmanager-2025.xml")),
        (Format::NetworkManager, data("networkmanager-2026.json")),
        (Format::NetworkManager, data("networkmanager-2026.encrypted")),
        (Format::MRemoteNg, data("mremoteng-2.8.xml")),
        (Format::MRemoteNg, data("mremoteng-whole.xml")),
        (Format::Postern, OWN.into()),
        (Format::Csv, CSV.into()),
        (Format::SshConfig, SSH.into()),
    ]
}

/// Reads as a person would, and by force; what comes is laid beside an empty store and planned.
fn survives(format: Format, bytes: &[u8]) {
    for format in [None, Some(format)] {
        let options = ReadOptions {
            format,
            ..ReadOptions::default()
        };
        match read("file", bytes, &options) {
            Ok(file) => {
                let review = Review::of(&file, &GroupPath::default(), &[], &[]);
                let plan = review.plan(&review.default_choice());
                assert!(plan.connections.len() <= file.connections.len());
                for one in &file.connections {
                    let draft = &one.draft;
                    let shown = [&draft.name].into_iter().chain(&draft.tags).chain(&one.group.0);
                    assert!(
                        shown
                            .into_iter()
                            .all(|text| !text.is_empty() && !text.chars().any(is_hidden_control))
                    );
                }
            }
            Err(error) => assert!(!error.to_string().is_empty() && !error.next_step().is_empty()),
        }
    }
}

#[test]
fn a_file_may_be_cut_off_at_every_byte() {
    for (format, bytes) in samples() {
        for end in 0..bytes.len() {
            survives(format, &bytes[..end]);
        }
    }
}

#[test]
fn what_is_cut_off_is_never_taken_for_whole() {
    for (format, bytes) in samples() {
        if matches!(format, Format::Csv | Format::SshConfig) || bytes[0] > 127 {
            continue; // Lines have no end that could be missing; what is encrypted needs its password to be seen.
        }
        let end = bytes.trim_ascii_end().len();
        for end in [end - 1, end / 2, end - 9] {
            let read = read(
                "file",
                &bytes[..end],
                &ReadOptions {
                    format: Some(format),
                    ..ReadOptions::default()
                },
            );
            assert!(read.is_err(), "{format} up to {end}");
        }
    }
}

#[test]
fn ten_thousand_bits_may_be_flipped() {
    let samples = samples();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..10_000 {
        let (format, bytes) = &samples[round % samples.len()];
        let mut damaged = bytes.clone();
        for _ in 0..=(round % 3) {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).unwrap() % damaged.len();
            damaged[at] ^= 1 << ((state >> 29) & 7);
        }
        survives(*format, &damaged);
    }
}

#[test]
fn a_hundred_megabytes_are_refused() {
    let huge = vec![b'a'; 100 * 1024 * 1024];
    let error = read("huge.csv", &huge, &ReadOptions::default()).unwrap_err();
    assert_eq!(
        error,
        ImportError::TooLarge {
            bytes: 100 * 1024 * 1024,
            limit: MAX_BYTES
        }
    );
}

#[test]
fn the_largest_files_that_are_read_end_with_an_answer() {
    let most = usize::try_from(MAX_BYTES).unwrap();
    let row = "web,i-0a1b2c3d\n";
    let rows = format!("name,target\n{}", row.repeat(most / row.len() - 1));
    let error = read("big.csv", rows.as_bytes(), &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, ImportError::TooMany(_)), "{error}");
    for text in [
        "<a>",
        "{\"a\":",
        "[",
        "&amp;",
        "\"",
        "Host a\n",
        "<ArrayOfGroupInfoSerializable a='",
    ] {
        survives(
            Format::NetworkManager,
            text.repeat(4 * 1024 * 1024 / text.len()).as_bytes(),
        );
    }
}

#[test]
fn nothing_of_a_bomb_expands() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    for root in ["ArrayOfGroupInfoSerializable", "Connections"] {
        let text = format!("{bomb}<{root}>&b;&c;</{root}>");
        let error = read("x.xml", text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().contains("document type"), "{error}");
    }
}

#[test]
fn markup_controls_and_direction_marks_in_names_are_only_text() {
    let text = "name,target,group\n\"<img src=x onerror=alert(1)>\u{202e}\u{7}\",i-0a1b2c3d,\"\u{200f}<b>\"\n\u{200b},i-0a1b2c3e,\n";
    let file = read("x.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
    let names: Vec<_> = file
        .connections
        .iter()
        .map(|one| (one.group.to_string(), one.draft.name.clone()))
        .collect();
    assert_eq!(
        names,
        [
            ("<b>".to_owned(), "<img src=x onerror=alert(1)>".to_owned()),
            (String::new(), "i-0a1b2c3e".to_owned()),
        ]
    );
}
