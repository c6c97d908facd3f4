//! The bare limit of a plugin: the same calls and pipes, one thread each way, blocking sockets, and nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use postern_bench::gateway::wire::HEADER;
use sha2::{Digest, Sha256};
use url::Url;

/// Read at once, from the socket and from standard input.
const READ_BYTES: usize = 64 * 1024;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let variable = std::env::args().nth(1).ok_or("it is called like the plugin")?;
    let response: serde_json::Value = serde_json::from_str(&std::env::var(variable)?)?;
    let url = Url::parse(response["StreamUrl"].as_str().ok_or("no StreamUrl")?)?;
    let mut socket = upgrade(&url)?;
    let writer = Arc::new(Mutex::new(socket.try_clone()?));
    send(&writer, &frame(1, b"{}"))?;
    {
        let writer = Arc::clone(&writer);
        thread::spawn(move || type_in(&writer));
    }
    let mut out = std::io::stdout().lock();
    let (mut bytes, mut filled) = (vec![0; READ_BYTES], 0);
    let (mut printed, mut acknowledged) = (Vec::new(), Vec::new());
    let mut expected = 0_i64;
    loop {
        let read = socket.read(&mut bytes[filled..])?;
        if read == 0 {
            return Err("the gateway left".into());
        }
        filled += read;
        let mut taken = 0;
        let mut closed = false;
        while let Some((length, payload)) = whole_frame(&bytes[taken..filled]) {
            if payload.get(4..).is_some_and(|kind| kind.starts_with(b"output")) {
                let sequence = sequence(payload);
                acknowledged.extend_from_slice(&acknowledge(sequence));
                // What the agent repeats is passed over.
                if sequence == expected {
                    expected += 1;
                    printed.extend_from_slice(&payload[HEADER..]);
                }
            }
            closed |= payload
                .get(4..)
                .is_some_and(|kind| kind.starts_with(b"channel_closed"));
            taken += length;
        }
        bytes.copy_within(taken..filled, 0);
        filled -= taken;
        send(&writer, &acknowledged)?;
        out.write_all(&printed)?;
        out.flush()?;
        acknowledged.clear();
        printed.clear();
        if closed {
            return Ok(());
        }
    }
}

fn upgrade(url: &Url) -> Result<TcpStream, Failure> {
    let address = url.socket_addrs(|| None)?;
    let mut socket = TcpStream::connect(&address[..])?;
    socket.set_nodelay(true)?;
    let path = &url[url::Position::BeforePath..];
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )?;
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(socket)
}

fn type_in(writer: &Mutex<TcpStream>) {
    let (mut stdin, mut chunk) = (std::io::stdin().lock(), vec![0; READ_BYTES]);
    let mut sequence = 0_i64;
    while let Ok(read @ 1..) = stdin.read(&mut chunk) {
        let mut frames = Vec::new();
        for payload in chunk[..read].chunks(1024) {
            frames.extend_from_slice(&frame(2, &message("input_stream_data", sequence, 0, 1, payload)));
            sequence += 1;
        }
        if send(writer, &frames).is_err() {
            return;
        }
    }
}

fn send(writer: &Mutex<TcpStream>, bytes: &[u8]) -> std::io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    writer
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .write_all(bytes)
}

/// A frame of the server that is all there: its length and its payload.
fn whole_frame(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (start, length) = match *bytes.get(1)? {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        short => (2, usize::from(short)),
    };
    Some((start + length, bytes.get(start..start + length)?))
}

/// With a mask of zeros, which changes nothing.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(8 + payload.len());
    frame.push(0x80 | opcode);
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        length => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

fn sequence(output: &[u8]) -> i64 {
    let field = output.get(48..56).and_then(|field| field.try_into().ok());
    field.map_or(0, i64::from_be_bytes)
}

fn acknowledge(sequence: i64) -> Vec<u8> {
    let payload = format!(
        r#"{{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"00000000-0000-4000-8000-000000000000","AcknowledgedMessageSequenceNumber":{sequence},"IsSequentialMessage":true}}"#
    );
    frame(2, &message("acknowledge", 0, 3, 0, payload.as_bytes()))
}

fn message(kind: &str, sequence: i64, flags: u64, payload_type: u32, payload: &[u8]) -> Vec<u8> {
    let mut name = [b' '; 32];
    name[..kind.len()].copy_from_slice(kind.as_bytes());
    let mut message = Vec::with_capacity(HEADER + payload.len());
    message.extend_from_slice(&116_u32.to_be_bytes());
    message.extend_from_slice(&name);
    message.extend_from_slice(&1_u32.to_be_bytes());
    message.extend_from_slice(&1_790_000_000_000_u64.to_be_bytes());
    message.extend_from_slice(&sequence.to_be_bytes());
    message.extend_from_slice(&flags.to_be_bytes());
    message.extend_from_slice(&[7; 16]);
    message.extend_from_slice(&Sha256::digest(payload));
    message.extend_from_slice(&payload_type.to_be_bytes());
    message.extend_from_slice(&(payload.len() as u32).to_be_bytes());
    message.extend_from_slice(payload);
    message
}
