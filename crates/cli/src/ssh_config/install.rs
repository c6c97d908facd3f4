//! Putting lines into ssh's file: what changes is shown and asked for first, and nothing else is touched.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::console;
use crate::failure::Failure;

/// The marks around the lines.
pub(super) const BEGIN: &str = "# >>> postern: nodes by their ids >>>";
pub(super) const END: &str = "# <<< postern <<<";

/// Puts `lines` into the file.
pub(super) fn install(lines: &str, file: Option<PathBuf>, yes: bool) -> Result<(), Failure> {
    let path = match file {
        Some(file) => file,
        None => env::home_dir()
            .ok_or(Failure::NoHome)?
            .join(".ssh")
            .join("config"),
    };
    // A link stays one.
    let path = fs::canonicalize(&path).unwrap_or(path);
    let before = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(&path, "read", error)),
    };
    let after = with_lines(&before, lines);
    if after == before {
        return say(&format!("{} has these lines already.\n", path.display()));
    }
    say(&format!("{}\n{}", path.display(), difference(&before, &after)))?;
    if !yes && !agreed() {
        return say("Nothing was changed.\n");
    }
    write(&path, &after).map_err(|error| failed(&path, "written", error))?;
    say("Done.\n")
}

fn say(text: &str) -> Result<(), Failure> {
    console::to_stdout(text).map_err(Failure::Output)
}

fn failed(path: &Path, what: &'static str, error: io::Error) -> Failure {
    let path = path.to_owned();
    Failure::SshConfig { path, what, error }
}

fn agreed() -> bool {
    if !io::stdin().is_terminal() {
        console::to_stderr("There is nobody to ask; --yes changes the file without asking.\n");
        return false;
    }
    console::to_stderr("Change it? [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// The text with the lines in the place of those of before, or in front: the first value that ssh finds counts.
fn with_lines(before: &str, lines: &str) -> String {
    let begin = before.find(BEGIN);
    let end = before.find(END).map(|at| at + END.len());
    match (begin, end) {
        (Some(begin), Some(end)) if begin < end => {
            let (head, tail) = (before.get(..begin), before.get(end..));
            let tail = tail.unwrap_or_default().trim_start_matches('\r');
            let tail = tail.strip_prefix('\n').unwrap_or(tail);
            format!("{}{lines}{tail}", head.unwrap_or_default())
        }
        _ if before.is_empty() => lines.to_owned(),
        _ => format!("{lines}\n{before}"),
    }
}

/// What goes and what comes; everything else stays.
fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same_head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (
        old.get(same_head..).unwrap_or_default(),
        new.get(same_head..).unwrap_or_default(),
    );
    let pairs = old.iter().rev().zip(new.iter().rev());
    let same_tail = pairs.take_while(|(old, new)| old == new).count();
    let removed = old.get(..old.len() - same_tail).unwrap_or_default();
    let added = new.get(..new.len() - same_tail).unwrap_or_default();
    let lines = [("-", removed), ("+", added)].into_iter();
    lines
        .flat_map(|(sign, lines)| lines.iter().map(move |line| format!("{sign} {line}\n")))
        .collect()
}

/// In one step, for this user only, as ssh demands.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let scratch = path.with_extension("postern-new");
    let mut file = private(&scratch)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if let Ok(known) = fs::metadata(path) {
        file.set_permissions(known.permissions())?;
    }
    fs::rename(&scratch, path)
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(command: &str) -> String {
        format!("{BEGIN}\nHost i-*\n    ProxyCommand {command}\n{END}\n")
    }

    #[test]
    fn the_lines_come_first_and_are_replaced_by_themselves() {
        assert_eq!(with_lines("", &ours("a")), ours("a"));
        let theirs = "Host *\n    User ops\n";
        let once = with_lines(theirs, &ours("a"));
        assert_eq!(once, format!("{}\n{theirs}", ours("a")));
        assert_eq!(
            with_lines(&once, &ours("a")),
            once,
            "a second time changes nothing"
        );
        assert_eq!(with_lines(&once, &ours("b")), format!("{}\n{theirs}", ours("b")));
        let broken = format!("{END}\n{BEGIN}\n");
        assert!(with_lines(&broken, &ours("a")).ends_with(&broken));
    }

    #[test]
    fn the_difference_shows_what_changes_only() {
        let before = with_lines("Host *\n    User ops\n", &ours("a"));
        let after = with_lines(&before, &ours("b"));
        assert_eq!(
            difference(&before, &after),
            "-     ProxyCommand a\n+     ProxyCommand b\n"
        );
        assert_eq!(difference("x\n", "x\n"), "");
    }
}
