//! Starts the program of a session, in a terminal or without one.

use super::AgentTiming;
use super::port::EndVersions;
use super::program::{Program, ProgramCommand};
use super::program_context::ProgramContext;
use super::{port, pty, standard_streams};

/// Starts `command`; an error is a sentence for the user. What a port session is depends on the versions of both ends.
pub(super) fn launch(
    command: &ProgramCommand,
    context: &ProgramContext,
    versions: EndVersions<'_>,
    timing: AgentTiming,
) -> Result<Program, String> {
    match command {
        ProgramCommand::Port(parameters) => port::start(parameters, context, versions, timing),
        ProgramCommand::Shell => pty::start_shell(context),
        ProgramCommand::Interactive(line) => pty::start_command(line, context),
        ProgramCommand::NonInteractive {
            line,
            separate: Some(prefixes),
        } => standard_streams::start_separate(line, prefixes, context),
        ProgramCommand::NonInteractive { line, separate: None } => {
            standard_streams::start_combined(line, context)
        }
    }
}
