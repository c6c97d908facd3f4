//! A command without a terminal on a node, to its exit status.
//!
//! It knows no terminal, no arguments and no standard streams: whoever runs a command takes its two outputs as bytes.
//!
//! # The life of a command
//! 1. **What is known of the document.** [`known_document`] asks AWS for it. Who may start its sessions but not read it goes
//!    on without.
//! 2. **The plan.** [`ExecPlan::make`] finds the document's parameter for a command, has the two outputs kept apart where
//!    that can be, and refuses what cannot work before anything runs.
//! 3. **The command line** (`command_line`). The node's shell runs the command, hears the signals that the agent sends, and
//!    puts the exit status behind each output, because the agent drops what may be an unfinished character at the end.
//! 4. **The session** is opened by the caller with the plan's parameters. [`RunningCommand::take`] gets each of its events,
//!    takes the exit status out of the outputs (`trailer`, `outputs`) and gives what is certainly the command's.
//! 5. **Interrupted or left.** [`RunningCommand::interrupt`] sends it SIGINT; [`RunningCommand::end`] has it end;
//!    [`RunningCommand::leave`] ends the session, and the command first, because the agent would leave it behind.
//! 6. **The end.** [`RunningCommand::finish`] gives what was held back, [`RunningCommand::exit_status`] the status as a shell
//!    would give it, and [`RunningCommand::missing_output`] says whether some of the output may be missing.

mod command_line;
mod document;
mod error;
mod outputs;
mod plan;
mod run;
mod status;
mod trailer;

pub use command_line::NodeShell;
pub use document::{document_that_separates, known_document};
pub use error::ExecError;
pub use outputs::{CommandOutput, MissingOutput};
pub use plan::{ExecPlan, ExecRequest};
pub use run::RunningCommand;
pub use status::{FAILED, INTERRUPTED, OUTPUT_CLOSED, exit_status_of};
pub use trailer::Trailer;
