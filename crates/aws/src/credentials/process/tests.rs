//! Credential processes as people write them: shell scripts.

#![allow(
    clippy::unwrap_used,
    reason = "a failed assumption of a test is a failed test"
)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::*;

const KEYS: &str = r#"{"Version":1,"AccessKeyId":"AKIDONE","SecretAccessKey":"canary"}"#;

struct Script {
    folder: TempDir,
    path: String,
}

fn script(text: &str) -> Script {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("get credentials.sh");
    std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("'{}'", file.display());
    Script { folder, path }
}

async fn run_command(command: &str) -> Result<Credentials, ControlError> {
    run(command, &ProcessSurroundings::default(), LIMIT)
        .await
        .map_err(|failed| failed.explain("dev".into()))
}

async fn failed(command: &str) -> (String, Option<String>, String) {
    let error = run_command(command).await.unwrap_err();
    let texts = [error.to_string(), error.next_step(), format!("{error:?}")];
    assert!(!texts.iter().any(|text| text.contains("canary")), "{texts:?}");
    (
        error.to_string(),
        error.detail().map(ToOwned::to_owned),
        error.next_step(),
    )
}

#[tokio::test]
async fn a_program_gets_its_arguments_as_they_are_quoted_and_no_input() {
    let one = script(&format!(
        "[ \"$1\" = 'a  b' ] && [ \"$2\" = '$HOME' ] && ! read -r line && echo '{KEYS}'"
    ));
    let credentials = run_command(&format!("{} 'a  b' $HOME", one.path)).await.unwrap();
    assert_eq!(credentials.access_key_id(), "AKIDONE");
    assert_eq!(credentials.secret_access_key(), "canary");
}

#[tokio::test]
async fn without_a_terminal_a_program_that_asks_there_fails_at_once() {
    let one = script("read -r code < /dev/tty || { echo no code >&2; exit 7; }");
    let (text, _, _) = failed(&one.path).await;
    assert!(text.contains("status 7") && text.contains("no code"), "{text}");
}

#[tokio::test]
async fn an_error_in_colours_and_lines_is_shown_cleanly_with_the_command_to_try() {
    let one = script(r"printf '\033[31mError:\033[0m the vault\n\n  is locked\n' >&2; exit 3");
    let (text, detail, step) = failed(&format!("{} --password canary --user helen", one.path)).await;
    assert_eq!(
        text,
        "The credential process of dev failed: it ended with status 3: Error: the vault / is locked."
    );
    assert_eq!(detail, None);
    let shown = format!("{} --password … --user helen", one.path);
    assert_eq!(step, format!("Run this command yourself to see more: `{shown}`."));
}

#[tokio::test]
async fn a_secret_that_a_program_traces_is_not_shown() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let one = script(&format!("set -x; export AWS_SECRET_ACCESS_KEY={secret}; exit 1"));
    let error = run_command(&one.path).await.unwrap_err();
    assert!(!format!("{error:?}").contains("wJalr"), "{error:?}");
}

