//! The command line for the node. On Linux and macOS the agent splits it into words and runs the program itself, without
//! a shell (agent 3.3, observed); on Windows it hands it to PowerShell.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::arguments::NodeShell;

/// In front of the exit status; the mark is between the two. They are put together on the node only, so that a listing
/// of processes, which shows the whole command line, does not look like the end of the output.
pub(super) const OPENING: (&str, &str) = ("<postern-exit-", "=");
/// Behind the exit status.
pub(super) const CLOSING: u8 = b'>';

/// The program name that the outer shell goes by in the node's list of processes.
const NAME: &str = "postern-exec";

/// Runs the command in the background, because a shell that waits for one in the foreground either dies of SIGINT and
/// leaves it behind or does not hear it, and the agent signals the shell alone. A command in the background ignores
/// SIGINT, so it gets SIGTERM instead, also when the signal was there before the command's number was known. A wait
/// that the signal interrupted is repeated, for the status to be the command's.
/// What the outer shell itself would say, such as bash's "Killed", goes nowhere.
const WAIT: &str = r#"i=; trap 'i=1; kill -TERM "$p" 2>/dev/null' INT; exec 3>&2 2>/dev/null; "$@" 2>&3 3>&- & p=$!; [ -z "$i" ] || kill -TERM "$p"; wait "$p"; s=$?; while [ -n "$i" ]; do i=; wait "$p"; t=$?; [ "$t" = 127 ] || s=$t; done;"#;

/// The command and nothing else.
pub(super) fn plain(shell: NodeShell, command: &[String]) -> String {
    match shell {
        NodeShell::Sh => shell_words::join(words(command)),
        NodeShell::Powershell => powershell(&statement(command)),
    }
}

/// The command, and behind its output its exit status between [`OPENING`] with `mark` and [`CLOSING`].
pub(super) fn with_trailer(shell: NodeShell, command: &[String], mark: &str) -> String {
    let (before, after) = OPENING;
    let closing = char::from(CLOSING);
    match shell {
        NodeShell::Sh => {
            let tell = format!("printf '{before}%s{after}%d{closing}' {mark} \"$s\"; exit \"$s\"");
            let outer = [
                "sh".to_owned(),
                "-c".to_owned(),
                format!("{WAIT} {tell}"),
                NAME.to_owned(),
            ];
            shell_words::join(outer.iter().map(String::as_str).chain(words(command)))
        }
        NodeShell::Powershell => {
            let inner = powershell(&statement(command));
            let tell = format!("[Console]::Out.Write('{before}' + '{mark}{after}' + $s + '{closing}')");
            powershell(&format!("{inner}; $s = $LASTEXITCODE; {tell}; exit $s"))
        }
    }
}

/// The words for the agent: a line of shell needs a shell.
fn words(command: &[String]) -> Vec<&str> {
    match command {
        [line] => vec!["sh", "-c", line],
        words => words.iter().map(String::as_str).collect(),
    }
}

/// A line of PowerShell as it is, or a call with every word quoted.
fn statement(command: &[String]) -> String {
    match command {
        [line] => line.clone(),
        words => {
            let quoted = words.iter().map(|word| format!("'{}'", word.replace('\'', "''")));
            format!("& {}", quoted.collect::<Vec<_>>().join(" "))
        }
    }
}

/// A PowerShell of its own, so that an `exit` in the script ends nothing but it, and without any quoting.
fn powershell(script: &str) -> String {
    let bytes: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
    format!(
        "powershell.exe -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand {}",
        STANDARD.encode(bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn one_word_is_a_line_of_shell_and_several_are_a_program() {
        let line = |words: &[&str]| plain(NodeShell::Sh, &words_of(words));
        assert_eq!(line(&["df -h | tail -1"]), "sh -c 'df -h | tail -1'");
        let split = shell_words::split(&line(&["grep", "it's", "$HOME", "", "ä b\n"])).unwrap();
        assert_eq!(split, ["grep", "it's", "$HOME", "", "ä b\n"]);
    }

    #[test]
    fn the_trailer_cannot_be_read_in_the_command_line() {
        for shell in [NodeShell::Sh, NodeShell::Powershell] {
            let line = with_trailer(shell, &words_of(&["true"]), "5eed");
            assert!(!line.contains("<postern-exit-5eed="), "{line}");
        }
    }

    #[test]
    fn powershell_gets_its_script_encoded() {
        let line = plain(NodeShell::Powershell, &words_of(&["Write-Output", "it's"]));
        let encoded = line.rsplit_once(' ').unwrap().1;
        let bytes = STANDARD.decode(encoded).unwrap();
        let units: Vec<u16> = bytes
            .chunks(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        assert_eq!(String::from_utf16(&units).unwrap(), "& 'Write-Output' 'it''s'");
    }

    /// Runs a command line as the agent does: split into words, without a shell.
    #[cfg(unix)]
    mod on_this_computer {
        use std::process::{Command, Output, Stdio};

        use super::*;

        fn run(words: &[&str]) -> (Output, String) {
            let line = with_trailer(NodeShell::Sh, &words_of(words), "5eed");
            let words = shell_words::split(&line).unwrap();
            let output = Command::new(&words[0])
                .args(&words[1..])
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout.clone()).unwrap();
            (output, text)
        }

        #[test]
        fn the_status_is_told_behind_the_output() {
            for (words, expected) in [
                (&["echo a; exit 3"][..], "a\n<postern-exit-5eed=3>"),
                (&["printf", "%s", "it's"], "it's<postern-exit-5eed=0>"),
                (&["sh", "-c", "kill -9 $$"], "<postern-exit-5eed=137>"),
                (&["exit 127"], "<postern-exit-5eed=127>"),
                (&["exit 200"], "<postern-exit-5eed=200>"),
                (&["/no/such/program", "x"], "<postern-exit-5eed=127>"),
            ] {
                let (_, text) = run(words);
                assert_eq!(text, expected, "{words:?}");
            }
        }

        #[test]
        fn an_interrupt_that_comes_at_once_ends_the_command_too() {
            let (_, text) = run(&["sh", "-c", "kill -INT $PPID; exec sleep 600"]);
            assert_eq!(text, "<postern-exit-5eed=143>");
        }

        #[test]
        fn an_interrupt_of_the_shell_ends_the_command() {
            let line = with_trailer(
                NodeShell::Sh,
                &words_of(&["sh", "-c", "echo up; exec sleep 600"]),
                "5eed",
            );
            let words = shell_words::split(&line).unwrap();
            let mut child = Command::new(&words[0])
                .args(&words[1..])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
            let mut first = String::new();
            std::io::BufRead::read_line(&mut output, &mut first).unwrap();
            assert_eq!(first, "up\n");
            let interrupt = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status();
            assert!(interrupt.unwrap().success());
            let mut rest = String::new();
            std::io::Read::read_to_string(&mut output, &mut rest).unwrap();
            assert_eq!(rest, "<postern-exit-5eed=143>");
            assert_eq!(child.wait().unwrap().code(), Some(143));
        }
    }
}
