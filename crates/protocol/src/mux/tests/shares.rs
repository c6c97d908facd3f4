//! Many streams at once, and one of them that takes nothing.

use std::collections::BTreeMap;

use super::*;
use crate::StreamFailure;

const STREAMS: usize = 64;
const BYTES: usize = 256 << 10;

/// The byte at a place of a stream.
fn byte(stream: StreamId, place: usize) -> u8 {
    (place * 7 + place / 251 + stream.number() as usize * 31) as u8
}

fn bytes(stream: StreamId, places: std::ops::Range<usize>) -> Vec<u8> {
    places.map(|place| byte(stream, place)).collect()
}

#[test]
fn one_that_takes_nothing_holds_up_sixty_three_others_once_and_not_for_long() {
    let (mut mux, streams) = with_streams::<STREAMS>(MuxLimits::default());
    let stalled = streams[20];
    let mut now = at(1);
    let mut got: BTreeMap<StreamId, usize> = BTreeMap::new();
    let mut resets = Vec::new();
    // The stalled one has much more than all together may hold, so that it is seen.
    for from in (0..BYTES).step_by(4096) {
        for stream in streams {
            let repeated = if stream == stalled { 32 } else { 1 };
            for _ in 0..repeated {
                mux.push(now, stream, &bytes(stream, from..from + 4096));
                if let Some(due) = mux.next_timeout() {
                    assert!(!mux.takes_more());
                    now.monotonic = due;
                    mux.handle_timeout(now);
                }
                while let Some(event) = mux.poll_event() {
                    match event {
                        MuxEvent::Output { stream, bytes: came } if stream != stalled => {
                            let place = got.entry(stream).or_default();
                            assert_eq!(came, bytes(stream, *place..*place + came.len()));
                            *place += came.len();
                            mux.delivered(now, stream, came.len());
                        }
                        MuxEvent::Reset { stream, why } => resets.push((stream, why)),
                        MuxEvent::Output { .. }
                        | MuxEvent::Ended { .. }
                        | MuxEvent::Wedged { .. }
                        | MuxEvent::Unwedged => {}
                    }
                }
                assert!(mux.takes_more());
            }
        }
    }
    let waiting = 4 << 20;
    assert_eq!(resets, [(stalled, StreamFailure::Stalled { waiting })]);
    assert_eq!(
        now.monotonic,
        Duration::from_secs(31),
        "one wait, as long as its patience"
    );
    assert_eq!(got.len(), STREAMS - 1);
    assert!(got.values().all(|place| *place == BYTES));
    mux.check();
}

#[test]
fn all_send_at_the_same_pace_and_nothing_is_lost() {
    let (mut mux, streams) = with_streams::<STREAMS>(MuxLimits::default());
    let mut sent = [0; STREAMS];
    let mut arrived: BTreeMap<u32, usize> = BTreeMap::new();
    let mut wire = 8 * STREAMS as u64;
    while arrived.values().sum::<usize>() < STREAMS * BYTES {
        for (stream, sent) in streams.iter().zip(&mut sent) {
            let more = mux.room(*stream).min(5000).min(BYTES - *sent);
            let piece = bytes(*stream, *sent..*sent + more).into();
            mux.send(at(1), *stream, piece).unwrap();
            *sent += more;
        }
        while let Some(message) = mux.poll_transmit(1024) {
            wire += message.len() as u64;
            for (_, number, payload) in frames_in(&message) {
                let place = arrived.entry(number).or_default();
                assert_eq!(payload, bytes(StreamId(number), *place..*place + payload.len()));
                *place += payload.len();
            }
        }
        let (least, most) = (arrived.values().min().unwrap(), arrived.values().max().unwrap());
        assert!(most - least <= 64 << 10, "{least} and {most}");
        mux.acknowledged(at(1), wire);
        mux.check();
    }
    assert!(arrived.values().all(|place| *place == BYTES));
}
