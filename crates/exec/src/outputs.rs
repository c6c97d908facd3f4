//! The two outputs of a command as they come from the agent, and whether all of them came.

use bytes::Bytes;

use crate::trailer::Trailer;

/// Bytes that the command wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandOutput {
    /// To standard output, or to either one where they come together.
    Out(Bytes),
    /// To standard error.
    Err(Bytes),
}

impl CommandOutput {
    pub(crate) fn bytes(&self) -> &Bytes {
        let (Self::Out(bytes) | Self::Err(bytes)) = self;
        bytes
    }
}

/// Why some of the output of a command may be missing, whose exit status came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingOutput {
    /// Observed of agent 3.3: while the service says that nobody listens, it gives up reading separate outputs.
    WhileAway,
    /// The agent drops what could be the beginning of a character, and nothing behind it says that the output was whole.
    AtTheEnd,
}

/// Takes the exit status out of both outputs.
#[derive(Debug)]
pub(crate) struct Outputs {
    output: Trailer,
    error: Trailer,
    /// The agent's own word for the exit status, which only comes where outputs travel apart.
    exit_code: Option<i32>,
}

impl Outputs {
    pub(crate) fn new(trailer: Trailer) -> Self {
        Self {
            output: trailer.clone(),
            error: trailer,
            exit_code: None,
        }
    }

    /// Of these bytes of standard output, or of both outputs together, what is certainly the command's.
    pub(crate) fn output(&mut self, bytes: &[u8]) -> CommandOutput {
        CommandOutput::Out(self.output.push(bytes).into())
    }

    /// The same of standard error.
    pub(crate) fn error(&mut self, bytes: &[u8]) -> CommandOutput {
        CommandOutput::Err(self.error.push(bytes).into())
    }

    pub(crate) fn exit_code(&mut self, code: i32) {
        self.exit_code = Some(code);
    }

    /// What was held of standard output and of standard error, when nothing follows.
    pub(crate) fn finish(&mut self) -> [CommandOutput; 2] {
        [
            CommandOutput::Out(self.output.finish().into()),
            CommandOutput::Err(self.error.finish().into()),
        ]
    }

    /// The exit status of the command. The shell that ran it knows better than the agent, which says 1 of everything
    /// that it signalled (agent 3.3).
    pub(crate) fn status(&self) -> Option<i32> {
        let by_shell = self.output.status().or(self.error.status());
        by_shell.or(self.exit_code)
    }

    /// Whether outputs that travelled apart lack their end.
    pub(crate) fn are_cut(&self) -> bool {
        let both = self.output.status().is_some() && self.error.status().is_some();
        self.exit_code.is_some() && !both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAILER: &[u8] = b"<postern-exit-5eed=3>";

    fn outputs() -> Outputs {
        Outputs::new(Trailer::new("5eed"))
    }

    #[test]
    fn outputs_are_whole_when_both_have_their_trailer() {
        let mut both = outputs();
        assert_eq!(
            both.output(&[b"out\xe9", TRAILER].concat()).bytes(),
            &b"out\xe9"[..]
        );
        both.exit_code(1);
        assert!(both.are_cut(), "standard error may lack its end");
        assert_eq!(both.error(TRAILER).bytes(), "");
        assert!(!both.are_cut());
        assert_eq!(both.status(), Some(3), "the shell knows better than the agent");
    }

    #[test]
    fn outputs_that_come_together_need_no_second_trailer() {
        let mut together = outputs();
        assert_eq!(
            together.output(&[b"out\n", TRAILER, TRAILER].concat()).bytes(),
            "out\n"
        );
        assert!(!together.are_cut());
        assert_eq!(together.status(), Some(3));
    }

    #[test]
    fn without_a_trailer_the_agents_word_counts_and_the_end_may_be_missing() {
        let mut cut = outputs();
        assert_eq!(cut.output(b"out<post").bytes(), "out");
        cut.exit_code(0);
        assert_eq!((cut.status(), cut.are_cut()), (Some(0), true));
        assert_eq!(cut.finish()[0].bytes(), "<post");
    }
}
