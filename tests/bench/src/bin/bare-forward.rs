//! The bare limit of a forward: a proxy that copies between two sockets of loopback.

use std::io;
use std::process::ExitCode;

use postern_bench::client::Said;
use tokio::net::{TcpListener, TcpStream};

/// What one copy of a direction holds.
const BUFFER_BYTES: usize = 64 * 1024;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(destination) = std::env::args().nth(1).and_then(|port| port.parse().ok()) else {
        eprintln!("Usage: <port of the destination>");
        return ExitCode::FAILURE;
    };
    match serve(destination).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(destination: u16) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Said::Listening(listener.local_addr()?.port()).say();
    loop {
        let (near, _) = listener.accept().await?;
        // A connection that fails is measured by what is missing.
        tokio::spawn(carry(near, destination));
    }
}

async fn carry(mut near: TcpStream, destination: u16) -> io::Result<()> {
    let mut far = TcpStream::connect(("127.0.0.1", destination)).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    tokio::io::copy_bidirectional_with_sizes(&mut near, &mut far, BUFFER_BYTES, BUFFER_BYTES).await?;
    Ok(())
}
