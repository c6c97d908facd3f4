//! The frames of smux version 1, and how they are read out of bytes that are cut anywhere.

use bytes::{BufMut, BytesMut};

use super::MuxError;

/// Version, command, length (little-endian), number of the stream (little-endian).
pub(super) const HEADER_BYTES: usize = 8;
/// What we put into one frame, so that with its header it fills one message of the session.
pub(super) const FRAME_BYTES: usize = 1024 - HEADER_BYTES;
const VERSION: u8 = 1;
/// What agents put into one frame at most.
const MOST_PAYLOAD: u16 = 32_768;

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameCommand {
    /// SYN: the stream begins.
    Begin = 0,
    /// FIN: the stream is over.
    End = 1,
    /// PSH: bytes of the stream.
    Push = 2,
    /// NOP: a sign of life.
    Nothing = 3,
}

/// The beginning of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameHeader {
    pub(super) command: FrameCommand,
    pub(super) length: u16,
    pub(super) stream: u32,
}

/// Reads frames, whose payload it passes on as it comes, so that none has to be kept.
#[derive(Debug, Default)]
pub(super) struct FrameReader {
    header: [u8; HEADER_BYTES],
    header_bytes: usize,
    payload_of: u32,
    payload_left: usize,
}

/// A part of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FramePart<'a> {
    /// Its beginning.
    Header(FrameHeader),
    /// Some of its payload, not empty.
    Payload { stream: u32, bytes: &'a [u8] },
}

impl FrameHeader {
    /// Of a frame without a payload.
    pub(super) fn bare(command: FrameCommand, stream: u32) -> Self {
        Self {
            command,
            length: 0,
            stream,
        }
    }

    pub(super) fn write(self, to: &mut BytesMut) {
        to.put_u8(VERSION);
        to.put_u8(self.command as u8);
        to.put_u16_le(self.length);
        to.put_u32_le(self.stream);
    }

    fn read(bytes: [u8; HEADER_BYTES]) -> Result<Self, MuxError> {
        let [version, command, l0, l1, s0, s1, s2, s3] = bytes;
        if version != VERSION {
            return Err(MuxError::Version { version });
        }
        let header = Self {
            command: FrameCommand::read(command)?,
            length: u16::from_le_bytes([l0, l1]),
            stream: u32::from_le_bytes([s0, s1, s2, s3]),
        };
        let most = match header.command {
            FrameCommand::Push => MOST_PAYLOAD,
            FrameCommand::Begin | FrameCommand::End | FrameCommand::Nothing => 0,
        };
        if header.length > most {
            let length = header.length;
            return Err(MuxError::Length { length, most });
        }
        Ok(header)
    }
}

impl FrameCommand {
    fn read(command: u8) -> Result<Self, MuxError> {
        [Self::Begin, Self::End, Self::Push, Self::Nothing]
            .into_iter()
            .find(|known| *known as u8 == command)
            .ok_or(MuxError::UnknownCommand { command })
    }
}

impl FrameReader {
    /// Takes the next part off the front of `bytes`; none when they are used up.
    pub(super) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<FramePart<'a>>, MuxError> {
        if self.payload_left > 0 {
            return Ok(self.payload(bytes));
        }
        let missing = self.header.get_mut(self.header_bytes..).unwrap_or_default();
        let (came, rest) = bytes.split_at(missing.len().min(bytes.len()));
        missing.iter_mut().zip(came).for_each(|(to, from)| *to = *from);
        self.header_bytes += came.len();
        *bytes = rest;
        if self.header_bytes < HEADER_BYTES {
            return Ok(None);
        }
        let header = FrameHeader::read(self.header)?;
        self.header_bytes = 0;
        self.payload_of = header.stream;
        self.payload_left = header.length.into();
        Ok(Some(FramePart::Header(header)))
    }

    fn payload<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<FramePart<'a>> {
        let (came, rest) = bytes.split_at(self.payload_left.min(bytes.len()));
        self.payload_left -= came.len();
        *bytes = rest;
        let stream = self.payload_of;
        (!came.is_empty()).then_some(FramePart::Payload { stream, bytes: came })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(mut bytes: &[u8]) -> Result<Vec<FramePart<'_>>, MuxError> {
        let mut reader = FrameReader::default();
        let mut parts = Vec::new();
        while let Some(part) = reader.next(&mut bytes)? {
            parts.push(part);
        }
        Ok(parts)
    }

    fn written(header: FrameHeader) -> BytesMut {
        let mut bytes = BytesMut::new();
        header.write(&mut bytes);
        bytes
    }

    #[test]
    fn a_header_is_little_endian() {
        let header = FrameHeader {
            command: FrameCommand::Push,
            length: 0x0203,
            stream: 0x0405_0607,
        };
        assert_eq!(written(header)[..], [1, 2, 3, 2, 7, 6, 5, 4]);
    }

    #[test]
    fn what_no_agent_sends_is_named() {
        for (bytes, error) in [
            ([2, 2, 0, 0, 3, 0, 0, 0], MuxError::Version { version: 2 }),
            ([0; 8], MuxError::Version { version: 0 }),
            ([1, 4, 0, 0, 3, 0, 0, 0], MuxError::UnknownCommand { command: 4 }),
            (
                [1, 2, 1, 128, 3, 0, 0, 0],
                MuxError::Length {
                    length: 32_769,
                    most: 32_768,
                },
            ),
            ([1, 1, 1, 0, 3, 0, 0, 0], MuxError::Length { length: 1, most: 0 }),
        ] {
            assert_eq!(read(&bytes), Err(error));
        }
        assert!(
            read(&[1, 2, 0, 128, 3, 0, 0, 0]).is_ok(),
            "the longest frame of an agent"
        );
    }

    fn frames() -> impl Strategy<Value = Vec<(u32, Vec<u8>)>> {
        let push = (any::<u32>(), prop::collection::vec(any::<u8>(), 0..40));
        prop::collection::vec(push, 0..8)
    }

    proptest! {
        #[test]
        fn frames_are_read_the_same_however_they_are_cut(frames in frames(), cut in 1_usize..20) {
            let mut wire = BytesMut::new();
            for (stream, payload) in &frames {
                let length = u16::try_from(payload.len()).unwrap();
                let header = FrameHeader { command: FrameCommand::Push, length, stream: *stream };
                header.write(&mut wire);
                wire.extend_from_slice(payload);
            }
            let mut reader = FrameReader::default();
            let mut came: Vec<(u32, Vec<u8>)> = Vec::new();
            for mut piece in wire.chunks(cut) {
                while let Some(part) = reader.next(&mut piece).unwrap() {
                    match part {
                        FramePart::Header(header) => came.push((header.stream, Vec::new())),
                        FramePart::Payload { stream, bytes } => {
                            let (of, payload) = came.last_mut().unwrap();
                            prop_assert_eq!(*of, stream);
                            payload.extend_from_slice(bytes);
                        }
                    }
                }
            }
            prop_assert_eq!(came, frames);
        }
    }
}
