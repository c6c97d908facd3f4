//! What a session is asked for and what AWS grants.

use secrecy::SecretString;

use crate::{DocumentName, SessionId, Target};

/// The request of StartSession.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartRequest {
    /// What to reach.
    pub target: Target,
    /// The Session document; none means the Region's shell preferences (`SSM-SessionManagerRunShell`).
    pub document: Option<DocumentName>,
    /// The document's parameters, each a list of texts, in the order they were given.
    pub parameters: Vec<(String, Vec<String>)>,
    /// Recorded by AWS with the session; 1 to 256 characters.
    pub reason: Option<String>,
}

impl StartRequest {
    /// A plain shell on `target`.
    #[must_use]
    pub fn shell(target: Target) -> Self {
        Self {
            target,
            document: None,
            parameters: Vec::new(),
            reason: None,
        }
    }
}

/// What StartSession and ResumeSession answer: the right to open the data channel once.
#[derive(Debug, Clone)]
pub struct SessionGrant {
    /// What resumes and ends name it by.
    pub session: SessionId,
    /// The token of the first frame; never shown, logged or stored.
    pub token: SecretString,
    /// Where the data channel is, as AWS gave it: unchecked until [`crate::StreamUrl::check`].
    pub stream_url: String,
}

/// The size of a terminal in character cells; never zero, because agents take `0 0` at its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    cols: u16,
    rows: u16,
}

impl TerminalSize {
    /// A size, each side clamped to 1 … 65,535 (the agent keeps 16 bits of each).
    #[must_use]
    pub fn clamped(cols: u32, rows: u32) -> Self {
        let clamp = |cells: u32| u16::try_from(cells.max(1)).unwrap_or(u16::MAX);
        Self {
            cols: clamp(cols),
            rows: clamp(rows),
        }
    }

    /// Columns, at least 1.
    #[must_use]
    pub fn cols(self) -> u16 {
        self.cols
    }

    /// Rows, at least 1.
    #[must_use]
    pub fn rows(self) -> u16 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_never_leave_the_range_of_the_agent() {
        assert_eq!(
            (
                TerminalSize::clamped(0, 0).cols(),
                TerminalSize::clamped(0, 0).rows()
            ),
            (1, 1)
        );
        assert_eq!(TerminalSize::clamped(70_000, 24).cols(), u16::MAX);
    }

    #[test]
    fn a_grant_does_not_print_its_token() {
        let grant = SessionGrant {
            session: SessionId::parse("s-1").unwrap(),
            token: "canary".to_owned().into(),
            stream_url: String::new(),
        };
        assert!(!format!("{grant:?}").contains("canary"));
    }
}
