//! The arguments of `postern forwards`.

use clap::{Args, Subcommand};

/// List the forwards that were declared in the window, run some of them here, or stop them.
#[derive(Debug, Args)]
#[command(after_long_help = FORWARDS, args_conflicts_with_subcommands = true)]
pub(crate) struct ForwardsArguments {
    #[command(subcommand)]
    pub(crate) command: Option<ForwardsCommand>,
    /// A JSON list instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ForwardsCommand {
    /// Open declared forwards and keep them open until Ctrl-C.
    Start(StartArguments),
    /// Stop declared forwards, whichever program of yours runs them, the window too.
    Stop(StopArguments),
}

#[derive(Debug, Args)]
pub(crate) struct StartArguments {
    /// Names of forwards, and of groups for all forwards in them; upper and lower case are the same.
    #[arg(value_name = "NAME or GROUP", required = true)]
    pub(crate) words: Vec<String>,
    /// Recorded by AWS with the sessions, up to 256 characters.
    #[arg(long, value_name = "TEXT", value_parser = super::session::reason)]
    pub(crate) reason: Option<String>,
    /// One line of JSON on standard output for each forward, when it is open.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StopArguments {
    /// Names of forwards, and of groups for all forwards in them; upper and lower case are the same.
    #[arg(value_name = "NAME or GROUP", required = true)]
    pub(crate) words: Vec<String>,
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const FORWARDS: &str = "\
  postern forwards
  postern forwards start \"Ledger primary\" Platform-tools
  postern forwards stop Platform-tools

The forwards are those of the window, and of the folder that POSTERN_DATA_DIR names. `start` opens all that were named, or \
none when one cannot be opened, and each behaves as with `postern forward`: the port stays while links are resumed and \
sessions replaced, and one by tags goes on by another node.

The list says which are on, in the window and in terminals. Programs ask one another through sockets that only you can use, \
in the folder `running` beside the forwards; on Windows there are none, so the list shows every forward as off there and \
`stop` stops nothing.

Exit status: 0 after Ctrl-C, after a stop, and for a list; 1 when something could not be opened, kept or stopped; 2 when the \
arguments are wrong.";
