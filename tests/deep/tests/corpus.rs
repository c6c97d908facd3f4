//! The fuzz targets on everything that is kept of the fuzzer's work: each finding stays a test, without the fuzzer.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use postern_fuzz_targets::TARGETS;

#[test]
fn every_kept_input_holds_for_its_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut failed = Vec::new();
    for (name, target) in TARGETS {
        let mut played = 0;
        for entry in fs::read_dir(corpus.join(name)).unwrap() {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            played += 1;
            if catch_unwind(|| target(&input)).is_err() {
                failed.push(path);
            }
        }
        assert!(played > 0, "{name} has no corpus");
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn the_names_of_the_targets_are_those_of_their_programs() {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let mut named: Vec<String> = fs::read_dir(programs)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let mut known: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    named.sort();
    known.sort();
    assert_eq!(named, known);
}
