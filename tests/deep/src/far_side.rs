//! The other end: the simulated agent with the real one's weaknesses, and the program that it runs.

use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{Moment, Size};
use postern_simulator::{
    AgentConfig, AgentCore, AgentEncryption, AgentEvent, AgentSession, AgentTiming, OutputKind, ProgramEnd,
};

use crate::material::{Check, Source, Stream};

/// What the command of a session with an end ends with.
pub(crate) const EXIT_CODE: i32 = 7;

/// What the session's preferences name.
pub(crate) const KEY_ID: &str = "alias/acme-sessions";
/// What KMS makes: the agent's key and ours, and what only KMS can read.
pub(crate) const DATA_KEY: [u8; 64] = {
    let mut key = [1; 64];
    key[63] = 2;
    key
};
pub(crate) const SEALED_KEY: &[u8] = b"a data key as only KMS can read it";

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Session {
    /// A shell that prints and listens at the same time.
    Shell,
    /// The same with a KMS key: a handshake, a challenge, and everything encrypted.
    EncryptedShell,
    /// A command without input, with a handshake, whose output comes in one stream.
    Command,
    /// A command without input, with a handshake, whose standard error and exit status come apart from the output.
    SeparateCommand,
}

/// The real agent's delays, but with as much patience as a bad path needs: an agent that gives up after 15 s without an
/// answer, or closes 2 s after the command's end, is right to do so, and would hide what is to be seen here.
#[must_use]
pub fn agent_timing() -> AgentTiming {
    AgentTiming {
        handshake_limit: Duration::from_hours(1),
        close_wait: Duration::from_hours(1),
        ..AgentTiming::faithful()
    }
}

impl Session {
    pub(crate) fn takes_input(self) -> bool {
        !self.has_end()
    }

    pub(crate) fn has_end(self) -> bool {
        matches!(self, Self::Command | Self::SeparateCommand)
    }

    pub(crate) fn is_encrypted(self) -> bool {
        self == Self::EncryptedShell
    }

    pub(crate) fn output_bytes(self, down: usize) -> usize {
        if self == Self::SeparateCommand {
            down / 2
        } else {
            down
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::EncryptedShell => "encrypted",
            Self::Command => "command",
            Self::SeparateCommand => "separate",
        }
    }

    fn of_agent(self) -> AgentSession {
        match self {
            Self::Shell | Self::EncryptedShell => AgentSession::Shell,
            Self::Command => AgentSession::NonInteractiveCommand {
                separate_output: false,
            },
            Self::SeparateCommand => AgentSession::NonInteractiveCommand {
                separate_output: true,
            },
        }
    }
}

pub(crate) struct FarSide {
    pub(crate) agent: AgentCore,
    session: Session,
    output: Source,
    errors: Source,
    typed: Check,
    pub(crate) size: Option<Size>,
    is_running: bool,
    /// The words of the session's end, once it is over.
    pub(crate) ended: Option<String>,
}

impl FarSide {
    pub(crate) fn new(
        now: Moment,
        session: Session,
        (up, down): (usize, usize),
        timing: AgentTiming,
        seed: u64,
    ) -> Self {
        let config = AgentConfig {
            checks_digest: true,
            seed,
            encryption: session.is_encrypted().then(|| AgentEncryption::new(KEY_ID)),
            // These defects of the real agent lose output whatever a client does.
            loses_output_in_a_pause: false,
            drops_unfinished_output: false,
            ..AgentConfig::new(session.of_agent(), timing)
        };
        Self {
            agent: AgentCore::new(now, config),
            session,
            output: Source::new(Stream::Output, session.output_bytes(down)),
            errors: Source::new(Stream::StdErr, down - session.output_bytes(down)),
            typed: Check::new(Stream::Input, if session.takes_input() { up } else { 0 }),
            size: None,
            is_running: false,
            ended: None,
        }
    }

    pub(crate) fn receive(&mut self, now: Moment, frame: &Bytes) {
        self.agent.handle_frame(now, frame);
    }

    /// The program writes as much as there is room for, takes what is typed, and ends when everything has arrived.
    pub(crate) fn play(&mut self, now: Moment) -> Result<(), String> {
        self.obey_all(now)?;
        if self.is_running {
            write(&mut self.agent, now, OutputKind::Output, &mut self.output);
            write(&mut self.agent, now, OutputKind::StdErr, &mut self.errors);
            self.end_when_done(now);
        }
        self.obey_all(now)
    }

    fn obey_all(&mut self, now: Moment) -> Result<(), String> {
        while let Some(event) = self.agent.poll_event() {
            self.obey(now, event)?;
        }
        Ok(())
    }

    fn obey(&mut self, now: Moment, event: AgentEvent) -> Result<(), String> {
        match event {
            AgentEvent::DecryptDataKey {
                ciphertext,
                challenge,
            } => {
                if ciphertext != SEALED_KEY || challenge.is_none() {
                    return Err("the agent got another data key than KMS made".to_owned());
                }
                self.agent.data_key(now, Ok(&DATA_KEY));
            }
            AgentEvent::Start => {
                self.is_running = true;
                self.agent.program_started(now);
            }
            AgentEvent::Input(bytes) => self.typed.take(&bytes)?,
            AgentEvent::Resize { cols, rows } => {
                self.size = Some(Size {
                    cols: cols.into(),
                    rows: rows.into(),
                });
            }
            AgentEvent::Kill => self.is_running = false,
            AgentEvent::Ended { output } => self.ended = Some(output),
            AgentEvent::Interrupt | AgentEvent::Quit | AgentEvent::Disconnect | AgentEvent::Crashed => {
                return Err(format!("nobody asked for {event:?}"));
            }
        }
        Ok(())
    }

    fn end_when_done(&mut self, now: Moment) {
        let written = self.output.is_empty() && self.errors.is_empty();
        if self.session.has_end() && written && self.agent.unacknowledged() == 0 {
            self.is_running = false;
            self.agent.program_ended(now, ProgramEnd::Exited(EXIT_CODE));
        }
    }

    pub(crate) fn received(&self) -> usize {
        self.typed.received()
    }

    pub(crate) fn has_all_input(&self) -> bool {
        self.typed.is_whole()
    }
}

fn write(agent: &mut AgentCore, now: Moment, kind: OutputKind, source: &mut Source) {
    // A room without end means that the agent throws away what is written; a whole buffer at a time tells as much.
    let room = agent.output_room(kind).min(64 << 10);
    let taken = agent.program_output(now, kind, source.next(room));
    source.advance(taken);
}
