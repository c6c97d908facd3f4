//! Why a section cannot be used: the place, the reason, and what to do.

use std::fmt;

/// One of the two AWS files, or the third source behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsFile {
    /// `~/.aws/config`, or where `AWS_CONFIG_FILE` says.
    Config,
    /// `~/.aws/credentials`, or where `AWS_SHARED_CREDENTIALS_FILE` says.
    Credentials,
    /// No file: what lives in Postern.
    Own,
}

/// Why a section, or a whole file, cannot be used. No text of it is a value of the file, which may be a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Where it stands.
    pub file: AwsFile,
    /// The line, counted from 1; none if it is the whole file.
    pub line: Option<usize>,
    /// What is wrong, as the end of a sentence.
    pub reason: String,
    /// What to do about it, as the end of a sentence.
    pub remedy: String,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.reason, self.remedy)
    }
}
