//! The terminal that this program was started in, lent to one subprocess at a time.

#[cfg(unix)]
mod unix;

use std::sync::atomic::{AtomicBool, Ordering};

use std::sync::{Arc, LazyLock};
use tokio::sync::{Mutex, MutexGuard};

#[cfg(unix)]
pub(crate) use unix::{OpenTerminal, ended};

/// The terminal of this program. Subprocesses may ask in it until this program reads it itself.
#[derive(Debug, Clone, Default)]
pub struct Terminal(Arc<SharedTerminal>);

#[derive(Debug, Default)]
pub(crate) struct SharedTerminal {
    taken: AtomicBool,
    turn: Mutex<()>,
}

impl Terminal {
    /// The controlling terminal of this program, if it has one: the same one for all who ask.
    #[must_use]
    pub fn of_this_program() -> Self {
        static ONLY: LazyLock<Terminal> = LazyLock::new(Terminal::default);
        ONLY.clone()
    }

    /// Waits until no subprocess has it; none gets it for as long as what is given lives. None where this program reads it.
    pub async fn turn(&self) -> Option<TerminalTurn<'_>> {
        let turn = self.0.turn.lock().await;
        (!self.0.is_taken()).then_some(TerminalTurn(turn))
    }

    /// From now on this program reads the terminal, and no subprocess gets it.
    pub fn take_for_good(&self) {
        self.0.taken.store(true, Ordering::SeqCst);
    }
}

/// The terminal for whoever asks something there.
#[derive(Debug)]
pub struct TerminalTurn<'a>(#[allow(dead_code, reason = "held for its end")] MutexGuard<'a, ()>);

impl SharedTerminal {
    fn is_taken(&self) -> bool {
        self.taken.load(Ordering::SeqCst)
    }
}

#[cfg(windows)]
pub(crate) struct OpenTerminal;

#[cfg(windows)]
impl Terminal {
    /// A console has no job control: a subprocess may open it by its name whenever it likes.
    pub(crate) fn open(&self) -> Option<OpenTerminal> {
        (!self.0.is_taken()).then_some(OpenTerminal)
    }
}

#[cfg(windows)]
impl OpenTerminal {
    #[allow(clippy::unused_self)]
    pub(crate) fn as_input(&self) -> std::process::Stdio {
        std::process::Stdio::null()
    }
}
