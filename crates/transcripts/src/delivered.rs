//! What a channel reports of a recording, by kind.

use postern_protocol::{ChannelEvent, ChannelFailure, SessionType};

use crate::ReplayDifference;

/// The events of a channel, by kind.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// The session's type, and whether it is encrypted.
    pub(crate) ready: Vec<(SessionType, bool)>,
    pub(crate) output: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) exit_codes: Vec<i32>,
    pub(crate) customer_messages: Vec<String>,
    pub(crate) flags: Vec<u32>,
    pub(crate) pauses: usize,
    pub(crate) is_paused: bool,
    pub(crate) closings: Vec<String>,
    pub(crate) failures: Vec<ChannelFailure>,
    pub(crate) keys_wanted: usize,
}

impl Delivered {
    pub(crate) fn take(&mut self, line: usize, event: ChannelEvent) -> Result<(), ReplayDifference> {
        if !self.closings.is_empty() {
            return Err(ReplayDifference::new(
                line,
                "nothing after the end",
                format!("{event:?}"),
            ));
        }
        match event {
            ChannelEvent::Ready {
                session_type,
                encrypted,
            } => self.ready.push((session_type, encrypted)),
            ChannelEvent::DataKeyWanted(_) => self.keys_wanted += 1,
            ChannelEvent::Output(bytes) => self.output.extend_from_slice(&bytes),
            ChannelEvent::StdErr(bytes) => self.stderr.extend_from_slice(&bytes),
            ChannelEvent::ExitCode(code) => self.exit_codes.push(code),
            ChannelEvent::CustomerMessage(text) => self.customer_messages.push(text),
            ChannelEvent::Flag(value) => self.flags.push(value),
            ChannelEvent::Paused => return self.pause(line, true),
            ChannelEvent::Unpaused => return self.pause(line, false),
            ChannelEvent::Closed { output } => self.closings.push(output),
            ChannelEvent::Failed(failure) => self.failures.push(failure),
        }
        Ok(())
    }

    fn pause(&mut self, line: usize, begins: bool) -> Result<(), ReplayDifference> {
        if self.is_paused == begins {
            return Err(ReplayDifference::new(
                line,
                "a pause to begin and then to end",
                "one of them twice",
            ));
        }
        self.is_paused = begins;
        self.pauses += usize::from(begins);
        Ok(())
    }
}
