//! The user's terminal: its size, and raw mode that never outlives the program.

use std::io::{self, IsTerminal};
use std::panic;
use std::sync::Once;

use crossterm::terminal;
use postern_model::TerminalSize;

/// What the official client claims without a terminal: wide, so that the other end does not fold lines.
const WITHOUT_TERMINAL: (u32, u32) = (300, 100);
/// A terminal that does not know its size.
const UNKNOWN: (u32, u32) = (80, 24);

/// Whether keys come from a person.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal()
}

/// The size to begin with.
pub(crate) fn initial_size() -> TerminalSize {
    if io::stdout().is_terminal() || io::stdin().is_terminal() {
        return current_size().unwrap_or(TerminalSize::clamped(UNKNOWN.0, UNKNOWN.1));
    }
    TerminalSize::clamped(WITHOUT_TERMINAL.0, WITHOUT_TERMINAL.1)
}

/// The terminal's size now, if it knows.
pub(crate) fn current_size() -> Option<TerminalSize> {
    let (cols, rows) = terminal::size().ok()?;
    (cols > 0 && rows > 0).then(|| TerminalSize::clamped(cols.into(), rows.into()))
}

/// Raw mode for as long as this lives.
#[derive(Debug)]
pub(crate) struct RawMode(());

impl RawMode {
    /// Switches the terminal to raw mode. A panic anywhere switches it back before its message is printed.
    pub(crate) fn enter() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                restore();
                before(panic);
            }));
        });
        // Consoles of Windows obey escape sequences only after they were asked to, which this does.
        #[cfg(windows)]
        let _obeys = crossterm::ansi_support::supports_ansi();
        terminal::enable_raw_mode()?;
        Ok(Self(()))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    if let Err(error) = terminal::disable_raw_mode() {
        tracing::warn!(%error, "the terminal's mode cannot be restored");
    }
}
