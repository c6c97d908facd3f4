//! The layout, every check, and that no bytes make the reader panic.

use proptest::prelude::*;

use super::*;

fn output(payload: &'static [u8]) -> Message {
    Message {
        kind: MessageKind::OutputStreamData,
        created_at_ms: 1_700_000_000_123,
        sequence: 7,
        flags: 0,
        id: Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
        payload_type: PayloadType::Output,
        payload: Bytes::from_static(payload),
    }
}

fn changed(message: &Message, change: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut frame = message.encode().to_vec();
    change(&mut frame);
    Bytes::from(frame)
}

#[test]
fn the_layout_is_that_of_the_official_client() {
    let frame = output(b"hello").encode();
    assert_eq!(frame.len(), 125);
    assert_eq!(frame[..4], [0, 0, 0, 116]);
    assert_eq!(&frame[4..36], b"output_stream_data              ");
    assert_eq!(frame[36..40], [0, 0, 0, 1]);
    assert_eq!(frame[40..48], 1_700_000_000_123_u64.to_be_bytes());
    assert_eq!(frame[48..56], 7_i64.to_be_bytes());
    assert_eq!(
        frame[64..72],
        [0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff],
        "second half first"
    );
    assert_eq!(frame[72..80], [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]);
    assert_eq!(frame[80..84], [0x2c, 0xf2, 0x4d, 0xba], "SHA-256 of hello");
    assert_eq!(frame[112..120], [0, 0, 0, 1, 0, 0, 0, 5]);
    assert_eq!(&frame[120..], b"hello");
}

#[test]
fn nul_padding_is_read_too() {
    let frame = changed(&output(b"x"), |f| f[22..36].fill(0));
    assert_eq!(Message::decode(&frame), Ok(output(b"x")));
}

#[test]
fn every_length_below_the_header_is_short() {
    let frame = output(b"").encode();
    for len in 0..120 {
        assert_eq!(
            Message::decode(&frame.slice(..len)),
            Err(WireError::Short { len })
        );
    }
    assert_eq!(Message::decode(&frame), Ok(output(b"")));
}

#[test]
fn a_longer_header_is_skipped_and_an_impossible_one_refused() {
    let longer = changed(&output(b"hello"), |f| {
        f[3] = 120;
        f.splice(120..120, [9; 4]);
    });
    assert_eq!(Message::decode(&longer), Ok(output(b"hello")));
    for header_length in [0, 1, 112, 115, 122, 1 << 20, u32::MAX - 3, u32::MAX] {
        let frame = changed(&output(b"hello"), |f| {
            f[..4].copy_from_slice(&header_length.to_be_bytes())
        });
        assert_eq!(
            Message::decode(&frame),
            Err(WireError::HeaderLength {
                header_length,
                len: 125
            })
        );
    }
}

#[test]
fn type_date_and_digest_are_checked() {
    let message = output(b"hello");
    let blank = changed(&message, |f| f[4..36].fill(b' '));
    assert_eq!(Message::decode(&blank), Err(WireError::MessageType));
    let foreign = changed(&message, |f| f[4] = 0xff);
    assert_eq!(Message::decode(&foreign), Err(WireError::MessageType));
    let undated = changed(&message, |f| f[40..48].fill(0));
    assert_eq!(Message::decode(&undated), Err(WireError::CreatedDate));
    let flipped = changed(&message, |f| f[124] ^= 1);
    assert_eq!(Message::decode(&flipped), Err(WireError::Digest));
}

#[test]
fn bytes_behind_an_announced_empty_payload_are_covered_by_the_digest() {
    let hidden = changed(&output(b""), |f| f.extend_from_slice(b"hidden"));
    assert_eq!(Message::decode(&hidden), Err(WireError::Digest));
}

#[test]
fn the_announced_payload_length_is_not_believed() {
    let lying = changed(&output(b"hello"), |f| f[116..120].fill(0xff));
    assert_eq!(Message::decode(&lying), Ok(output(b"hello")));
}

#[test]
fn publications_are_never_checked() {
    for kind in [MessageKind::StartPublication, MessageKind::PausePublication] {
        let message = Message {
            kind: kind.clone(),
            ..output(b"{}")
        };
        let odd = changed(&message, |f| {
            f[0] = 0xff;
            f[40..48].fill(0);
            f[80..112].fill(0);
        });
        assert_eq!(Message::decode(&odd).unwrap().kind, kind);
    }
}

#[test]
fn debug_shows_no_payload() {
    assert!(!format!("{:?}", output(b"hunter2")).contains("hunter2"));
    assert!(format!("{:?}", output(b"hunter2")).contains("payload_len: 7"));
}

fn any_kind() -> impl Strategy<Value = MessageKind> {
    prop_oneof![
        Just(MessageKind::InputStreamData),
        Just(MessageKind::OutputStreamData),
        Just(MessageKind::Acknowledge),
        Just(MessageKind::ChannelClosed),
        "[a-z]([a-z_]{0,30}[a-z])?".prop_map(|name| MessageKind::from_name(&name)),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        kind in any_kind(), created_at_ms in 1_u64.., sequence: i64, flags: u64, id: u128, code: u32,
        payload in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        let message = Message {
            kind, created_at_ms, sequence, flags,
            id: Uuid::from_u128(id),
            payload_type: PayloadType::from_code(code),
            payload: payload.into(),
        };
        prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn payload_types_keep_their_number(code: u32) {
        prop_assert_eq!(PayloadType::from_code(code).code(), code);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Message::decode(&bytes.into());
    }

    #[test]
    fn a_valid_frame_with_changed_bytes_never_panics(
        changes in proptest::collection::vec((0_usize..125, any::<u8>()), 0..8), keep in 0_usize..=125,
    ) {
        let frame = changed(&output(b"hello"), |f| {
            changes.iter().for_each(|(at, byte)| f[*at] = *byte);
            f.truncate(keep);
        });
        let _ = Message::decode(&frame);
    }
}
