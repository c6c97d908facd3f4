//! The agent's end, written as plainly as can be: what it takes, what it sends, byte by byte.

use std::collections::{BTreeMap, VecDeque};

/// What the agent sends, in its order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item {
    Byte(u8, Place),
    /// The agent could not connect.
    Refusal,
}

/// Where in a frame a byte is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Header,
    PayloadOf(u32),
    LastOfFin(u32),
}

#[derive(Debug, Default)]
pub(super) struct Far {
    unread: Vec<u8>,
    pub(super) streams: BTreeMap<u32, FarStream>,
    pub(super) wire: VecDeque<Item>,
    /// A stream whose refusal was told and whose FIN is still to be sent.
    refused: Option<u32>,
}

#[derive(Debug, Default)]
pub(super) struct FarStream {
    /// What arrived at the destination.
    pub(super) arrived: usize,
    /// What the destination sent.
    pub(super) sent: usize,
    pub(super) is_over: bool,
    pub(super) is_refused: bool,
    client_ended: bool,
}

/// The byte at a place of a stream, each way: a stream's bytes show where they belong.
pub(super) fn byte_at(stream: u32, place: usize, is_up: bool) -> u8 {
    let place = u32::try_from(place % 65_521).unwrap_or(0);
    let mixed = (stream * 2 + u32::from(is_up)).wrapping_mul(0x9E37_79B1) ^ place.wrapping_mul(0x85EB_CA6B);
    (mixed >> 16) as u8
}

impl Far {
    /// Takes bytes of the client.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
        while let [version, command, l0, l1, s0, s1, s2, s3, rest @ ..] = &self.unread[..] {
            let length = usize::from(u16::from_le_bytes([*l0, *l1]));
            let stream = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
            if rest.len() < length {
                return;
            }
            let (version, command, payload) = (*version, *command, rest[..length].to_vec());
            self.unread.drain(..8 + length);
            assert_eq!(version, 1);
            self.take_frame(command, stream, &payload);
        }
    }

    fn take_frame(&mut self, command: u8, stream: u32, payload: &[u8]) {
        match command {
            0 => self.begin(stream),
            1 => self.client_ends(stream),
            2 => self.take_payload(stream, payload),
            3 => assert_eq!(stream, 0, "a sign of life is of no stream"),
            other => panic!("the command {other}"),
        }
        assert!(command == 2 || payload.is_empty());
    }

    fn begin(&mut self, stream: u32) {
        assert!(stream % 2 == 1 && stream > 1, "the stream {stream}");
        let newest = self.streams.last_key_value().map_or(1, |(number, _)| *number);
        assert!(stream > newest, "{stream} behind {newest}");
        self.streams.insert(stream, FarStream::default());
    }

    fn take_payload(&mut self, number: u32, payload: &[u8]) {
        let stream = self.streams.get_mut(&number).expect("a stream that was begun");
        assert!(!stream.client_ended, "bytes behind a FIN");
        assert!((1..=1016).contains(&payload.len()));
        if stream.is_over {
            return;
        }
        for byte in payload {
            assert_eq!(*byte, byte_at(number, stream.arrived, true), "input of {number}");
            stream.arrived += 1;
        }
    }

    fn client_ends(&mut self, number: u32) {
        let stream = self.streams.get_mut(&number).expect("a stream that was begun");
        assert!(!std::mem::replace(&mut stream.client_ended, true), "two FINs");
        self.end(number);
    }

    /// The destination sends so many bytes in one frame.
    pub(super) fn send(&mut self, number: u32, bytes: usize) {
        self.finish_refusal();
        let Some(stream) = self.streams.get_mut(&number).filter(|stream| !stream.is_over) else {
            return;
        };
        let payload: Vec<u8> = (0..bytes)
            .map(|n| byte_at(number, stream.sent + n, false))
            .collect();
        stream.sent += bytes;
        self.frame(2, number, &payload);
    }

    /// The stream ends at the agent, both ways.
    pub(super) fn end(&mut self, number: u32) {
        let is_refused = self.refused == Some(number);
        if is_refused {
            self.refused = None;
        } else {
            self.finish_refusal();
        }
        if let Some(stream) = self.streams.get_mut(&number).filter(|stream| !stream.is_over) {
            stream.is_over = true;
            self.frame(1, number, &[]);
        }
    }

    /// The agent could not connect this stream, which is the last one it dialled; its FIN comes later.
    pub(super) fn refuse(&mut self, number: u32) {
        self.finish_refusal();
        let is_dialled = self.streams.range(number..).any(|(_, stream)| stream.sent > 0);
        if let Some(stream) = self.streams.get_mut(&number)
            && !stream.is_over
            && !is_dialled
        {
            stream.is_refused = true;
            self.refused = Some(number);
            self.wire.push_back(Item::Refusal);
        }
    }

    pub(super) fn finish_refusal(&mut self) {
        if let Some(number) = self.refused {
            self.end(number);
        }
    }

    pub(super) fn sign_of_life(&mut self) {
        self.frame(3, 0, &[]);
    }

    fn frame(&mut self, command: u8, stream: u32, payload: &[u8]) {
        let length = u16::try_from(payload.len()).expect("a length of 16 bits");
        let header = [&[1, command][..], &length.to_le_bytes(), &stream.to_le_bytes()].concat();
        self.wire
            .extend(header.iter().map(|byte| Item::Byte(*byte, Place::Header)));
        if let (1, Some(Item::Byte(_, place))) = (command, self.wire.back_mut()) {
            *place = Place::LastOfFin(stream);
        }
        let payload = payload
            .iter()
            .map(|byte| Item::Byte(*byte, Place::PayloadOf(stream)));
        self.wire.extend(payload);
    }
}
