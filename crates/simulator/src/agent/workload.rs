//! What an agent does for one session.

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
