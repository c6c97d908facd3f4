//! A program in a pseudo-terminal, as a person uses it: type, and wait for what appears.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(30);

/// A running program and everything that it wrote so far.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: String,
    from: usize,
}

impl Terminal {
    /// Starts a program in a terminal of 100 columns and 30 rows.
    ///
    /// # Panics
    /// When there is no terminal to be had or the program does not start.
    #[must_use]
    pub fn start(command: CommandBuilder) -> Self {
        let size = PtySize {
            rows: 30,
            cols: 100,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let read = buffer.get(..count).unwrap_or(&buffer).to_vec();
                if sender.send(read).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self {
            child,
            master: pair.master,
            writer,
            output,
            seen: String::new(),
            from: 0,
        }
    }

    /// Types text; `\r` is Enter.
    ///
    /// # Panics
    /// When the program no longer reads.
    pub fn type_text(&mut self, text: &str) {
        self.writer
            .write_all(text.as_bytes())
            .expect("the terminal takes keys");
        self.writer.flush().expect("flushed");
    }

    /// Resizes the terminal.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.master
            .resize(PtySize {
                rows,
                cols,
                pixel_width: 0,
                pixel_height: 0,
            })
            .expect("resized");
    }

    /// Waits until `text` appears behind what was waited for before, and moves behind it.
    ///
    /// # Panics
    /// When it does not appear in 30 s, showing what did.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.get(self.from..).and_then(|rest| rest.find(text)) {
                self.from += at + text.len();
                return;
            }
            let shown = &self.seen;
            match self
                .output
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{text:?} did not appear in {PATIENCE:?}; seen: {shown}")
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the program ended before {text:?}; seen: {shown}")
                }
            }
        }
    }

    /// Waits for the word that stands behind what was waited for before, with the space behind it, and moves behind it.
    ///
    /// # Panics
    /// When there is none in 30 s.
    pub fn wait_for_word(&mut self) -> String {
        let from = self.from;
        self.wait_for(" ");
        self.seen
            .get(from..self.from)
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    /// Waits for the program's end; gives its exit status and everything it wrote.
    ///
    /// # Panics
    /// When it does not end in 30 s.
    pub fn wait_for_end(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(bytes) = self
            .output
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        assert!(
            Instant::now() < deadline,
            "the program did not end; seen: {}",
            self.seen
        );
        let status = self.child.wait().expect("a status");
        (status.exit_code(), self.seen)
    }
}
