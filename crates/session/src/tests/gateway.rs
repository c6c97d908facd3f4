//! A gateway in memory: what the driver dials, the test answers, over the real WebSocket code.
#![allow(
    clippy::result_large_err,
    reason = "the size of the answer is tungstenite's choice"
)]

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use postern_model::{SocketSettings, StreamUrl};
use postern_protocol::{
    Acknowledge, ChannelClosed, JsonPayload, Message, MessageKind, OpenDataChannel, PayloadType,
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error as WsError, Message as WsMessage};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use uuid::Uuid;

use crate::LinkError;
use crate::dial::{ByteStream, Dial};

/// Bytes in flight between the driver and the test, per direction.
const PIPE_BYTES: usize = 64 * 1024;

#[derive(Default)]
pub(super) struct Gateway {
    dialled: Mutex<Vec<String>>,
    waiting: Mutex<VecDeque<DuplexStream>>,
    arrived: Notify,
    /// What the next dials meet, instead of the gateway.
    obstacles: Mutex<VecDeque<LinkError>>,
}

/// The gateway's end of one accepted link.
pub(super) struct Peer<S = DuplexStream> {
    socket: WebSocketStream<S>,
    /// Path and query of the upgrade, byte for byte.
    pub(super) target: String,
    /// Headers of the upgrade.
    pub(super) headers: Vec<(String, String)>,
    /// Acknowledgements seen while looking for other messages.
    acknowledged: VecDeque<i64>,
    pub(super) pings: usize,
}

#[async_trait]
impl Dial for Gateway {
    async fn dial(&self, url: &StreamUrl, _: &SocketSettings) -> Result<Box<dyn ByteStream>, LinkError> {
        self.dialled.lock().unwrap().push(url.as_str().to_owned());
        if let Some(obstacle) = self.obstacles.lock().unwrap().pop_front() {
            return Err(obstacle);
        }
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        self.waiting.lock().unwrap().push_back(theirs);
        self.arrived.notify_one();
        Ok(Box::new(ours))
    }
}

impl Gateway {
    pub(super) fn with_obstacles(obstacles: impl IntoIterator<Item = LinkError>) -> Self {
        Self {
            obstacles: Mutex::new(obstacles.into_iter().collect()),
            ..Self::default()
        }
    }

    pub(super) fn unreachable() -> LinkError {
        LinkError::Unreachable {
            host: "gateway".into(),
            detail: "connection refused".into(),
        }
    }

    /// The URLs that were dialled so far.
    pub(super) fn dialled(&self) -> Vec<String> {
        self.dialled.lock().unwrap().clone()
    }

    /// Accepts the next link.
    pub(super) async fn accept(&self) -> Peer {
        Peer::upgrade(self.next_stream().await).await
    }

    /// Accepts the next link that the driver stays on: an attempt may be given up at any moment.
    pub(super) async fn accept_lasting(&self) -> Peer {
        loop {
            let stream = self.next_stream().await;
            if let Some(mut peer) = Peer::try_upgrade(stream).await
                && let Some(Ok(WsMessage::Text(_))) = peer.next_message().await
            {
                return peer;
            }
        }
    }

    /// Cuts `old` without a word and accepts the next link.
    pub(super) async fn accept_instead_of(&self, old: Peer) -> Peer {
        drop(old);
        self.accept().await
    }

    /// Answers the next upgrade with `status`.
    pub(super) async fn refuse(&self, status: u16) {
        let stream = self.next_stream().await;
        let answer = |_: &Request, _: Response| {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = StatusCode::from_u16(status).unwrap();
            Err(refusal)
        };
        assert!(accept_hdr_async(stream, answer).await.is_err());
    }

