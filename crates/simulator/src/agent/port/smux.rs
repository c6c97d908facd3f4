//! The frames of smux version 1, as the agent's end of it reads and writes them: version, command, length and stream,
//! the numbers little-endian.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use thiserror::Error;

const VERSION: u8 = 1;
/// How long a frame's head is.
pub(super) const HEAD_BYTES: usize = 8;
/// The longest data of a frame that the agent writes.
pub(super) const LONGEST_DATA: usize = 32 * 1024;

/// What a frame says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StreamFrame {
    /// A stream begins.
    Begin(u32),
    /// A stream ends.
    End(u32),
    /// Bytes of a stream.
    Data(u32, Bytes),
    /// Nothing: the other end is alive.
    Alive,
}

/// The other end speaks another protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("invalid protocol")]
pub(super) struct ProtocolBroken;

impl StreamFrame {
    /// Writes the frame. Data are at most [`LONGEST_DATA`].
    pub(super) fn encode(&self) -> Bytes {
        let (command, stream, data) = match self {
            Self::Begin(stream) => (0, *stream, &Bytes::new()),
            Self::End(stream) => (1, *stream, &Bytes::new()),
            Self::Data(stream, data) => (2, *stream, data),
            Self::Alive => (3, 0, &Bytes::new()),
        };
        let mut frame = BytesMut::with_capacity(HEAD_BYTES + data.len());
        frame.put_u8(VERSION);
        frame.put_u8(command);
        frame.put_u16_le(u16::try_from(data.len()).unwrap_or(u16::MAX));
        frame.put_u32_le(stream);
        frame.put_slice(data);
        frame.freeze()
    }
}

/// Takes frames out of bytes that are cut anywhere.
#[derive(Debug, Default)]
pub(super) struct SmuxReader {
    unread: BytesMut,
}

impl SmuxReader {
    /// More bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// The next frame, once all of it is there.
    pub(super) fn next(&mut self) -> Result<Option<StreamFrame>, ProtocolBroken> {
        let Some(mut head) = self.unread.get(..HEAD_BYTES) else {
            return Ok(None);
        };
        let (version, command) = (head.get_u8(), head.get_u8());
        let (length, stream) = (usize::from(head.get_u16_le()), head.get_u32_le());
        if version != VERSION || command > 3 {
            return Err(ProtocolBroken);
        }
        // Only data have a body; of the others the length means nothing.
        let body = if command == 2 { length } else { 0 };
        if self.unread.len() < HEAD_BYTES + body {
            return Ok(None);
        }
        self.unread.advance(HEAD_BYTES);
        let data = self.unread.split_to(body).freeze();
        Ok(Some(match command {
            0 => StreamFrame::Begin(stream),
            1 => StreamFrame::End(stream),
            2 => StreamFrame::Data(stream, data),
            _ => StreamFrame::Alive,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8], piece: usize) -> Vec<StreamFrame> {
        let mut reader = SmuxReader::default();
        let mut frames = Vec::new();
        for part in bytes.chunks(piece) {
            reader.take(part);
            while let Some(frame) = reader.next().unwrap() {
                frames.push(frame);
            }
        }
        frames
    }

    #[test]
    fn frames_are_the_recorded_bytes() {
        assert_eq!(StreamFrame::Begin(3).encode(), &[1, 0, 0, 0, 3, 0, 0, 0][..]);
        assert_eq!(StreamFrame::End(5).encode(), &[1, 1, 0, 0, 5, 0, 0, 0][..]);
        let data = StreamFrame::Data(3, Bytes::from_static(b"\n")).encode();
        assert_eq!(data, &[1, 2, 1, 0, 3, 0, 0, 0, 10][..]);
        assert_eq!(StreamFrame::Alive.encode(), &[1, 3, 0, 0, 0, 0, 0, 0][..]);
    }

    #[test]
    fn bytes_may_be_cut_anywhere() {
        let frames = vec![
            StreamFrame::Begin(3),
            StreamFrame::Data(3, Bytes::from(vec![7; 20_000])),
            StreamFrame::Alive,
            StreamFrame::Data(3, Bytes::new()),
            StreamFrame::End(3),
        ];
        let bytes: Vec<u8> = frames.iter().flat_map(|frame| frame.encode().to_vec()).collect();
        for piece in [1, 7, 8, 1024, bytes.len()] {
            assert_eq!(read_all(&bytes, piece), frames, "{piece}");
        }
    }

    #[test]
    fn another_version_or_command_breaks_the_protocol() {
        for head in [[2, 0, 0, 0, 3, 0, 0, 0], [1, 4, 0, 0, 3, 0, 0, 0]] {
            let mut reader = SmuxReader::default();
            reader.take(&head);
            assert_eq!(reader.next(), Err(ProtocolBroken));
        }
    }
}
