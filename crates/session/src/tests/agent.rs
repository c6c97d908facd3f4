//! The simulated agent, with the real one's weaknesses, behind the gateway in memory.

use std::collections::VecDeque;

use bytes::Bytes;
use postern_protocol::{Message, MessageKind, Moment, PayloadType};
use postern_simulator::{
    AgentConfig, AgentCore, AgentEncryption, AgentEvent, AgentSession, AgentTiming, OutputKind, ProgramEnd,
};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::control::{DATA_KEY, SEALED_KEY};
use super::gateway::Peer;

/// The key that encrypted sessions are to have.
pub(super) const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// One agent with its program; it outlives its links.
pub(super) struct Agent {
    core: AgentCore,
    origin: Instant,
    /// What the program has still to print.
    printing: VecDeque<u8>,
    /// What reached the program.
    pub(super) typed: Vec<u8>,
    /// The challenge that the client says it used for its data key.
    pub(super) challenge_used: Option<String>,
    pub(super) ended: bool,
    /// Messages of input that came, those that came again too.
    pub(super) inputs: usize,
}

impl Agent {
    pub(super) fn plain(seed: u64) -> Self {
        let mut config = AgentConfig::new(AgentSession::Shell, AgentTiming::faithful());
        config.seed = seed;
        Self::new(config)
    }

    pub(super) fn encrypted(seed: u64, key: &str) -> Self {
        let mut config = AgentConfig::new(AgentSession::Shell, AgentTiming::faithful());
        config.seed = seed;
        config.encryption = Some(AgentEncryption::new(key));
        Self::new(config)
    }

    fn new(config: AgentConfig) -> Self {
        let origin = Instant::now();
        Self {
            core: AgentCore::new(moment(origin), config),
            origin,
            printing: VecDeque::new(),
            typed: Vec::new(),
            challenge_used: None,
            ended: false,
            inputs: 0,
        }
    }

    pub(super) fn print(&mut self, bytes: &[u8]) {
        self.printing.extend(bytes);
    }

    /// Whether everything that was printed has reached the client.
    pub(super) fn is_delivered(&self) -> bool {
        self.printing.is_empty() && self.core.unacknowledged() == 0
    }

    /// The program ends, and the session with it.
    pub(super) fn exit(&mut self) {
        self.core
            .program_ended(moment(self.origin), ProgramEnd::Exited(0));
    }

    /// The service tells the agent that its client is gone. What it was sending is lost.
    pub(super) fn client_is_gone(&mut self) {
        while self.core.poll_transmit().is_some() {}
        self.publication(MessageKind::PausePublication);
    }

    /// The service tells the agent that a client is there.
    pub(super) fn client_is_back(&mut self) {
        self.publication(MessageKind::StartPublication);
    }

    /// Serves a link until `work` is done; none when the link or the session is over before.
    pub(super) async fn serve<T>(&mut self, peer: &mut Peer, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        loop {
            self.run_program();
            while let Some(frame) = self.core.poll_transmit() {
                peer.raw(frame).await.ok()?;
            }
            if self.ended {
                peer.channel_closed("").await;
                return None;
            }
            let due = self.core.next_timeout();
            let timer = async {
                match due {
                    Some(due) => sleep_until(self.origin + due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                done = &mut work => return Some(done),
                frame = peer.next_frame() => self.hear(&frame?),
                () = timer => self.core.handle_timeout(moment(self.origin)),
            }
        }
    }

    fn hear(&mut self, frame: &Bytes) {
        let is_input =
            Message::decode(frame).is_ok_and(|message| message.kind == MessageKind::InputStreamData);
        self.inputs += usize::from(is_input);
        self.core.handle_frame(moment(self.origin), frame);
    }

    fn run_program(&mut self) {
        let now = moment(self.origin);
        while let Some(event) = self.core.poll_event() {
            match event {
                AgentEvent::DecryptDataKey {
                    ciphertext,
                    challenge,
                } => {
                    assert_eq!(ciphertext, SEALED_KEY);
                    self.challenge_used = challenge;
                    self.core.data_key(now, Ok(&DATA_KEY));
                }
                AgentEvent::Start => self.core.program_started(now),
                AgentEvent::Input(bytes) => self.typed.extend(bytes),
                AgentEvent::Ended { .. } | AgentEvent::Crashed => self.ended = true,
                AgentEvent::Resize { .. }
                | AgentEvent::Interrupt
                | AgentEvent::Quit
                | AgentEvent::Disconnect
                | AgentEvent::Kill => {}
            }
        }
        loop {
            let taken = self
                .core
                .program_output(now, OutputKind::Output, self.printing.make_contiguous());
            if taken == 0 {
                break;
            }
            self.printing.drain(..taken);
        }
    }

    fn publication(&mut self, kind: MessageKind) {
        let message = Message {
            kind,
            created_at_ms: 1,
            sequence: 0,
            flags: 0,
            id: Uuid::new_v4(),
            payload_type: PayloadType::None,
            payload: Bytes::new(),
        };
        self.core.handle_frame(moment(self.origin), &message.encode());
    }
}

fn moment(origin: Instant) -> Moment {
    Moment {
        monotonic: origin.elapsed(),
        wall_ms: 1,
    }
}
