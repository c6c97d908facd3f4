//! The multiplexed form of a port session: the agent is the server of smux version 1, and each stream is a connection.
//!
//! There is no limit for one stream: all share a receive buffer, and when a destination does not read, nothing of any
//! stream is read any more once that is full.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};

use super::channel::PortChannel;
use super::destination::AgentDestination;
use super::mux_session::{MuxSession, NewStream};
use super::smux::{SmuxReader, StreamFrame};
use super::stream;
use crate::agent::AgentTiming;
use crate::agent::event::ProgramEnd;
use crate::agent::program::ProgramInput;

/// How many streams wait to be connected.
const ACCEPT_BACKLOG: usize = 1024;

/// Serves a session. It ends only when the client breaks the protocol, or when it should say that it is alive and does
/// not.
pub(super) async fn serve(
    channel: PortChannel,
    destination: AgentDestination,
    keep_alive: Option<AgentTiming>,
) -> ProgramEnd {
    let session = Arc::new(MuxSession::new(channel.upstream));
    let (accepts, accepted) = mpsc::channel(ACCEPT_BACKLOG);
    tokio::select! {
        () = receive(&session, channel.input, accepts) => ProgramEnd::Exited(0),
        () = accept(&session, accepted, destination) => ProgramEnd::Exited(0),
        () = stay_alive(&session, keep_alive) => ProgramEnd::Exited(0),
    }
}

/// Takes the client's frames while there is room; returns when it breaks the protocol.
async fn receive(
    session: &MuxSession,
    mut input: mpsc::Receiver<ProgramInput>,
    accepts: mpsc::Sender<NewStream>,
) {
    let mut frames = SmuxReader::default();
    while let Some(input) = input.recv().await {
        // The client ends single streams instead of the connection.
        let ProgramInput::Bytes(bytes) = input else {
            continue;
        };
        frames.take(&bytes);
        loop {
            session.wait_for_room().await;
            match frames.next() {
                Ok(Some(frame)) => session.take(frame, &accepts).await,
                Ok(None) => break,
                Err(broken) => {
                    tracing::debug!(%broken, "a client of a simulated port session ended");
                    return session.wait_for_output().await;
                }
            }
        }
    }
    // The session is over.
    std::future::pending().await
}

/// Connects the streams one after the other, as the real agent: one that is not answered holds up all behind it.
async fn accept(
    session: &Arc<MuxSession>,
    mut accepted: mpsc::Receiver<NewStream>,
    destination: AgentDestination,
) {
    let mut transfers = JoinSet::new();
    while let Some(NewStream { id, data }) = accepted.recv().await {
        while transfers.try_join_next().is_some() {}
        match destination.dial().await {
            Ok(connection) => {
                let session = Arc::clone(session);
                transfers.spawn(async move { stream::transfer(&session, id, data, connection).await });
            }
            Err(error) => {
                tracing::debug!(%error, "a simulated port session cannot connect");
                // The session may be over.
                let _ = session.upstream.failures.send(());
                session.end(id).await;
            }
        }
    }
    std::future::pending().await
}

/// Says from time to time that the agent is alive; returns when the client says nothing for too long.
async fn stay_alive(session: &MuxSession, timing: Option<AgentTiming>) {
    let Some(timing) = timing else {
        return std::future::pending().await;
    };
    let every = |period| interval_at(Instant::now() + period, period);
    let (mut alive, mut silence) = (every(timing.mux_keep_alive), every(timing.mux_silence_limit));
    loop {
        tokio::select! {
            _ = alive.tick() => session.upstream.send(StreamFrame::Alive.encode()).await,
            _ = silence.tick() => {
                if session.is_silent() {
                    return;
                }
            }
        }
    }
}
