//! How streams end: at the destination, here, half-way, and before they began.

use super::*;
use crate::{PortFlag, StreamError, StreamFailure};

#[test]
fn the_destination_ends_a_stream_behind_its_output() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.push(at(0), stream, b"last");
    mux.end(at(0), stream);
    assert_eq!(
        mux.events(),
        [output(stream, b"last"), MuxEvent::Ended { stream }]
    );
    assert_eq!(mux.send(at(0), stream, "x".into()), Err(StreamError::Over));
    assert_eq!(mux.room(stream), 0);
    assert_eq!(
        frames_in(&sent(&mut mux)),
        [(1, 3, vec![])],
        "the agent is answered"
    );
    assert_eq!(mux.streams(), 1, "its output is not taken yet");
    mux.delivered(at(0), stream, 4);
    assert_eq!((mux.streams(), mux.totals), (0, Totals::default()));
}

#[test]
fn input_that_the_agent_would_throw_away_is_not_sent() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "late".into()).unwrap();
    mux.end(at(0), stream);
    assert_eq!(frames_in(&sent(&mut mux)), [(1, 3, vec![])]);
    mux.check();
}

#[test]
fn output_that_waits_comes_before_the_end() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.push(at(0), stream, b"a");
    assert_eq!(mux.events(), [output(stream, b"a")]);
    mux.push(at(0), stream, b"b");
    mux.end(at(0), stream);
    assert_eq!(mux.events(), []);
    mux.delivered(at(0), stream, 1);
    assert_eq!(mux.events(), [output(stream, b"b"), MuxEvent::Ended { stream }]);
}

#[test]
fn what_comes_of_a_stream_that_was_reset_is_thrown_away() {
    let (mut mux, [stream, other]) = with_streams(MuxLimits::default());
    mux.push(at(0), stream, b"before");
    mux.reset(at(0), stream);
    assert_eq!(frames_in(&sent(&mut mux)), [(1, 3, vec![])]);
    mux.push(at(0), stream, b"still on its way");
    mux.push(at(0), other, b"other");
    mux.end(at(0), stream);
    mux.push(at(0), stream, b"from nowhere");
    assert_eq!(mux.events(), [output(other, b"other")]);
    assert_eq!(mux.streams(), 1);
    mux.reset(at(0), stream);
    mux.delivered(at(0), stream, 6);
    assert_eq!(sent(&mut mux), b"");
}

#[test]
fn a_stream_that_was_reset_before_the_agent_heard_of_it_never_was() {
    let mut mux = Mux::new(MuxLimits::default());
    for _ in 0..1000 {
        let stream = mux.open(at(0)).unwrap();
        mux.send(at(0), stream, "x".into()).unwrap();
        mux.reset(at(0), stream);
        mux.check();
    }
    assert_eq!(mux.open(at(0)), Err(StreamError::TooMany { most: 1000 }));
    assert_eq!(sent(&mut mux), b"");
    assert_eq!(mux.streams(), 0);
    assert_eq!(mux.open(at(0)).unwrap().number(), 2003);
}

#[test]
fn half_close_delivers_the_answer() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "question".into()).unwrap();
    mux.end_input(at(0), stream);
    assert_eq!(mux.send(at(0), stream, "more".into()), Err(StreamError::Over));
    assert_eq!(
        frames_in(&sent(&mut mux)),
        [(2, 3, b"question".to_vec())],
        "no FIN: it would end both ways"
    );
    mux.push(at(59), stream, b"answer");
    mux.end(at(59), stream);
    assert_eq!(
        mux.events(),
        [output(stream, b"answer"), MuxEvent::Ended { stream }]
    );
}

#[test]
fn a_held_back_end_is_sent_when_nothing_came_for_long() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "question".into()).unwrap();
    mux.end_input(at(0), stream);
    assert_eq!(mux.next_timeout(), None, "the question is still to be sent");
    mux.push(at(10), stream, b"part of the answer");
    mux.events();
    sent(&mut mux);
    mux.acknowledged(at(20), 100);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(70)));
    mux.push(at(69), stream, b"next part");
    mux.handle_timeout(at(70));
    assert_eq!(sent(&mut mux), b"");
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(129)));
    mux.handle_timeout(at(129));
    assert_eq!(frames_in(&sent(&mut mux)), [(1, 3, vec![])]);
    mux.push(at(130), stream, b"what was on its way");
    mux.end(at(130), stream);
    mux.delivered(at(130), stream, 18);
    let rest = output(stream, b"next partwhat was on its way");
    assert_eq!(mux.taken_events(at(130)), [rest, MuxEvent::Ended { stream }]);
    assert_eq!(mux.streams(), 0);
}

