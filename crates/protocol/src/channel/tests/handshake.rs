//! The start of a session, with and without a handshake.

use super::*;

#[test]
fn a_session_without_a_handshake_is_a_shell_that_takes_the_size_and_then_the_input() {
    let mut world = World::opened();
    world.channel.resize(world.now, Size { cols: 80, rows: 24 });
    world.type_text("early");
    world.channel.resize(world.now, SIZE);
    assert!(
        world.frames().is_empty(),
        "nothing is sent before the agent's first message"
    );
    assert_eq!(world.channel.next_timeout(), None);
    world.receive(0, PayloadType::Output, b"$ ").unwrap();
    assert_eq!(world.events(), [ready(SessionType::Shell), output("$ ")]);
    let sent = world.sent();
    assert_eq!(
        sent[0].kind,
        MessageKind::Acknowledge,
        "acknowledgements go first"
    );
    assert_eq!(
        (sent[1].payload_type, sent[1].sequence, text(&sent[1]).as_str()),
        (PayloadType::Size, 0, SIZE_JSON)
    );
    assert_eq!(
        (sent[2].payload_type, sent[2].sequence, text(&sent[2]).as_str()),
        (PayloadType::Output, 1, "early")
    );
    assert_eq!((sent[1].flags, sent[2].flags, sent.len()), (0, 0, 3));
}

#[test]
fn a_handshake_is_answered_once_and_input_waits_for_its_completion() {
    let mut world = World::opened();
    world.channel.resize(world.now, SIZE);
    world.type_text("early");
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    let sent = world.sent();
    let kinds: Vec<_> = sent.iter().map(|m| (m.kind.clone(), m.payload_type)).collect();
    let acknowledge = (MessageKind::Acknowledge, PayloadType::None);
    let response = (MessageKind::InputStreamData, PayloadType::HandshakeResponse);
    assert_eq!(kinds, [acknowledge.clone(), acknowledge, response]);
    let response = HandshakeResponse::from_payload(&sent[2].payload).unwrap();
    assert_eq!(response.client_version, "1.2.896.0");
    assert_eq!(
        response.processed_client_actions[0].action_status,
        ActionStatus::Success
    );
    assert_eq!(world.events(), []);
    world
        .receive(1, PayloadType::HandshakeComplete, COMPLETE)
        .unwrap();
    assert_eq!(
        world.events(),
        [
            ready(SessionType::Shell),
            ChannelEvent::CustomerMessage("Update me".into())
        ]
    );
    let expected = [
        (PayloadType::Size, SIZE_JSON.to_owned()),
        (PayloadType::Output, "early".to_owned()),
    ];
    assert_eq!(world.sent_data(), expected);
}

#[test]
fn a_lost_response_is_resent_with_the_same_number_and_bytes() {
    let mut world = World::opened();
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    let first = world.frames();
    world.pass(200);
    assert_eq!(world.frames(), first[1..]);
    world.channel.link_lost(world.now);
    world.open();
    assert_eq!(
        world.frames(),
        first[1..],
        "on the next socket too, and no second response is made"
    );
}

#[test]
fn data_before_the_completion_ends_the_session() {
    let early = [
        PayloadType::Output,
        PayloadType::StdErr,
        PayloadType::ExitCode,
        PayloadType::Flag,
        PayloadType::Size,
        PayloadType::None,
        PayloadType::Other(77),
    ];
    for payload_type in early {
        let mut world = World::opened();
        world
            .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
            .unwrap();
        world.type_text("early");
        world.receive(1, payload_type, b"\0\0\0\x03").unwrap();
        world
            .receive(2, PayloadType::HandshakeComplete, COMPLETE)
            .unwrap();
        assert_eq!(world.events(), [ChannelEvent::Failed(ChannelFailure::EarlyData)]);
        assert_eq!((world.channel.input_room(), world.channel.held_input()), (0, 0));
        assert_eq!(world.acknowledged(), [0, 1, 2]);
    }
}

#[test]
fn output_that_overtakes_the_completion_waits_for_it() {
    let mut world = World::opened();
    world
        .receive(
            0,
            PayloadType::HandshakeRequest,
            &request("NonInteractiveCommands"),
        )
        .unwrap();
    world.receive(2, PayloadType::Output, b"one").unwrap();
    assert_eq!(world.events(), []);
    world.receive(1, PayloadType::HandshakeComplete, b"{}").unwrap();
    let expected = [ready(SessionType::NonInteractiveCommands), output("one")];
    assert_eq!(world.events(), expected);
}

#[test]
fn a_handshake_and_early_data_in_one_gap_send_no_response() {
    let mut world = World::opened();
    world.receive(1, PayloadType::Output, b"one").unwrap();
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    assert_eq!(world.events(), [ChannelEvent::Failed(ChannelFailure::EarlyData)]);
    assert_eq!(world.sent_data(), []);
}

