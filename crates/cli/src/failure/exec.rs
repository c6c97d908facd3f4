//! Why a command was not run, in the words of the command line.

use postern_exec::ExecError;

/// What happened; one sentence.
pub(super) fn cause(error: &ExecError) -> String {
    if let ExecError::CommandTwice { name } = error {
        return format!("The command stands behind -- and in the parameter {name}.");
    }
    error.to_string()
}

/// What the user can do about it, one sentence.
pub(super) fn next_step(error: &ExecError) -> &'static str {
    match error {
        ExecError::CannotSeparate { .. } => {
            "Make a document that does with `postern exec --print-document` and name it with --document (see \
             `postern exec --help`), or leave --separate out."
        }
        ExecError::NotForCommands { kind, .. } if kind == "Port" => {
            "Choose a document for NonInteractiveCommands; for ports there is `postern forward`."
        }
        ExecError::NotForCommands { .. } | ExecError::NotACommand => {
            "Choose a document for NonInteractiveCommands, or use `postern connect --document`."
        }
        ExecError::NoCommandParameter { .. } => {
            "Choose another document, or run this one with `postern connect --document`."
        }
        ExecError::CommandTwice { .. } => "Give it once, behind --.",
        ExecError::Nul => "Leave it out.",
        ExecError::NoStatus { .. } => {
            "Run it again if that does no harm; for a Windows node add --shell powershell."
        }
    }
}
