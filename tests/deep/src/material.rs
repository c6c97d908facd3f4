//! The bytes that travel, and the check that they arrive once, whole and in order.

use std::sync::{Arc, OnceLock};

use crate::chance::Chance;

/// More than any plan sends one way.
const BYTES: usize = 2 << 20;

/// Bytes without a period that a lost, doubled or moved message could hide in. `stream` tells apart what travels side by
/// side; the same stream always has the same bytes.
#[must_use]
pub fn material(stream: Stream) -> Arc<[u8]> {
    static MADE: [OnceLock<Arc<[u8]>>; 3] = [const { OnceLock::new() }; 3];
    let make = || {
        let mut chance = Chance::new(1 + stream as u64);
        (0..BYTES).map(|_| chance.up_to(255) as u8).collect()
    };
    MADE.get(stream as usize)
        .map_or_else(make, |made| made.get_or_init(make).clone())
}

/// What travels side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Typed bytes.
    Input,
    /// The terminal, or standard output.
    Output,
    /// Standard error of a command with separate streams.
    StdErr,
}

/// A stream on its way: what is still to be written.
pub(crate) struct Source {
    bytes: Arc<[u8]>,
    given: usize,
    total: usize,
}

/// A stream at its end: each byte is compared when it comes, which finds what a hash would find and also where.
pub(crate) struct Check {
    stream: Stream,
    bytes: Arc<[u8]>,
    received: usize,
    total: usize,
}

impl Source {
    pub(crate) fn new(stream: Stream, total: usize) -> Self {
        Self {
            bytes: material(stream),
            given: 0,
            total: total.min(BYTES),
        }
    }

    /// What can be taken next, at most `room` bytes.
    pub(crate) fn next(&self, room: usize) -> &[u8] {
        let end = self.given.saturating_add(room).min(self.total);
        self.bytes.get(self.given..end).unwrap_or_default()
    }

    pub(crate) fn advance(&mut self, taken: usize) {
        self.given += taken;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given >= self.total
    }

    /// How much was taken.
    pub(crate) fn given(&self) -> usize {
        self.given
    }

    /// Gives everything behind the first `given` bytes once more.
    pub(crate) fn go_back_to(&mut self, given: usize) {
        self.given = given;
    }
}

impl Check {
    pub(crate) fn new(stream: Stream, total: usize) -> Self {
        Self {
            stream,
            bytes: material(stream),
            received: 0,
            total: total.min(BYTES),
        }
    }

    /// The next bytes have arrived.
    pub(crate) fn take(&mut self, arrived: &[u8]) -> Result<(), String> {
        let Self {
            stream,
            received,
            total,
            ..
        } = *self;
        let end = received + arrived.len();
        if end > total {
            return Err(format!("{stream:?}: {end} bytes came, {total} were sent"));
        }
        let sent = self.bytes.get(received..end).unwrap_or_default();
        if let Some(at) = sent.iter().zip(arrived).position(|(sent, came)| sent != came) {
            return Err(format!(
                "{stream:?}: byte {} is not the one that was sent",
                received + at
            ));
        }
        self.received = end;
        Ok(())
    }

    pub(crate) fn received(&self) -> usize {
        self.received
    }

    /// Forgets everything behind the first `received` bytes.
    pub(crate) fn go_back_to(&mut self, received: usize) {
        self.received = received;
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.received == self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_a_doubled_and_a_moved_byte_are_found() {
        let sent = material(Stream::Output);
        for wrong in [
            [&sent[..10], &sent[11..20]].concat(),
            [&sent[..10], &sent[9..20]].concat(),
            [&sent[..5], &sent[10..15], &sent[5..10]].concat(),
        ] {
            assert!(Check::new(Stream::Output, 1000).take(&wrong).is_err());
        }
        let mut check = Check::new(Stream::Output, 20);
        check.take(&sent[..10]).unwrap();
        assert!(!check.is_whole());
        check.take(&sent[10..20]).unwrap();
        assert!(check.is_whole());
        assert!(check.take(&sent[20..21]).is_err(), "more than was sent");
    }

    #[test]
    fn streams_differ() {
        assert_ne!(material(Stream::Output)[..100], material(Stream::StdErr)[..100]);
        assert_ne!(material(Stream::Output)[..100], material(Stream::Input)[..100]);
    }
}
