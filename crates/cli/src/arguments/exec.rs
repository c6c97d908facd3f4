//! The arguments of `postern exec`.

use clap::{Args, ValueEnum};
use postern_exec::NodeShell;
use postern_model::{DocumentName, Target};

use super::SessionArguments;

/// Run a command on a node without a terminal; its exit status is that of the command.
#[derive(Debug, Args)]
#[command(after_long_help = EXEC)]
pub(crate) struct ExecArguments {
    /// Instance id (i-...), hybrid node (mi-...) or ECS target (ecs:cluster_task_container).
    #[arg(value_parser = Target::parse, required_unless_present = "print_document")]
    pub(crate) target: Option<Target>,
    /// Keep standard output and standard error apart, or fail; else they are kept apart if the document can.
    #[arg(long)]
    pub(crate) separate: bool,
    /// Session document for commands without a terminal.
    #[arg(long, default_value = "AWS-StartNonInteractiveCommand", value_parser = DocumentName::parse)]
    pub(crate) document: DocumentName,
    /// What runs the command on the node.
    #[arg(long, value_enum, default_value_t = ShellArgument::Sh)]
    pub(crate) shell: ShellArgument,
    /// Print a document that keeps the outputs apart, for `aws ssm create-document`, and do nothing else.
    #[arg(long)]
    pub(crate) print_document: bool,
    #[command(flatten)]
    pub(crate) session: SessionArguments,
    /// One word is a line for the node's shell; several are a program and its arguments, which arrive as given.
    #[arg(
        last = true,
        value_name = "COMMAND",
        required_unless_present = "print_document"
    )]
    pub(crate) command: Vec<String>,
}

/// A shell of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellArgument {
    /// POSIX sh, on Linux and macOS nodes.
    Sh,
    /// Windows PowerShell, on Windows nodes.
    Powershell,
}

impl From<ShellArgument> for NodeShell {
    fn from(argument: ShellArgument) -> Self {
        match argument {
            ShellArgument::Sh => Self::Sh,
            ShellArgument::Powershell => Self::Powershell,
        }
    }
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const EXEC: &str = "\
  postern exec i-0a1b2c3d4e5f67890 -- 'df -h / | tail -1'
  postern exec i-0a1b2c3d4e5f67890 -- grep -c 'two words' /var/log/syslog

The command has no input. Ctrl-C interrupts it and everything that it started: SIGINT, after 5 seconds SIGTERM, after 5 \
more SIGKILL. (A node without bash, such as Alpine Linux, begins with SIGTERM.) A second Ctrl-C ends the session at once, \
and the command within some 10 seconds by itself, also when it has not heard the first; a third does not wait for AWS. \
SIGTERM, SIGHUP or SIGQUIT of Postern end the command with SIGTERM, after 5 seconds with SIGKILL, and then the session. \
What runs as another user (sudo) cannot be signalled and goes on. On Windows the agent kills PowerShell alone. A lost \
link is resumed for as long as AWS has the session.

Standard output and standard error are kept apart where the document can do that (separateOutputStream) and may be \
read. Else both arrive on standard output, when the command is over. Postern has the node's shell tell the exit status \
behind each output, and takes it out again: so it knows that all of the output came, of which the agent by itself drops up \
to 3 last bytes that are no whole character. To have them apart for sure, make a document once and name it:
  postern exec --print-document > postern-exec.json
  aws ssm create-document --name Postern-Exec --document-type Session --content file://postern-exec.json
  postern exec --document Postern-Exec --separate i-0a1b2c3d4e5f67890 -- COMMAND

Exit status: that of the command. 126 and 127 are the shell's words for a program that cannot run or is missing. 128 and \
a number: killed by that signal; 137 where the agent only says that a signal killed it; 130 after Ctrl-C; 129, 131 and \
143 when Postern itself was ended by SIGHUP, SIGQUIT or SIGTERM; 141 when nobody reads standard output any more. 255: \
Postern could not run the command, or the session was lost before its exit status came.";
