//! One WebSocket of a client, from the upgrade to its close.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use postern_protocol::{JsonPayload as _, OpenDataChannel};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::relay::{LinkEnd, LinkFrame, LinkOrder};
use super::session::GatewaySession;
use super::sessions::Sessions;

/// How long a socket may take to say what it wants.
const OPEN_LIMIT: Duration = Duration::from_secs(15);
/// How long a close waits for the other side.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
/// RFC 6455: the message violates the endpoint's policy.
const POLICY_VIOLATION: u16 = 1008;
/// RFC 6455: the purpose is fulfilled.
const NORMAL: u16 = 1000;

/// Why a socket is done.
enum LinkClose {
    /// Gone, or to be dropped without a word.
    Dropped,
    /// To be closed with a close frame.
    Close { code: u16, reason: String },
}

/// Serves the data channel of `session` on a socket whose upgrade was signed. Returns when the socket is done.
pub(crate) async fn data_channel(sessions: Arc<Sessions>, session: String, mut socket: WebSocket) {
    if sessions.links_refused() {
        return;
    }
    let Some(session) = sessions.living(&session) else {
        return close(socket, POLICY_VIOLATION, "no such session").await;
    };
    let Some(token) = first_token(&mut socket).await else {
        return close(
            socket,
            POLICY_VIOLATION,
            "the first message must be OpenDataChannel",
        )
        .await;
    };
    let Some(link) = session.admit(&token) else {
        return close(socket, POLICY_VIOLATION, "the token is not valid").await;
    };
    let number = link.number;
    let ending = serve(&session, &mut socket, link, sessions.link_lifetime()).await;
    // The agent learns that its client is gone before the socket is, so that a client that comes back at once is newer.
    session.link_gone(number);
    match ending {
        LinkClose::Dropped => drop(socket),
        LinkClose::Close { code, reason } => close(socket, code, &reason).await,
    }
}

/// The token in the first message, which must be a text.
async fn first_token(socket: &mut WebSocket) -> Option<String> {
    let first = timeout(OPEN_LIMIT, async {
        loop {
            match socket.recv().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return other,
            }
        }
    });
    match first.await {
        Ok(Some(Ok(Message::Text(text)))) => OpenDataChannel::from_payload(text.as_bytes())
            .ok()
            .map(|open| open.token_value),
        Ok(_) | Err(_) => None,
    }
}

async fn serve(
    session: &GatewaySession,
    socket: &mut WebSocket,
    link: LinkEnd,
    lifetime: Option<Duration>,
) -> LinkClose {
    let (sink, stream) = socket.split();
    let LinkEnd {
        number: _,
        frames,
        mut orders,
    } = link;
    let (half_open, is_half_open) = watch::channel(false);
    let reading = read(session, stream, is_half_open.clone());
    let writing = write(sink, frames, is_half_open);
    let expiry = expire(lifetime);
    tokio::pin!(reading, writing, expiry);
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => match order {
                Some(LinkOrder::HalfOpen(on)) => drop(half_open.send_replace(on)),
                Some(LinkOrder::Close { code, reason }) => return LinkClose::Close { code, reason },
                Some(LinkOrder::Cut) | None => return LinkClose::Dropped,
            },
            ending = &mut writing => return ending,
            () = &mut reading => return LinkClose::Dropped,
            () = &mut expiry => return LinkClose::Close { code: NORMAL, reason: "Bye".to_owned() },
        }
    }
}

/// Takes the client's messages until its socket is gone. Pings are answered by the socket while it is read.
async fn read(
    session: &GatewaySession,
    mut stream: SplitStream<&mut WebSocket>,
    mut half_open: watch::Receiver<bool>,
) {
    loop {
        open_again(&mut half_open).await;
        tokio::select! {
            message = stream.next() => match message {
                Some(Ok(Message::Binary(frame))) => session.hear_client(frame),
                Some(Ok(Message::Text(text))) => session.hear_client(Bytes::from(text)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            _ = half_open.wait_for(|half_open| *half_open) => {}
        }
    }
}

/// Writes what comes for the client until nothing more comes or its socket is gone.
async fn write(
    mut sink: SplitSink<&mut WebSocket, Message>,
    mut frames: mpsc::Receiver<LinkFrame>,
    mut half_open: watch::Receiver<bool>,
) -> LinkClose {
    while let Some(frame) = frames.recv().await {
        open_again(&mut half_open).await;
        let message = match frame {
            LinkFrame::Binary(bytes) => Message::Binary(bytes),
            LinkFrame::Text(text) => Message::Text(text.into()),
            LinkFrame::End => {
                return LinkClose::Close {
                    code: NORMAL,
                    reason: String::new(),
                };
            }
        };
        if sink.send(message).await.is_err() {
            return LinkClose::Dropped;
        }
    }
    LinkClose::Dropped
}

async fn open_again(half_open: &mut watch::Receiver<bool>) {
    // The sender lives as long as the link.
    let _ = half_open.wait_for(|half_open| !*half_open).await;
}

async fn expire(lifetime: Option<Duration>) {
    match lifetime {
        Some(lifetime) => tokio::time::sleep(lifetime).await,
        None => std::future::pending().await,
    }
}

/// Sends a close frame and reads until the other side is done, so that nothing that was written is lost on the way.
async fn close(mut socket: WebSocket, code: u16, reason: &str) {
    let frame = CloseFrame {
        code,
        reason: reason.to_owned().into(),
    };
    let farewell = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    if timeout(CLOSE_LIMIT, farewell).await.is_err() {
        tracing::debug!("a client did not answer the close of its link");
    }
}
