//! The rules of the data channel, one by one, and that no frame breaks them.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{ActionStatus, HandshakeError, HandshakeResponse, SessionType};

const SIZE: Size = Size { cols: 120, rows: 40 };

/// A channel with its clock, and what the agent would say to it.
struct World {
    channel: DataChannel,
    now: Moment,
}

impl World {
    /// A socket is up and nothing has come.
    fn opened() -> Self {
        let mut world = Self::closed();
        world.open();
        world
    }

    fn closed() -> Self {
        let now = Moment {
            monotonic: Duration::from_secs(1),
            wall_ms: 1_700_000_000_000,
        };
        Self {
            channel: DataChannel::new(ChannelConfig::default(), [7; 32]),
            now,
        }
    }

    /// A shell without a handshake, whose first output has come.
    fn shell() -> Self {
        let mut world = Self::opened();
        world.receive(0, PayloadType::Output, b"$ ").unwrap();
        world.sent();
        world.events();
        world
    }

    fn open(&mut self) -> OpenDataChannel {
        let text = self.channel.open(self.now, "token");
        OpenDataChannel::from_payload(text.as_bytes()).unwrap()
    }

    fn pass(&mut self, millis: u64) {
        self.now.monotonic += Duration::from_millis(millis);
        self.now.wall_ms += millis;
        self.channel.handle_timeout(self.now);
    }

    fn receive(
        &mut self,
        sequence: i64,
        payload_type: PayloadType,
        payload: &[u8],
    ) -> Result<(), FrameError> {
        self.channel
            .handle_frame(self.now, stream(sequence, payload_type, payload).encode())
    }

    fn publish(&mut self, kind: MessageKind) {
        let frame = Message {
            kind,
            ..stream(0, PayloadType::None, b"{}")
        }
        .encode();
        self.channel.handle_frame(self.now, frame).unwrap();
    }

    fn acknowledge(&mut self, sequence: i64) {
        let sent = Message {
            kind: MessageKind::InputStreamData,
            ..stream(sequence, PayloadType::Output, b"")
        };
        self.channel
            .handle_frame(self.now, acknowledgement(&sent))
            .unwrap();
    }

    fn type_text(&mut self, text: &str) {
        assert_eq!(self.channel.send_input(self.now, text.as_bytes()), text.len());
    }

    fn frames(&mut self) -> Vec<Bytes> {
        std::iter::from_fn(|| self.channel.poll_transmit()).collect()
    }

    fn sent(&mut self) -> Vec<Message> {
        self.frames()
            .iter()
            .map(|frame| Message::decode(frame).unwrap())
            .collect()
    }

    /// What was sent besides acknowledgements, as type and text.
    fn sent_data(&mut self) -> Vec<(PayloadType, String)> {
        self.sent()
            .into_iter()
            .filter(|m| m.kind == MessageKind::InputStreamData)
            .map(|m| (m.payload_type, text(&m)))
            .collect()
    }

    fn acknowledged(&mut self) -> Vec<i64> {
        self.sent()
            .iter()
            .filter(|m| m.kind == MessageKind::Acknowledge)
            .map(|m| {
                Acknowledge::from_payload(&m.payload)
                    .unwrap()
                    .acknowledged_message_sequence_number
            })
            .collect()
    }

    fn events(&mut self) -> Vec<ChannelEvent> {
        std::iter::from_fn(|| self.channel.poll_event()).collect()
    }
}

fn stream(sequence: i64, payload_type: PayloadType, payload: &[u8]) -> Message {
    Message {
        kind: MessageKind::OutputStreamData,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::from_u128(0xabcd_0000 + u128::from(sequence.cast_unsigned())),
        payload_type,
        payload: Bytes::copy_from_slice(payload),
    }
}

fn acknowledgement(of: &Message) -> Bytes {
    Message {
        kind: MessageKind::Acknowledge,
        payload: Acknowledge::of(of).to_payload(),
        ..stream(0, PayloadType::None, b"")
    }
    .encode()
}

fn text(message: &Message) -> String {
    String::from_utf8_lossy(&message.payload).into_owned()
}

fn request(session_type: &str) -> Vec<u8> {
    json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": [
        { "ActionType": "SessionType", "ActionParameters": { "SessionType": session_type, "Properties": null } }] })
    .to_string()
    .into_bytes()
}

