//! A running program of a session: its output, its end, and the means to steer it.

use bytes::Bytes;
use portable_pty::{MasterPty, PtySize};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::event::{OutputKind, ProgramEnd};
use super::processes;

/// How many pieces of output wait between the program and the agent.
pub(super) const OUTPUT_PIECES: usize = 4;
/// How many input messages wait between the agent and the program.
pub(super) const INPUT_PIECES: usize = 64;

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProgramCommand {
    /// An interactive shell in a terminal.
    Shell,
    /// A command line in a terminal.
    Interactive(String),
    /// A command line without terminal and input.
    NonInteractive {
        /// The command line.
        line: String,
        /// Standard error travels on its own; else both come together when the command is over.
        separate: Option<OutputPrefixes>,
    },
}

/// What stands in front of each of two separate outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputPrefixes {
    /// Often empty.
    pub(crate) output_prefix: String,
    /// Often empty.
    pub(crate) error_prefix: String,
}

/// A running program.
pub(super) struct Program {
    /// What it writes; closed when all of it was read.
    pub(super) output: mpsc::Receiver<(OutputKind, Bytes)>,
    /// How it ended.
    pub(super) end: oneshot::Receiver<ProgramEnd>,
    /// What it reads; none without a terminal.
    pub(super) input: Option<mpsc::Sender<Bytes>>,
    /// Everything else.
    pub(super) controls: Controls,
}

/// Steers a program; dropping it kills the program and all that it started.
pub(super) struct Controls {
    /// Of the program itself.
    pub(super) process_id: u32,
    pub(super) mark: Uuid,
    /// None without a terminal.
    pub(super) terminal: Option<Box<dyn MasterPty + Send>>,
}

impl Controls {
    /// Gives the terminal a new size.
    pub(super) fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        if let Some(Err(error)) = self.terminal.as_ref().map(|terminal| terminal.resize(size)) {
            tracing::debug!(%error, "a simulated terminal could not be resized");
        }
    }

    /// ^C, or ^\ when `quit`.
    pub(super) fn signal(&self, quit: bool) {
        processes::signal(self.process_id, quit);
    }
}

impl Drop for Controls {
    fn drop(&mut self) {
        processes::kill_all_of(self.process_id, self.mark);
    }
}
