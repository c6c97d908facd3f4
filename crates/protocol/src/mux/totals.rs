//! What all streams hold together.

use std::ops::{AddAssign, SubAssign};

/// Sums over streams, kept up to date with each change, so that nothing has to be counted for each frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    /// Bytes of output that no local side has taken.
    pub(super) output: usize,
    /// What input takes of all room.
    pub(super) input: usize,
    /// What it takes of the room that streams share.
    pub(super) shared_input: usize,
    /// Streams that wait for output.
    pub(super) hungry: usize,
    /// Streams that hold as much output as one may.
    pub(super) behind: usize,
    /// Streams whose FIN is held back.
    pub(super) half_closed: usize,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.output += other.output;
        self.input += other.input;
        self.shared_input += other.shared_input;
        self.hungry += other.hungry;
        self.behind += other.behind;
        self.half_closed += other.half_closed;
    }
}

impl SubAssign for Totals {
    fn sub_assign(&mut self, other: Self) {
        self.output -= other.output;
        self.input -= other.input;
        self.shared_input -= other.shared_input;
        self.hungry -= other.hungry;
        self.behind -= other.behind;
        self.half_closed -= other.half_closed;
    }
}
