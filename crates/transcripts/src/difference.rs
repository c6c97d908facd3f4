//! Where a channel does something else than a recording says.

use std::fmt::Debug;

use thiserror::Error;

/// One thing that is not as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: expected {expected}, came {came}")]
pub struct ReplayDifference {
    /// The frame's line in the file; 1 is the header with what the whole session should be.
    pub line: usize,
    /// What the recording says.
    pub expected: String,
    /// What the channel did.
    pub came: String,
}

impl ReplayDifference {
    /// Names what was expected and what came.
    #[must_use]
    pub fn new(line: usize, expected: impl Into<String>, came: impl Into<String>) -> Self {
        Self {
            line,
            expected: expected.into(),
            came: came.into(),
        }
    }
}

/// Everything that is not as recorded.
#[derive(Debug, Default)]
pub(crate) struct Differences(Vec<ReplayDifference>);

impl Differences {
    /// Compares what the header says of the whole session.
    pub(crate) fn same<T: PartialEq + Debug>(&mut self, what: &str, expected: &T, came: &T) {
        if expected != came {
            self.0.push(ReplayDifference::new(
                1,
                format!("{what} {expected:?}"),
                format!("{came:?}"),
            ));
        }
    }

    /// Holds, or is a difference of the whole session.
    pub(crate) fn rule(&mut self, holds: bool, expected: &str, came: &str) {
        self.0.extend(rule(1, holds, expected, came).err());
    }

    /// All of them, none when everything is as recorded.
    pub(crate) fn into_list(self) -> Vec<ReplayDifference> {
        self.0
    }
}

/// Holds, or is a difference at `line`.
pub(crate) fn rule(line: usize, holds: bool, expected: &str, came: &str) -> Result<(), ReplayDifference> {
    if holds {
        Ok(())
    } else {
        Err(ReplayDifference::new(line, expected, came))
    }
}
