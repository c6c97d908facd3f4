//! Acknowledgements: each frees exactly the message that it names, once, and nothing else.

use std::collections::BTreeMap;

use postern_protocol::{Acknowledge, ChannelConfig, DataChannel, JsonPayload, MessageKind, PayloadType};

use crate::peer::{self, at};

/// So many messages of 100 bytes are on their way; the first window has room for all.
const TYPED: usize = 6;
const MESSAGE_BYTES: usize = 100;

/// Gives the pieces of any bytes, cut at line ends, to a channel as acknowledgements.
pub fn acknowledge(data: &[u8]) {
    let (mut channel, mut waiting) = channel_with_input();
    for piece in data.split(|byte| *byte == b'\n').take(64) {
        let payload = piece.to_vec();
        let _defect = channel.handle_frame(at(3), peer::service(MessageKind::Acknowledge, payload));
        if let Ok(read) = Acknowledge::from_payload(piece)
            && read.acknowledged_message_type == "input_stream_data"
        {
            waiting.remove(&read.acknowledged_message_sequence_number);
        }
        assert_eq!(channel.held_input(), waiting.values().sum::<usize>());
    }
    assert_eq!(channel.next_timeout().is_some(), !waiting.is_empty());
    assert_the_rest_comes_again(&mut channel, &waiting);
}

fn channel_with_input() -> (DataChannel, BTreeMap<i64, usize>) {
    let mut channel = DataChannel::new(ChannelConfig::default(), [3; 32]);
    channel.open(at(0), "token");
    let _ = channel.handle_frame(at(1), peer::stream(0, PayloadType::Output, &b"$ "[..]));
    for _ in 0..TYPED {
        assert_eq!(channel.send_input(at(2), &[b'x'; MESSAGE_BYTES]), MESSAGE_BYTES);
    }
    let written = peer::written_numbers(&mut channel);
    let waiting: BTreeMap<i64, usize> = written
        .into_iter()
        .map(|number| (number, MESSAGE_BYTES))
        .collect();
    assert_eq!(waiting.len(), TYPED);
    (channel, waiting)
}

fn assert_the_rest_comes_again(channel: &mut DataChannel, waiting: &BTreeMap<i64, usize>) {
    channel.open(at(4), "token");
    let again = peer::written_numbers(channel);
    assert_eq!(again, waiting.keys().copied().collect::<Vec<_>>());
    for sequence in again {
        let _ = channel.handle_frame(at(5), peer::acknowledgement(sequence));
    }
    assert_eq!((channel.held_input(), channel.next_timeout()), (0, None));
}
