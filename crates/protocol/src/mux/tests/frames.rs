//! What goes over the wire, both ways, and what must not.

use super::*;
use crate::{MuxError, StreamError};

#[test]
fn a_stream_is_begun_sends_its_bytes_and_is_ended() {
    let mut mux = Mux::new(MuxLimits::default());
    let stream = mux.open(at(0)).unwrap();
    assert_eq!(stream.number(), 3);
    mux.send(at(0), stream, "hello".into()).unwrap();
    mux.send(at(0), stream, " there".into()).unwrap();
    let wire = b"\x01\x00\x00\x00\x03\x00\x00\x00\x01\x02\x0b\x00\x03\x00\x00\x00hello there";
    assert_eq!(sent(&mut mux), wire);
    mux.reset(at(0), stream);
    assert_eq!(sent(&mut mux), b"\x01\x01\x00\x00\x03\x00\x00\x00");
    assert_eq!(mux.open(at(0)).unwrap().number(), 5);
}

#[test]
fn output_comes_to_its_stream_however_it_is_cut() {
    let (mut mux, [three, five]) = with_streams(MuxLimits::default());
    let wire = [
        frame(FrameCommand::Push, five, b"five"),
        frame(FrameCommand::Nothing, StreamId(0), b""),
        frame(FrameCommand::Push, three, b""),
        frame(FrameCommand::Push, three, b"three"),
    ]
    .concat();
    for byte in &wire {
        mux.receive(at(0), &[*byte]).unwrap();
    }
    assert_eq!(mux.events(), [output(five, b"f"), output(three, b"t")]);
    mux.delivered(at(0), three, 1);
    mux.delivered(at(0), five, 1);
    let gathered = [output(three, b"hree"), output(five, b"ive")];
    assert_eq!(
        mux.taken_events(at(0)),
        gathered,
        "what came meanwhile is one piece"
    );
    mux.check();
}

#[test]
fn every_breach_of_the_protocol_ends_the_session_for_good() {
    for (wire, error) in [
        (
            &b"\x02\x03\x00\x00\x00\x00\x00\x00"[..],
            MuxError::Version { version: 2 },
        ),
        (
            b"\x01\x04\x08\x00\x03\x00\x00\x00",
            MuxError::UnknownCommand { command: 4 },
        ),
        (
            b"\x01\x00\x00\x00\x04\x00\x00\x00",
            MuxError::OpenedByAgent { stream: 4 },
        ),
        (
            b"\x01\x02\x01\x00\x07\x00\x00\x00x",
            MuxError::NeverOpened { stream: 7 },
        ),
        (
            b"\x01\x02\x01\x00\x04\x00\x00\x00x",
            MuxError::NeverOpened { stream: 4 },
        ),
        (
            b"\x01\x01\x00\x00\x01\x00\x00\x00",
            MuxError::NeverOpened { stream: 1 },
        ),
        (
            b"\x01\x01\x00\x00\x05\x00\x00\x00",
            MuxError::NeverOpened { stream: 5 },
        ),
        (
            b"\x01\x02\xff\xff\x03\x00\x00\x00",
            MuxError::Length {
                length: 65_535,
                most: 32_768,
            },
        ),
    ] {
        let (mut mux, [stream]) = with_streams(MuxLimits::default());
        let unknown_to_agent = mux.open(at(0)).unwrap();
        assert_eq!(unknown_to_agent.number(), 5);
        let before = frame(FrameCommand::Push, stream, b"before");
        assert_eq!(mux.receive(at(0), &[&before[..], wire].concat()), Err(error));
        assert_eq!(mux.receive(at(1), &before), Err(error));
        assert_eq!(mux.open(at(1)), Err(StreamError::SessionBroken(error)));
        assert_eq!(mux.poll_transmit(1024), None);
        assert_eq!(
            mux.events(),
            [output(stream, b"before")],
            "what came before is delivered"
        );
    }
}

#[test]
fn streams_share_a_message_and_take_turns() {
    let (mut mux, streams) = with_streams::<64>(MuxLimits::default());
    for stream in streams {
        mux.send(at(0), stream, vec![7; 5000].into()).unwrap();
    }
    for _ in 0..4 {
        for stream in streams {
            let message = mux.poll_transmit(1024).unwrap();
            assert_eq!(message.len(), 1024);
            assert_eq!(frames_in(&message), [(2, stream.number(), vec![7; 1016])]);
        }
    }
    mux.acknowledged(at(0), 64 * 8 + 64 * 4 * 1024);
    let last = mux.poll_transmit(1024).unwrap();
    let sizes: Vec<_> = frames_in(&last)
        .iter()
        .map(|(_, stream, bytes)| (*stream, bytes.len()))
        .collect();
    assert_eq!(sizes, [(3, 936), (5, 72)], "small rests share one message");
}

#[test]
fn sizes_and_bytes_arrive_as_they_are() {
    for size in [1, 2, 1015, 1016, 1017, 1024, 2040, 2041, 3065, 40_000] {
        let (mut mux, [stream]) = with_streams(MuxLimits::default());
        let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        mux.send(at(0), stream, bytes.clone().into()).unwrap();
        let came: Vec<u8> = frames_in(&sent(&mut mux))
            .into_iter()
            .flat_map(|(.., payload)| payload)
            .collect();
        assert_eq!(came, bytes);
        assert!(
            mux.totals
                == Totals {
                    hungry: 1,
                    ..Totals::default()
                }
        );
    }
    for byte in 0..=255 {
        let (mut mux, [stream]) = with_streams(MuxLimits::default());
        mux.send(at(0), stream, vec![byte].into()).unwrap();
        assert_eq!(frames_in(&sent(&mut mux)), [(2, 3, vec![byte])]);
    }
}

#[test]
fn a_short_message_holds_what_fits() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "0123456789".into()).unwrap();
    assert_eq!(mux.poll_transmit(7), None);
    assert_eq!(mux.poll_transmit(8), None, "a header alone says nothing");
    assert_eq!(
        frames_in(&mux.poll_transmit(12).unwrap()),
        [(2, 3, b"0123".to_vec())]
    );
    let other = mux.open(at(0)).unwrap();
    mux.end_input(at(0), other);
    let message = mux.poll_transmit(20).unwrap();
    assert_eq!(frames_in(&message), [(2, 3, b"456789".to_vec())]);
    assert_eq!(frames_in(&mux.poll_transmit(8).unwrap()), [(0, 5, vec![])]);
}

#[test]
fn old_agents_get_a_sign_of_life_when_nothing_else_is_sent() {
    let keep_alive = Some(Duration::from_secs(10));
    let mut mux = Mux::new(MuxLimits {
        keep_alive,
        ..MuxLimits::default()
    });
    assert_eq!(mux.next_timeout(), keep_alive);
    mux.open(at(5)).unwrap();
    sent(&mut mux);
    mux.acknowledged(at(5), 8);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(15)));
    mux.handle_timeout(at(15));
    assert_eq!(mux.next_timeout(), None, "one is enough");
    assert_eq!(frames_in(&sent(&mut mux)), [(3, 0, vec![])]);
    mux.hold(at(20));
    assert_eq!(mux.next_timeout(), None);
    mux.go_on(at(30));
    mux.acknowledged(at(30), 16);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(40)));
    let silent = with_streams::<1>(MuxLimits::default()).0;
    assert_eq!(silent.next_timeout(), None, "new agents get none");
}
