//! Runs command lines as the agent does: split into words, without a shell, and signals the one process that it started.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::*;

/// The environment variable that tells this test's processes from all others.
const MARKER: &str = "POSTERN_TEST_MARKER";
/// Longer than the script takes for its last resort on a busy computer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nobody tells of the end of a process that is not a child.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The shells that nodes have as their `sh`, as far as this computer has them; the first choice is the node's own.
fn shells() -> Vec<Vec<String>> {
    let all: [&[&str]; 4] = [&["sh"], &["bash"], &["dash"], &["busybox", "ash"]];
    let there = |words: &&&[&str]| {
        let has = Command::new(words[0])
            .args(&words[1..])
            .args(["-c", "exit 0"])
            .status();
        has.is_ok_and(|status| status.success())
    };
    all.iter().filter(there).map(|words| words_of(words)).collect()
}

struct Running {
    child: Child,
    marker: String,
    shell: Vec<String>,
}

struct Ended {
    out: Vec<u8>,
    error: Vec<u8>,
    code: Option<i32>,
}

/// Starts `words` in `shell`; one that is not the first of all is used in place of the choice on the node.
fn start(shell: &[String], words: &[&str]) -> Running {
    let line = supervised(NodeShell::Sh, &words_of(words), "5eed");
    let split = shell_words::split(&line).unwrap();
    let split = if shell == ["sh"] {
        split
    } else {
        let script = split.iter().position(|word| word == NAME).unwrap() - 1;
        [shell, &words_of(&["-c"]), &split[script..]].concat()
    };
    let marker = Uuid::new_v4().to_string();
    // Who starts the tests in the background of a script lets them ignore SIGINT, and a shell cannot undo that.
    let child = Command::new("env")
        .arg("--default-signal")
        .args(&split)
        .env(MARKER, &marker)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Running {
        child,
        marker,
        shell: shell.to_vec(),
    }
}

