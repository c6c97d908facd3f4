//! One connection of a browser: what of it may go on, and whether an answer of ours would be understood.

use std::io::IoSlice;

use super::guard::HttpGuard;
use crate::WebRefusal;

/// One connection of a browser.
pub(crate) struct WebConnection {
    guard: HttpGuard,
    /// What may go on and has not been taken.
    allowed: Vec<u8>,
    /// How much of it was taken.
    taken: usize,
    /// Whether anything of a request went on since the destination said its last.
    is_asked: bool,
    /// Whether the destination has said anything.
    has_answered: bool,
    /// Some of what it said has not been written.
    is_full: bool,
}

impl WebConnection {
    pub(crate) fn new(guard: HttpGuard) -> Self {
        Self {
            guard,
            allowed: Vec::new(),
            taken: 0,
            is_asked: false,
            has_answered: false,
            is_full: false,
        }
    }

    /// Looks at bytes of the browser.
    pub(crate) fn receive(&mut self, bytes: &[u8]) -> Result<(), WebRefusal> {
        self.guard.receive(bytes, &mut self.allowed)
    }

    /// Whether something may go on.
    pub(crate) fn has_input(&self) -> bool {
        self.taken < self.allowed.len()
    }

    /// Moves what may go on into the buffer; how many bytes.
    pub(crate) fn take_input(&mut self, buffer: &mut [u8]) -> usize {
        let waiting = self.allowed.get(self.taken..).unwrap_or_default();
        let count = waiting.len().min(buffer.len());
        for (place, byte) in buffer.iter_mut().zip(waiting) {
            *place = *byte;
        }
        self.taken += count;
        self.is_asked |= count > 0;
        if !self.has_input() {
            self.allowed.clear();
            self.taken = 0;
        }
        count
    }

    /// Notes how much of the destination's bytes was written.
    pub(crate) fn wrote(&mut self, slices: &[IoSlice<'_>], written: usize) {
        let mut left = written;
        for slice in slices {
            let part = slice.get(..left.min(slice.len())).unwrap_or_default();
            self.guard.answered(part);
            left -= part.len();
        }
        let offered: usize = slices.iter().map(|slice| slice.len()).sum();
        self.is_full = written < offered;
        self.is_asked &= written == 0;
        self.has_answered |= written > 0;
    }

    /// Whether an answer of ours would be taken for the one to the last request: the destination owes none, and is not in the
    /// middle of one as far as can be told.
    pub(crate) fn can_answer(&self) -> bool {
        !self.is_asked && !self.is_full && !self.has_input()
    }

    /// Nothing can be carried: whether an answer of ours can say so. Asked once.
    pub(crate) fn give_up(&mut self) -> bool {
        !std::mem::replace(&mut self.has_answered, true)
    }
}
