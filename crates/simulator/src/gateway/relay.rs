//! The message gateway's two ends of one session: frames between the agent and the client that is connected now.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use postern_protocol::{ChannelClosed, JsonPayload as _, Message, MessageKind, PayloadType};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::clock::wall_clock_ms;

/// How many frames wait for the agent; what comes on top is lost, and the client sends it again.
const TO_AGENT_FRAMES: usize = 1024;
/// Room that only the gateway's own messages to the agent may use.
const TO_AGENT_RESERVED: usize = 16;
/// How many frames wait for the client's socket; then the agent waits.
const TO_CLIENT_FRAMES: usize = 64;
/// How many of the agent's frames are kept until the first client comes.
const EARLY_FRAMES: usize = 32;

/// What a link's socket is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkOrder {
    /// Drop the connection without a close frame.
    Cut,
    /// Send a close frame.
    Close {
        /// Close code.
        code: u16,
        /// Close reason.
        reason: String,
    },
    /// Neither read nor write nor answer pings (true), or go on (false).
    HalfOpen(bool),
}

/// What a link's socket writes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum LinkFrame {
    /// A binary message.
    Binary(Bytes),
    /// A text message.
    Text(String),
    /// Nothing comes any more: close.
    End,
}

/// The socket's end of a link.
pub(crate) struct LinkEnd {
    /// Which of the session's links this is.
    pub(crate) number: u64,
    /// What to write.
    pub(crate) frames: mpsc::Receiver<LinkFrame>,
    /// What to do; closed when a newer link took over.
    pub(crate) orders: mpsc::UnboundedReceiver<LinkOrder>,
}

/// Passes frames on, keeps early ones, and tells each end of the other.
pub(super) struct Relay {
    session_id: String,
    target: String,
    to_agent: mpsc::Sender<Bytes>,
    state: Mutex<RelayState>,
}

struct RelayState {
    link: Option<ClientLink>,
    /// Links so far.
    links: u64,
    away_since: Option<Instant>,
    early: VecDeque<Bytes>,
    agent_is_silent: bool,
    /// What the session's `channel_closed` said; a client that comes later is told the same.
    closed: Option<String>,
}

struct ClientLink {
    number: u64,
    frames: mpsc::Sender<LinkFrame>,
    orders: mpsc::UnboundedSender<LinkOrder>,
}

impl Relay {
    /// A relay without a client; the receiver is the agent's.
    pub(super) fn new(session_id: &str, target: &str) -> (Self, mpsc::Receiver<Bytes>) {
        let (to_agent, frames) = mpsc::channel(TO_AGENT_FRAMES);
        let state = RelayState {
            link: None,
            links: 0,
            away_since: Some(Instant::now()),
            early: VecDeque::new(),
            agent_is_silent: false,
            closed: None,
        };
        let relay = Self {
            session_id: session_id.to_owned(),
            target: target.to_owned(),
            to_agent,
            state: Mutex::new(state),
        };
        (relay, frames)
    }

    /// A client's socket is there: it replaces an older one, and the agent may publish.
    pub(super) fn attach(&self) -> LinkEnd {
        let (frames, frames_end) = mpsc::channel(TO_CLIENT_FRAMES);
        let (orders, orders_end) = mpsc::unbounded_channel();
        let mut state = self.lock();
        state.links += 1;
        let number = state.links;
        for frame in std::mem::take(&mut state.early) {
            // There is room for all of them.
            let _ = frames.try_send(LinkFrame::Binary(frame));
        }
        if let Some(output) = &state.closed {
            let _ = frames.try_send(LinkFrame::Binary(self.channel_closed(output)));
            let _ = frames.try_send(LinkFrame::End);
        } else if state.agent_is_silent {
            let _ = frames.try_send(LinkFrame::Binary(self.publication(MessageKind::PausePublication)));
        } else if number > 1 {
            self.tell_agent(MessageKind::StartPublication);
        }
        state.link = Some(ClientLink {
            number,
            frames,
            orders,
        });
        state.away_since = None;
        LinkEnd {
            number,
            frames: frames_end,
            orders: orders_end,
        }
    }

    /// The socket with this number is gone: unless a newer one took over, the agent pauses.
    pub(super) fn detach(&self, number: u64) {
        let mut state = self.lock();
        if state.link.as_ref().is_some_and(|link| link.number == number) {
            state.link = None;
            state.away_since = Some(Instant::now());
            self.tell_agent(MessageKind::PausePublication);
        }
    }

    /// A frame of the client. What the agent's queue has no room for is lost.
    pub(super) fn hear_client(&self, frame: Bytes) {
        if !self.lock().agent_is_silent && self.to_agent.capacity() > TO_AGENT_RESERVED {
            // A session that is over takes nothing.
            let _ = self.to_agent.try_send(frame);
        }
    }

