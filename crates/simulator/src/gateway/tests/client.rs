//! The least that a client of the data channel does right, over a real socket.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use postern_protocol::{
    Acknowledge, ChannelClosed, HandshakeRequest, JsonPayload as _, Message, MessageKind, OpenDataChannel,
    PayloadType, Size, flag,
};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use super::bench::Bench;
use crate::gateway::Grant;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// When nothing comes for this long, what is not acknowledged is sent again.
const RESEND: Duration = Duration::from_millis(100);

/// What came last from the socket.
#[derive(Debug)]
pub(super) enum Heard {
    Message,
    Pong,
    Silence,
    Closed(u16),
    Lost,
}

#[derive(Default)]
struct State {
    expected: i64,
    early: BTreeMap<i64, Message>,
    payloads: Vec<(PayloadType, Bytes)>,
    sequence: i64,
    unacknowledged: BTreeMap<i64, Bytes>,
    publications: Vec<String>,
    ready: bool,
    queued: Vec<(PayloadType, Bytes)>,
    closed: Option<String>,
    /// What the handshake says, where it is not a newer one.
    version: Option<String>,
    unreadable: usize,
    /// How much of the output was looked at already.
    seen: usize,
}

pub(super) struct Client {
    socket: Socket,
    state: State,
}

impl Client {
    pub(super) async fn open(bench: &Bench, grant: &Grant) -> Self {
        Self {
            socket: open(bench, &grant.session_id, &grant.token).await,
            state: State::default(),
        }
    }

    /// A client that says it has this version.
    pub(super) async fn open_as(bench: &Bench, grant: &Grant, version: &str) -> Self {
        let mut client = Self::open(bench, grant).await;
        client.state.version = Some(version.to_owned());
        client
    }

    pub(super) async fn reopen(&mut self, bench: &Bench, grant: &Grant) {
        self.socket = open(bench, &grant.session_id, &grant.token).await;
        self.resend().await;
    }

    /// The same client on a newer socket; this one keeps the older.
    pub(super) async fn successor(&mut self, bench: &Bench, grant: &Grant) -> Self {
        let mut newer = Self::open(bench, grant).await;
        newer.state = std::mem::take(&mut self.state);
        newer
    }

    /// What the gateway says to a socket that shows this token.
    pub(super) async fn try_token(bench: &Bench, session: &str, token: &str) -> Heard {
        Self::try_first(bench, session, &opening(token)).await
    }

    /// What the gateway says to a socket whose first message is this text.
    pub(super) async fn try_first(bench: &Bench, session: &str, first: &str) -> Heard {
        let mut socket = connect(bench, session).await;
        socket.send(Frame::text(first)).await.unwrap();
        let mut client = Self {
            socket,
            state: State::default(),
        };
        client.hear(PATIENCE).await
    }

    pub(super) async fn type_text(&mut self, text: &str) {
        self.send(PayloadType::Output, Bytes::copy_from_slice(text.as_bytes()))
            .await;
    }

    pub(super) async fn resize(&mut self, cols: u32, rows: u32) {
        self.send(PayloadType::Size, Size { cols, rows }.to_payload())
            .await;
    }

    pub(super) async fn send_raw(&mut self, bytes: Vec<u8>) {
        // The gateway may have closed already.
        let _ = self.socket.send(Frame::binary(bytes)).await;
    }

