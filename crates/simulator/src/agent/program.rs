//! A running program of a session: its output, its end, and the means to steer it.

use bytes::Bytes;
use portable_pty::{MasterPty, PtySize};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::event::{OutputKind, ProgramEnd};
use super::port_parameters::PortParameters;
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
    /// No program but TCP connections, from the node to one port of itself or of another host.
    Port(PortParameters),
}

/// What a program is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProgramInput {
    /// Bytes for its terminal or its port.
    Bytes(Bytes),
    /// The port's connection is to be closed; a terminal has none.
    Disconnect,
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
    /// What it reads; none for a command without a terminal.
    pub(super) input: Option<mpsc::Sender<ProgramInput>>,
    /// Each connection to a port that failed; none but for ports.
    pub(super) failures: Option<mpsc::UnboundedReceiver<()>>,
    /// Everything else.
    pub(super) controls: Controls,
}

/// Steers what runs; dropping it ends that and all that it started.
pub(super) enum Controls {
    /// A program of this computer.
    Process(ProcessControls),
    /// The tasks of a port session: there is nothing to steer.
    Port(#[expect(dead_code, reason = "held for its drop")] AbortOnDropHandle<()>),
}

/// Steers a program; dropping it kills the program and all that it started.
pub(super) struct ProcessControls {
    /// Of the program itself.
    pub(super) process_id: u32,
    pub(super) mark: Uuid,
    /// None without a terminal.
    pub(super) terminal: Option<Box<dyn MasterPty + Send>>,
}

impl Controls {
    /// Of the program; none for a port.
    pub(super) fn process(&self) -> Option<&ProcessControls> {
        match self {
            Self::Process(process) => Some(process),
            Self::Port(_) => None,
        }
    }
}

impl ProcessControls {
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

impl Drop for ProcessControls {
    fn drop(&mut self) {
        processes::kill_all_of(self.process_id, self.mark);
    }
}
