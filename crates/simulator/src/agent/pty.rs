//! Programs in a real terminal. Reading, writing and waiting block, so each has a thread that ends with the program.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::thread;

use bytes::Bytes;
use portable_pty::{Child, CommandBuilder, ExitStatus, PtyPair, PtySize, native_pty_system};
use tokio::sync::{mpsc, oneshot};

use super::event::{OutputKind, ProgramEnd};
use super::program::{Controls, INPUT_PIECES, OUTPUT_PIECES, ProcessControls, Program, ProgramInput};
use super::program_context::ProgramContext;

/// The terminal's size until the client says another.
const FIRST_SIZE: PtySize = PtySize {
    rows: 24,
    cols: 80,
    pixel_width: 0,
    pixel_height: 0,
};
/// The threads only move bytes; 200 sessions have 600 of them.
const THREAD_STACK_BYTES: usize = 128 * 1024;
/// How much is read at once.
const READ_BYTES: usize = 1024;

/// Starts the interactive shell of a node.
pub(super) fn start_shell(context: &ProgramContext) -> Result<Program, String> {
    let home = context
        .home()
        .map_err(|error| format!("the scratch home cannot be made: {error}"))?;
    let command = shell_command(context)?;
    start(command, &home, context)
}

/// Starts a command line in a terminal.
pub(super) fn start_command(line: &str, context: &ProgramContext) -> Result<Program, String> {
    let home = context
        .home()
        .map_err(|error| format!("the scratch home cannot be made: {error}"))?;
    let [shell, option] = if cfg!(windows) {
        ["cmd.exe", "/C"]
    } else {
        ["sh", "-c"]
    };
    let mut command = CommandBuilder::new(shell);
    command.args([option, line]);
    start(command, &home, context)
}

/// The first program of this name on the search path.
pub(super) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(unix)]
fn shell_command(context: &ProgramContext) -> Result<CommandBuilder, String> {
    let bash = find_program("bash");
    let start_file = context
        .start_file(bash.is_some())
        .map_err(|error| format!("the shell's start file cannot be made: {error}"))?;
    let command = if let Some(bash) = bash {
        let mut command = CommandBuilder::new(&bash);
        command.env("SHELL", &bash);
        command.args([
            "--noprofile".as_ref(),
            "--rcfile".as_ref(),
            start_file.as_os_str(),
            "-i".as_ref(),
        ]);
        command
    } else {
        let mut command = CommandBuilder::new("sh");
        command.args(["-i"]);
        command.env("ENV", start_file);
        command
    };
    Ok(command)
}

#[cfg(windows)]
fn shell_command(context: &ProgramContext) -> Result<CommandBuilder, String> {
    let name = context.shown_name();
    let notices: String = context
        .notices()
        .iter()
        .map(|line| format!("Write-Host '{line}'; "))
        .collect();
    if find_program("powershell.exe").is_some() {
        let mut command = CommandBuilder::new("powershell.exe");
        let prompt = format!("function prompt {{ 'ssm-user@{name} ' + (Get-Location) + '> ' }}");
        command.args([
            "-NoLogo",
            "-NoProfile",
            "-NoExit",
            "-Command",
            &format!("{notices}{prompt}"),
        ]);
        return Ok(command);
    }
    let mut command = CommandBuilder::new("cmd.exe");
    let notices: String = context
        .notices()
        .iter()
        .map(|line| format!("echo {line}& "))
        .collect();
    command.args(["/Q", "/K", &format!("{notices}prompt ssm-user@{name} $P$G")]);
    Ok(command)
}

/// Gives a command the environment of its session and nothing of ours.
fn give_environment(command: &mut CommandBuilder, home: &Path, context: &ProgramContext) {
    // What the builder was given until now (SHELL, ENV) stays; what it took from our own environment goes.
    let given: Vec<(String, String)> = command
        .iter_extra_env_as_str()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    command.env_clear();
    for (name, value) in context.environment(home) {
        command.env(name, value);
    }
    for (name, value) in given {
        command.env(name, value);
    }
    command.cwd(home);
}

fn start(mut command: CommandBuilder, home: &Path, context: &ProgramContext) -> Result<Program, String> {
    give_environment(&mut command, home, context);
    let PtyPair { slave, master } = native_pty_system()
        .openpty(FIRST_SIZE)
        .map_err(|error| error.to_string())?;
    let reader = master.try_clone_reader().map_err(|error| error.to_string())?;
    let writer = master.take_writer().map_err(|error| error.to_string())?;
    let child = slave.spawn_command(command).map_err(|error| error.to_string())?;
    // Only the program holds the other side now, so that its end is the end of the output.
    drop(slave);

    let controls = ProcessControls {
        process_id: child.process_id().unwrap_or_default(),
        mark: context.mark,
        terminal: Some(master),
    };
    let (output_sender, output) = mpsc::channel(OUTPUT_PIECES);
    let (input, input_receiver) = mpsc::channel(INPUT_PIECES);
    let (end_sender, end) = oneshot::channel();
    on_thread("terminal-read", move || read_all(reader, &output_sender))?;
    on_thread("terminal-write", move || write_all(writer, input_receiver))?;
    on_thread("terminal-wait", move || wait(child, end_sender))?;
    Ok(Program {
        output,
        end,
        input: Some(input),
        failures: None,
        controls: Controls::Process(controls),
    })
}

fn on_thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let builder = thread::Builder::new()
        .name(name.to_owned())
        .stack_size(THREAD_STACK_BYTES);
    builder
        .spawn(work)
        .map(drop)
        .map_err(|error| format!("no thread for the terminal: {error}"))
}

fn read_all(mut reader: Box<dyn Read + Send>, output: &mpsc::Sender<(OutputKind, Bytes)>) {
    let mut buffer = [0; READ_BYTES];
    // An error means the same as the end: nobody can write to the terminal any more.
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        let read = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
        if output.blocking_send((OutputKind::Output, read)).is_err() {
            return;
        }
    }
}

fn write_all(mut writer: Box<dyn Write + Send>, mut input: mpsc::Receiver<ProgramInput>) {
    while let Some(ProgramInput::Bytes(bytes)) = input.blocking_recv() {
        if writer.write_all(&bytes).and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
}

fn wait(mut child: Box<dyn Child + Send + Sync>, end: oneshot::Sender<ProgramEnd>) {
    let how = child.wait().map_or(ProgramEnd::Killed, |status| end_of(&status));
    // Nobody may want to know any more.
    let _ = end.send(how);
}

fn end_of(status: &ExitStatus) -> ProgramEnd {
    match status.signal() {
        Some(_) => ProgramEnd::Killed,
        None => ProgramEnd::Exited(i32::try_from(status.exit_code()).unwrap_or(-1)),
    }
}
