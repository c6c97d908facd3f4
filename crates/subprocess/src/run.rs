//! A subprocess from its start to its end.

use tokio::time::timeout;

use crate::SubprocessError;
use crate::running::RunningProgram;
use crate::subprocess::{Finished, Subprocess};

impl Subprocess {
    /// Runs it to its end. What it left running in the background then goes on; nobody waits for it. Whoever drops this
    /// future ends it with all that it started.
    ///
    /// # Errors
    /// [`SubprocessError`]; an exit status that is not 0 is none.
    pub async fn run(&self) -> Result<Finished, SubprocessError> {
        let mut running = RunningProgram::start(self)?;
        timeout(self.limit, running.finish())
            .await
            .unwrap_or(Err(SubprocessError::TimedOut { limit: self.limit }))
    }
}
