//! A local connection on its way to the node: its socket, and what its client speaks.

use std::fmt;
use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::farewell;
use super::socket::LocalSocket;
use crate::ForwardError;
use crate::notice::NoticeSender;
use crate::socks::SocksAnswer;
use crate::web::{WebConnection, bad_gateway};

/// A local connection. Whoever carries it reads and writes the bytes that go to the destination and come from there; what its
/// client is owed besides, as clients of SOCKS and browsers are, happens here.
pub(crate) struct LocalStream {
    socket: Arc<LocalSocket>,
    speech: Speech,
}

/// What a client speaks.
enum Speech {
    /// Whatever it likes.
    Plain,
    /// SOCKS, until its request is answered.
    Socks(SocksAnswer),
    /// HTTP, each request of which is looked at.
    Web(Box<Mutex<WebConnection>>, NoticeSender),
}

impl LocalStream {
    /// A connection that is carried as it is.
    pub(crate) fn plain(socket: LocalSocket) -> Self {
        Self {
            socket: Arc::new(socket),
            speech: Speech::Plain,
        }
    }

    /// A client of SOCKS that waits for the answer to its request.
    pub(crate) fn socks(socket: LocalSocket, answer: SocksAnswer) -> Self {
        Self {
            socket: Arc::new(socket),
            speech: Speech::Socks(answer),
        }
    }

    /// A browser, or what behaves like one. The notices tell of what is refused.
    pub(crate) fn web(socket: LocalSocket, connection: WebConnection, notices: NoticeSender) -> Self {
        Self {
            socket: Arc::new(socket),
            speech: Speech::Web(Box::new(Mutex::new(connection)), notices),
        }
    }

    pub(super) fn socket(&self) -> &LocalSocket {
        &self.socket
    }

    /// Waits until there is something to read. Cancel safe.
    pub(crate) async fn readable(&self) {
        let has_input = match &self.speech {
            Speech::Plain => false,
            Speech::Socks(answer) => answer.has_early(),
            Speech::Web(web, _) => lock(web).has_input(),
        };
        if !has_input {
            self.socket.readable().await;
        }
    }

    /// Waits until there is room to write. Cancel safe.
    pub(crate) async fn writable(&self) {
        self.socket.writable().await;
    }

    /// Reads what is there and may go to the destination; 0 is the end.
    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.speech {
            Speech::Plain => self.socket.try_read(buffer),
            Speech::Socks(answer) => match answer.take_early(buffer) {
                0 => self.socket.try_read(buffer),
                count => Ok(count),
            },
            Speech::Web(..) => self.read_web(buffer),
        }
    }

    /// Reads until something may go on: a request that is not complete is held.
    fn read_web(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let taken = self.browser().map_or(0, |mut web| web.take_input(buffer));
            if taken > 0 {
                return Ok(taken);
            }
            let count = self.socket.try_read(buffer)?;
            if count == 0 {
                return Ok(0);
            }
            self.check(buffer.get(..count).unwrap_or_default())?;
        }
    }

    /// Waits for the first request and looks at it; false when there is none, or when it was refused. Cancel safe.
    pub(crate) async fn has_request(&self) -> bool {
        let mut scratch = [0; 4096];
        while self.browser().is_some_and(|web| !web.has_input()) {
            self.socket.readable().await;
            let checked = match self.socket.try_read(&mut scratch) {
                Ok(0) => return false,
                Ok(count) => self.check(scratch.get(..count).unwrap_or_default()),
                Err(error) => Err(error),
            };
            if checked.is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
                return false;
            }
        }
        true
    }

    /// Looks at bytes of a browser, and ends the connection when they must not go on.
    fn check(&self, bytes: &[u8]) -> io::Result<()> {
        let Speech::Web(web, notices) = &self.speech else {
            return Ok(());
        };
        let mut web = lock(web);
        let Err(refusal) = web.receive(bytes) else {
            return Ok(());
        };
        if web.can_answer() {
            farewell::say(Arc::clone(&self.socket), refusal.answer());
        } else {
            self.socket.close_with_reset();
        }
        notices.lost(ForwardError::WebRefused(refusal));
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Writes what there is room for.
    pub(crate) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match &self.speech {
            Speech::Plain => self.socket.try_write(slices),
            Speech::Socks(answer) => {
                answer.succeed(&self.socket);
                self.socket.try_write(slices)
            }
            Speech::Web(web, _) => {
                let written = self.socket.try_write(slices);
                lock(web).wrote(slices, written.as_ref().copied().unwrap_or(0));
                written
            }
        }
    }

    /// It is on its way to the destination from now on.
    pub(crate) fn carried(&self) {
        if let Speech::Socks(answer) = &self.speech {
            answer.succeed_soon(&self.socket);
        }
    }

    /// Nothing more will be written; what was is still delivered.
    pub(crate) fn end_output(&self) {
        if let Speech::Socks(answer) = &self.speech {
            answer.succeed(&self.socket);
        }
        self.socket.end_output();
    }

    /// Ends it at once, so that its program sees an error and no end.
    pub(crate) fn reset(&self) {
        self.socket.close_with_reset();
    }

    /// Ends it because of this. A client that waits for an answer gets one that says so; the others see a reset.
    pub(crate) fn fail(&self, error: &ForwardError) {
        let answer = match &self.speech {
            Speech::Plain => None,
            Speech::Socks(answer) => answer.fail(error),
            Speech::Web(web, _) => lock(web).give_up().then(|| bad_gateway(error)),
        };
        match answer {
            Some(words) => farewell::say(Arc::clone(&self.socket), words),
            None => self.socket.close_with_reset(),
        }
    }

    fn browser(&self) -> Option<MutexGuard<'_, WebConnection>> {
        match &self.speech {
            Speech::Web(web, _) => Some(lock(web)),
            Speech::Plain | Speech::Socks(_) => None,
        }
    }
}

impl fmt::Debug for LocalStream {
    /// Not what goes through it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalStream").field(&self.socket).finish()
    }
}

fn lock(web: &Mutex<WebConnection>) -> MutexGuard<'_, WebConnection> {
    web.lock().unwrap_or_else(PoisonError::into_inner)
}
