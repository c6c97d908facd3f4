//! What an agent does for one session.

use std::collections::BTreeMap;

use super::config::AgentSession;
use super::program::ProgramCommand;

/// The program of a session, and what its document says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) session: AgentSession,
    pub(crate) command: ProgramCommand,
    /// The KMS key that the document names.
    pub(crate) key: Option<String>,
    /// The user that a shell runs as, where the document names one.
    pub(crate) run_as: Option<String>,
}

impl Workload {
    /// What the document of a port session says; empty for every other.
    pub(crate) fn port_properties(&self) -> BTreeMap<String, String> {
        match &self.command {
            ProgramCommand::Port(parameters) => parameters.properties().clone(),
            ProgramCommand::Shell
            | ProgramCommand::Interactive(_)
            | ProgramCommand::NonInteractive { .. } => BTreeMap::new(),
        }
    }
}
