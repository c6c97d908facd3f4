//! What the two programs say of a session, and where: scripts read the official plugin's words on standard output.

use std::time::Duration;

use bytes::Bytes;
use postern_model::{SessionId, display_text};
use postern_session::{AGENT_WAIT, SessionEnd};

use crate::foreground::Write;

/// A link that was lost is up again.
pub(crate) const LINK_IS_BACK: &str = "The link is back.";
/// The service says that the agent is not connected.
pub(crate) const AGENT_IS_AWAY: &str = "The agent is away for the moment.";
/// It is connected again.
pub(crate) const AGENT_IS_BACK: &str = "The agent is back.";

/// An instance that has just started is waited for. Not each attempt is worth a line.
pub(crate) fn not_connected_yet(attempts: u32, waited: Duration) -> Option<String> {
    let (waited, limit) = (waited.as_secs(), AGENT_WAIT.as_secs());
    match attempts {
        1 => Some(format!(
            "The instance has just started, and its agent is not connected yet: trying for {limit} s."
        )),
        some if some.is_multiple_of(5) => Some(format!(
            "Not connected yet after {waited} s of {limit} s and {attempts} attempts."
        )),
        _ => None,
    }
}

/// Whose words are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wording {
    /// `postern connect`: status lines on standard error.
    Postern,
    /// The drop-in: the official plugin's words, on standard output.
    Plugin,
    /// `postern ssh-proxy`: standard output is another program's, and only trouble is told, on standard error.
    Stream,
}

impl Wording {
    /// AWS granted the session.
    pub(crate) fn starting(self, session: &SessionId) -> Option<Write> {
        let text = format!("Starting session with SessionId: {session}\n");
        match self {
            Self::Postern => Some(Write::Err(text.into())),
            Self::Plugin => Some(Write::Out(format!("\n{text}").into())),
            Self::Stream => None,
        }
    }

    /// A text of the session's owner, such as a notice of encryption.
    pub(crate) fn message(self, text: &str, raw: bool) -> Write {
        match self {
            Self::Postern | Self::Stream => notice(text, raw),
            Self::Plugin => {
                let end = if raw { "\r\n" } else { "\n" };
                Write::Out((lines(text).join(end) + end).into())
            }
        }
    }

    /// The exit status of a command, which scripts of the official plugin read from its output: they get no other.
    pub(crate) fn exit_code(self, code: i32) -> Option<Write> {
        match self {
            Self::Postern | Self::Stream => None,
            Self::Plugin => Some(Write::Out(format!("EXIT_CODE: {code}").into())),
        }
    }

    /// The session ended as sessions do.
    pub(crate) fn exiting(self, session: &SessionId, end: &SessionEnd) -> Write {
        match (self, end) {
            (Self::Postern | Self::Stream, _) => {
                Write::Err(format!("\n{} (SessionId: {session})\n", end.reason()).into())
            }
            (Self::Plugin, SessionEnd::GoneWhileAway) => {
                Write::Out(format!("Session: {session} timed out.\n").into())
            }
            (Self::Plugin, SessionEnd::Closed { output }) if !output.is_empty() => {
                Write::Out(format!("\n\nSessionId: {session} : {}\n\n", lines(output).join("\n")).into())
            }
            // What could not be done is said on standard error.
            (
                Self::Plugin,
                SessionEnd::Closed { .. }
                | SessionEnd::TerminatedByUser
                | SessionEnd::LeftBehind
                | SessionEnd::Detached,
            ) => Write::Out(format!("\n\nExiting session with sessionId: {session}.\n\n").into()),
        }
    }
}

/// A notice between the session's output, on lines of its own; in raw mode a line end needs both characters.
pub(crate) fn notice(text: &str, raw: bool) -> Write {
    let end = if raw { "\r\n" } else { "\n" };
    let text: String = lines(text)
        .iter()
        .map(|line| format!("{end}[postern] {line}"))
        .collect();
    Write::Err(Bytes::from(text + end))
}

/// A text from outside, line by line, made safe.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(display_text)
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: Write) -> String {
        match write {
            Write::Out(bytes) | Write::Err(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    #[test]
    fn the_plugin_speaks_the_official_words() {
        let session = SessionId::parse("ops-1").unwrap();
        assert_eq!(
            text(Wording::Plugin.starting(&session).unwrap()),
            "\nStarting session with SessionId: ops-1\n"
        );
        let closed = |output: &str| SessionEnd::Closed {
            output: output.to_owned(),
        };
        let said = |end: &SessionEnd| text(Wording::Plugin.exiting(&session, end));
        assert_eq!(
            said(&closed("")),
            "\n\nExiting session with sessionId: ops-1.\n\n"
        );
        assert_eq!(
            said(&closed("Idle\u{1b}[2J.")),
            "\n\nSessionId: ops-1 : Idle[2J.\n\n"
        );
        assert_eq!(said(&SessionEnd::GoneWhileAway), "Session: ops-1 timed out.\n");
        assert_eq!(
            text(Wording::Plugin.message("This session is encrypted using AWS KMS.", true)),
            "This session is encrypted using AWS KMS.\r\n"
        );
        assert_eq!(text(Wording::Plugin.exit_code(3).unwrap()), "EXIT_CODE: 3");
        assert!(Wording::Postern.exit_code(3).is_none());
    }

    #[test]
    fn notices_stand_on_lines_of_their_own() {
        assert_eq!(
            text(notice("link lost\nsecond", true)),
            "\r\n[postern] link lost\r\n[postern] second\r\n"
        );
        assert_eq!(text(notice("link lost", false)), "\n[postern] link lost\n");
    }
}
