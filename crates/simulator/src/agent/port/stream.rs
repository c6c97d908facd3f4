//! One stream of a multiplexed port session and its connection. When either side ends, both are closed: a half-closed
//! connection does not exist here, as with the real agent.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::mux_session::MuxSession;
use super::smux::{LONGEST_DATA, StreamFrame};
use crate::network::{ConnectionOrders, NodeConnection};

/// Carries bytes both ways until one side ends, and then ends the other.
pub(super) async fn transfer(
    session: &MuxSession,
    id: u32,
    data: mpsc::UnboundedReceiver<Bytes>,
    mut connection: NodeConnection,
) {
    let NodeConnection {
        reader,
        writer,
        orders,
        ..
    } = &mut connection;
    let (client_ended, server_ended) = (CancellationToken::new(), CancellationToken::new());
    let down = async {
        carry_down(session, id, reader, orders.clone(), &client_ended).await;
        session.end(id).await;
        server_ended.cancel();
    };
    let up = async {
        carry_up(session, id, writer, orders.clone(), data, &server_ended).await;
        client_ended.cancel();
    };
    tokio::join!(down, up);
}

/// From the connection to the client.
async fn carry_down(
    session: &MuxSession,
    id: u32,
    reader: &mut (impl AsyncRead + Unpin),
    mut orders: ConnectionOrders,
    client_ended: &CancellationToken,
) {
    let cut = orders.clone();
    let mut buffer = BytesMut::new();
    loop {
        let read = tokio::select! {
            biased;
            () = client_ended.cancelled() => return,
            () = cut.cut() => return,
            read = read_piece(reader, &mut orders, &mut buffer) => read,
        };
        match read {
            Ok(data) if !data.is_empty() => {
                session.upstream.send(StreamFrame::Data(id, data).encode()).await;
            }
            Ok(_) | Err(_) => return,
        }
    }
}

/// From the client to the connection.
async fn carry_up(
    session: &MuxSession,
    id: u32,
    writer: &mut (impl AsyncWrite + Unpin),
    mut orders: ConnectionOrders,
    mut data: mpsc::UnboundedReceiver<Bytes>,
    server_ended: &CancellationToken,
) {
    let cut = orders.clone();
    loop {
        let writing = async {
            let bytes = data.recv().await?;
            orders.passes().await;
            writer.write_all(&bytes).await.ok()?;
            writer.flush().await.ok()?;
            Some(bytes.len())
        };
        let written = tokio::select! {
            biased;
            () = server_ended.cancelled() => None,
            () = cut.cut() => None,
            written = writing => written,
        };
        match written {
            Some(bytes) => session.delivered(id, bytes),
            None => return,
        }
    }
}

async fn read_piece(
    reader: &mut (impl AsyncRead + Unpin),
    orders: &mut ConnectionOrders,
    buffer: &mut BytesMut,
) -> io::Result<Bytes> {
    orders.passes().await;
    buffer.reserve(LONGEST_DATA);
    let mut limited = reader.take(u64::try_from(LONGEST_DATA).unwrap_or(u64::MAX));
    limited.read_buf(buffer).await?;
    Ok(buffer.split().freeze())
}
