//! The HTTP upgrade of the stand-in.

use std::io::{Read, Write};
use std::net::TcpStream;

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::work::Work;

/// Answers the upgrade and reads from its path what the session is for.
///
/// # Errors
/// Why the client gets no session.
pub fn accept(stream: &mut TcpStream) -> Result<Work, String> {
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let request = read_head(stream)?;
    let path = request.split(' ').nth(1).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let work = name.split('?').next().unwrap_or_default().parse()?;
    let key = request
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
        .map(|(_, value)| value.trim())
        .ok_or_else(|| "no WebSocket key".to_owned())?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream
        .write_all(answer.as_bytes())
        .map_err(|error| error.to_string())?;
    Ok(work)
}

/// A client sends nothing behind its request before it has the answer.
fn read_head(stream: &mut TcpStream) -> Result<String, String> {
    let (mut head, mut chunk) = (Vec::new(), [0; 4096]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(0) => return Err("it left before its request ended".to_owned()),
            Ok(read) => head.extend_from_slice(&chunk[..read]),
            Err(error) => return Err(error.to_string()),
        }
    }
    String::from_utf8(head).map_err(|_| "its request is no text".to_owned())
}