const COMPLETE: &[u8] = br#"{"HandshakeTimeToComplete":1286178,"CustomerMessage":"Update me"}"#;
const SIZE_JSON: &str = r#"{"cols":120,"rows":40}"#;

fn output(text: &'static str) -> ChannelEvent {
    ChannelEvent::Output(Bytes::from_static(text.as_bytes()))
}

fn ready(session_type: SessionType) -> ChannelEvent {
    ChannelEvent::Ready { session_type }
}

#[test]
fn opening_names_the_client_and_its_version_and_keeps_its_id_across_sockets() {
    let mut world = World::closed();
    let first = world.open();
    world.channel.link_lost(world.now);
    let second = world.open();
    assert_eq!(
        (first.message_schema_version.as_str(), first.token_value.as_str()),
        ("1.0", "token")
    );
    assert_eq!(first.client_version, "1.2.896.0");
    assert_eq!(first.client_id, second.client_id);
    assert_ne!(first.request_id, second.request_id);
}

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
fn output_before_the_completion_is_kept_and_delivered_after_it() {
    let mut world = World::opened();
    world
        .receive(
            0,
            PayloadType::HandshakeRequest,
            &request("NonInteractiveCommands"),
        )
        .unwrap();
    world.receive(1, PayloadType::Output, b"one").unwrap();
    world.receive(3, PayloadType::Output, b"two").unwrap();
    assert_eq!(world.events(), []);
    world.receive(2, PayloadType::HandshakeComplete, b"{}").unwrap();
    assert_eq!(
        world.events(),
        [
            ready(SessionType::NonInteractiveCommands),
            output("one"),
            output("two")
        ]
    );
    assert_eq!(world.acknowledged(), [0, 1, 3, 2]);
}

#[test]
fn endless_output_before_the_completion_ends_the_handshake() {
    let mut world = World::opened();
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    for sequence in 1..2000 {
        world
            .receive(sequence, PayloadType::Output, &[b'x'; 1024])
            .unwrap();
    }
    assert_eq!(
        world.events(),
        [ChannelEvent::Failed(HandshakeError::NeverCompleted)]
    );
}

