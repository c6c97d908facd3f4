//! What the end of standard input means to a shell that sits at a terminal: Ctrl-D, once it listens.

use std::time::Duration;

use tokio::time::Instant;

/// Output that pauses for so long means that whatever runs may be waiting for input.
const QUIET: Duration = Duration::from_secs(1);
const CTRL_D: u8 = 0x04;

/// The end of standard input, or that it has not come.
#[derive(Debug)]
pub(crate) struct StdinEnd {
    line_is_open: bool,
    quiet_at: Option<Instant>,
}

impl StdinEnd {
    pub(crate) fn not_yet() -> Self {
        Self {
            line_is_open: false,
            quiet_at: None,
        }
    }

    /// `bytes` were read.
    pub(crate) fn typed(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last() {
            self.line_is_open = !matches!(last, b'\n' | b'\r');
        }
    }

    /// Nothing more will be read.
    pub(crate) fn came(&mut self) {
        self.quiet_at = Some(Instant::now() + QUIET);
    }

    /// The session printed something, so it is not waiting for input yet.
    pub(crate) fn printed(&mut self) {
        if self.quiet_at.is_some() {
            self.came();
        }
    }

    /// What is to be typed, when the output has paused. Typed again after each pause: a program that was running may
    /// have taken the one before. Cancel safe; waits for ever until the input ends.
    pub(crate) async fn quiet(&mut self) -> Vec<u8> {
        match self.quiet_at {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
        self.came();
        let line_is_open = std::mem::take(&mut self.line_is_open);
        if line_is_open {
            vec![b'\n', CTRL_D]
        } else {
            vec![CTRL_D]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_open_line_is_finished_before_the_first_ctrl_d() {
        let mut end = StdinEnd::not_yet();
        end.typed(b"uptime");
        end.came();
        assert_eq!(end.quiet().await, b"\n\x04");
        assert_eq!(end.quiet().await, b"\x04");
    }

    #[tokio::test(start_paused = true)]
    async fn output_puts_it_off() {
        let mut end = StdinEnd::not_yet();
        end.typed(b"uptime\n");
        end.came();
        let started = Instant::now();
        for _ in 0..10 {
            let early = tokio::time::timeout(Duration::from_millis(900), end.quiet()).await;
            assert!(early.is_err());
            end.printed();
        }
        assert_eq!(end.quiet().await, b"\x04");
        assert!(started.elapsed() >= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_typed_while_the_input_goes_on() {
        let mut end = StdinEnd::not_yet();
        end.typed(b"uptime\n");
        end.printed();
        assert!(
            tokio::time::timeout(Duration::from_secs(3600), end.quiet())
                .await
                .is_err()
        );
    }
}
