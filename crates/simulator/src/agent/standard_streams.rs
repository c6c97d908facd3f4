//! Commands without a terminal: no input, and output either together at the end or each stream on its own.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

use super::event::{OutputKind, ProgramEnd};
use super::program::{Controls, OUTPUT_PIECES, OutputPrefixes, ProcessControls, Program};
use super::program_context::ProgramContext;

/// How much is read at once.
const READ_BYTES: usize = 1024;

type OutputSender = mpsc::Sender<(OutputKind, Bytes)>;

/// Starts a command whose standard output and standard error travel as they come.
pub(super) fn start_separate(
    line: &str,
    prefixes: &OutputPrefixes,
    context: &ProgramContext,
) -> Result<Program, String> {
    let mut command = prepare(line, context)?;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| not_started(line, &e))?;
    let (sender, output) = mpsc::channel(OUTPUT_PIECES);
    let output_prefix = Bytes::from(prefixes.output_prefix.clone());
    let error_prefix = Bytes::from(prefixes.error_prefix.clone());
    tokio::spawn(forward(
        output_prefix,
        child.stdout.take(),
        OutputKind::Output,
        sender.clone(),
    ));
    tokio::spawn(forward(
        error_prefix,
        child.stderr.take(),
        OutputKind::StdErr,
        sender,
    ));
    Ok(program(child, output, context, None))
}

/// Starts a command whose output goes through a file on the node and arrives when the command is over.
pub(super) fn start_combined(line: &str, context: &ProgramContext) -> Result<Program, String> {
    let path = context
        .output_file()
        .map_err(|error| format!("no file for the output: {error}"))?;
    let file = File::options().append(true).open(&path);
    let files = file.and_then(|file| Ok((file.try_clone()?, file)));
    let (stdout, stderr) = files.map_err(|error| format!("no file for the output: {error}"))?;
    let mut command = prepare(line, context)?;
    let child = command
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .map_err(|error| not_started(line, &error))?;
    let (sender, output) = mpsc::channel(OUTPUT_PIECES);
    Ok(program(child, output, context, Some((path, sender))))
}

/// The program and its arguments, split like a shell's words but with no shell around them, as the real agent does.
fn prepare(line: &str, context: &ProgramContext) -> Result<Command, String> {
    let words =
        shell_words::split(line).map_err(|error| format!("Failed to parse commands input: {error}"))?;
    let (program, arguments) = words.split_first().ok_or("the command is empty")?;
    let home = context
        .home()
        .map_err(|error| format!("the scratch home cannot be made: {error}"))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(context.environment(&home))
        .current_dir(&home);
    command.stdin(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    Ok(command)
}

/// The words of the real agent for a program that is not there.
fn not_started(line: &str, error: &std::io::Error) -> String {
    let program = shell_words::split(line)
        .ok()
        .and_then(|words| words.into_iter().next())
        .unwrap_or_default();
    let reason = if error.kind() == ErrorKind::NotFound {
        "no such file or directory".to_owned()
    } else if error.kind() == ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else {
        error.to_string()
    };
    format!("fork/exec {program}: {reason}")
}

fn program(
    child: Child,
    output: mpsc::Receiver<(OutputKind, Bytes)>,
    context: &ProgramContext,
    collected: Option<(PathBuf, OutputSender)>,
) -> Program {
    let controls = ProcessControls {
        process_id: child.id().unwrap_or_default(),
        mark: context.mark,
        terminal: None,
    };
    let (end_sender, end) = oneshot::channel();
    tokio::spawn(wait(child, end_sender, collected));
    Program {
        output,
        end,
        input: None,
        failures: None,
        controls: Controls::Process(controls),
    }
}

async fn wait(
    mut child: Child,
    end: oneshot::Sender<ProgramEnd>,
    collected: Option<(PathBuf, OutputSender)>,
) {
    let how = child.wait().await.map_or(ProgramEnd::Killed, end_of);
    // Nobody may want to know any more.
    let _ = end.send(how);
    if let Some((path, output)) = collected {
        let file = tokio::fs::File::open(&path).await.ok();
        // The open file can still be read.
        let _ = fs::remove_file(&path);
        forward(Bytes::new(), file, OutputKind::Output, output).await;
    }
}

fn end_of(status: ExitStatus) -> ProgramEnd {
    status.code().map_or(ProgramEnd::Killed, ProgramEnd::Exited)
}

/// `prefix` goes in front of the first bytes. That the real agent writes it once is not checked.
async fn forward(
    mut prefix: Bytes,
    from: Option<impl AsyncRead + Unpin>,
    kind: OutputKind,
    output: OutputSender,
) {
    let Some(mut from) = from else { return };
    let mut buffer = [0; READ_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let prefix = std::mem::take(&mut prefix);
        if !prefix.is_empty() && output.send((kind, prefix)).await.is_err() {
            return;
        }
        let read = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
        if output.send((kind, read)).await.is_err() {
            return;
        }
    }
}