impl Running {
    /// Reads standard output up to this line.
    fn until(&mut self, wanted: &str) {
        let mut byte = [0];
        let mut line = Vec::new();
        let output = self.child.stdout.as_mut().unwrap();
        while line != wanted.as_bytes() {
            output.read_exact(&mut byte).unwrap();
            if byte == *b"\n" {
                line.clear();
            } else {
                line.push(byte[0]);
            }
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until the script has its guard, which comes behind the command and sleeps for five seconds at a time.
    fn guarded(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !living(&self.marker)
            .iter()
            .any(|line| line.contains("sleep\x005\0"))
        {
            assert!(Instant::now() < deadline, "{:?} has no guard", self.shell);
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits for its end, and for that of everything that it started.
    fn end(mut self) -> Ended {
        let mut stdout = BufReader::new(self.child.stdout.take().unwrap());
        let mut stderr = BufReader::new(self.child.stderr.take().unwrap());
        let errors = std::thread::spawn(move || {
            let mut error = Vec::new();
            stderr.read_to_end(&mut error).unwrap();
            error
        });
        let code = self.child.wait().unwrap().code();
        let mut out = Vec::new();
        stdout.read_to_end(&mut out).unwrap();
        self.nothing_is_left();
        Ended {
            out,
            error: errors.join().unwrap(),
            code,
        }
    }

    fn nothing_is_left(&self) {
        let deadline = Instant::now() + PATIENCE;
        let mut left = living(&self.marker);
        while !left.is_empty() {
            assert!(Instant::now() < deadline, "{:?} left {left:?}", self.shell);
            std::thread::sleep(LOOK_EVERY);
            left = living(&self.marker);
        }
    }
}

/// The command lines of the living processes with this marker.
fn living(marker: &str) -> Vec<String> {
    let command_line = |id: String| std::fs::read_to_string(Path::new("/proc").join(id).join("cmdline"));
    marked(marker)
        .into_iter()
        .map(|id| command_line(id).unwrap_or_default())
        .collect()
}

/// The numbers of the living processes with this marker.
fn marked(marker: &str) -> Vec<String> {
    let wanted = format!("{MARKER}={marker}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let has_marker = |folder: &Path| {
        let environment = std::fs::read(folder.join("environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|one| one == wanted.as_bytes())
    };
    processes
        .filter(|entry| has_marker(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

impl Drop for Running {
    /// A test that fails leaves nothing behind that holds the outputs of the test runner open.
    fn drop(&mut self) {
        for id in marked(&self.marker) {
            let _ = Command::new("kill").args(["-s", "KILL", &id]).status();
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_status_is_told_behind_both_outputs() {
    for shell in shells() {
        for (words, out, status) in [
            (&["echo a; exit 3"][..], "a\n", 3),
            (&["printf", "%s", "it's"], "it's", 0),
            (&["sh", "-c", "kill -9 $$"], "", 137),
            (&["exit 127"], "", 127),
            (&["exit 200"], "", 200),
            (&["/no/such/program", "x"], "", 127),
            (
                &["sh", "-c", "(sleep 0.1; kill -CONT $$) & kill -STOP $$; exit 5"],
                "",
                5,
            ),
        ] {
            let ended = start(&shell, words).end();
            let trailer = format!("<postern-exit-5eed={status}>");
            assert_eq!(text(&ended.out), format!("{out}{trailer}"), "{shell:?} {words:?}");
            assert!(text(&ended.error).ends_with(&trailer), "{shell:?} {words:?}");
            assert_eq!(ended.code, Some(status), "{shell:?} {words:?}");
        }
    }
}

/// Each with the statuses that are right: bash lets commands hear SIGINT, the others turn it into SIGTERM.
const INTERRUPTED: [(&str, &[i32]); 8] = [
    ("echo up; sleep 600", &[130, 143]),
    ("echo up; sleep 600; echo no", &[130, 143]),
    ("echo up; while :; do sleep 1; done", &[130, 143]),
    ("sleep 600 | { echo up; cat; } | cat", &[130, 143]),
    ("sleep 600 & echo up; exec sleep 601", &[130, 143]),
    (
        "trap 'exit 7' INT TERM; echo up; while :; do sleep 0.05; done",
        &[7, 143],
    ),
    (
        "sh -c 'trap \"\" INT; echo up; while :; do sleep 0.1; done' & wait",
        &[130, 143],
    ),
    ("trap '' INT TERM; echo up; while :; do sleep 0.1; done", &[137]),
];

#[test]
fn an_interrupt_of_the_shell_alone_ends_the_command_and_all_that_it_started() {
    let mut begun = Vec::new();
    for shell in shells() {
        for (line, statuses) in INTERRUPTED {
            begun.push((line, statuses, start(&shell, &["sh", "-c", line])));
        }
    }
    for (_, _, running) in &mut begun {
        running.until("up");
        running.signal("INT");
    }
    for (line, statuses, running) in begun {
        let shell = running.shell.clone();
        let ended = running.end();
        let code = ended.code.unwrap();
        assert!(statuses.contains(&code), "{shell:?} {line}: {code}");
        let trailer = format!("<postern-exit-5eed={code}>");
        assert!(text(&ended.out).ends_with(&trailer), "{shell:?} {line}");
        assert!(text(&ended.error).ends_with(&trailer), "{shell:?} {line}");
    }
}

#[test]
fn an_interrupt_that_comes_at_once_ends_the_command_too() {
    for shell in shells() {
        let ended = start(&shell, &["sh", "-c", "kill -INT $PPID; exec sleep 600"]).end();
        assert!(
            [Some(130), Some(143)].contains(&ended.code),
            "{shell:?} {:?}",
            ended.code
        );
    }
}

#[test]
fn a_shell_that_is_killed_takes_the_command_with_it() {
    for shell in shells() {
        let mut running = start(
            &shell,
            &["sh", "-c", "echo up; while :; do sleep 1; done >/dev/null"],
        );
        running.until("up");
        running.guarded();
        running.signal("KILL");
        assert_eq!(running.end().code, None, "{shell:?}");
    }
}

#[test]
fn what_a_command_leaves_in_the_background_on_purpose_lives_on() {
    for shell in shells() {
        let line = "sleep 600 & echo $!";
        let mut running = start(&shell, &["sh", "-c", line]);
        let mut output = BufReader::new(running.child.stdout.take().unwrap());
        let mut number = String::new();
        output.read_line(&mut number).unwrap();
        running.child.wait().unwrap();
        let living = Path::new("/proc").join(number.trim()).exists();
        let ended = Command::new("kill").arg(number.trim()).status().unwrap();
        assert!(living && ended.success(), "{shell:?} {number:?}");
        running.nothing_is_left();
    }
}
