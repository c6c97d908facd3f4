//! What is held, what is on its way, and how many.

use super::*;
use crate::StreamError;

#[test]
fn input_is_taken_as_far_as_there_is_room() {
    let (mut mux, [stream, other]) = with_streams(MuxLimits::default());
    let room = mux.room(stream);
    assert_eq!(room, (1 << 20) - 64, "a piece costs a little more than its bytes");
    let too_much = Bytes::from(vec![0; room + 1]);
    let refused = StreamError::NoRoom {
        given: room + 1,
        room,
    };
    assert_eq!(mux.send(at(0), stream, too_much.clone()), Err(refused));
    mux.send(at(0), stream, too_much.slice(1..)).unwrap();
    assert_eq!(mux.room(stream), 0);
    mux.send(at(0), stream, Bytes::new()).unwrap();
    assert_eq!(mux.room(other), room);
}

#[test]
fn each_stream_has_room_for_a_frame_however_much_others_hold() {
    let (mut mux, streams) = with_streams::<4>(limits());
    let [greedy @ .., modest] = streams;
    let roomy = MuxLimits {
        session_bytes: 1500,
        ..limits()
    };
    mux.limits = roomy;
    for stream in greedy {
        let room = mux.room(stream);
        mux.send(at(0), stream, vec![0; room].into()).unwrap();
    }
    let total = mux.totals.input;
    assert_eq!(
        mux.room(modest),
        1000 - 64,
        "the limit of a stream is less than a frame here"
    );
    mux.limits.stream_bytes = 5000;
    let room = mux.room(modest);
    assert!(room >= 1016, "{room}");
    mux.send(at(0), modest, vec![0; room].into()).unwrap();
    assert!(mux.totals.shared_input <= 1500 && total <= 3 * 1000);
    assert!(greedy.iter().all(|stream| mux.room(*stream) <= 1016));
}

#[test]
fn tiny_pieces_are_bounded_by_what_they_cost() {
    let (mut mux, [stream]) = with_streams(limits());
    let pieces = std::iter::repeat_with(|| mux.send(at(0), stream, "x".into()))
        .take_while(Result::is_ok)
        .count();
    assert_eq!(pieces, 1000 / 65);
}

#[test]
fn no_more_is_on_its_way_than_the_agent_acknowledges() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, vec![0; 1_000_000].into()).unwrap();
    let wire = sent(&mut mux);
    assert_eq!(wire.len(), 320 << 10);
    assert_eq!(mux.poll_transmit(1 << 20), None);
    mux.acknowledged(at(0), 8 + 1000);
    assert_eq!(mux.poll_transmit(1024), None, "a message is not sent in part");
    mux.acknowledged(at(0), 8 + 1024);
    assert_eq!(mux.poll_transmit(1 << 20).unwrap().len(), 1024);
    mux.acknowledged(at(0), u64::MAX);
    assert_eq!(
        mux.poll_transmit(1 << 20).unwrap().len(),
        320 << 10,
        "never more than was given"
    );
}

#[test]
fn a_busy_connection_does_not_keep_others_waiting_for_what_it_has_queued() {
    let (mut mux, [bulk, small]) = with_streams(MuxLimits::default());
    mux.send(at(0), bulk, vec![0; 1_000_000].into()).unwrap();
    mux.poll_transmit(1024).unwrap();
    mux.send(at(0), small, "key".into()).unwrap();
    mux.poll_transmit(1024).unwrap();
    assert_eq!(frames_in(&mux.poll_transmit(1024).unwrap())[0].1, small.number());
}

#[test]
fn the_session_is_not_read_while_local_sides_are_behind() {
    let (mut mux, [stream, other]) = with_streams(limits());
    mux.push(at(0), stream, &[0; 999]);
    assert!(mux.takes_more());
    mux.push(at(0), stream, &[0; 1001]);
    assert!(mux.takes_more(), "another stream waits");
    mux.push(at(0), other, b"x");
    assert!(!mux.takes_more(), "nobody waits any more");
    mux.events();
    mux.delivered(at(0), other, 1);
    assert!(mux.takes_more());
    mux.delivered(at(0), stream, 999);
    mux.push(at(0), stream, &[0; 2999]);
    mux.events();
    assert!(!mux.takes_more(), "all together hold enough");
    mux.delivered(at(0), stream, 1999);
    assert!(!mux.takes_more(), "until half of it was taken");
    mux.delivered(at(0), stream, 1);
    assert!(mux.takes_more());
    mux.check();
}

#[test]
fn a_stream_counts_until_it_is_over_at_the_agent() {
    let (mut mux, [stream]) = with_streams(MuxLimits {
        streams: 1,
        ..limits()
    });
    mux.reset(at(0), stream);
    sent(&mut mux);
    assert_eq!(
        mux.open(at(0)),
        Err(StreamError::TooMany { most: 1 }),
        "it may still be dialled"
    );
    mux.end(at(0), stream);
    assert!(mux.open(at(0)).is_ok());
}

#[test]
fn numbers_are_used_up_one_day() {
    let (mut mux, [_]) = with_streams(limits());
    mux.last_number = u32::MAX - 2;
    assert_eq!(mux.open(at(0)).map(StreamId::number), Ok(u32::MAX));
    assert_eq!(mux.open(at(0)), Err(StreamError::NumbersUsedUp));
}
