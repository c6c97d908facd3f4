//! The agent's end of a port session: the multiplexer's frames as connections, each of which begins with a request.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3;

use crate::forwarding::{REQUEST_BYTES, Request};

/// What a frame begins with: version, command, length, stream.
pub const FRAME_HEADER: usize = 8;
const OPENS: u8 = 0;
const ENDS: u8 = 1;
const CARRIES: u8 = 2;

/// The agent's first question: a port, many connections at once, no keep-alive.
pub const HANDSHAKE: &str = r#"{"AgentVersion":"3.3.2299.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Port","Properties":{"portNumber":"80","localPortNumber":"0","type":"LocalPortForwarding"}}}]}"#;
/// Its last word of the handshake.
pub const HANDSHAKE_COMPLETE: &str = r#"{"HandshakeTimeToComplete":1000000,"CustomerMessage":""}"#;

/// Connections of one session.
#[derive(Default)]
pub struct Ports {
    header: Vec<u8>,
    /// The stream of the frame that is not over, and how many bytes of it are missing.
    inside: Option<(u32, usize)>,
    streams: HashMap<u32, Stream>,
    asked: Downloads,
    answers: Vec<u8>,
}

/// Downloads that begin together.
#[derive(Debug, Clone, Default)]
pub struct Downloads {
    /// The streams that have asked.
    pub streams: Vec<u32>,
    /// Chunks for each.
    pub chunks: u64,
    wanted: usize,
}

enum Stream {
    Asks(Vec<u8>),
    Downloads,
    Uploads { left: u64, hash: Box<Xxh3> },
    Echoes,
}

impl Ports {
    /// The next bytes of the multiplexer, wherever messages cut them.
    ///
    /// # Errors
    /// What no client may send.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while !bytes.is_empty() {
            bytes = match self.inside {
                Some((stream, missing)) => {
                    let (now, rest) = bytes.split_at(missing.min(bytes.len()));
                    self.inside = Some((stream, missing - now.len())).filter(|(_, missing)| *missing > 0);
                    self.data(stream, now)?;
                    rest
                }
                None => self.head(bytes)?,
            };
        }
        Ok(())
    }

    /// What is to be sent back.
    pub fn answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answers)
    }

    /// Downloads of which all have asked that belong together.
    pub fn downloads(&mut self) -> Option<Downloads> {
        let all = self.asked.wanted > 0 && self.asked.streams.len() == self.asked.wanted;
        all.then(|| std::mem::take(&mut self.asked))
    }

    /// Takes what it can of a header; the rest.
    fn head<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], String> {
        let (now, rest) = bytes.split_at((FRAME_HEADER - self.header.len()).min(bytes.len()));
        self.header.extend_from_slice(now);
        if let Ok(header) = <[u8; FRAME_HEADER]>::try_from(self.header.as_slice()) {
            let [version, command, short, long, a, b, c, d] = header;
            if version != 1 {
                return Err(format!("a frame that begins with {header:?}"));
            }
            let (stream, length) = (
                u32::from_le_bytes([a, b, c, d]),
                u16::from_le_bytes([short, long]),
            );
            self.header.clear();
            self.frame(command, stream);
            self.inside = (length > 0).then_some((stream, usize::from(length)));
        }
        Ok(rest)
    }

    fn frame(&mut self, command: u8, stream: u32) {
        match command {
            OPENS => {
                self.streams.insert(stream, Stream::Asks(Vec::new()));
            }
            // What is downloaded has an end of its own.
            ENDS => match self.streams.remove(&stream) {
                Some(Stream::Downloads) | None => {}
                Some(_) => write_end(&mut self.answers, stream),
            },
            _ => {}
        }
    }

    fn data(&mut self, id: u32, bytes: &[u8]) -> Result<(), String> {
        match self.streams.get_mut(&id) {
            Some(Stream::Asks(request)) => {
                let (now, rest) = bytes.split_at((REQUEST_BYTES - request.len()).min(bytes.len()));
                request.extend_from_slice(now);
                if let Ok(request) = request.as_slice().try_into() {
                    self.request(id, Request::read(request)?);
                    return self.data(id, rest);
                }
            }
            Some(Stream::Uploads { left, hash }) => {
                hash.update(bytes);
                *left = left.saturating_sub(bytes.len() as u64);
                if *left == 0 && !bytes.is_empty() {
                    write_data(&mut self.answers, id, &hash.digest().to_le_bytes());
                }
            }
            Some(Stream::Echoes) => write_data(&mut self.answers, id, bytes),
            Some(Stream::Downloads) | None => {}
        }
        Ok(())
    }

    fn request(&mut self, id: u32, request: Request) {
        let stream = match request {
            Request::Down { streams, chunks } => {
                self.asked.streams.push(id);
                self.asked.chunks = chunks;
                self.asked.wanted = streams as usize;
                Stream::Downloads
            }
            Request::Up { bytes } => Stream::Uploads {
                left: bytes,
                hash: Box::default(),
            },
            Request::Echo => Stream::Echoes,
        };
        self.streams.insert(id, stream);
    }
}

/// Bytes of a stream as one frame; none make none.
pub fn write_data(out: &mut Vec<u8>, stream: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        write_frame(out, CARRIES, stream, bytes);
    }
}

/// The end of a stream.
pub fn write_end(out: &mut Vec<u8>, stream: u32) {
    write_frame(out, ENDS, stream, &[]);
}

fn write_frame(out: &mut Vec<u8>, command: u8, stream: u32, bytes: &[u8]) {
    out.extend_from_slice(&[1, command]);
    out.extend_from_slice(&(bytes.len() as u16).to_le_bytes());
    out.extend_from_slice(&stream.to_le_bytes());
    out.extend_from_slice(bytes);
}