    /// The next connection before its upgrade.
    pub(super) async fn next_stream(&self) -> DuplexStream {
        loop {
            if let Some(stream) = self.waiting.lock().unwrap().pop_front() {
                return stream;
            }
            self.arrived.notified().await;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(super) async fn upgrade(stream: S) -> Self {
        Self::try_upgrade(stream).await.expect("the client must upgrade")
    }

    async fn try_upgrade(stream: S) -> Option<Self> {
        let (mut target, mut headers) = (String::new(), Vec::new());
        let note = |request: &Request, answer: Response| {
            target = request.uri().path_and_query().unwrap().to_string();
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            headers = request
                .headers()
                .iter()
                .map(|(k, v)| (k.to_string(), text(v.as_bytes())))
                .collect();
            Ok(answer)
        };
        let socket = accept_hdr_async(stream, note).await.ok()?;
        Some(Self {
            socket,
            target,
            headers,
            acknowledged: VecDeque::new(),
            pings: 0,
        })
    }

    pub(super) async fn expect_open(&mut self) -> OpenDataChannel {
        OpenDataChannel::from_payload(self.next_text().await.as_bytes()).unwrap()
    }

    /// The next message, which must be a text.
    pub(super) async fn next_text(&mut self) -> String {
        match self.next_message().await {
            Some(Ok(WsMessage::Text(text))) => text.to_string(),
            other => panic!("a text must come first, not {other:?}"),
        }
    }

    /// Sends an `output_stream_data` message.
    pub(super) async fn output(&mut self, sequence: i64, text: &str) {
        self.send(
            MessageKind::OutputStreamData,
            sequence,
            PayloadType::Output,
            text.to_owned().into(),
        )
        .await;
    }

    pub(super) async fn channel_closed(&mut self, output: &str) {
        let closed = ChannelClosed {
            output: output.to_owned(),
            ..ChannelClosed::default()
        };
        self.send(
            MessageKind::ChannelClosed,
            0,
            PayloadType::None,
            closed.to_payload(),
        )
        .await;
    }

    pub(super) async fn acknowledge(&mut self, message: &Message) {
        let payload = Acknowledge::of(message).to_payload();
        self.send(MessageKind::Acknowledge, 0, PayloadType::None, payload)
            .await;
    }

    pub(super) async fn raw(&mut self, frame: Bytes) -> Result<(), WsError> {
        self.socket.send(WsMessage::Binary(frame)).await
    }

    pub(super) async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        // The client may be the one who leaves first.
        let _ = self.socket.close(Some(frame)).await;
    }

    /// The next terminal input (type 1), acknowledged; sizes are acknowledged too and passed over.
    pub(super) async fn next_typed(&mut self) -> Message {
        loop {
            let message = self.next_input().await;
            self.acknowledge(&message).await;
            if message.payload_type == PayloadType::Output {
                return message;
            }
        }
    }

    /// The next stream message of the client, not acknowledged.
    pub(super) async fn next_input(&mut self) -> Message {
        loop {
            let message = self.next_binary().await.expect("the client must send input");
            if message.kind == MessageKind::InputStreamData {
                return message;
            }
        }
    }

    /// The sequence number of the next message that the client acknowledges.
    pub(super) async fn next_acknowledged(&mut self) -> i64 {
        loop {
            if let Some(sequence) = self.acknowledged.pop_front() {
                return sequence;
            }
            self.next_binary().await.expect("the client must acknowledge");
        }
    }

    /// The next frame of the data channel; none when the client left. Cancel safe.
    pub(super) async fn next_frame(&mut self) -> Option<Bytes> {
        loop {
            match self.next_message().await {
                Some(Ok(WsMessage::Binary(frame))) => return Some(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Reads on (which answers pings) until the client leaves.
    pub(super) async fn until_gone(&mut self) {
        while self.next_binary().await.is_some() {}
    }

    /// Reads on (which answers pings) for a while.
    pub(super) async fn attend(&mut self, time: Duration) {
        let reading = async { while self.next_binary().await.is_some() {} };
        assert!(
            tokio::time::timeout(time, reading).await.is_err(),
            "the client must stay"
        );
    }

    async fn next_binary(&mut self) -> Option<Message> {
        loop {
            match self.next_message().await {
                Some(Ok(WsMessage::Binary(frame))) => {
                    let message = Message::decode(&frame).unwrap();
                    if message.kind == MessageKind::Acknowledge {
                        let acknowledge = Acknowledge::from_payload(&message.payload).unwrap();
                        self.acknowledged
                            .push_back(acknowledge.acknowledged_message_sequence_number);
                    }
                    return Some(message);
                }
                Some(Ok(WsMessage::Text(text))) => panic!("a second text message: {text}"),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn next_message(&mut self) -> Option<Result<WsMessage, WsError>> {
        loop {
            let message = self.socket.next().await;
            match &message {
                Some(Ok(WsMessage::Ping(payload))) => {
                    assert_eq!(payload.as_ref(), b"keepalive");
                    self.pings += 1;
                    // The answer is queued by reading and leaves with a flush.
                    if self.socket.flush().await.is_err() {
                        return None;
                    }
                }
                Some(Ok(WsMessage::Close(_))) => return None,
                Some(Ok(_) | Err(_)) | None => return message,
            }
        }
    }

    pub(super) async fn send(
        &mut self,
        kind: MessageKind,
        sequence: i64,
        payload_type: PayloadType,
        payload: Bytes,
    ) {
        let message = Message {
            kind,
            created_at_ms: 1,
            sequence,
            flags: 0,
            id: Uuid::new_v4(),
            payload_type,
            payload,
        };
        self.socket
            .send(WsMessage::Binary(message.encode()))
            .await
            .unwrap();
    }
}
