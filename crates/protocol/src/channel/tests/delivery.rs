//! What is acknowledged, delivered and sent while data flows.

use super::*;

#[test]
fn an_acknowledgement_has_the_members_and_the_flags_of_the_official_client() {
    let mut world = World::opened();
    world.receive(0, PayloadType::Output, b"$ ").unwrap();
    let sent = world.sent();
    assert_eq!(
        (sent.len(), &sent[0].kind, sent[0].sequence, sent[0].flags),
        (1, &MessageKind::Acknowledge, 0, 3)
    );
    let expected = r#"{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"00000000-0000-0000-0000-0000abcd0000","AcknowledgedMessageSequenceNumber":0,"IsSequentialMessage":true}"#;
    assert_eq!(text(&sent[0]), expected);
}

#[test]
fn old_and_held_messages_are_acknowledged_and_corrupt_ones_never() {
    let mut world = World::shell();
    for sequence in [0, 2, 2, 1, 0] {
        world.receive(sequence, PayloadType::Output, b"x").unwrap();
    }
    let mut corrupt = stream(3, PayloadType::Output, b"x").encode().to_vec();
    *corrupt.last_mut().unwrap() ^= 1;
    assert_eq!(
        world.channel.handle_frame(world.now, corrupt.into()),
        Err(WireError::Digest.into())
    );
    assert_eq!(world.acknowledged(), [0, 2, 2, 1, 0]);
    assert_eq!(world.events(), [output("x"), output("x")]);
}

#[test]
fn exit_codes_flags_and_standard_error_are_events_of_their_own() {
    let mut world = World::shell();
    world.receive(1, PayloadType::ExitCode, b"EXIT_CODE: 3").unwrap();
    world.receive(2, PayloadType::StdErr, b"late").unwrap();
    world.receive(3, PayloadType::Flag, &[0, 0, 0, 3]).unwrap();
    world.receive(4, PayloadType::Output, b"").unwrap();
    let defect = world.receive(5, PayloadType::Flag, b"three");
    assert_eq!(
        defect,
        Err(PayloadError {
            payload: "flag",
            at: 0
        }
        .into())
    );
    let late = ChannelEvent::StdErr(Bytes::from_static(b"late"));
    assert_eq!(
        world.events(),
        [ChannelEvent::ExitCode(3), late, ChannelEvent::Flag(3)]
    );
    assert_eq!(world.acknowledged(), [1, 2, 3, 4, 5]);
}

#[test]
fn an_acknowledgement_of_something_else_is_ignored() {
    let mut world = World::shell();
    world.type_text("one");
    world.frames();
    let frame = acknowledgement(&stream(0, PayloadType::Output, b""));
    world.channel.handle_frame(world.now, frame).unwrap();
    assert_eq!(world.channel.held_input(), 3);
    world.acknowledge(0);
    assert_eq!(world.channel.held_input(), 0);
}

#[test]
fn a_paste_is_paced_by_the_window_and_bounded_without_dropping() {
    let mut world = World::shell();
    let paste = vec![b'p'; 2 << 20];
    assert_eq!(world.channel.send_input(world.now, &paste), 1 << 20);
    assert_eq!(
        (world.channel.input_room(), world.channel.held_input()),
        (0, 1 << 20)
    );
    assert_eq!(
        world.channel.send_input(world.now, b"x"),
        0,
        "full is said, not hidden"
    );
    let sent = world.sent();
    assert_eq!(sent.len(), 64);
    assert!(sent.iter().all(|message| message.payload.len() == 1024));
    world.acknowledge(5);
    assert_eq!(world.channel.input_room(), 1024);
    assert_eq!(
        world.sent().iter().map(|m| m.sequence).collect::<Vec<_>>(),
        [64, 65],
        "the window grows with use"
    );
}

#[test]
fn a_resize_overtakes_waiting_input() {
    let mut world = World::shell();
    world.channel.send_input(world.now, &[b'p'; 100 << 10]);
    assert_eq!(world.sent().len(), 64);
    world.channel.resize(world.now, SIZE);
    world.acknowledge(0);
    assert_eq!(world.sent()[0].payload_type, PayloadType::Size);
}

#[test]
fn messages_not_meant_for_a_client_are_named() {
    let mut world = World::shell();
    let frame = Message {
        kind: MessageKind::Other("agent_session_state".into()),
        ..stream(0, PayloadType::None, b"")
    };
    let defect = world.channel.handle_frame(world.now, frame.encode());
    assert_eq!(
        defect,
        Err(FrameError::UnexpectedMessage {
            kind: "agent_session_state".into()
        })
    );
}

#[test]
fn unwritten_acknowledgements_stop_the_taking_of_messages_at_a_bound() {
    let mut world = World::shell();
    let refused = (1..100_000).find_map(|n| world.receive(n, PayloadType::Output, b"x").err());
    assert_eq!(
        refused,
        Some(FrameError::AcknowledgementsFull { waiting: 1 << 16 })
    );
}