    pub(super) async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.send(PayloadType::Output, bytes.into()).await;
    }

    pub(super) async fn send_flag(&mut self, value: u32) {
        self.send(PayloadType::Flag, flag::to_payload(value)).await;
    }

    pub(super) async fn send_payload(&mut self, kind: PayloadType, payload: Bytes) {
        self.send(kind, payload).await;
    }

    /// The next output or flag that was not taken before; waits for it.
    pub(super) async fn next_stream_payload(&mut self) -> (PayloadType, Bytes) {
        let deadline = Instant::now() + PATIENCE;
        let is_said =
            |(kind, _): &(PayloadType, Bytes)| matches!(kind, PayloadType::Output | PayloadType::Flag);
        loop {
            if let Some(at) = self.state.payloads.iter().position(is_said) {
                return self.state.payloads.remove(at);
            }
            assert!(Instant::now() < deadline, "waited for what the agent says");
            let heard = self.step().await;
            assert!(!matches!(heard, Heard::Closed(_) | Heard::Lost), "{heard:?}");
        }
    }

    /// The first of the payloads of this kind that were not taken before; waits for it.
    pub(super) async fn next_payload(&mut self, kind: PayloadType) -> Bytes {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.state.payloads.iter().position(|(own, _)| *own == kind);
            if let Some(at) = found {
                return self.state.payloads.remove(at).1;
            }
            assert!(Instant::now() < deadline, "waited for {kind:?}");
            let heard = self.step().await;
            assert!(
                !matches!(heard, Heard::Closed(_) | Heard::Lost),
                "{heard:?} while waiting for {kind:?}"
            );
        }
    }

    /// Waits until everything that was sent is acknowledged.
    pub(super) async fn all_is_acknowledged(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !(self.state.queued.is_empty() && self.state.ready && self.state.unacknowledged.is_empty()) {
            assert!(Instant::now() < deadline, "not all was acknowledged");
            self.step().await;
        }
    }

    /// Whether the agent took nothing of the last messages, which are more than wait anywhere.
    pub(super) fn is_wedged(&self) -> bool {
        self.state.unacknowledged.len() > 2_000
    }

    /// Hears what came, without waiting for more.
    pub(super) async fn hear_what_is_there(&mut self) {
        while matches!(self.hear(Duration::ZERO).await, Heard::Message) {}
    }

    /// Nothing comes for so long.
    pub(super) async fn hear_silence(&mut self, for_so_long: Duration) {
        let heard = self.hear(for_so_long).await;
        assert!(matches!(heard, Heard::Silence), "{heard:?}");
    }

    /// Waits until the output since the last look holds `text`, and looks on behind it.
    pub(super) async fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.payloads(PayloadType::Output);
            let unseen = &output[self.state.seen..];
            if let Some(at) = unseen
                .windows(text.len())
                .position(|part| part == text.as_bytes())
            {
                self.state.seen += at + text.len();
                return;
            }
            let got = String::from_utf8_lossy(unseen).into_owned();
            assert!(Instant::now() < deadline, "waited for {text:?}, got {got:?}");
            let heard = self.step().await;
            assert!(
                !matches!(heard, Heard::Closed(_) | Heard::Lost),
                "{heard:?} while waiting for {text:?}: {got:?}"
            );
        }
    }

    /// The number behind the first `text` that a number and a full stop follow (so not the echo of the command line).
    pub(super) async fn number_behind(&mut self, text: &str) -> u32 {
        self.state.seen = 0;
        loop {
            self.wait_for(text).await;
            let start = self.state.seen;
            self.wait_for(".").await;
            let output = self.payloads(PayloadType::Output);
            if let Ok(number) = String::from_utf8_lossy(&output[start..self.state.seen - 1]).parse() {
                return number;
            }
        }
    }

    pub(super) async fn wait_for_publication(&mut self, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.state.publications.iter().any(|seen| seen == name) {
            assert!(Instant::now() < deadline, "waited for {name}");
            self.step().await;
        }
    }

    /// The text of `channel_closed`, once the socket is closed.
    pub(super) async fn wait_for_end(&mut self) -> Option<String> {
        self.wait_for_loss().await;
        self.state.closed.take()
    }

    /// The close code, once the socket is gone; none when there was none.
    pub(super) async fn wait_for_loss(&mut self) -> Option<u16> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "the socket stays open");
            match self.step().await {
                Heard::Closed(code) => return Some(code),
                Heard::Lost => return None,
                Heard::Message | Heard::Pong | Heard::Silence => {}
            }
        }
    }

    pub(super) async fn ping_is_answered(&mut self, within: Duration) -> bool {
        self.socket.send(Frame::Ping(Bytes::new())).await.unwrap();
        let deadline = Instant::now() + within;
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            if matches!(self.hear(left).await, Heard::Pong) {
                return true;
            }
        }
        false
    }

    pub(super) fn output_text(&self) -> String {
        String::from_utf8_lossy(&self.payloads(PayloadType::Output)).into_owned()
    }

    pub(super) fn payloads(&self, kind: PayloadType) -> Vec<u8> {
        self.state
            .payloads
            .iter()
            .filter(|(own, _)| *own == kind)
            .flat_map(|(_, bytes)| bytes.to_vec())
            .collect()
    }

    pub(super) fn unreadable(&self) -> usize {
        self.state.unreadable
    }

    /// Sends at once when the agent is ready, which its first message says, and later when not.
    async fn send(&mut self, kind: PayloadType, payload: Bytes) {
        if !self.state.ready {
            self.state.queued.push((kind, payload));
            return;
        }
        let frame = message(MessageKind::InputStreamData, self.state.sequence, kind, payload);
        self.state
            .unacknowledged
            .insert(self.state.sequence, frame.clone());
        self.state.sequence += 1;
        // A lost socket is noticed when reading.
        let _ = self.socket.send(Frame::Binary(frame)).await;
    }

    async fn resend(&mut self) {
        for frame in self.state.unacknowledged.values().cloned().collect::<Vec<_>>() {
            let _ = self.socket.send(Frame::Binary(frame)).await;
        }
    }

    async fn step(&mut self) -> Heard {
        let heard = self.hear(RESEND).await;
        if matches!(heard, Heard::Silence) {
            self.resend().await;
        }
        heard
    }

    async fn hear(&mut self, patience: Duration) -> Heard {
        match timeout(patience, self.socket.next()).await {
            Err(_) => Heard::Silence,
            Ok(Some(Ok(Frame::Binary(frame)))) => self.take(&frame).await,
            Ok(Some(Ok(Frame::Text(text)))) => self.take(&Bytes::from(text)).await,
            Ok(Some(Ok(Frame::Close(frame)))) => Heard::Closed(frame.map_or(1005, |frame| frame.code.into())),
            Ok(Some(Ok(Frame::Pong(_)))) => Heard::Pong,
            Ok(Some(Ok(Frame::Ping(_) | Frame::Frame(_)))) => Heard::Silence,
            Ok(Some(Err(_)) | None) => Heard::Lost,
        }
    }

    async fn take(&mut self, frame: &Bytes) -> Heard {
        let Ok(message) = Message::decode(frame) else {
            self.state.unreadable += 1;
            return Heard::Message;
        };
        match message.kind {
            MessageKind::OutputStreamData => {
                let acknowledge = Acknowledge::of(&message).to_payload();
                let acknowledge = self::message(MessageKind::Acknowledge, 0, PayloadType::None, acknowledge);
                let _ = self.socket.send(Frame::Binary(acknowledge)).await;
                if message.sequence >= self.state.expected {
                    self.state.early.insert(message.sequence, message);
                }
                while let Some(next) = self.state.early.remove(&self.state.expected) {
                    self.state.expected += 1;
                    self.deliver(next).await;
                }
            }
            MessageKind::Acknowledge => {
                let acknowledge = Acknowledge::from_payload(&message.payload).unwrap();
                self.state
                    .unacknowledged
                    .remove(&acknowledge.acknowledged_message_sequence_number);
            }
            MessageKind::ChannelClosed => {
                self.state.closed = Some(ChannelClosed::from_payload(&message.payload).unwrap().output);
            }
            MessageKind::PausePublication
            | MessageKind::StartPublication
            | MessageKind::InputStreamData
            | MessageKind::Other(_) => self.state.publications.push(message.kind.name().to_owned()),
        }
        Heard::Message
    }

    async fn deliver(&mut self, message: Message) {
        let answers = message.payload_type == PayloadType::HandshakeRequest;
        if answers {
            HandshakeRequest::from_payload(&message.payload).unwrap();
        }
        self.state.payloads.push((message.payload_type, message.payload));
        self.state.ready = true;
        if answers {
            let version = self.state.version.as_deref().unwrap_or("1.2.896.0");
            let text = format!(
                r#"{{"ClientVersion":"{version}","ProcessedClientActions":[{{"ActionType":"SessionType",
                "ActionStatus":1,"ActionResult":null,"Error":""}}],"Errors":null}}"#
            );
            self.send(PayloadType::HandshakeResponse, text.into()).await;
            self.state.ready = false;
            return;
        }
        for (kind, payload) in std::mem::take(&mut self.state.queued) {
            Box::pin(self.send(kind, payload)).await;
        }
    }
}

async fn open(bench: &Bench, session: &str, token: &str) -> Socket {
    let mut socket = connect(bench, session).await;
    socket.send(Frame::text(opening(token))).await.unwrap();
    socket
}

async fn connect(bench: &Bench, session: &str) -> Socket {
    connect_async(format!("ws://{}/{session}", bench.address))
        .await
        .unwrap()
        .0
}

fn opening(token: &str) -> String {
    let open = OpenDataChannel {
        message_schema_version: "1.0".to_owned(),
        request_id: Uuid::new_v4(),
        token_value: token.to_owned(),
        client_id: Uuid::new_v4(),
        client_version: "1.2.896.0".to_owned(),
    };
    String::from_utf8(open.to_payload().to_vec()).unwrap()
}

fn message(kind: MessageKind, sequence: i64, payload_type: PayloadType, payload: Bytes) -> Bytes {
    Message {
        kind,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::new_v4(),
        payload_type,
        payload,
    }
    .encode()
}
