//! The written form: what is written is read as the same, and nothing else is read as anything.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::*;
use crate::{ChannelConfig, DataChannel, Message, MessageKind, Moment, PayloadType, Persistence, Size};

fn config() -> ChannelConfig {
    ChannelConfig {
        persistence: Persistence::Journaled,
        ..ChannelConfig::default()
    }
}

fn output(sequence: i64, payload: Bytes) -> Bytes {
    Message {
        kind: MessageKind::OutputStreamData,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::from_u128(0xabc + u128::from(sequence.cast_unsigned())),
        payload_type: PayloadType::Output,
        payload,
    }
    .encode()
}

/// A shell that has something of everything: a message on its way, input behind it, one behind a gap, and a size.
fn channel() -> DataChannel {
    let mut channel = DataChannel::new(config(), [7; 32]);
    let now = Moment::default();
    channel.open(now, "token");
    channel.resize(now, Size { cols: 80, rows: 24 });
    channel.send_input(now, b"on its way");
    for sequence in [0, 2] {
        let payload = Bytes::from_static(b"secret");
        channel.handle_frame(now, output(sequence, payload)).unwrap();
    }
    channel.link_lost(now);
    channel.send_input(now, b"behind it");
    while channel.poll_event().is_some() {}
    channel
}

fn snapshot() -> Snapshot {
    channel().snapshot().unwrap().0
}

/// The JSON of a snapshot, and any JSON as a snapshot whose digest is right.
fn json_of(snapshot: &Snapshot) -> Value {
    serde_json::to_value(&snapshot.state).unwrap()
}

fn read(value: &Value) -> Result<Snapshot, SnapshotDefect> {
    Snapshot::from_bytes(&with_digest(value.to_string().as_bytes()))
}

fn with_digest(json: &[u8]) -> Vec<u8> {
    let digest = STANDARD.encode(Sha256::digest(json));
    [format!("postern channel 1 {digest}\n").as_bytes(), json].concat()
}

#[test]
fn what_is_written_is_read_as_the_same() {
    let snapshot = snapshot();
    let written = snapshot.to_bytes();
    assert_eq!(Snapshot::from_bytes(&written), Ok(snapshot.clone()));
    assert_eq!(read(&json_of(&snapshot)), Ok(snapshot));
}

/// A channel of an older version is gone on with by this one: the form may grow under a new number, not change under this.
#[test]
fn the_first_form_stays_readable() {
    let frame = Message {
        kind: MessageKind::InputStreamData,
        id: Uuid::from_u128(1),
        ..Message::decode(&output(3, Bytes::from_static(b"ls"))).unwrap()
    };
    let form = json!({
        "client_id": "00000000-0000-0000-0000-000000000007",
        "session_type": "shell",
        "key_digest": null,
        "inbox": { "expected": 5, "held": [{ "sequence": 7, "payload_type": 1, "payload": "eA==" }] },
        "outbox": {
            "next_sequence": 4,
            "messages": [{ "sequence": 3, "input_bytes": 2, "frame": STANDARD.encode(frame.encode()) }],
            "round_trip": { "smoothed_nanos": 100_000_000, "variation_nanos": 0, "estimate_nanos": 200_000_000 },
            "window": { "messages": 64, "threshold": 256, "acknowledged": 0 },
        },
        "input": "",
        "terminal_size": { "newest": { "cols": 80, "rows": 24 }, "sent": null },
        "acknowledgements": [{ "id": "00000000-0000-0000-0000-000000000009", "sequence": 7 }],
    });
    assert_eq!(json_of(&read(&form).unwrap()), form);
    for (session_type, expected) in [
        (json!("interactive_commands"), SessionType::InteractiveCommands),
        (
            json!("non_interactive_commands"),
            SessionType::NonInteractiveCommands,
        ),
        (
            json!({ "port": { "agent_version": "3.3.987.0", "properties": {} } }),
            SessionType::Port {
                agent_version: "3.3.987.0".into(),
                properties: BTreeMap::new(),
            },
        ),
    ] {
        let mut form = form.clone();
        form["session_type"] = session_type;
        assert_eq!(read(&form).unwrap().session_type(), &expected);
    }
}

