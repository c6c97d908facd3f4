//! One WebSocket of a session, with limits on everything that a peer decides.

mod upgrade;

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use postern_model::{StreamUrl, display_text, system_text};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::LinkError;
use crate::dial::{ByteStream, within};
use upgrade::request;

/// The largest message and frame taken. Agents send about 1 KiB; one input message of 60,000 bytes was once accepted,
/// so a quarter of a MiB leaves room (reliability T10).
pub(crate) const LARGEST_MESSAGE_BYTES: usize = 256 * 1024;
/// Written at once when so much is waiting.
const WRITE_BUFFER_BYTES: usize = 32 * 1024;
/// More than this never waits for a slow peer.
const LARGEST_WRITE_BUFFER_BYTES: usize = 1024 * 1024;
/// Allocated for each link. Four times as much saves less than 3 % of the work in a flood.
const READ_BUFFER_BYTES: usize = 32 * 1024;
/// Messages, and about how many bytes of them, that are taken in at once. In a flood, one turn of the driver's loop costs
/// more than one message.
const TAKEN_AT_ONCE: usize = 64;
const TAKEN_AT_ONCE_BYTES: usize = 64 * 1024;
/// The answer to the upgrade.
const UPGRADE_SECONDS: u64 = 15;
/// Saying goodbye must not hold up anybody.
const GOODBYE: Duration = Duration::from_secs(1);
/// What the official client's pings carry (protocol §2.4).
const PING_PAYLOAD: &[u8] = b"keepalive";

/// The open WebSocket of a data channel. A session drives its own; by itself it is good for finding out whether a gateway
/// can be reached and lets us in.
pub struct Link {
    socket: WebSocketStream<Box<dyn ByteStream>>,
    /// The OpenDataChannel text, until it is written.
    opening: Option<Message>,
    ping_due: bool,
    /// Why the link ended, behind the messages that came before.
    end: Option<LinkError>,
    /// Why nothing can be written any more. What the peer said before it went is still to be read: the end of the session
    /// may be among it, and an AWS that ended it sends nothing again.
    write_error: Option<LinkError>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    /// Upgrades `stream`, which [`crate::dial`] gives, with the headers that sign it, for 15 s at most. No redirect is
    /// followed, no extension and no sub-protocol is offered.
    ///
    /// # Errors
    /// [`LinkError::Refused`] with the status of a gateway that does not let us in, and what else may happen to a socket.
    pub async fn upgrade(
        stream: Box<dyn ByteStream>,
        url: &StreamUrl,
        signed: Vec<(String, String)>,
    ) -> Result<Link, LinkError> {
        let request = request(url, signed).map_err(|detail| LinkError::BadAddress {
            host: url.to_string(),
            detail: display_text(&detail),
        })?;
        let upgraded = async {
            let upgraded = client_async_with_config(request, stream, Some(limits())).await;
            upgraded.map_err(|error| refused(url, error))
        };
        let (socket, _answer) = within(UPGRADE_SECONDS, "WebSocket", url, upgraded).await?;
        Ok(Link {
            socket,
            opening: None,
            ping_due: false,
            end: None,
            write_error: None,
        })
    }

    /// Puts the OpenDataChannel text in front of everything else.
    pub(crate) fn open(&mut self, text: String) {
        self.opening = Some(Message::text(text));
    }

    /// Sends a ping with the next writes.
    pub(crate) fn ping(&mut self) {
        self.ping_due = true;
    }

    /// Writes what `frames` yields, and reads when `reads` is set. Returns with the messages that are there, none for a
    /// ping or pong, or with the end of the link; cancel safe, because everything under way stays in the socket's buffers.
    pub(crate) async fn exchange(
        &mut self,
        mut frames: impl FnMut() -> Option<Bytes>,
        reads: bool,
    ) -> Result<Vec<Bytes>, LinkError> {
        poll_fn(|cx| self.poll_exchange(cx, &mut frames, reads)).await
    }

    /// Says goodbye, for a second at most. The peer's answer is not waited for.
    pub async fn close(self) {
        self.close_after(|| None).await;
    }

