//! Whatever happens to a channel, its rules hold.

use proptest::prelude::*;

use super::*;

/// One thing that may happen to a channel.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Frame(Vec<u8>),
    Stream {
        sequence: i64,
        code: u32,
        payload: Vec<u8>,
    },
    Handshake(i64, &'static str),
    Encryption(i64),
    Key(bool),
    Completion(i64),
    Acknowledge(i64),
    Publication(bool),
    Type(usize),
    Flag(u32),
    Resize(u32, u32),
    Pass(u64),
    Lose,
    Open,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let sequence = || prop_oneof![9 => -1_i64..12, 1 => any::<i64>()];
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..200).prop_map(Step::Frame),
        8 => (sequence(), 0_u32..15, proptest::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(sequence, code, payload)| Step::Stream { sequence, code, payload }),
        2 => (sequence(), prop_oneof![Just("Standard_Stream"), Just("Dance")]).prop_map(|(n, name)| Step::Handshake(n, name)),
        1 => sequence().prop_map(Step::Encryption),
        2 => any::<bool>().prop_map(Step::Key),
        2 => sequence().prop_map(Step::Completion),
        6 => sequence().prop_map(Step::Acknowledge),
        2 => any::<bool>().prop_map(Step::Publication),
        6 => (0_usize..3000).prop_map(Step::Type),
        2 => any::<u32>().prop_map(Step::Flag),
        2 => (any::<u32>(), any::<u32>()).prop_map(|(cols, rows)| Step::Resize(cols, rows)),
        6 => (0_u64..2000).prop_map(Step::Pass),
        1 => Just(Step::Lose),
        2 => Just(Step::Open),
    ]
}

/// Takes the step and says whether it was a valid stream message, which must be acknowledged.
pub(super) fn take(world: &mut World, step: Step) -> bool {
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
        Step::Encryption(sequence) => {
            let actions = json!([{ "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "k" } }]);
            let request = json!({ "RequestedClientActions": actions }).to_string();
            drop(world.receive(sequence, PayloadType::HandshakeRequest, request.as_bytes()));
            return true;
        }
        Step::Key(given) if given => {
            let key = DataKey::new(&[1; 64], vec![2], false).unwrap();
            world.channel.provide_data_key(world.now, key);
        }
        Step::Key(_) => world.channel.refuse_data_key(world.now, "no"),
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
        Step::Flag(value) => drop(world.channel.send_flag(world.now, value)),
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