#[test]
fn every_damaged_byte_is_noticed() {
    let written = snapshot().to_bytes();
    for at in 0..written.len() {
        for change in [1, 0x20, 0x80, 0xff] {
            let mut damaged = written.clone();
            damaged[at] ^= change;
            assert!(Snapshot::from_bytes(&damaged).is_err(), "byte {at} by {change}");
        }
    }
}

#[test]
fn every_cut_and_every_longer_form_is_noticed() {
    let written = snapshot().to_bytes();
    for len in 0..written.len() {
        assert!(Snapshot::from_bytes(&written[..len]).is_err(), "{len} bytes");
    }
    let longer = [&written[..], b" "].concat();
    assert_eq!(Snapshot::from_bytes(&longer), Err(SnapshotDefect::Damaged));
}

#[test]
fn each_defect_has_a_name_of_its_own() {
    let defect = |bytes: &[u8]| Snapshot::from_bytes(bytes).unwrap_err();
    assert_eq!(defect(b""), SnapshotDefect::Foreign);
    assert_eq!(defect(b"SQLite format 3\0"), SnapshotDefect::Foreign);
    let version = "22222222222222".to_owned();
    assert_eq!(
        defect(format!("postern channel {version} x\n").as_bytes()),
        SnapshotDefect::UnknownVersion {
            version: version[..10].to_owned()
        }
    );
    for damaged in [
        "postern channel 1",
        "postern channel 1 x",
        "postern channel 1 x\n{}",
    ] {
        assert_eq!(defect(damaged.as_bytes()), SnapshotDefect::Damaged, "{damaged}");
    }
    assert_eq!(defect(&with_digest(b"{]")), SnapshotDefect::Malformed { at: 2 });
    let len = (32 << 20) + 1;
    assert_eq!(defect(&vec![b' '; len]), SnapshotDefect::TooLarge { len });
    assert_eq!(defect(&vec![b' '; len - 1]), SnapshotDefect::Foreign);
}

/// Where a snapshot's JSON is changed, to what, and what is then impossible.
fn impossible() -> Vec<(&'static str, Value, &'static str)> {
    let held = |sequence: i64| json!([{ "sequence": sequence, "payload_type": 1, "payload": "eA==" }]);
    let behind = "the numbers behind a gap";
    let message = "a message";
    let learned = "what was learned of the link";
    vec![
        ("/inbox/expected", json!(0), "the number that is expected"),
        ("/inbox/expected", json!(-1), "the number that is expected"),
        ("/inbox/held", held(1), behind),
        ("/inbox/held", held(-1), behind),
        ("/inbox/held", held(10_001), behind),
        ("/inbox/held", json!([held(3)[0], held(3)[0]]), behind),
        ("/inbox/held", json!([held(4)[0], held(3)[0]]), behind),
        ("/outbox/next_sequence", json!(-1), "the next number"),
        (
            "/outbox/next_sequence",
            json!((i64::MAX >> 1) + 1),
            "the next number",
        ),
        (
            "/inbox/expected",
            json!((i64::MAX >> 1) + 1),
            "the number that is expected",
        ),
        ("/outbox/next_sequence", json!(1), "the numbers of messages"),
        ("/outbox/next_sequence", json!(10_001), "the numbers of messages"),
        ("/outbox/messages/0/sequence", json!(1), message),
        (
            "/outbox/messages/0/sequence",
            json!(-1),
            "the numbers of messages",
        ),
        ("/outbox/messages/1/sequence", json!(0), "the numbers of messages"),
        ("/outbox/messages/1/input_bytes", json!(9), message),
        ("/outbox/messages/0/input_bytes", json!(1), message),
        ("/outbox/messages/1/frame", json!(""), message),
        (
            "/outbox/messages/1/frame",
            json!(STANDARD.encode(output(1, Bytes::from_static(b"on its way")))),
            message,
        ),
        ("/outbox/window/messages", json!(15), learned),
        ("/outbox/window/messages", json!(257), learned),
        ("/outbox/window/threshold", json!(0), learned),
        ("/outbox/window/acknowledged", json!(256), learned),
        (
            "/outbox/round_trip/smoothed_nanos",
            json!(60_000_000_001_u64),
            learned,
        ),
        ("/outbox/round_trip/variation_nanos", json!(u64::MAX), learned),
        ("/outbox/round_trip/estimate_nanos", json!(99_999_999), learned),
        (
            "/outbox/round_trip/estimate_nanos",
            json!(3_000_000_001_u64),
            learned,
        ),
        (
            "/input",
            json!(STANDARD.encode(vec![7; (1 << 20) - 9])),
            "the amount of input",
        ),
        ("/terminal_size/newest/cols", json!(0), "the terminal's size"),
        ("/terminal_size/sent/rows", json!(65_536), "the terminal's size"),
        ("/acknowledgements/0/sequence", json!(-1), "what is acknowledged"),
        (
            "/acknowledgements/0/sequence",
            json!(10_001),
            "what is acknowledged",
        ),
    ]
}

