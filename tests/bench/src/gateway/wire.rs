//! Frames and messages as the stand-in writes and reads them: no check that costs more than it must, none left out
//! that would hide a loss.

use memchr::memmem;
use sha2::{Digest, Sha256};

/// The fixed part of a message.
pub const HEADER: usize = 120;
const SEQUENCE_AT: usize = 48;
const ID_AT: usize = 64;
const PAYLOAD_TYPE_AT: usize = 112;

const BINARY: u8 = 2;
const PING: u8 = 9;
const PONG: u8 = 10;
const CLOSE: u8 = 8;
const TEXT: u8 = 1;

/// One frame of a client, unmasked.
#[derive(Debug)]
pub enum Heard<'a> {
    /// OpenDataChannel.
    Text,
    /// A ping and what it carries.
    Ping(&'a [u8]),
    /// The client closes.
    Close,
    /// An acknowledgement of the message with this number.
    Acknowledged(i64),
    /// A message of input.
    Input {
        /// Its number.
        sequence: i64,
        /// Its id, as it is in the header.
        id: [u8; 16],
        /// What its payload is: 1 is typed bytes.
        payload_type: u32,
        /// The payload; its digest was right.
        payload: &'a [u8],
    },
    /// Something else.
    Other,
}

/// Takes one frame off the front of `bytes`: its length, and what it says. `None` when it is not all there.
///
/// # Errors
/// What no client may send.
pub fn read(bytes: &mut [u8]) -> Result<Option<(usize, Heard<'_>)>, String> {
    let Some((opcode, start, length)) = frame_header(bytes)? else {
        return Ok(None);
    };
    let end = start + length;
    let Some(frame) = bytes.get_mut(start - 4..end) else {
        return Ok(None);
    };
    let (mask, payload) = frame.split_at_mut(4);
    let mask = [mask[0], mask[1], mask[2], mask[3]];
    unmask(mask, payload);
    let heard = match opcode {
        TEXT => Heard::Text,
        PING => Heard::Ping(payload),
        CLOSE => Heard::Close,
        BINARY => message(payload)?,
        _ => Heard::Other,
    };
    Ok(Some((end, heard)))
}

fn frame_header(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>, String> {
    let (Some(first), Some(second)) = (bytes.first(), bytes.get(1)) else {
        return Ok(None);
    };
    if first & 0x80 == 0 || second & 0x80 == 0 {
        return Err("a frame in parts or without a mask".to_owned());
    }
    let (at, length) = match second & 0x7F {
        126 => match bytes.get(2..4) {
            Some(length) => (4, usize::from(u16::from_be_bytes([length[0], length[1]]))),
            None => return Ok(None),
        },
        127 => return Err("a frame of 64 KiB or more".to_owned()),
        short => (2, usize::from(short)),
    };
    Ok(Some((first & 0x0F, at + 4, length)))
}

/// Eight bytes at a time.
fn unmask(mask: [u8; 4], payload: &mut [u8]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = payload.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    rest.iter_mut()
        .zip(mask.iter().cycle())
        .for_each(|(byte, mask)| *byte ^= mask);
}

fn message(frame: &[u8]) -> Result<Heard<'_>, String> {
    let (header, payload) = frame
        .split_at_checked(HEADER)
        .ok_or_else(|| "a message shorter than its header".to_owned())?;
    if header[4..].starts_with(b"acknowledge ") || header[4..].starts_with(b"acknowledge\0") {
        return acknowledged(payload)
            .map(Heard::Acknowledged)
            .ok_or_else(|| "an acknowledgement without a number".to_owned());
    }
    if !header[4..].starts_with(b"input_stream_data") {
        return Ok(Heard::Other);
    }
    if Sha256::digest(payload)[..] != header[80..112] {
        return Err("a message with a wrong digest".to_owned());
    }
    Ok(Heard::Input {
        sequence: i64::from_be_bytes(at(header, SEQUENCE_AT)),
        id: at(header, ID_AT),
        payload_type: u32::from_be_bytes(at(header, PAYLOAD_TYPE_AT)),
        payload,
    })
}

fn acknowledged(payload: &[u8]) -> Option<i64> {
    const NAME: &[u8] = b"\"AcknowledgedMessageSequenceNumber\":";
    let number = payload.get(memmem::find(payload, NAME)? + NAME.len()..)?;
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

fn at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}

/// A message of the agent or the service as one frame, appended to `out`.
pub fn write_message(out: &mut Vec<u8>, kind: &str, sequence: i64, payload_type: u32, payload: &[u8]) {
    write_header(out, BINARY, HEADER + payload.len());
    let flags: u64 = match kind {
        "acknowledge" => 3,
        "output_stream_data" => u64::from(sequence == 0),
        _ => 0,
    };
    out.extend_from_slice(&116_u32.to_be_bytes());
    out.extend_from_slice(format!("{kind:<32}").as_bytes());
    out.extend_from_slice(&1_u32.to_be_bytes());
    out.extend_from_slice(&1_790_000_000_000_u64.to_be_bytes());
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&flags.to_be_bytes());
    out.extend_from_slice(uuid::Uuid::new_v4().as_bytes());
    out.extend_from_slice(&Sha256::digest(payload));
    out.extend_from_slice(&payload_type.to_be_bytes());
    out.extend_from_slice(&(payload.len() as u32).to_be_bytes());
    out.extend_from_slice(payload);
}

/// The acknowledgement of a message of input.
pub fn write_acknowledge(out: &mut Vec<u8>, sequence: i64, id: [u8; 16]) {
    // On the wire the second half of an id comes first.
    let id = uuid::Uuid::from_u128(u128::from_be_bytes(id).rotate_left(64));
    let payload = format!(
        r#"{{"AcknowledgedMessageType":"input_stream_data","AcknowledgedMessageId":"{id}","AcknowledgedMessageSequenceNumber":{sequence},"IsSequentialMessage":true}}"#
    );
    write_message(out, "acknowledge", 0, 0, payload.as_bytes());
}

/// The answer to a ping.
pub fn write_pong(out: &mut Vec<u8>, payload: &[u8]) {
    write_header(out, PONG, payload.len());
    out.extend_from_slice(payload);
}

/// The answer to a close.
pub fn write_close(out: &mut Vec<u8>) {
    write_header(out, CLOSE, 0);
}

/// Where the number of a message is in a frame with a payload of 6 to 65,415 bytes.
pub const SEQUENCE_IN_FRAME: usize = 4 + SEQUENCE_AT;

fn write_header(out: &mut Vec<u8>, opcode: u8, length: usize) {
    out.push(0x80 | opcode);
    match u16::try_from(length) {
        Ok(short @ 0..126) => out.push(short as u8),
        Ok(length) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}