#[test]
fn silence_means_nothing_while_there_is_no_link_or_nobody_reads() {
    let (mut mux, [stream, other]) = with_streams(limits());
    mux.end_input(at(0), stream);
    mux.hold(at(10));
    assert_eq!(mux.next_timeout(), None);
    mux.go_on(at(1000));
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(1060)));
    mux.push(at(1010), other, &[0; 4000]);
    assert!(!mux.takes_more());
    mux.push(at(1010), stream, b"x");
    mux.events();
    assert_eq!(mux.next_timeout(), None, "nobody waits, so nobody is to blame");
    mux.delivered(at(1020), other, 4000);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(1080)));
}

#[test]
fn a_destination_that_was_not_reached_is_told_of_its_stream() {
    let (mut mux, [three, five, seven, nine]) = with_streams(MuxLimits::default());
    mux.push(at(0), five, b"five was dialled, and so was three");
    mux.flag(at(0), PortFlag::ConnectToPortError);
    mux.flag(at(0), PortFlag::Other(3));
    mux.end(at(0), three);
    mux.end(at(0), seven);
    mux.end(at(0), nine);
    let events: Vec<_> = mux.events().into_iter().skip(1).collect();
    let why = StreamFailure::NotReached;
    let ended = |stream| MuxEvent::Ended { stream };
    assert_eq!(
        events,
        [ended(three), MuxEvent::Reset { stream: seven, why }, ended(nine)]
    );
    assert_eq!(frames_in(&sent(&mut mux)).len(), 3);
}

#[test]
fn a_failure_of_a_stream_that_was_reset_is_not_taken_for_that_of_another() {
    let (mut mux, [three, five]) = with_streams(MuxLimits::default());
    mux.reset(at(0), three);
    sent(&mut mux);
    mux.flag(at(0), PortFlag::ConnectToPortError);
    mux.end(at(0), three);
    mux.end(at(0), five);
    assert_eq!(mux.events(), [MuxEvent::Ended { stream: five }]);
}

#[test]
fn what_a_closed_local_side_had_sent_still_arrives_and_nothing_comes_back() {
    let (mut mux, [stream, other]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "last words".into()).unwrap();
    mux.push(at(0), stream, b"nobody reads this");
    mux.close(at(0), stream);
    mux.check();
    assert_eq!(mux.send(at(0), stream, "more".into()), Err(StreamError::Over));
    assert_eq!(
        frames_in(&sent(&mut mux)),
        [(2, 3, b"last words".to_vec()), (1, 3, vec![])]
    );
    mux.push(at(0), stream, b"nor this");
    mux.push(at(0), other, b"other");
    mux.end(at(0), stream);
    assert_eq!(mux.events(), [output(other, b"other")]);
    assert_eq!(mux.streams(), 1);
    mux.check();
}

#[test]
fn a_stream_that_is_closed_half_way_ends_without_waiting_for_an_answer() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.end_input(at(0), stream);
    assert_eq!(sent(&mut mux), b"", "the end is held back for an answer");
    mux.close(at(0), stream);
    assert_eq!(frames_in(&sent(&mut mux)), [(1, 3, vec![])]);
    mux.close(at(0), stream);
    assert_eq!(sent(&mut mux), b"", "it is ended once");
    mux.end(at(0), stream);
    assert_eq!((mux.streams(), mux.totals), (0, Totals::default()));
}

#[test]
fn a_stream_that_was_closed_before_the_agent_heard_of_it_begins_for_what_it_sent() {
    let mut mux = Mux::new(MuxLimits::default());
    let stream = mux.open(at(0)).unwrap();
    mux.send(at(0), stream, "x".into()).unwrap();
    mux.close(at(0), stream);
    assert_eq!(
        frames_in(&sent(&mut mux)),
        [(0, 3, vec![]), (2, 3, b"x".to_vec()), (1, 3, vec![])]
    );
    mux.check();
}

#[test]
fn closing_a_stream_that_holds_up_others_makes_room_for_them() {
    let (mut mux, [stream, other]) = with_streams(limits());
    mux.push(at(0), stream, &[0; 4000]);
    mux.push(at(0), other, b"waits");
    mux.events();
    assert!(!mux.takes_more());
    mux.close(at(0), stream);
    assert!(mux.takes_more());
    mux.check();
}
