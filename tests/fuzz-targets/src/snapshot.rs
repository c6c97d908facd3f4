//! A channel that was written down: any bytes are read or refused, and what is read goes on like a channel.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_protocol::{
    ChannelConfig, DataChannel, Message, MessageKind, PayloadType, Persistence, SessionKeys, Snapshot,
};

use crate::peer::{self, at};

/// Reads the bytes as a written snapshot. After a first byte that is odd they are one whose digest is right, as somebody
/// makes it who may write where it is kept.
pub fn snapshot(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let read = if first & 1 == 0 {
        Snapshot::from_bytes(rest)
    } else {
        Snapshot::from_bytes(&with_digest(rest))
    };
    if let Ok(snapshot) = read {
        assert_eq!(Snapshot::from_bytes(&snapshot.to_bytes()).as_ref(), Ok(&snapshot));
        assert!(snapshot.held_input() <= 1 << 20);
        go_on(snapshot);
    }
}

fn with_digest(json: &[u8]) -> Vec<u8> {
    let digest = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, json));
    [format!("postern channel 1 {digest}\n").as_bytes(), json].concat()
}

/// Only what the snapshot knows leaves at first, and each new number is one behind the last.
fn go_on(snapshot: Snapshot) {
    let config = ChannelConfig {
        port_sessions: true,
        persistence: Persistence::Journaled,
        ..ChannelConfig::default()
    };
    let keys = SessionKeys::new(&peer::PLAINTEXT).expect("64 bytes");
    let Ok(mut channel) = DataChannel::restore(snapshot.clone(), Some(&keys), config, [3; 32]) else {
        return;
    };
    assert_eq!(channel.held_input(), snapshot.held_input());
    assert_eq!(channel.snapshot().map(|(again, _)| again).as_ref(), Ok(&snapshot));
    channel.open(at(0), "token");
    let known = numbers(&mut channel);
    channel.send_input(at(1), b"x");
    let _defect = channel.handle_frame(at(1), peer::stream(1, PayloadType::Output, &b""[..]));
    while channel.poll_event().is_some() {}
    if let Ok((_, mark)) = channel.snapshot() {
        assert!(
            numbers(&mut channel).is_empty(),
            "something left before it was written down"
        );
        channel.snapshot_written(mark);
        let new = numbers(&mut channel);
        assert!(known.last() < new.first() || new.is_empty());
        assert!(new.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }
}

/// The numbers of the messages that are written now.
fn numbers(channel: &mut DataChannel) -> Vec<i64> {
    std::iter::from_fn(|| channel.poll_transmit())
        .map(|frame| Message::decode(&frame).expect("a frame of ours can be read"))
        .filter(|message| message.kind == MessageKind::InputStreamData)
        .map(|message| message.sequence)
        .collect()
}
