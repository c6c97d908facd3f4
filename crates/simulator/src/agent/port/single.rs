//! A port session without streams: one connection, opened when the session begins. For old clients that forward a
//! port, and for SSH.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;

use super::channel::PortChannel;
use super::destination::AgentDestination;
use crate::agent::event::{OutputKind, ProgramEnd};
use crate::agent::program::ProgramInput;
use crate::network::{ConnectionOrders, NodeConnection};

/// One read of the real agent.
const READ_BYTES: usize = 1024;

/// How a connection ended.
enum ConnectionEnd {
    /// At the server, or on the way.
    Server,
    /// The client has closed its own connection.
    Client,
    /// The session is over.
    Session,
}

/// Serves a session. A connection that cannot be opened takes the real agent's worker with it. Where a port is forwarded
/// the next bytes open the next connection; else the server's end is the session's.
pub(super) async fn serve(
    mut channel: PortChannel,
    destination: AgentDestination,
    forwards: bool,
) -> ProgramEnd {
    let mut undelivered = None;
    loop {
        let Ok(mut connection) = destination.dial().await else {
            return ProgramEnd::Crashed;
        };
        let end = carry(&mut channel, &mut connection, &mut undelivered).await;
        drop(connection);
        match end {
            ConnectionEnd::Server | ConnectionEnd::Client if forwards => {}
            ConnectionEnd::Server | ConnectionEnd::Client | ConnectionEnd::Session => {
                return ProgramEnd::Exited(0);
            }
        }
        if !next_bytes(&mut channel, &mut undelivered).await {
            return ProgramEnd::Exited(0);
        }
    }
}

/// Waits for bytes that open the next connection; false when the session is over.
async fn next_bytes(channel: &mut PortChannel, undelivered: &mut Option<Bytes>) -> bool {
    while undelivered.is_none() {
        match channel.input.recv().await {
            Some(ProgramInput::Bytes(bytes)) => *undelivered = Some(bytes),
            Some(ProgramInput::Disconnect) => {}
            None => return false,
        }
    }
    true
}

/// Carries bytes both ways. What was not written when the connection ended stays in `undelivered`: the real agent does
/// not acknowledge it and gets it again.
async fn carry(
    channel: &mut PortChannel,
    connection: &mut NodeConnection,
    undelivered: &mut Option<Bytes>,
) -> ConnectionEnd {
    let cut = connection.orders.clone();
    let (down_orders, up_orders) = (cut.clone(), cut.clone());
    tokio::select! {
        biased;
        () = cut.cut() => ConnectionEnd::Server,
        end = carry_up(&mut channel.input, &mut connection.writer, up_orders, undelivered) => end,
        () = carry_down(&channel.upstream.output, &mut connection.reader, down_orders) => ConnectionEnd::Server,
    }
}

/// Reads only when what it reads can be sent, so that nothing is lost when this is given up.
async fn carry_down(
    output: &mpsc::Sender<(OutputKind, Bytes)>,
    reader: &mut (impl AsyncRead + Unpin),
    mut orders: ConnectionOrders,
) {
    let mut buffer = [0; READ_BYTES];
    loop {
        let Ok(permit) = output.reserve().await else {
            return;
        };
        orders.passes().await;
        match reader.read(&mut buffer).await {
            Ok(count @ 1..) => {
                let read = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
                permit.send((OutputKind::Output, read));
            }
            Ok(_) | Err(_) => return,
        }
    }
}

async fn carry_up(
    input: &mut mpsc::Receiver<ProgramInput>,
    writer: &mut (impl AsyncWrite + Unpin),
    mut orders: ConnectionOrders,
    undelivered: &mut Option<Bytes>,
) -> ConnectionEnd {
    loop {
        if let Some(bytes) = undelivered.as_ref() {
            orders.passes().await;
            if write(writer, bytes).await.is_err() {
                return ConnectionEnd::Server;
            }
            *undelivered = None;
        }
        match input.recv().await {
            Some(ProgramInput::Bytes(bytes)) => *undelivered = Some(bytes),
            Some(ProgramInput::Disconnect) => return ConnectionEnd::Client,
            None => return ConnectionEnd::Session,
        }
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes).await?;
    writer.flush().await
}
