//! A peer that sends a million messages behind a gap: memory stays bounded, and the gap can still close.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a failed assumption here is a failed test, and a person watches it"
)]

use std::time::Duration;

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use postern_deep::Chance;
use postern_protocol::{ChannelConfig, ChannelEvent, DataChannel, Message, MessageKind, Moment, PayloadType};
use uuid::Uuid;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const FLOOD: i64 = 1_000_000;
const QUICK_FLOOD: i64 = 12_000;
/// Frames of 200 KiB do not need to be as many.
const LARGE_SHARE: i64 = 40;
const MOST_MORE: usize = 32 << 20;

/// What the flood's numbers look like, and whether anybody writes our acknowledgements.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Ascending,
    Anywhere,
    Large,
    Unwritten,
}

fn frame(sequence: i64, payload: Bytes) -> Bytes {
    Message {
        kind: MessageKind::OutputStreamData,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::from_u128(sequence as u128),
        payload_type: PayloadType::Output,
        payload,
    }
    .encode()
}

fn moment(n: i64) -> Moment {
    Moment {
        monotonic: Duration::from_micros(n.unsigned_abs()),
        wall_ms: 1,
    }
}

fn flood(kind: Kind, count: i64) {
    let mut chance = Chance::new(5);
    let payload = Bytes::from(vec![
        7;
        if matches!(kind, Kind::Large) {
            200 << 10
        } else {
            1024
        }
    ]);
    // Large frames are made once: hashing each would measure the flood itself.
    let large: Vec<_> = (1..200).map(|n| frame(n, payload.clone())).collect();
    let mut channel = DataChannel::new(ChannelConfig::default(), [1; 32]);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    channel.open(moment(0), "token");
    let mut taken = 0_u64;
    for n in 1..=count {
        let frame = match kind {
            Kind::Ascending | Kind::Unwritten => frame(n, payload.clone()),
            Kind::Anywhere => frame(anywhere(&mut chance), payload.clone()),
            Kind::Large => large[(n - 1) as usize % large.len()].clone(),
        };
        taken += u64::from(channel.handle_frame(moment(n), frame).is_ok());
        assert_eq!(
            channel.poll_event(),
            None,
            "nothing may come before the gap is closed"
        );
        if !matches!(kind, Kind::Unwritten) {
            while channel.poll_transmit().is_some() {}
        }
    }
    let more = MEMORY.peak_usage().saturating_sub(before);
    println!(
        "{kind:?}: {count} frames, {taken} taken, at most {} KiB more",
        more >> 10
    );
    assert!(more <= MOST_MORE, "{kind:?} took {more} bytes");
    close_the_gap(&mut channel, kind, count);
}

/// Never the missing one: far off, negative, or around the window.
fn anywhere(chance: &mut Chance) -> i64 {
    if chance.happens(50) {
        return (chance.up_to(u64::MAX) as i64).min(-1);
    }
    chance.between(1, 20_000) as i64
}

/// The missing message still fits, everything kept comes out in order, and then nothing is held any more.
fn close_the_gap(channel: &mut DataChannel, kind: Kind, count: i64) {
    while channel.poll_transmit().is_some() {}
    channel
        .handle_frame(moment(count + 1), frame(0, Bytes::from_static(b"at last")))
        .unwrap();
    let events: Vec<_> = std::iter::from_fn(|| channel.poll_event()).collect();
    assert!(matches!(events.first(), Some(ChannelEvent::Ready { .. })));
    assert_eq!(
        events.get(1),
        Some(&ChannelEvent::Output(Bytes::from_static(b"at last")))
    );
    match kind {
        Kind::Ascending | Kind::Unwritten => assert!(events.len() > 9_000, "{}", events.len()),
        Kind::Large => assert!(events.len() > 70, "{}", events.len()),
        Kind::Anywhere => {}
    }
}

/// One test for all, because memory is counted for the whole process.
fn flood_of_each_kind(count: i64) {
    for kind in [Kind::Ascending, Kind::Anywhere, Kind::Large, Kind::Unwritten] {
        let share = if matches!(kind, Kind::Large) {
            LARGE_SHARE
        } else {
            1
        };
        flood(kind, count / share);
    }
}

#[test]
fn a_flood_behind_a_gap_stays_bounded() {
    flood_of_each_kind(QUICK_FLOOD);
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn a_flood_of_a_million_frames_behind_a_gap_stays_bounded() {
    flood_of_each_kind(FLOOD);
}
