//! [`Subprocess`]: what is run, and what came of it.

use std::ffi::OsString;
use std::process::ExitStatus;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::Terminal;

/// A program to run. It has no `Debug`: its arguments may be secret.
pub struct Subprocess {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) path: Option<OsString>,
    pub(crate) hidden: Vec<String>,
    pub(crate) terminal: Option<Terminal>,
    pub(crate) limit: Duration,
}

/// What a program that ran to its end left. It has no `Debug`: its output may be secret.
pub struct Finished {
    /// Exit status or signal.
    pub status: ExitStatus,
    /// Its standard output, at most 1 MiB of it.
    pub stdout: Zeroizing<Vec<u8>>,
    /// Its standard error, at most 64 KiB of it.
    pub stderr: Vec<u8>,
}

impl Subprocess {
    /// `program` with `arguments`, which may take as long as `limit`.
    #[must_use]
    pub fn new(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
        limit: Duration,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            path: None,
            hidden: Vec::new(),
            terminal: None,
            limit,
        }
    }

    /// With this `PATH` instead of this program's own.
    #[must_use]
    pub fn searching(mut self, path: Option<OsString>) -> Self {
        self.path = path;
        self
    }

    /// With all of this program's variables but this one.
    #[must_use]
    pub fn hiding(mut self, variable: impl Into<String>) -> Self {
        self.hidden.push(variable.into());
        self
    }

    /// It is lent this terminal when it asks for it. Without one it has none, and what it asks of a terminal fails at
    /// once.
    #[must_use]
    pub fn lent(mut self, terminal: Option<Terminal>) -> Self {
        self.terminal = terminal;
        self
    }
}
