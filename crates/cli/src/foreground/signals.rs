//! Signals: those that mean "leave", and the one that says that the window has another size.

use std::io;

/// The signals that end the program. In raw mode Ctrl-C is a key and no signal.
#[derive(Debug)]
pub(crate) struct LeaveSignals {
    #[cfg(unix)]
    streams: Vec<(&'static str, tokio::signal::unix::Signal)>,
    #[cfg(windows)]
    ctrl_c: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    close: tokio::signal::windows::CtrlClose,
}

/// Changes of the terminal's size, where the system tells them by a signal.
#[derive(Debug)]
pub(crate) struct ResizeSignals {
    #[cfg(unix)]
    stream: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl LeaveSignals {
    /// Catches them from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let wanted = [
            ("SIGINT", SignalKind::interrupt()),
            ("SIGTERM", SignalKind::terminate()),
            ("SIGHUP", SignalKind::hangup()),
            ("SIGQUIT", SignalKind::quit()),
        ];
        let streams = wanted.into_iter().map(|(name, kind)| Ok((name, signal(kind)?)));
        Ok(Self {
            streams: streams.collect::<io::Result<_>>()?,
        })
    }

    /// The name of the next one. Cancel safe.
    pub(crate) async fn next(&mut self) -> &'static str {
        let waits = self.streams.iter_mut().map(|(name, stream)| {
            let name = *name;
            Box::pin(async move {
                match stream.recv().await {
                    Some(()) => name,
                    None => std::future::pending().await,
                }
            })
        });
        futures_util::future::select_all(waits).await.0
    }
}

#[cfg(windows)]
impl LeaveSignals {
    /// Catches them from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        Ok(Self {
            ctrl_c: ctrl_c()?,
            close: ctrl_close()?,
        })
    }

    /// The name of the next one. Cancel safe.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.ctrl_c.recv() => "Ctrl-C",
            _ = self.close.recv() => "the closing of the window",
        }
    }
}

#[cfg(unix)]
impl ResizeSignals {
    /// Catches them from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            stream: signal(SignalKind::window_change())?,
        })
    }

    /// Waits for the next one. Cancel safe.
    pub(crate) async fn next(&mut self) {
        if self.stream.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

#[cfg(windows)]
impl ResizeSignals {
    /// The console tells sizes among its key events.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Never comes.
    pub(crate) async fn next(&mut self) {
        std::future::pending().await
    }
}