#[test]
fn a_refused_handshake_is_answered_and_the_closing_text_still_arrives() {
    let mut world = World::opened();
    world.type_text("early");
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Dance"))
        .unwrap();
    let refusal = ChannelFailure::UnsupportedSessionType { name: "Dance".into() };
    assert_eq!(world.events(), [ChannelEvent::Failed(refusal)]);
    let sent = world.sent_data();
    assert_eq!((sent.len(), sent[0].0), (1, PayloadType::HandshakeResponse));
    assert!(sent[0].1.contains(r#""ActionStatus":2"#), "{}", sent[0].1);
    assert_eq!((world.channel.input_room(), world.channel.held_input()), (0, 0));
    let closed = br#"{"Output":"----------ERROR-------"}"#;
    let frame = Message {
        kind: MessageKind::ChannelClosed,
        ..stream(0, PayloadType::None, closed)
    }
    .encode();
    world.channel.handle_frame(world.now, frame).unwrap();
    assert_eq!(
        world.events(),
        [ChannelEvent::Closed {
            output: "----------ERROR-------".into()
        }]
    );
    assert_eq!(world.channel.next_timeout(), None);
}

#[test]
fn an_unreadable_request_fails_and_names_itself() {
    let mut world = World::opened();
    let defect = world.receive(0, PayloadType::HandshakeRequest, b"{").unwrap_err();
    assert!(matches!(
        defect,
        FrameError::Payload(PayloadError {
            payload: "HandshakeRequest",
            ..
        })
    ));
    assert_eq!(
        world.events(),
        [ChannelEvent::Failed(ChannelFailure::Malformed {
            payload: "HandshakeRequest"
        })]
    );
    assert_eq!(
        world.acknowledged(),
        [0],
        "a valid message is acknowledged whatever it says"
    );
}

#[test]
fn a_request_of_too_many_actions_gets_no_answer() {
    let actions: Vec<_> = (0..17).map(|_| json!({ "ActionType": "Dance" })).collect();
    let request = json!({ "RequestedClientActions": actions }).to_string();
    let mut world = World::opened();
    let defect = world.receive(0, PayloadType::HandshakeRequest, request.as_bytes());
    assert!(matches!(defect, Err(FrameError::Payload(_))));
    let payload = "HandshakeRequest";
    let failure = ChannelFailure::Malformed { payload };
    assert_eq!(world.events(), [ChannelEvent::Failed(failure)]);
    assert_eq!(world.sent_data(), []);
}

#[test]
fn a_second_request_under_a_new_number_ends_the_session_and_is_not_answered() {
    let mut world = World::opened();
    for sequence in [0, 1] {
        world
            .receive(
                sequence,
                PayloadType::HandshakeRequest,
                &request("Standard_Stream"),
            )
            .unwrap();
    }
    let payload = "HandshakeRequest";
    let failure = ChannelFailure::OutOfOrder { payload };
    assert_eq!(world.events(), [ChannelEvent::Failed(failure)]);
    assert_eq!(world.acknowledged(), [0, 1]);
}

#[test]
fn a_handshake_message_while_data_flows_ends_the_session() {
    for (payload_type, payload) in [
        (PayloadType::HandshakeRequest, "HandshakeRequest"),
        (PayloadType::HandshakeResponse, "HandshakeResponse"),
        (PayloadType::HandshakeComplete, "HandshakeComplete"),
        (PayloadType::EncChallengeRequest, "EncChallengeRequest"),
        (PayloadType::EncChallengeResponse, "EncChallengeResponse"),
    ] {
        let mut world = World::shell();
        world.type_text("one");
        world.frames();
        world
            .receive(1, payload_type, &request("Standard_Stream"))
            .unwrap();
        world.receive(2, PayloadType::Output, b"more").unwrap();
        let failure = ChannelFailure::OutOfOrder { payload };
        assert_eq!(world.events(), [ChannelEvent::Failed(failure)]);
        world.pass(60_000);
        assert_eq!(
            world.acknowledged(),
            [1, 2],
            "acknowledged, and nothing else is sent"
        );
        assert_eq!(world.channel.input_room(), 0);
    }
}

#[test]
fn an_unreadable_completion_fails_and_names_itself() {
    let mut world = World::opened();
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    assert!(world.receive(1, PayloadType::HandshakeComplete, b"[").is_err());
    let payload = "HandshakeComplete";
    let failure = ChannelFailure::Malformed { payload };
    assert_eq!(world.events(), [ChannelEvent::Failed(failure)]);
}

#[test]
fn an_odd_message_while_data_flows_is_named_and_ignored() {
    let mut world = World::shell();
    let odd = [
        PayloadType::None,
        PayloadType::Error,
        PayloadType::Size,
        PayloadType::Parameter,
        PayloadType::Other(77),
    ];
    for (sequence, payload_type) in (1..).zip(odd) {
        let defect = world.receive(sequence, payload_type, b"x");
        assert_eq!(defect, Err(FrameError::UnexpectedPayload { payload_type }));
    }
    world.receive(6, PayloadType::Output, b"on").unwrap();
    assert_eq!(world.events(), [output("on")]);
    assert_eq!(world.acknowledged(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_port_session_gets_no_terminal_size() {
    let config = ChannelConfig {
        port_sessions: true,
        ..ChannelConfig::default()
    };
    let mut world = World {
        channel: DataChannel::new(config, [1; 32]),
        now: Moment::default(),
    };
    world.open();
    world.channel.resize(world.now, SIZE);
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Port"))
        .unwrap();
    world.receive(1, PayloadType::HandshakeComplete, b"{}").unwrap();
    assert!(
        world
            .sent_data()
            .iter()
            .all(|(payload_type, _)| *payload_type == PayloadType::HandshakeResponse)
    );
}