#[test]
fn a_refused_handshake_is_answered_and_the_closing_text_still_arrives() {
    let mut world = World::opened();
    world.type_text("early");
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Dance"))
        .unwrap();
    let refusal = HandshakeError::UnsupportedSessionType { name: "Dance".into() };
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
fn a_demand_for_encryption_names_the_key() {
    let mut world = World::opened();
    let request = json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": [
        { "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "alias/key" } }] });
    world
        .receive(0, PayloadType::HandshakeRequest, request.to_string().as_bytes())
        .unwrap();
    let refusal = HandshakeError::EncryptionUnsupported {
        key_id: "alias/key".into(),
    };
    assert_eq!(world.events(), [ChannelEvent::Failed(refusal)]);
    assert!(
        world.sent_data()[0]
            .1
            .contains(r#""ActionType":"KMSEncryption","ActionStatus":2"#)
    );
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
        [ChannelEvent::Failed(HandshakeError::Malformed {
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
fn a_second_handshake_is_acknowledged_and_not_answered() {
    let mut world = World::shell();
    let defect = world.receive(1, PayloadType::HandshakeRequest, &request("Standard_Stream"));
    assert_eq!(
        defect,
        Err(FrameError::UnexpectedPayload {
            payload_type: PayloadType::HandshakeRequest
        })
    );
    assert_eq!(world.acknowledged(), [1]);
    assert_eq!(world.events(), []);
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
fn held_acknowledgements_survive_the_loss_of_the_socket() {
    let mut world = World::opened();
    world.receive(0, PayloadType::Output, b"x").unwrap();
    world.channel.link_lost(world.now);
    assert!(world.frames().is_empty());
    world.open();
    assert_eq!(world.acknowledged(), [0]);
}

#[test]
fn unacknowledged_input_is_due_at_once_on_a_new_socket_with_the_same_bytes() {
    let mut world = World::shell();
    world.type_text("one");
    let first = world.frames();
    world.type_text("two");
    let second = world.frames();
    world.channel.link_lost(world.now);
    world.type_text("three");
    assert!(world.frames().is_empty());
    assert_eq!(world.channel.next_timeout(), None);
    world.pass(60_000);
    world.open();
    let resent = world.frames();
    assert_eq!(resent[..2], [first, second].concat());
    assert_eq!(text(&Message::decode(&resent[2]).unwrap()), "three");
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
fn while_the_agent_is_away_nothing_is_resent_by_timer_and_new_input_is_sent_once() {
    let mut world = World::shell();
    world.type_text("one");
    let one = world.frames();
    world.publish(MessageKind::PausePublication);
    world.publish(MessageKind::PausePublication);
    assert_eq!(world.channel.next_timeout(), None);
    world.pass(60_000);
    assert!(world.frames().is_empty());
    world.type_text("two");
    let asked = world.frames();
    assert_eq!(
        (&asked[0], asked.len()),
        (&one[0], 2),
        "typing asks once more, oldest first"
    );
    world.type_text("");
    assert!(world.frames().is_empty(), "but not at once again");
    world.publish(MessageKind::StartPublication);
    world.publish(MessageKind::StartPublication);
    assert_eq!(world.frames(), asked);
    assert_eq!(world.events(), [ChannelEvent::Paused, ChannelEvent::Unpaused]);
}

#[test]
fn any_sign_of_life_ends_a_pause() {
    let mut world = World::shell();
    world.type_text("one");
    world.frames();
    world.publish(MessageKind::PausePublication);
    world.receive(1, PayloadType::Output, b"x").unwrap();
    assert_eq!(
        world.events(),
        [ChannelEvent::Paused, ChannelEvent::Unpaused, output("x")]
    );
    world.publish(MessageKind::PausePublication);
    world.acknowledge(0);
    assert_eq!(world.events(), [ChannelEvent::Paused, ChannelEvent::Unpaused]);
}

#[test]
fn a_pause_ends_with_its_socket() {
    let mut world = World::shell();
    world.publish(MessageKind::PausePublication);
    world.channel.link_lost(world.now);
    assert_eq!(world.events(), [ChannelEvent::Paused, ChannelEvent::Unpaused]);
}

#[test]
fn publications_are_never_acknowledged() {
    let mut world = World::opened();
    world.publish(MessageKind::StartPublication);
    world.publish(MessageKind::PausePublication);
    assert!(world.frames().is_empty());
    assert_eq!(world.events(), [ChannelEvent::Paused]);
}

#[test]
fn a_closed_channel_says_so_once_and_nothing_more() {
    let mut world = World::shell();
    world.type_text("one");
    world.frames();
    let frame = Message {
        kind: MessageKind::ChannelClosed,
        ..stream(0, PayloadType::None, b"not JSON")
    }
    .encode();
    assert!(world.channel.handle_frame(world.now, frame.clone()).is_err());
    assert_eq!(
        world.events(),
        [ChannelEvent::Closed {
            output: String::new()
        }]
    );
    assert_eq!(world.channel.handle_frame(world.now, frame), Ok(()));
    world.receive(1, PayloadType::Output, b"x").unwrap();
    assert_eq!(world.channel.send_input(world.now, b"x"), 0);
    assert_eq!(
        (world.events(), world.frames(), world.channel.next_timeout()),
        (vec![], vec![], None)
    );
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

#[test]
fn unwritten_acknowledgements_stop_the_taking_of_messages_at_a_bound() {
    let mut world = World::shell();
    let refused = (1..100_000).find_map(|n| world.receive(n, PayloadType::Output, b"x").err());
    assert_eq!(
        refused,
        Some(FrameError::AcknowledgementsFull { waiting: 1 << 16 })
    );
}

use crate::{PayloadError, WireError};

/// One thing that may happen to a channel.
#[derive(Debug, Clone)]
enum Step {
    Frame(Vec<u8>),
    Stream {
        sequence: i64,
        code: u32,
        payload: Vec<u8>,
    },
    Handshake(i64, &'static str),
    Completion(i64),
    Acknowledge(i64),
    Publication(bool),
    Type(usize),
    Resize(u32, u32),
    Pass(u64),
    Lose,
    Open,
}

fn step() -> impl Strategy<Value = Step> {
    let sequence = || prop_oneof![9 => -1_i64..12, 1 => any::<i64>()];
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..200).prop_map(Step::Frame),
        8 => (sequence(), 0_u32..15, proptest::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(sequence, code, payload)| Step::Stream { sequence, code, payload }),
        2 => (sequence(), prop_oneof![Just("Standard_Stream"), Just("Dance")]).prop_map(|(n, name)| Step::Handshake(n, name)),
        2 => sequence().prop_map(Step::Completion),
        6 => sequence().prop_map(Step::Acknowledge),
        2 => any::<bool>().prop_map(Step::Publication),
        6 => (0_usize..3000).prop_map(Step::Type),
        2 => (any::<u32>(), any::<u32>()).prop_map(|(cols, rows)| Step::Resize(cols, rows)),
        6 => (0_u64..2000).prop_map(Step::Pass),
        1 => Just(Step::Lose),
        2 => Just(Step::Open),
    ]
}

/// Takes the step and says whether it was a valid stream message, which must be acknowledged.
fn take(world: &mut World, step: Step) -> bool {
    match step {
        Step::Frame(bytes) => drop(world.channel.handle_frame(world.now, bytes.into())),
        Step::Stream {
            sequence,
            code,
            payload,
        } => {
            drop(world.receive(sequence, PayloadType::from_code(code), &payload));
            return true;
        }
        Step::Handshake(sequence, name) => {
            drop(world.receive(sequence, PayloadType::HandshakeRequest, &request(name)));
            return true;
        }
        Step::Completion(sequence) => {
            drop(world.receive(sequence, PayloadType::HandshakeComplete, COMPLETE));
            return true;
        }
        Step::Acknowledge(sequence) => world.acknowledge(sequence),
        Step::Publication(start) => {
            world.publish(if start {
                MessageKind::StartPublication
            } else {
                MessageKind::PausePublication
            });
        }
        Step::Type(len) => drop(world.channel.send_input(world.now, &vec![b'k'; len])),
        Step::Resize(cols, rows) => world.channel.resize(world.now, Size { cols, rows }),
        Step::Pass(millis) => world.pass(millis),
        Step::Lose => world.channel.link_lost(world.now),
        Step::Open => drop(world.open()),
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens: no panic; nothing but acknowledgements and one response before readiness; one number has one
    /// content for ever and numbers have no gap; readiness comes once; sizes are never 0 and payloads never empty.
    #[test]
    fn no_sequence_of_events_breaks_the_rules(steps in proptest::collection::vec(step(), 0..120)) {
        let mut world = World::opened();
        let mut numbered: Vec<Bytes> = Vec::new();
        let (mut is_ready, mut responses, mut valid, mut acknowledged) = (false, 0, 0, 0);
        for step in steps {
            valid += usize::from(take(&mut world, step));
            for event in world.events() {
                if matches!(event, ChannelEvent::Ready { .. }) {
                    prop_assert!(!is_ready);
                    is_ready = true;
                }
            }
            for frame in world.frames() {
                let message = Message::decode(&frame).unwrap();
                if message.kind == MessageKind::Acknowledge {
                    acknowledged += 1;
                    continue;
                }
                prop_assert_eq!(&message.kind, &MessageKind::InputStreamData);
                prop_assert!(is_ready || message.payload_type == PayloadType::HandshakeResponse);
                prop_assert!(!message.payload.is_empty() && message.payload.len() <= 1024);
                let index = usize::try_from(message.sequence).unwrap();
                match numbered.get(index) {
                    Some(earlier) => prop_assert_eq!(earlier, &frame),
                    None => {
                        prop_assert_eq!(index, numbered.len());
                        responses += usize::from(message.payload_type == PayloadType::HandshakeResponse);
                        if message.payload_type == PayloadType::Size {
                            let size = Size::from_payload(&message.payload).unwrap();
                            prop_assert!((1..=65_535).contains(&size.cols) && (1..=65_535).contains(&size.rows));
                        }
                        numbered.push(frame);
                    }
                }
            }
            prop_assert!(responses <= 1);
            prop_assert!(acknowledged <= valid);
            prop_assert!(world.channel.held_input() <= 1 << 20);
        }
    }
}