    /// A frame of the agent: to the client, or kept until the first one comes, or lost while none is there.
    pub(super) async fn hear_agent(&self, frame: Bytes) {
        if let Some(frames) = self.way_to_client(&frame) {
            // A client that is gone takes nothing.
            let _ = frames.send(LinkFrame::Binary(frame)).await;
        }
    }

    /// The session is over: the client is told why, then its socket is closed.
    pub(super) async fn close(&self, output: &str) {
        let link = {
            let mut state = self.lock();
            state.closed = Some(output.to_owned());
            state.link.as_ref().map(|link| link.frames.clone())
        };
        let Some(frames) = link else { return };
        let told = async {
            for frame in [LinkFrame::Binary(self.channel_closed(output)), LinkFrame::End] {
                if frames.send(frame).await.is_err() {
                    return;
                }
            }
        };
        // A client that does not read is not waited for.
        if tokio::time::timeout(Duration::from_secs(5), told).await.is_err() {
            self.order(LinkOrder::Cut);
        }
    }

    /// Tells the socket what to do; false when there is none.
    pub(super) fn order(&self, order: LinkOrder) -> bool {
        self.lock()
            .link
            .as_ref()
            .is_some_and(|link| link.orders.send(order).is_ok())
    }

    /// Sends something of the gateway's own to the client; false when there is none or it does not read.
    pub(super) fn inject(&self, frame: LinkFrame) -> bool {
        self.lock()
            .link
            .as_ref()
            .is_some_and(|link| link.frames.try_send(frame).is_ok())
    }

    /// The agent's own connection is lost (true) or back (false): nothing passes, and the client sees a pause.
    pub(super) fn silence_agent(&self, silent: bool) {
        let kind = if silent {
            MessageKind::PausePublication
        } else {
            MessageKind::StartPublication
        };
        {
            let mut state = self.lock();
            if state.agent_is_silent == silent {
                return;
            }
            state.agent_is_silent = silent;
            let client_is_there = state.link.is_some();
            if silent || client_is_there {
                self.tell_agent(kind.clone());
            }
        }
        self.inject(LinkFrame::Binary(self.publication(kind)));
    }

    /// The agent is gone and nobody says so.
    pub(super) fn silence_agent_for_good(&self) {
        self.lock().agent_is_silent = true;
    }

    /// Whether a client is connected, and whether one ever was.
    pub(super) fn client_seen(&self) -> (bool, bool) {
        let state = self.lock();
        (state.link.is_some(), state.links > 0)
    }

    /// For how long no client has been there.
    pub(super) fn away_for(&self) -> Duration {
        self.lock()
            .away_since
            .map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// The client's way, if the frame is to take it now.
    fn way_to_client(&self, frame: &Bytes) -> Option<mpsc::Sender<LinkFrame>> {
        let mut state = self.lock();
        if state.agent_is_silent {
            return None;
        }
        if let Some(link) = &state.link {
            return Some(link.frames.clone());
        }
        if state.links == 0 && state.early.len() < EARLY_FRAMES {
            state.early.push_back(frame.clone());
        }
        None
    }

    fn tell_agent(&self, kind: MessageKind) {
        // There is room reserved; a session that is over takes nothing.
        let _ = self.to_agent.try_send(self.publication(kind));
    }

    fn publication(&self, kind: MessageKind) -> Bytes {
        let id = Uuid::new_v4();
        let payload = serde_json::json!({
            "MessageId": id,
            "CreatedDate": created_date(),
            "SessionId": self.session_id,
            "MessageType": kind.name(),
            "SchemaVersion": 1,
        });
        message(kind, id, payload.to_string().into())
    }

    fn channel_closed(&self, output: &str) -> Bytes {
        let id = Uuid::new_v4();
        let payload = ChannelClosed {
            message_id: id.to_string(),
            created_date: created_date(),
            destination_id: self.target.clone(),
            session_id: self.session_id.clone(),
            message_type: MessageKind::ChannelClosed.name().to_owned(),
            schema_version: 1,
            output: output.to_owned(),
        };
        message(MessageKind::ChannelClosed, id, payload.to_payload())
    }

    fn lock(&self) -> MutexGuard<'_, RelayState> {
        // Nothing panics while it holds the lock; the state is whole in any case.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn message(kind: MessageKind, id: Uuid, payload: Bytes) -> Bytes {
    let created_at_ms = wall_clock_ms();
    Message {
        kind,
        created_at_ms,
        sequence: 0,
        flags: 0,
        id,
        payload_type: PayloadType::None,
        payload,
    }
    .encode()
}

/// As the real gateway writes it, such as `2026-11-20T11:16:26.000Z`.
fn created_date() -> String {
    let now = time::OffsetDateTime::now_utc();
    now.format(time::macros::format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].000Z"
    ))
    .unwrap_or_default()
}

#[cfg(test)]
mod tests;
