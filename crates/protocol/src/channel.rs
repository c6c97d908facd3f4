//! The data channel of one session.

mod journal;
mod sending;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use crate::acknowledgement::Acknowledgement;
use crate::cipher::Nonces;
use crate::ids::Ids;
use crate::inbox::Inbox;
use crate::input::{HeldInput, SizeUpdates};
use crate::limits::{INPUT_BYTES, WAITING_ACKNOWLEDGEMENTS};
use crate::outbox::Outbox;
use crate::stage::{Effects, ExpectDataKey, ExpectFirst, Stage};
use crate::{
    Acknowledge, ChannelClosed, ChannelConfig, ChannelEvent, DataKey, FrameError, JsonPayload, Message,
    MessageKind, Moment, OpenDataChannel, Size, SnapshotMark,
};

/// While the agent is away, typing repeats the oldest missing message, but not faster than this.
const AWAY_QUIET: Duration = Duration::from_secs(1);

/// The client's end of one session's data channel: mutate it, then drain [`Self::poll_transmit`] and
/// [`Self::poll_event`] until both are empty. Everything that the agent has to know survives the loss of a socket.
pub struct DataChannel {
    config: ChannelConfig,
    ids: Ids,
    client_id: Uuid,
    now: Moment,
    link: LinkState,
    stage: Stage,
    inbox: Inbox,
    outbox: Outbox,
    input: HeldInput,
    terminal_size: SizeUpdates,
    acknowledgements: VecDeque<Acknowledgement>,
    acknowledgements_sent: u64,
    /// What the last written snapshot knows, of a journaled channel.
    written: SnapshotMark,
    events: VecDeque<ChannelEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LinkState {
    /// No socket: everything is held.
    Down,
    /// A socket, and as far as we know the agent behind it.
    Up,
    /// A socket, but the service says that the agent is away: nothing is resent by timer.
    AgentAway,
}

impl DataChannel {
    /// A channel without a socket. Message ids and the nonces of encryption derive from `seed`: give each channel its own,
    /// from a secure source.
    #[must_use]
    pub fn new(config: ChannelConfig, seed: [u8; 32]) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            config,
            client_id: ids.next(),
            ids,
            now: Moment::default(),
            link: LinkState::Down,
            stage: Stage::First(ExpectFirst {
                nonces: Nonces::new(seed),
            }),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            input: HeldInput::default(),
            terminal_size: SizeUpdates::default(),
            acknowledgements: VecDeque::new(),
            acknowledgements_sent: 0,
            written: SnapshotMark::default(),
            events: VecDeque::new(),
        }
    }

    /// A (new) socket is up: returns the OpenDataChannel message, to be written as the first frame, a text frame.
    /// Everything that the agent has not acknowledged is due at once.
    pub fn open(&mut self, now: Moment, token: &str) -> String {
        self.link_lost(now);
        self.link = LinkState::Up;
        self.outbox.resend_all();
        self.fill();
        let open = OpenDataChannel {
            message_schema_version: "1.0".to_owned(),
            request_id: self.ids.next(),
            token_value: token.to_owned(),
            client_id: self.client_id,
            client_version: self.config.client_version.clone(),
        };
        open.to_text()
    }

    /// The socket is gone: everything is held. A pause was the word of that socket and ends with it.
    pub fn link_lost(&mut self, now: Moment) {
        self.advance(now);
        self.agent_is_back();
        self.link = LinkState::Down;
    }

    /// Takes one WebSocket message, binary or text.
    ///
    /// # Errors
    /// [`FrameError`] names the frame's defect; the channel goes on.
    pub fn handle_frame(&mut self, now: Moment, frame: Bytes) -> Result<(), FrameError> {
        self.advance(now);
        if matches!(self.stage, Stage::Closed) {
            return Ok(());
        }
        let message = Message::decode(&frame)?;
        match &message.kind {
            MessageKind::OutputStreamData => self.handle_stream(message),
            MessageKind::Acknowledge => self.handle_acknowledge(&message),
            MessageKind::ChannelClosed => self.handle_closed(&message),
            MessageKind::StartPublication => {
                self.agent_is_back();
                Ok(())
            }
            MessageKind::PausePublication => {
                self.agent_is_away();
                Ok(())
            }
            MessageKind::InputStreamData | MessageKind::Other(_) => Err(FrameError::UnexpectedMessage {
                kind: message.kind.name().to_owned(),
            }),
        }
    }

    /// Takes typed bytes, as many as there is room for, and returns how many were taken: 0 when full, and when the
    /// session is over. They are held until the agent is ready and the socket is up, and sent in order.
    pub fn send_input(&mut self, now: Moment, bytes: &[u8]) -> usize {
        self.advance(now);
        let taken = bytes.get(..self.input_room()).unwrap_or(bytes);
        self.input.extend(taken);
        self.ask_whether_agent_is_back();
        self.fill();
        taken.len()
    }

    /// Takes a flag for the agent of a port session, see [`crate::flag`]. It is sent behind the input that was taken before
    /// and in front of what is taken later. Says whether it was taken: not where [`Self::input_room`] is 0, and not once the
    /// session turned out to be of another kind, which has no use for flags.
    pub fn send_flag(&mut self, now: Moment, value: u32) -> bool {
        self.advance(now);
        let is_taken = self.input_room() > 0 && self.may_have_flags();
        if is_taken {
            self.input.push_flag(value);
            self.ask_whether_agent_is_back();
            self.fill();
        }
        is_taken
    }

    /// The answer to [`ChannelEvent::DataKeyWanted`]: the handshake goes on with this key. At any other time it is ignored.
    pub fn provide_data_key(&mut self, now: Moment, key: DataKey) {
        self.advance(now);
        let key = key.kept_for(self.config.persistence);
        self.answer_data_key(|stage, effects| stage.provide(key, effects));
    }

    /// The other answer to [`ChannelEvent::DataKeyWanted`]: the agent is told that encryption failed, with `why` (at most
    /// 256 characters of it), and the session cannot begin. At any other time it is ignored.
    pub fn refuse_data_key(&mut self, now: Moment, why: &str) {
        self.advance(now);
        self.answer_data_key(|stage, effects| stage.refuse(why, effects));
    }

    /// How many bytes [`Self::send_input`] would take now.
    #[must_use]
    pub fn input_room(&self) -> usize {
        match self.stage {
            Stage::First(_)
            | Stage::DataKey(_)
            | Stage::Challenge(_)
            | Stage::Complete(_)
            | Stage::Streaming(_) => {
                INPUT_BYTES.saturating_sub(self.held_input().saturating_add(self.input.flags_cost()))
            }
            Stage::Refused | Stage::Closed => 0,
        }
    }

    /// Before data flows every session may turn out to be one of ports.
    fn may_have_flags(&self) -> bool {
        match &self.stage {
            Stage::Streaming(stream) => stream.has_flags(),
            Stage::First(_) | Stage::DataKey(_) | Stage::Challenge(_) | Stage::Complete(_) => true,
            Stage::Refused | Stage::Closed => false,
        }
    }

    /// How many typed bytes the agent has not acknowledged.
    #[must_use]
    pub fn held_input(&self) -> usize {
        self.input.len() + self.outbox.input_bytes()
    }

    /// How many typed bytes the agent has acknowledged since the channel was made or restored.
    #[must_use]
    pub fn acknowledged_input(&self) -> u64 {
        self.outbox.acknowledged_bytes()
    }

    /// The terminal has a (new) size. Of several that could not be sent yet only the newest is.
    pub fn resize(&mut self, now: Moment, size: Size) {
        self.advance(now);
        self.terminal_size.set(size);
        self.ask_whether_agent_is_back();
        self.fill();
    }

    /// Time has passed; to be called when [`Self::next_timeout`] is reached.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.advance(now);
        if self.link == LinkState::Up {
            self.outbox.handle_timeout(self.now.monotonic);
        }
    }

    /// When [`Self::handle_timeout`] must be called next, on the monotonic clock. Without a socket, and while the agent
    /// is away, there is nothing to wait for.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        if self.link == LinkState::Up {
            self.outbox.next_timeout(self.now.monotonic)
        } else {
            None
        }
    }

    /// The next binary frame to write, acknowledgements first. What a journaled channel must not give away yet waits, see
    /// [`Self::snapshot`]. A frame counts as written at the time of the last call that gave
    /// one. A message that waits here for the socket is not queued twice.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        if self.link == LinkState::Down {
            return None;
        }
        match self.next_acknowledgement() {
            Some(acknowledgement) => Some(self.encode_acknowledgement(&acknowledgement)),
            None => {
                let end = self.may_leave().messages;
                self.outbox.next_due(self.now.monotonic, end)
            }
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<ChannelEvent> {
        self.events.pop_front()
    }

    fn advance(&mut self, now: Moment) {
        let monotonic = self.now.monotonic.max(now.monotonic);
        self.now = Moment {
            monotonic,
            wall_ms: now.wall_ms,
        };
    }

    fn handle_stream(&mut self, message: Message) -> Result<(), FrameError> {
        let waiting = self.acknowledgements.len();
        if waiting >= WAITING_ACKNOWLEDGEMENTS {
            return Err(FrameError::AcknowledgementsFull { waiting });
        }
        let acknowledgement = Acknowledgement::of(&message);
        self.inbox.accept(message)?;
        self.acknowledgements.push_back(acknowledgement);
        self.agent_is_back();
        let defect = self.receive_in_order();
        self.fill();
        defect.map_or(Ok(()), Err)
    }

    fn receive_in_order(&mut self) -> Option<FrameError> {
        let mut effects = self.begin_effects();
        while let Some(message) = self.inbox.next() {
            let stage = std::mem::replace(&mut self.stage, Stage::Closed);
            self.stage = stage.receive(&message, &self.config, &mut effects);
        }
        self.end_effects(effects)
    }

    fn answer_data_key(&mut self, answer: impl FnOnce(ExpectDataKey, &mut Effects) -> Stage) {
        let mut effects = self.begin_effects();
        let stage = std::mem::replace(&mut self.stage, Stage::Closed);
        self.stage = if let Stage::DataKey(stage) = stage {
            answer(stage, &mut effects)
        } else {
            stage
        };
        self.end_effects(effects);
    }

    /// Effects append to the events that wait, so that a message of output costs no buffer.
    fn begin_effects(&mut self) -> Effects {
        Effects {
            events: std::mem::take(&mut self.events),
            ..Effects::default()
        }
    }

    fn end_effects(&mut self, effects: Effects) -> Option<FrameError> {
        self.events = effects.events;
        if effects.refused {
            self.outbox.clear();
            self.input = HeldInput::default();
        }
        if let Some(reply) = effects.reply {
            self.push(reply.payload_type, reply.payload, 0);
        }
        effects.defect
    }

    fn handle_acknowledge(&mut self, message: &Message) -> Result<(), FrameError> {
        let acknowledge = Acknowledge::from_payload(&message.payload)?;
        if acknowledge.is_of_input() {
            self.outbox.acknowledge(
                self.now.monotonic,
                acknowledge.acknowledged_message_sequence_number,
            );
            self.agent_is_back();
            self.fill();
        }
        Ok(())
    }

    /// The session is over even when the words of its end cannot be read.
    fn handle_closed(&mut self, message: &Message) -> Result<(), FrameError> {
        let closed = ChannelClosed::from_payload(&message.payload);
        let output = closed
            .as_ref()
            .map(|closed| closed.output.clone())
            .unwrap_or_default();
        self.events.push_back(ChannelEvent::Closed { output });
        self.stage = Stage::Closed;
        self.outbox.clear();
        self.input = HeldInput::default();
        closed.map(|_| ()).map_err(FrameError::from)
    }

    fn agent_is_away(&mut self) {
        if self.link == LinkState::Up {
            self.link = LinkState::AgentAway;
            self.events.push_back(ChannelEvent::Paused);
        }
    }

    /// The service's start_publication, or any sign of life: publications may come without their pair. Nothing is told of it
    /// behind the end of the session.
    fn agent_is_back(&mut self) {
        if self.link == LinkState::AgentAway {
            self.link = LinkState::Up;
            self.outbox.resend_all();
            if !matches!(self.stage, Stage::Closed) {
                self.events.push_back(ChannelEvent::Unpaused);
            }
        }
    }

    /// If the service never says that the agent is back, the user's next key finds out.
    fn ask_whether_agent_is_back(&mut self) {
        if self.link == LinkState::AgentAway {
            self.outbox.resend_oldest(self.now.monotonic, AWAY_QUIET);
        }
    }
}
