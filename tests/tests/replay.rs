//! The program that replays recordings, as a person runs it.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use tempfile::TempDir;

    fn run(arguments: &[&Path]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_replay"))
            .args(arguments)
            .output()
            .unwrap()
    }

    fn words(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn transcripts() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts")
    }

    /// A folder with two good recordings and one that `change` has changed, last by name.
    fn folder_with(change: impl FnOnce(String) -> String) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["closed-idle", "kms-shell", "shell-basic"] {
            let name = format!("{name}.jsonl");
            fs::copy(transcripts().join(&name), folder.path().join(&name)).unwrap();
        }
        let changed = change(fs::read_to_string(transcripts().join("kms-shell.jsonl")).unwrap());
        fs::write(folder.path().join("z-changed.jsonl"), changed).unwrap();
        folder
    }

    #[test]
    fn a_good_folder_has_a_line_for_each_recording_and_a_summary() {
        let output = run(&[&transcripts()]);
        assert!(output.status.success(), "{}", words(&output.stderr));
        let present = fs::read_dir(transcripts())
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|e| e == "jsonl")
            })
            .count();
        let said = words(&output.stdout);
        assert_eq!(
            said.lines().filter(|line| line.starts_with("ok  ")).count(),
            present
        );
        assert_eq!(
            said.lines().last(),
            Some(format!("{present} recordings, all as recorded.").as_str())
        );
    }

    #[test]
    fn a_damaged_frame_is_named_with_its_file_and_line() {
        // Eight characters before the end of the third line's base64: bytes of the payload.
        let folder = folder_with(|good| {
            let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
            let mut damaged = lines[2].clone();
            let at = damaged.len() - 10;
            let other = if &damaged[at..=at] == "A" { "B" } else { "A" };
            damaged.replace_range(at..=at, other);
            lines[2] = damaged;
            lines.join("\n")
        });
        let output = run(&[folder.path()]);
        assert_eq!(output.status.code(), Some(1));
        let told = words(&output.stdout);
        assert!(told.ends_with("4 recordings, 1 not as recorded.\n"), "{told}");
        let said = words(&output.stderr);
        assert!(
            said.contains(
                "z-changed.jsonl, line 3: expected a valid message, came The payload's digest is wrong."
            ),
            "{said}"
        );
    }

    #[test]
    fn another_output_than_recorded_is_a_difference() {
        let folder = folder_with(|good| good.replacen("\"len\": 2823", "\"len\": 2824", 1));
        let output = run(&[folder.path()]);
        assert_eq!(output.status.code(), Some(1));
        let said = words(&output.stderr);
        assert!(
            said.contains("z-changed.jsonl, line 1: expected output Digest { len: 2824"),
            "{said}"
        );
        assert!(said.contains("came Digest { len: 2823"), "{said}");
    }

    #[test]
    fn every_recording_is_replayed_and_every_difference_is_listed() {
        let folder = folder_with(|good| {
            let changed = good.replacen("\"len\": 2823", "\"len\": 2824", 1);
            changed.replacen("\"sockets\": 1", "\"sockets\": 2", 1)
        });
        let early = fs::read_to_string(transcripts().join("shell-basic.jsonl")).unwrap();
        let early = early.replacen("\"sockets\": 1", "\"sockets\": 7", 1);
        fs::write(folder.path().join("a-first.jsonl"), early).unwrap();
        let output = run(&[folder.path()]);
        assert_eq!(output.status.code(), Some(1));
        let (said, told) = (words(&output.stderr), words(&output.stdout));
        assert_eq!(said.matches("a-first.jsonl").count(), 1, "{said}");
        assert_eq!(said.matches("z-changed.jsonl").count(), 2, "{said}");
        assert_eq!(
            told.lines().filter(|line| line.starts_with("ok  ")).count(),
            3,
            "{told}"
        );
        assert!(told.ends_with("5 recordings, 2 not as recorded.\n"), "{told}");
    }

    #[test]
    fn unreadable_lines_are_named() {
        let folder = folder_with(|good| format!("{good}{{\n"));
        let output = run(&[folder.path()]);
        assert_eq!(output.status.code(), Some(1));
        let said = words(&output.stderr);
        assert!(
            said.contains("z-changed.jsonl, line ") && said.contains("this is no recording"),
            "{said}"
        );
    }

    #[test]
    fn empty_and_missing_folders_and_missing_arguments_fail() {
        let folder = tempfile::tempdir().unwrap();
        let output = run(&[folder.path()]);
        assert_eq!(output.status.code(), Some(1));
        assert!(words(&output.stderr).contains("there is no recording"));
        let output = run(&[&folder.path().join("missing")]);
        assert_eq!(output.status.code(), Some(1));
        assert!(words(&output.stderr).contains("cannot be listed"));
        assert_eq!(run(&[]).status.code(), Some(2));
        assert_eq!(run(&[folder.path(), folder.path()]).status.code(), Some(2));
    }
}
