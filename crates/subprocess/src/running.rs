//! A program that runs, and ends with whoever waits for it.

use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::output::gather;
use crate::search::not_started;
use crate::subprocess::{Finished, Subprocess};
use crate::terminal::OpenTerminal;
use crate::{SubprocessError, Terminal};

/// A program that prints more is not asked for an answer but for a flood.
const MOST_OUTPUT: usize = 1 << 20;
const MOST_ERRORS: usize = 64 << 10;

/// What it printed before its end is there by then; a program that it left in the background may hold the pipe open.
const AFTER_ITS_END: Duration = Duration::from_millis(500);

pub(crate) struct RunningProgram {
    child: Box<dyn ChildWrapper>,
    terminal: Option<OpenTerminal>,
    #[cfg(unix)]
    watchdog: Option<crate::watchdog::Watchdog>,
    over: bool,
}

impl RunningProgram {
    pub(crate) fn start(wanted: &Subprocess) -> Result<Self, SubprocessError> {
        let terminal = wanted.terminal.as_ref().and_then(Terminal::open);
        let mut command = command(wanted, terminal.as_ref());
        confine(&mut command, terminal.is_some());
        #[cfg(unix)]
        let mut watchdog = crate::watchdog::Watchdog::start();
        let child = command.spawn().map_err(|cause| {
            let path = wanted.path.clone().or_else(|| std::env::var_os("PATH"));
            not_started(&wanted.program, path, cause)
        })?;
        #[cfg(unix)]
        if let (Some(watchdog), Some(group)) = (&mut watchdog, child.id()) {
            watchdog.watch(group);
        }
        Ok(Self {
            #[cfg(unix)]
            watchdog,
            child,
            terminal,
            over: false,
        })
    }

    /// Waits for its end, and reads meanwhile.
    pub(crate) async fn finish(&mut self) -> Result<Finished, SubprocessError> {
        let (out, err) = (self.child.stdout().take(), self.child.stderr().take());
        let (mut stdout, mut stderr) = (Zeroizing::new(Vec::with_capacity(16 << 10)), Vec::new());
        let status = {
            let mut reading = pin!(async {
                tokio::join!(
                    gather(out, &mut stdout, MOST_OUTPUT),
                    gather(err, &mut stderr, MOST_ERRORS)
                )
            });
            let mut ending = pin!(ended(self.child.as_mut(), self.terminal.as_ref()));
            let mut all_read = false;
            let status = loop {
                tokio::select! {
                    _ = &mut reading, if !all_read => all_read = true,
                    status = &mut ending => break status?,
                }
            };
            if !all_read {
                let _held_open = timeout(AFTER_ITS_END, reading).await;
            }
            status
        };
        self.is_over();
        Ok(Finished {
            status,
            stdout,
            stderr,
        })
    }

    fn is_over(&mut self) {
        self.over = true;
        #[cfg(unix)]
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.dismiss();
        }
    }
}

impl Drop for RunningProgram {
    fn drop(&mut self) {
        if !self.over
            && let Err(error) = self.child.start_kill()
        {
            tracing::debug!(%error, "a subprocess is gone already");
        }
    }
}

fn command(wanted: &Subprocess, terminal: Option<&OpenTerminal>) -> CommandWrap {
    CommandWrap::with_new(&wanted.program, |command: &mut Command| {
        command
            .args(&wanted.arguments)
            .stdin(terminal.map_or_else(Stdio::null, OpenTerminal::as_input))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(path) = &wanted.path {
            command.env("PATH", path);
        }
        for name in &wanted.hidden {
            command.env_remove(name);
        }
    })
}

/// In a group of its own where it may ask for the terminal, else in a session of its own, which has no terminal.
#[cfg(unix)]
fn confine(command: &mut CommandWrap, has_terminal: bool) {
    use process_wrap::tokio::{ProcessGroup, ProcessSession};
    command.wrap(KillOnDrop);
    if has_terminal {
        command.wrap(ProcessGroup::leader());
    } else {
        command.wrap(ProcessSession);
    }
}

/// In a job that ends with the last handle to it, which is ours. A program without a console gives it none to flash up.
#[cfg(windows)]
fn confine(command: &mut CommandWrap, has_terminal: bool) {
    use process_wrap::tokio::{CreationFlags, JobObject};
    use windows::Win32::System::Threading::CREATE_NO_WINDOW;
    command.wrap(KillOnDrop).wrap(JobObject);
    if !has_terminal {
        command.wrap(CreationFlags(CREATE_NO_WINDOW));
    }
}

#[cfg(unix)]
use crate::terminal::ended;

#[cfg(windows)]
async fn ended(
    child: &mut dyn ChildWrapper,
    _: Option<&OpenTerminal>,
) -> Result<std::process::ExitStatus, SubprocessError> {
    child.wait().await.map_err(SubprocessError::Lost)
}
