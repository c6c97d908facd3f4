//! Job control: a subprocess that reads the terminal from the background is stopped by the system, and then gets it.

use std::fs::File;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use process_wrap::tokio::ChildWrapper;
use rustix::process::{Pid, WaitId, WaitIdOptions, getpgrp, waitid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::MutexGuard;

use super::{SharedTerminal, Terminal};
use crate::SubprocessError;

/// The terminal, opened for one subprocess.
pub(crate) struct OpenTerminal {
    device: File,
    shared: Arc<SharedTerminal>,
}

/// The terminal while a subprocess is in its foreground. It comes back with its mode as it was.
struct Lent<'a> {
    device: &'a File,
    own_group: Pid,
    mode: Option<Termios>,
    _turn: MutexGuard<'a, ()>,
}

impl Terminal {
    /// None if there is none, or if this program reads it.
    pub(crate) fn open(&self) -> Option<OpenTerminal> {
        if self.0.is_taken() {
            return None;
        }
        let device = File::options().read(true).write(true).open("/dev/tty").ok()?;
        Some(OpenTerminal {
            device,
            shared: Arc::clone(&self.0),
        })
    }
}

impl OpenTerminal {
    /// As the standard input of a subprocess, for those that ask there.
    pub(crate) fn as_input(&self) -> Stdio {
        self.device
            .try_clone()
            .map_or_else(|_| Stdio::null(), Stdio::from)
    }

    /// Puts `group` into the foreground, after whoever is there now.
    async fn lend(&self, group: Pid) -> Result<Lent<'_>, SubprocessError> {
        let turn = self.shared.turn.lock().await;
        let own_group = getpgrp();
        // A program in the background has no terminal to lend.
        if self.shared.is_taken() || tcgetpgrp(&self.device) != Ok(own_group) {
            return Err(SubprocessError::TerminalInUse);
        }
        let mode = tcgetattr(&self.device).ok();
        tcsetpgrp(&self.device, group).map_err(|error| SubprocessError::Lost(error.into()))?;
        Ok(Lent {
            device: &self.device,
            own_group,
            mode,
            _turn: turn,
        })
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // The system stops who takes the terminal from the background, unless the thread does not hear of it.
        let quiet = SigSet::from(Signal::SIGTTOU);
        let before = quiet.thread_swap_mask(SigmaskHow::SIG_BLOCK);
        let taken = tcsetpgrp(self.device, self.own_group);
        if let Some(mode) = &self.mode {
            let _hung_up = tcsetattr(self.device, OptionalActions::Now, mode);
        }
        if let Ok(before) = before {
            let _the_same_set = before.thread_set_mask();
        }
        if let Err(error) = taken {
            tracing::warn!(%error, "the terminal did not come back from a subprocess");
        }
    }
}

/// Waits for the end of `child`, and lends it the terminal when it asks for it.
pub(crate) async fn ended(
    child: &mut dyn ChildWrapper,
    terminal: Option<&OpenTerminal>,
) -> Result<ExitStatus, SubprocessError> {
    let Some(terminal) = terminal else {
        return child.wait().await.map_err(SubprocessError::Lost);
    };
    let mut changes = signal(SignalKind::child()).map_err(SubprocessError::Lost)?;
    let mut lent = None;
    loop {
        if let Some((group, why)) = stopped(child) {
            if !matches!(why, Signal::SIGTTIN | Signal::SIGTTOU) {
                return Err(SubprocessError::Stopped);
            }
            if lent.is_none() {
                lent = Some(terminal.lend(group).await?);
            }
            child
                .signal(Signal::SIGCONT as i32)
                .map_err(SubprocessError::Lost)?;
        }
        tokio::select! {
            status = child.wait() => return status.map_err(SubprocessError::Lost),
            _ = changes.recv() => {}
        }
    }
}

/// The group of `child` and the signal that stopped it, if one did since the last look.
fn stopped(child: &dyn ChildWrapper) -> Option<(Pid, Signal)> {
    let leader = Pid::from_raw(i32::try_from(child.id()?).ok()?)?;
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
    let status = retry(|| waitid(WaitId::Pid(leader), options)).ok()??;
    let signal = Signal::try_from(status.stopping_signal()?).ok()?;
    Some((leader, signal))
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            answer => return answer.map_err(Into::into),
        }
    }
}
