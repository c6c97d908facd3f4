//! How a session ends when nothing went wrong with Postern.

use std::fmt;

use postern_model::display_text;

/// Agents put this in front of what went wrong on the node.
const ERROR_BANNER: &str = "----------ERROR-------";

/// The end of a session.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// AWS or the agent closed it: the shell exited, somebody terminated it, or a limit was reached.
    Closed {
        /// What the agent or AWS said with it, as it came; often empty.
        output: String,
    },
    /// The user closed it here.
    TerminatedByUser,
    /// AWS no longer had it when the link was to be resumed.
    GoneWhileAway,
}

impl SessionEnd {
    /// One sentence for people.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Closed { output } if output.trim().is_empty() => "The session ended.".to_owned(),
            Self::Closed { output } => one_line(output),
            Self::TerminatedByUser => "The session was terminated here.".to_owned(),
            Self::GoneWhileAway => "The session ended at AWS while the link was down.".to_owned(),
        }
    }

    /// Whether the agent closed the session with an error of its own.
    #[must_use]
    pub fn is_agent_error(&self) -> bool {
        matches!(self, Self::Closed { output } if output.trim_start().starts_with(ERROR_BANNER))
    }
}

impl fmt::Debug for SessionEnd {
    /// Without the text: it may quote what ran on the node.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { output } => write!(f, "Closed({} bytes)", output.len()),
            Self::TerminatedByUser => f.write_str("TerminatedByUser"),
            Self::GoneWhileAway => f.write_str("GoneWhileAway"),
        }
    }
}

fn one_line(output: &str) -> String {
    let text = output.trim().trim_start_matches(ERROR_BANNER);
    display_text(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_one_safe_line() {
        let end = SessionEnd::Closed {
            output: "\n----------ERROR-------\r\nSetting up\u{1b}[31m data\n channel failed".into(),
        };
        assert_eq!(end.reason(), "Setting up[31m data channel failed");
        assert!(end.is_agent_error());
        let quiet = SessionEnd::Closed { output: " \n".into() };
        assert_eq!(quiet.reason(), "The session ended.");
        assert!(!quiet.is_agent_error());
    }

    #[test]
    fn debug_output_does_not_quote_the_node() {
        assert!(
            !format!(
                "{:?}",
                SessionEnd::Closed {
                    output: "canary".into()
                }
            )
            .contains("canary")
        );
    }
}