#[test]
fn what_no_channel_can_be_is_not_read_though_its_digest_is_right() {
    let form = json_of(&snapshot());
    for (place, value, what) in impossible() {
        let mut changed = form.clone();
        *changed.pointer_mut(place).unwrap() = value.clone();
        assert_eq!(
            read(&changed),
            Err(SnapshotDefect::Impossible { what }),
            "{place}: {value}"
        );
    }
}

#[test]
fn a_member_too_many_or_too_few_is_not_read() {
    let form = json_of(&snapshot());
    for place in [
        "",
        "/inbox",
        "/inbox/held/0",
        "/outbox",
        "/outbox/messages/0",
        "/outbox/window",
        "/outbox/round_trip",
        "/terminal_size",
        "/acknowledgements/0",
    ] {
        let mut more = form.clone();
        more.pointer_mut(place).unwrap()["more"] = json!(1);
        assert!(
            matches!(read(&more), Err(SnapshotDefect::Malformed { .. })),
            "{place}"
        );
    }
    for member in [
        "client_id",
        "session_type",
        "inbox",
        "outbox",
        "input",
        "acknowledgements",
    ] {
        let mut fewer = form.clone();
        fewer.as_object_mut().unwrap().remove(member);
        assert!(
            matches!(read(&fewer), Err(SnapshotDefect::Malformed { .. })),
            "{member}"
        );
    }
}

#[test]
fn bounds_are_reached_exactly() {
    let mut form = json_of(&snapshot());
    let room = (1 << 20) - b"on its way".len();
    for (place, value) in [
        ("/inbox/held/0/sequence", json!(10_000)),
        (
            "/inbox/held/0/payload",
            json!(STANDARD.encode(vec![7; (16 << 20) - 256])),
        ),
        ("/outbox/next_sequence", json!(10_000)),
        (
            "/outbox/window",
            json!({ "messages": 16, "threshold": 256, "acknowledged": 255 }),
        ),
        (
            "/outbox/round_trip",
            json!({ "smoothed_nanos": 60_000_000_000_u64, "variation_nanos": 60_000_000_000_u64,
            "estimate_nanos": 3_000_000_000_u64 }),
        ),
        ("/input", json!(STANDARD.encode(vec![7; room]))),
        ("/acknowledgements/0/sequence", json!(10_000)),
        ("/terminal_size/sent", json!({ "cols": 65_535, "rows": 1 })),
    ] {
        *form.pointer_mut(place).unwrap() = value;
    }
    assert_eq!(json_of(&read(&form).unwrap()), form);
    form["inbox"]["held"][0]["payload"] = json!(STANDARD.encode(vec![7; (16 << 20) - 255]));
    let what = "the amount behind a gap";
    assert_eq!(read(&form), Err(SnapshotDefect::Impossible { what }));
}