#[tokio::test]
async fn a_long_complaint_is_there_in_full() {
    let one = script(
        "for n in 1 2 3 4 5 6; do echo \"$n: a line that says what went wrong, and where\" >&2; done; exit 1",
    );
    let (_, detail, _) = failed(&one.path).await;
    let detail = detail.unwrap();
    assert!(
        detail.starts_with("1: a line") && detail.ends_with("and where"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_names_the_path_that_was_searched() {
    struct Elsewhere;
    #[async_trait]
    impl SearchPath for Elsewhere {
        async fn path(&self) -> Option<OsString> {
            Some("/nowhere/bin:/nowhere/sbin".into())
        }
    }
    let surroundings = ProcessSurroundings {
        terminal: None,
        search_path: Some(Arc::new(Elsewhere)),
    };
    let missing = run("aws-vault exec canary", &surroundings, LIMIT)
        .await
        .unwrap_err();
    let error = missing.explain("dev".into());
    assert_eq!(
        error.to_string(),
        "The credential process of dev failed: aws-vault was not found in PATH (/nowhere/bin:/nowhere/sbin)."
    );
    assert_eq!(error.detail(), Some("PATH: /nowhere/bin:/nowhere/sbin"));
    assert!(
        error.next_step().contains("needs its folder"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn a_command_for_a_shell_says_that_none_runs_it() {
    let (text, _, _) = failed("~/bin/get-credentials").await;
    assert!(
        text.contains("~/bin/get-credentials was not found") && text.contains("not run by a shell"),
        "{text}"
    );
}

#[tokio::test]
async fn the_path_of_the_user_is_searched_and_handed_on() {
    struct Own(OsString);
    #[async_trait]
    impl SearchPath for Own {
        async fn path(&self) -> Option<OsString> {
            Some(self.0.clone())
        }
    }
    let one = script(&format!("case $PATH in *found-here) echo '{KEYS}';; esac"));
    std::fs::rename(
        one.folder.path().join("get credentials.sh"),
        one.folder.path().join("get-keys"),
    )
    .unwrap();
    let path = format!("/usr/bin:/bin:{}:found-here", one.folder.path().display());
    let surroundings = ProcessSurroundings {
        terminal: None,
        search_path: Some(Arc::new(Own(path.into()))),
    };
    run("get-keys", &surroundings, LIMIT).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_run_says_why() {
    let one = script("exit 0");
    let file = one.folder.path().join("get credentials.sh");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (text, _, _) = failed(&one.path).await;
    assert!(text.contains("cannot be run: Permission denied"), "{text}");
    std::fs::write(&file, "#!/nowhere/python9\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (text, _, _) = failed(&one.path).await;
    assert!(
        text.contains("the program that its first line names is not"),
        "{text}"
    );
    for (command, expected) in [
        ("x 'canary", "a quote in its command is not closed"),
        (" ", "its command is empty"),
    ] {
        let (text, _, step) = failed(command).await;
        assert!(text.contains(expected), "{text}");
        assert!(step.starts_with("Correct `credential_process`"), "{step}");
    }
}

#[tokio::test]
async fn text_before_the_json_and_what_is_no_json_come_with_the_command_to_try() {
    let one = script(&format!("echo Update available; echo '{KEYS}'"));
    let (text, _, step) = failed(&one.path).await;
    assert!(
        text.ends_with("it printed text before its JSON: Update available."),
        "{text}"
    );
    assert!(step.starts_with("Run this command yourself"), "{step}");
    let (text, _, _) = failed(&script("echo canary").path).await;
    assert!(
        text.ends_with("what it printed is not JSON (line 1, column 1)."),
        "{text}"
    );
}

#[tokio::test]
async fn a_signal_is_named() {
    let (text, _, _) = failed(&script("kill -9 $$").path).await;
    assert!(text.contains("it ended with signal 9"), "{text}");
}

/// Waits in a thread, which keeps the clock of the test from going on.
async fn lines_of(fifo: &Path) -> std::sync::mpsc::Receiver<String> {
    use std::io::BufRead;
    let (sender, receiver) = std::sync::mpsc::channel();
    let fifo = fifo.to_owned();
    std::thread::spawn(move || {
        let file = std::io::BufReader::new(std::fs::File::open(fifo).unwrap());
        for line in file.lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    receiver
}

/// A process that starts another one, which says `ready` and holds the FIFO for as long as it lives.
fn that_never_ends() -> (Script, std::path::PathBuf) {
    let one = script("");
    let fifo = one.folder.path().join("fifo");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let text = format!(
        "#!/bin/sh\n(exec 3>'{}'; echo ready >&3; sleep 1000; echo late >&3) &\nwait\n",
        fifo.display()
    );
    std::fs::write(one.folder.path().join("get credentials.sh"), text).unwrap();
    (one, fifo)
}

#[tokio::test(start_paused = true)]
async fn a_program_and_its_children_end_after_its_time() {
    let (one, fifo) = that_never_ends();
    let lines = lines_of(&fifo).await;
    // A blocking task holds the clock still until the child is there.
    let ready = tokio::task::spawn_blocking(move || (lines.recv().unwrap(), lines));
    let before = tokio::time::Instant::now();
    let (text, ready) = tokio::join!(failed(&one.path), ready);
    let (said, lines) = ready.unwrap();
    assert_eq!(said, "ready");
    assert!(text.0.contains("it did not end within 60 s"), "{}", text.0);
    assert_eq!(before.elapsed().as_secs(), 60);
    assert!(lines.recv().is_err(), "its child is gone, and closed the FIFO");
}

#[tokio::test]
async fn a_program_and_its_children_end_with_whoever_waits_for_it() {
    let (one, fifo) = that_never_ends();
    let lines = lines_of(&fifo).await;
    let waiting = tokio::spawn(async move { run_command(&one.path).await.map(|_| ()) });
    let lines = tokio::task::spawn_blocking(move || {
        assert_eq!(lines.recv().unwrap(), "ready");
        lines
    });
    let lines = lines.await.unwrap();
    waiting.abort();
    tokio::task::spawn_blocking(move || assert!(lines.recv().is_err()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_program_in_the_background_that_holds_the_output_open_is_not_waited_for() {
    let one = script(&format!(
        "sleep 1000 & echo '{KEYS}'; echo $! > \"${{0%/*}}/pid\""
    ));
    run_command(&one.path).await.unwrap();
    let pid = std::fs::read_to_string(one.folder.path().join("pid")).unwrap();
    let still_there = std::process::Command::new("kill")
        .arg(pid.trim())
        .status()
        .unwrap();
    assert!(still_there.success(), "it was left alone");
}

#[tokio::test]
async fn no_token_of_the_aws_cli_is_handed_on() {
    if std::env::var_os("AWS_SSM_START_SESSION_RESPONSE_1").is_none() {
        let name = "credentials::process::tests::no_token_of_the_aws_cli_is_handed_on";
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env("AWS_SSM_START_SESSION_RESPONSE_1", "canary")
            .output()
            .unwrap();
        assert!(run.status.success(), "{run:?}");
        return;
    }
    let one = script(&format!(
        "env | grep -q AWS_SSM_START_SESSION && exit 9; echo '{KEYS}'"
    ));
    run_command(&one.path).await.unwrap();
}

#[tokio::test]
async fn the_provider_has_no_text_of_its_command() {
    let provider = ProcessProvider::new("x --password canary".into(), ProcessSurroundings::default());
    assert!(!format!("{provider:?}").contains("canary"));
}
