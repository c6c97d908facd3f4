//! The command line for the node. On Linux and macOS the agent splits it into words and runs the program itself, without
//! a shell (agent 3.3, observed); on Windows it hands it to PowerShell.
//!
//! Windows knows no signals: there the agent kills the outer PowerShell, and what that started may go on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The shell of a node that runs the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeShell {
    /// POSIX sh, on Linux and macOS nodes.
    Sh,
    /// Windows PowerShell, on Windows nodes.
    Powershell,
}

/// In front of the exit status; the mark is between the two. They are put together on the node only, so that a listing
/// of processes, which shows the whole command line, does not look like the end of the output.
pub(crate) const OPENING: (&str, &str) = ("<postern-exit-", "=");
/// Behind the exit status.
pub(crate) const CLOSING: u8 = b'>';

/// The program name that the shell goes by in the node's list of processes.
const NAME: &str = "postern-exec";

/// What the node's shell runs. See the file's comments.
const SUPERVISE: &str = include_str!("supervise.sh");

/// Runs its first argument, a script, with bash where the node has it, else with sh: only bash lets a command without a
/// terminal hear SIGINT in a process group of its own.
const CHOOSE_SHELL: &str = r#"for s in bash sh; do command -v $s >/dev/null && exec $s -c "$0" "$@"; done"#;

/// How long the shell lives on when it was signalled: the agent gives up what it has not read when the shell is gone.
const LINGER: &str = r#"[ -z "$i" ] || sleep .5 || sleep 1; exit $s"#;

/// The command, and behind each of its two outputs its exit status between [`OPENING`] with `mark` and [`CLOSING`]: the
/// agent holds back what may be an unfinished character, and at the end of an output it drops it (up to 3 bytes). What
/// stands in front of the mark comes whole, and a mark that does not come tells that something is missing.
pub(crate) fn supervised(shell: NodeShell, command: &[String], mark: &str) -> String {
    let (before, after) = OPENING;
    let closing = char::from(CLOSING);
    match shell {
        NodeShell::Sh => {
            let tell = format!("printf \"{before}%s{after}%d{closing}\" {mark} $s");
            let script = format!("{} {tell}; {tell} >&3; {LINGER}", one_line(SUPERVISE));
            let outer = ["sh", "-c", CHOOSE_SHELL, &script, NAME];
            shell_words::join(outer.into_iter().chain(words(command)))
        }
        NodeShell::Powershell => {
            let inner = powershell(&statement(command));
            let text = format!("'{before}' + '{mark}{after}' + $s + '{closing}'");
            let tell = format!("[Console]::Out.Write({text}); [Console]::Error.Write({text})");
            powershell(&format!("{inner}; $s = $LASTEXITCODE; {tell}; exit $s"))
        }
    }
}

/// The script without its comments, in one line: a document may put the command line where a line end would end it.
fn one_line(script: &str) -> String {
    let lines = script.lines().filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join(" ")
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
mod tests;
