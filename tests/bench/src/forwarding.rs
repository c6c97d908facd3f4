//! What a connection through a forward begins with, and what comes back: the words between the measuring end and a destination.

use xxhash_rust::xxh3::Xxh3;

use crate::content::payload;
use crate::work::PAYLOAD_BYTES;

/// What one message carries of a stream, behind the header of the multiplexer.
pub const CHUNK_BYTES: usize = PAYLOAD_BYTES - 8;
/// After so many chunks a download repeats; together with the count of bytes no loss goes unseen. Every download has a
/// multiple of it.
pub const DIFFERENT_CHUNKS: u64 = 64;
/// Every request is as long.
pub const REQUEST_BYTES: usize = 13;
/// A destination answers an upload with its hash.
pub const HASH_BYTES: usize = 8;

/// The first bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Send so many chunks, once so many connections have asked.
    Down {
        /// Connections that are answered at once, so that they share the way.
        streams: u32,
        /// For each.
        chunks: u64,
    },
    /// So many bytes follow; answer with their hash.
    Up {
        /// Bytes behind the request.
        bytes: u64,
    },
    /// Send back what comes.
    Echo,
}

impl Request {
    /// As it is sent.
    #[must_use]
    pub fn to_bytes(self) -> [u8; REQUEST_BYTES] {
        let (letter, streams, count) = match self {
            Self::Down { streams, chunks } => (b'D', streams, chunks),
            Self::Up { bytes } => (b'U', 0, bytes),
            Self::Echo => (b'E', 0, 0),
        };
        let mut request = [letter; REQUEST_BYTES];
        request[1..5].copy_from_slice(&streams.to_le_bytes());
        request[5..].copy_from_slice(&count.to_le_bytes());
        request
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is none: then bytes were lost or changed.
    pub fn read(request: [u8; REQUEST_BYTES]) -> Result<Self, String> {
        let [letter, a, b, c, d, count @ ..] = request;
        let count = u64::from_le_bytes(count);
        match letter {
            b'D' => Ok(Self::Down {
                streams: u32::from_le_bytes([a, b, c, d]),
                chunks: count,
            }),
            b'U' => Ok(Self::Up { bytes: count }),
            b'E' => Ok(Self::Echo),
            _ => Err(format!("a connection that begins with {request:?}")),
        }
    }
}

/// The bytes of a chunk of every download.
#[must_use]
pub fn chunk(number: u64) -> [u8; CHUNK_BYTES] {
    let (payload, mut chunk) = (payload(number % DIFFERENT_CHUNKS), [0; CHUNK_BYTES]);
    chunk.copy_from_slice(&payload[..CHUNK_BYTES]);
    chunk
}

/// The different chunks, one behind the other.
#[must_use]
pub fn different_chunks() -> Vec<u8> {
    (0..DIFFERENT_CHUNKS).flat_map(chunk).collect()
}

/// The hash of a download.
#[must_use]
pub fn hash_of_chunks(chunks: u64) -> u64 {
    let all = different_chunks();
    let mut hash = Xxh3::new();
    (0..chunks / DIFFERENT_CHUNKS).for_each(|_| hash.update(&all));
    hash.update(&all[..(chunks % DIFFERENT_CHUNKS) as usize * CHUNK_BYTES]);
    hash.digest()
}