#[test]
fn too_many_messages_or_acknowledgements_are_not_read() {
    let mut form = json_of(&snapshot());
    let owed = form["acknowledgements"][0].clone();
    form["acknowledgements"] = vec![owed.clone(); 65_536].into();
    assert!(read(&form).is_ok());
    form["acknowledgements"] = vec![owed; 65_537].into();
    let what = "the number of acknowledgements";
    assert_eq!(read(&form), Err(SnapshotDefect::Impossible { what }));
    let mut form = json_of(&snapshot());
    form["outbox"]["messages"] = vec![form["outbox"]["messages"][0].clone(); 257].into();
    let what = "the number of messages";
    assert_eq!(read(&form), Err(SnapshotDefect::Impossible { what }));
}

#[test]
fn the_fullest_channel_can_be_written_and_read() {
    let mut channel = channel();
    let now = Moment::default();
    while channel.send_input(now, &[7; 1 << 16]) > 0 {}
    let payload = Bytes::from(vec![7; 1400]);
    let mut held = 0;
    for sequence in 3..10_001 {
        held += usize::from(
            channel
                .handle_frame(now, output(sequence, payload.clone()))
                .is_ok(),
        );
    }
    assert_eq!(held, 9_998);
    while channel.handle_frame(now, output(0, Bytes::new())).is_ok() {}
    let snapshot = channel.snapshot().unwrap().0;
    let written = snapshot.to_bytes();
    assert_eq!(
        (snapshot.held_input(), snapshot.state.acknowledgements.len()),
        (1 << 20, 1 << 16)
    );
    assert_eq!(Snapshot::from_bytes(&written), Ok(snapshot));
}

#[test]
fn debug_shows_no_byte_of_the_session() {
    let shown = format!("{:?}", snapshot());
    let expected = "Snapshot { session_type: Shell, encrypted: false, expected: 1, held_messages: 1, next_sequence: 2, \
                    unacknowledged: 2, held_input: 19, acknowledgements: 2, .. }";
    assert_eq!(shown, expected);
}

/// What may stand where something else stood.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        (-2_i64..20_000).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| STANDARD.encode(bytes).into()),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Somebody who may write the file makes the digest right: what can be read is written as the same, keeps the bounds,
    /// and makes a channel that goes on.
    #[test]
    fn a_hostile_form_is_no_panic(place in 0_usize..40, value in anything(), again in 0_usize..40, other in anything()) {
        let mut form = json_of(&snapshot());
        for (place, value) in [(place, value), (again, other)] {
            let mut places = places(&form, String::new());
            let place = places.swap_remove(place % places.len());
            *form.pointer_mut(&place).unwrap() = value;
        }
        if let Ok(snapshot) = read(&form) {
            prop_assert_eq!(Snapshot::from_bytes(&snapshot.to_bytes()), Ok(snapshot.clone()));
            prop_assert!(snapshot.held_input() <= 1 << 20);
            let config = ChannelConfig { port_sessions: true, ..config() };
            if let Ok(mut channel) = DataChannel::restore(snapshot, None, config, [9; 32]) {
                let now = Moment::default();
                channel.open(now, "token");
                while channel.poll_transmit().is_some() {}
                channel.send_input(now, b"x");
                let _defect = channel.handle_frame(now, output(1, Bytes::new()));
                while channel.poll_event().is_some() {}
                prop_assert!(channel.snapshot().is_ok());
            }
        }
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Snapshot::from_bytes(&bytes).is_err());
        prop_assert!(Snapshot::from_bytes(&with_digest(&bytes)).is_err());
    }
}

/// Every place in a value, as a pointer.
fn places(value: &Value, at: String) -> Vec<String> {
    let inside: Vec<_> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
    };
    let below = inside
        .into_iter()
        .flat_map(|(name, value)| places(value, format!("{at}/{name}")));
    let below: Vec<_> = below.collect();
    std::iter::once(at).chain(below).collect()
}