    /// Writes the rest and says goodbye, for a moment at most. The peer's answer is not waited for.
    pub(crate) async fn close_after(mut self, mut frames: impl FnMut() -> Option<Bytes>) {
        let goodbye = poll_fn(|cx| {
            while let Poll::Ready(more) = self.poll_queue(cx, &mut frames) {
                if !matches!(more, Ok(true)) {
                    break;
                }
            }
            Pin::new(&mut self.socket).poll_close(cx)
        });
        if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
            tracing::debug!("the peer took no goodbye");
        }
    }

    fn poll_exchange(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut impl FnMut() -> Option<Bytes>,
        reads: bool,
    ) -> Poll<Result<Vec<Bytes>, LinkError>> {
        let blocked = self.write_error.is_some() || self.poll_queue_all(cx, frames);
        // Reading goes before flushing: in a flood, acknowledgements leave by the buffer-full instead of one by one.
        if reads && let Poll::Ready(received) = self.poll_read(cx) {
            return Poll::Ready(received);
        }
        if !blocked && let Poll::Ready(Err(error)) = Pin::new(&mut self.socket).poll_flush(cx) {
            self.write_error = Some(lost(error));
        }
        if self.write_error.is_some() {
            return self.poll_rest(cx);
        }
        Poll::Pending
    }

    /// What a peer that takes nothing any more left behind; the network held it, so it is little even for a slow consumer.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<Bytes>, LinkError>> {
        if let Poll::Ready(received) = self.poll_read(cx) {
            return Poll::Ready(received);
        }
        self.write_error
            .take()
            .map_or(Poll::Pending, |why| Poll::Ready(Err(why)))
    }

    /// Queues everything that there is room for. Whether the socket takes no more.
    fn poll_queue_all(&mut self, cx: &mut Context<'_>, frames: &mut impl FnMut() -> Option<Bytes>) -> bool {
        loop {
            match self.poll_queue(cx, frames) {
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => return false,
                Poll::Ready(Err(error)) => {
                    self.write_error = Some(lost(error));
                    return true;
                }
                Poll::Pending => return true,
            }
        }
    }

    /// Queues one message: the opening text, then a ping, then a frame. `false` when there is none.
    fn poll_queue(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut impl FnMut() -> Option<Bytes>,
    ) -> Poll<Result<bool, WsError>> {
        let mut socket = Pin::new(&mut self.socket);
        match socket.as_mut().poll_ready(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        }
        let next = match (self.opening.take(), self.ping_due) {
            (Some(text), _) => Some(text),
            (None, true) => {
                self.ping_due = false;
                Some(Message::Ping(Bytes::from_static(PING_PAYLOAD)))
            }
            (None, false) => frames().map(Message::Binary),
        };
        Poll::Ready(match next {
            Some(message) => socket.start_send(message).map(|()| true),
            None => Ok(false),
        })
    }

    /// Takes what is there. An end is returned once everything before it is handed over.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<Bytes>, LinkError>> {
        let (mut messages, mut bytes, mut signs) = (Vec::new(), 0, 0);
        while self.end.is_none() && messages.len() + signs < TAKEN_AT_ONCE && bytes < TAKEN_AT_ONCE_BYTES {
            match self.poll_message(cx) {
                Poll::Ready(Ok(Some(message))) => {
                    bytes += message.len();
                    messages.push(message);
                }
                Poll::Ready(Ok(None)) => signs += 1,
                Poll::Ready(Err(end)) => self.end = Some(end),
                Poll::Pending => break,
            }
        }
        if !messages.is_empty() || signs > 0 {
            return Poll::Ready(Ok(messages));
        }
        match self.end.take() {
            Some(end) => Poll::Ready(Err(end)),
            None => Poll::Pending,
        }
    }

    /// One message of the data channel; `None` is a ping or pong.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, LinkError>> {
        let Poll::Ready(message) = Pin::new(&mut self.socket).poll_next(cx) else {
            return Poll::Pending;
        };
        Poll::Ready(match message {
            Some(Ok(Message::Binary(frame))) => Ok(Some(frame)),
            Some(Ok(Message::Text(text))) => Ok(Some(text.into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(None),
            Some(Ok(Message::Close(frame))) => Err(closed(frame)),
            Some(Err(error)) => Err(lost(error)),
            None => Err(closed(None)),
        })
    }
}

fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(LARGEST_WRITE_BUFFER_BYTES)
        .max_message_size(Some(LARGEST_MESSAGE_BYTES))
        .max_frame_size(Some(LARGEST_MESSAGE_BYTES))
}

fn lost(error: WsError) -> LinkError {
    use tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake;
    if matches!(
        error,
        WsError::ConnectionClosed | WsError::AlreadyClosed | WsError::Protocol(ResetWithoutClosingHandshake)
    ) {
        return closed(None);
    }
    if matches!(error, WsError::Capacity(_)) {
        return LinkError::TooLarge {
            limit_bytes: LARGEST_MESSAGE_BYTES,
        };
    }
    let WsError::Io(broken) = error else {
        return LinkError::Broken {
            detail: display_text(&error.to_string()),
        };
    };
    // TLS without its own goodbye: the peer, or what stands between, cut the connection.
    if broken.kind() == io::ErrorKind::UnexpectedEof {
        return closed(None);
    }
    LinkError::Broken {
        detail: system_text(&broken),
    }
}

fn closed(frame: Option<CloseFrame>) -> LinkError {
    match frame {
        Some(frame) => LinkError::Closed {
            code: Some(frame.code.into()),
            reason: display_text(&frame.reason),
        },
        None => LinkError::Closed {
            code: None,
            reason: String::new(),
        },
    }
}

fn refused(url: &StreamUrl, error: WsError) -> LinkError {
    let host = url.to_string();
    if let WsError::Http(answer) = error {
        return LinkError::Refused {
            host,
            status: answer.status().as_u16(),
        };
    }
    if matches!(
        error,
        WsError::Io(_) | WsError::ConnectionClosed | WsError::AlreadyClosed
    ) {
        return lost(error);
    }
    LinkError::NotWebSocket {
        host,
        detail: display_text(&error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_link_is_described_in_words_for_people() {
        let cut = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/x";
        let error = lost(WsError::Io(io::Error::new(io::ErrorKind::UnexpectedEof, cut)));
        assert_eq!(error, closed(None));
        let broken = lost(WsError::Io(io::Error::other(cut)));
        assert_eq!(
            broken.to_string(),
            "The link broke: peer closed connection without sending TLS close_notify."
        );
    }
}
