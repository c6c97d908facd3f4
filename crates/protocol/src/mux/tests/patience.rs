//! Who is waited for, and for how long.

use super::*;
use crate::StreamFailure;

fn stalled(stream: StreamId, waiting: usize) -> MuxEvent {
    let why = StreamFailure::Stalled { waiting };
    MuxEvent::Reset { stream, why }
}

#[test]
fn a_stalled_stream_is_reset_when_others_wait_and_it_alone() {
    let (mut mux, [slow, other]) = with_streams(limits());
    mux.push(at(0), slow, &[0; 4000]);
    assert!(!mux.takes_more());
    mux.events();
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(30)));
    mux.delivered(at(10), slow, 500);
    assert_eq!(
        mux.next_timeout(),
        Some(Duration::from_secs(30)),
        "a trickle is not enough"
    );
    mux.handle_timeout(at(30));
    assert!(mux.takes_more());
    assert_eq!(mux.events(), [stalled(slow, 3500)]);
    assert_eq!(frames_in(&sent(&mut mux)), [(1, 3, vec![])]);
    mux.push(at(31), slow, b"thrown away");
    mux.push(at(31), other, b"goes on");
    assert_eq!(mux.events(), [output(other, b"goes on")]);
    mux.check();
}

#[test]
fn nobody_is_reset_while_nobody_waits() {
    let (mut mux, [slow, other]) = with_streams(limits());
    mux.push(at(0), slow, &[0; 3000]);
    mux.push(at(0), other, &[0; 1000]);
    mux.events();
    mux.handle_timeout(at(1000));
    assert_eq!((mux.next_timeout(), mux.events()), (None, vec![]));
    mux.open(at(1000)).unwrap();
    assert_eq!(
        mux.next_timeout(),
        Some(Duration::from_secs(1000)),
        "it took nothing for long"
    );
    mux.handle_timeout(at(1000));
    assert_eq!(mux.events(), [stalled(slow, 3000)]);
    assert!(mux.takes_more());
}

#[test]
fn a_stream_below_its_limit_has_the_whole_time() {
    let (mut mux, streams) = with_streams::<6>(limits());
    let [busy @ .., _] = streams;
    for stream in busy {
        mux.push(at(0), stream, &[0; 800]);
    }
    mux.push(at(5), busy[2], &[0; 100]);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(30)));
    mux.handle_timeout(at(29));
    mux.events();
    mux.handle_timeout(at(30));
    assert_eq!(
        mux.events(),
        [stalled(busy[2], 900)],
        "who holds most, and no other"
    );
    assert!(mux.takes_more());
}

#[test]
fn a_stall_does_not_count_without_a_link() {
    let (mut mux, [slow, _other]) = with_streams(limits());
    mux.push(at(0), slow, &[0; 800]);
    mux.push(at(1), slow, &[0; 3200]);
    mux.hold(at(2));
    assert_eq!(mux.next_timeout(), None);
    mux.go_on(at(100));
    assert_eq!(
        mux.next_timeout(),
        Some(Duration::from_secs(100)),
        "nobody took anything meanwhile"
    );
}

#[test]
fn an_ended_stream_that_is_not_taken_does_not_hold_up_the_others() {
    let (mut mux, [slow, _other]) = with_streams(limits());
    mux.push(at(0), slow, &[0; 4000]);
    mux.end(at(0), slow);
    let told = mux.events();
    assert_eq!(told.last(), Some(&MuxEvent::Ended { stream: slow }));
    mux.handle_timeout(at(30));
    assert_eq!(mux.events(), [stalled(slow, 4000)]);
    assert!(mux.takes_more());
    sent(&mut mux);
    assert_eq!(mux.streams(), 1);
}

#[test]
fn an_agent_that_acknowledges_nothing_is_wedged() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(10), stream, vec![0; 2000].into()).unwrap();
    sent(&mut mux);
    mux.acknowledged(at(20), 8 + 1024);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(50)));
    mux.handle_timeout(at(50));
    assert!(mux.is_wedged());
    assert_eq!(mux.events(), [MuxEvent::Wedged { unacknowledged: 992 }]);
    assert_eq!(mux.next_timeout(), None);
    mux.end_input(at(51), stream);
    assert_eq!(mux.next_timeout(), None, "its silence means nothing now");
    mux.acknowledged(at(60), 8 + 2016);
    assert_eq!(mux.events(), [MuxEvent::Unwedged]);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(120)));
}

#[test]
fn a_wedge_that_went_by_before_anybody_asked_is_not_told() {
    let (mut mux, [stream]) = with_streams(MuxLimits::default());
    mux.send(at(0), stream, "x".into()).unwrap();
    sent(&mut mux);
    mux.handle_timeout(at(30));
    mux.acknowledged(at(31), u64::MAX);
    assert_eq!(mux.events(), []);
}

#[test]
fn an_agent_is_not_wedged_while_its_acknowledgements_cannot_be_seen() {
    let (mut mux, [stream]) = with_streams(limits());
    mux.send(at(0), stream, "x".into()).unwrap();
    sent(&mut mux);
    mux.push(at(1), stream, &[0; 2000]);
    mux.events();
    assert_eq!(mux.next_timeout(), None, "the session is not read");
    mux.delivered(at(100), stream, 2000);
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(130)));
    mux.hold(at(101));
    mux.go_on(at(200));
    assert_eq!(mux.next_timeout(), Some(Duration::from_secs(230)));
}
