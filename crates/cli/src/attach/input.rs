//! What the user types on its way to the session: keyboard, escapes, and the end of standard input.

use std::collections::VecDeque;
use std::io;

use bytes::Bytes;
use postern_model::TerminalSize;
use postern_session::Session;
use tokio::sync::mpsc;

use super::escapes::{Escapes, InputAction};
use super::keyboard::{self, KeyboardEvent};
use super::stdin_end::StdinEnd;

/// Typed chunks that the session has not taken yet. Beyond them the keyboard is not read, so that escapes still work
/// on a stuck session until some 1 MiB was pasted into it.
const QUEUED_INPUT: usize = 256;

/// Standard input, which is read once it is opened.
pub(super) struct Input {
    keyboard: Option<mpsc::Receiver<KeyboardEvent>>,
    escapes: Escapes,
    end: StdinEnd,
    typist: mpsc::Sender<Bytes>,
    /// What the session has not taken yet. Meanwhile the keyboard is not read.
    to_type: VecDeque<Bytes>,
}

/// What happened on the way.
pub(super) enum InputEvent {
    /// Something moved on; look again.
    Moved,
    Keys(Vec<u8>),
    /// The console has another size.
    Resized(TerminalSize),
    /// Nothing more will be typed.
    Ended,
}

impl Input {
    /// The way to `session`. Escapes are those of a person at a terminal.
    pub(super) fn to(session: Session, interactive: bool) -> Self {
        let (typist, to_session) = mpsc::channel(QUEUED_INPUT);
        tokio::spawn(type_into(session, to_session));
        Self {
            keyboard: None,
            escapes: if interactive {
                Escapes::on()
            } else {
                Escapes::off()
            },
            end: StdinEnd::not_yet(),
            typist,
            to_type: VecDeque::new(),
        }
    }

    /// No byte of it means anything here.
    pub(super) fn read_as_it_is(&mut self) {
        self.escapes = Escapes::off();
    }

    /// Reads standard input from now on.
    pub(super) fn open(&mut self) -> io::Result<()> {
        self.keyboard = Some(keyboard::start()?);
        Ok(())
    }

    /// Waits for the next event. While the link is down the end of the input is not typed: the output pauses anyhow.
    /// Cancel safe.
    pub(super) async fn next(&mut self, connected: bool) -> InputEvent {
        let Self {
            keyboard,
            end,
            typist,
            to_type,
            ..
        } = self;
        tokio::select! {
            room = typist.reserve(), if !to_type.is_empty() => {
                match (room, to_type.pop_front()) {
                    (Ok(room), Some(keys)) => room.send(keys),
                    // The session is over; its last event is on its way.
                    (Err(_), _) | (Ok(_), None) => to_type.clear(),
                }
                InputEvent::Moved
            }
            event = next_event(keyboard), if to_type.is_empty() => match event {
                Some(KeyboardEvent::Bytes(keys)) => InputEvent::Keys(keys),
                Some(KeyboardEvent::Resized(size)) => InputEvent::Resized(size),
                None => InputEvent::Ended,
            },
            keys = end.quiet(), if connected => {
                to_type.push_back(keys.into());
                InputEvent::Moved
            }
        }
    }

    /// What `keys` mean, in their order.
    pub(super) fn read(&mut self, keys: &[u8]) -> Vec<InputAction> {
        self.end.typed(keys);
        self.escapes.read(keys)
    }

    pub(super) fn type_in(&mut self, keys: Bytes) {
        self.to_type.push_back(keys);
    }

    /// Nothing more is read.
    pub(super) fn close(&mut self) {
        self.keyboard = None;
    }

    /// Ctrl-D is typed once the output pauses: a file or pipe that ends is a shell's end of input.
    pub(super) fn type_end(&mut self) {
        self.end.came();
    }

    /// The session printed something, so it does not wait for input yet.
    pub(super) fn printed(&mut self) {
        self.end.printed();
    }
}

/// Types in a task of its own: a session that holds as much as it may must not stop the loop.
async fn type_into(session: Session, mut keys: mpsc::Receiver<Bytes>) {
    while let Some(keys) = keys.recv().await {
        if session.send_input(keys).await.is_err() {
            return;
        }
    }
}

async fn next_event(keyboard: &mut Option<mpsc::Receiver<KeyboardEvent>>) -> Option<KeyboardEvent> {
    match keyboard {
        Some(keyboard) => keyboard.recv().await,
        None => std::future::pending().await,
    }
}
