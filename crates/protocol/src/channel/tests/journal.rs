//! A journaled channel: what may leave it, and the channel that another process makes of its snapshot.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::anything::{Step, step, take};
use super::*;
use crate::{
    EncryptionChallenge, EncryptionRule, Persistence, RestoreError, SessionKeys, Snapshot,
    SnapshotUnavailable,
};

const PLAINTEXT: [u8; 64] = {
    let mut key = [1; 64];
    key[63] = 2;
    key
};

fn config() -> ChannelConfig {
    ChannelConfig {
        persistence: Persistence::Journaled,
        ..ChannelConfig::default()
    }
}

/// A journaled world with a socket, in which nothing has come.
fn opened(config: ChannelConfig) -> World {
    let mut world = World {
        channel: DataChannel::new(config, [7; 32]),
        ..World::closed()
    };
    world.open();
    world
}

/// A journaled shell of which everything is written.
fn shell() -> World {
    let mut world = opened(config());
    world.receive(0, PayloadType::Output, b"$ ").unwrap();
    world.events();
    save(&mut world);
    world.frames();
    world
}

/// Takes a snapshot and calls it written.
fn save(world: &mut World) -> Snapshot {
    let (snapshot, mark) = world.channel.snapshot().unwrap();
    world.channel.snapshot_written(mark);
    snapshot
}

/// The process ends, and another one goes on from the snapshot.
fn restore(world: &mut World, snapshot: Snapshot) {
    world.channel = DataChannel::restore(snapshot, None, config(), [9; 32]).unwrap();
}

/// The cipher of the agent: it seals with the first half of the key and opens with the second.
fn agent() -> Cipher {
    let (first, last) = PLAINTEXT.split_at(32);
    let key = DataKey::new(&[last, first].concat(), vec![], false).unwrap();
    Cipher::new(key, Nonces::new([5; 32]))
}

/// An encrypted shell whose handshake is done.
fn encrypted(config: ChannelConfig) -> World {
    let mut world = opened(config);
    let actions = json!([{ "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "k" } }]);
    let request = json!({ "RequestedClientActions": actions }).to_string();
    world
        .receive(0, PayloadType::HandshakeRequest, request.as_bytes())
        .unwrap();
    let key = DataKey::new(&PLAINTEXT, vec![2], false).unwrap();
    world.channel.provide_data_key(world.now, key);
    let challenge = STANDARD.encode(agent().seal(b"random").unwrap());
    let challenge = EncryptionChallenge { challenge }.to_payload();
    world
        .receive(1, PayloadType::EncChallengeRequest, &challenge)
        .unwrap();
    world.receive(2, PayloadType::HandshakeComplete, b"{}").unwrap();
    world.events();
    world
}

fn keys() -> SessionKeys {
    SessionKeys::new(&PLAINTEXT).unwrap()
}

#[test]
fn neither_an_acknowledgement_nor_a_new_message_leaves_before_a_snapshot_is_written_that_knows_it() {
    let mut world = opened(config());
    world.receive(0, PayloadType::Output, b"$ ").unwrap();
    world.type_text("ls");
    world.events();
    assert!(world.frames().is_empty() && world.channel.awaits_snapshot());
    let (_, mark) = world.channel.snapshot().unwrap();
    assert!(world.frames().is_empty(), "taken is not written");
    world.channel.snapshot_written(mark);
    assert!(!world.channel.awaits_snapshot());
    let sent = world.sent();
    assert_eq!(
        (sent.len(), &sent[0].kind, text(&sent[1])),
        (2, &MessageKind::Acknowledge, "ls".into())
    );
}

#[test]
fn what_happens_behind_a_snapshot_waits_for_the_next_one() {
    let mut world = shell();
    world.type_text("one");
    let (_, first) = world.channel.snapshot().unwrap();
    world.receive(1, PayloadType::Output, b"x").unwrap();
    world.type_text("two");
    world.events();
    let (_, second) = world.channel.snapshot().unwrap();
    world.channel.snapshot_written(first);
    assert_eq!(world.sent_data(), [(PayloadType::Output, "one".into())]);
    assert!(world.channel.awaits_snapshot());
    world.channel.snapshot_written(second);
    world.channel.snapshot_written(first);
    assert_eq!(
        world.sent().len(),
        2,
        "a mark that is told late takes nothing back"
    );
}

#[test]
fn a_message_that_was_written_once_is_resent_without_a_snapshot() {
    let mut world = shell();
    world.type_text("one");
    save(&mut world);
    let first = world.frames();
    world.pass(60_000);
    assert_eq!(world.frames(), first);
    world.channel.link_lost(world.now);
    world.open();
    assert_eq!(world.frames(), first);
    assert!(!world.channel.awaits_snapshot());
}

#[test]
fn a_channel_that_is_not_journaled_waits_for_nothing_and_cannot_be_written_down() {
    let mut world = World::shell();
    world.type_text("one");
    assert!(!world.channel.awaits_snapshot());
    assert_eq!(world.sent_data().len(), 1);
    assert_eq!(
        world.channel.snapshot().unwrap_err(),
        SnapshotUnavailable::NotPersistent
    );
    let detached = World::shell().channel.into_snapshot();
    assert_eq!(detached.unwrap_err(), SnapshotUnavailable::NotPersistent);
    assert!(
        encrypted(ChannelConfig::default())
            .channel
            .session_keys()
            .is_none()
    );
}

#[test]
fn a_channel_can_be_written_down_from_readiness_to_the_end_when_its_events_are_polled() {
    let mut world = opened(config());
    let unavailable = |world: &World| world.channel.snapshot().unwrap_err();
    assert_eq!(unavailable(&world), SnapshotUnavailable::NotReady);
    world
        .receive(0, PayloadType::HandshakeRequest, &request("Standard_Stream"))
        .unwrap();
    assert_eq!(
        world.sent_data().len(),
        1,
        "the handshake does not wait for a snapshot"
    );
    assert_eq!(world.acknowledged(), [] as [i64; 0]);
    assert_eq!(unavailable(&world), SnapshotUnavailable::NotReady);
    world
        .receive(1, PayloadType::HandshakeComplete, COMPLETE)
        .unwrap();
    assert_eq!(unavailable(&world), SnapshotUnavailable::EventsWaiting);
    world.events();
    assert!(world.channel.snapshot().is_ok());
    world.publish(MessageKind::ChannelClosed);
    assert_eq!(unavailable(&world), SnapshotUnavailable::Over);
    assert_eq!(world.acknowledged(), [1], "and at the end nothing waits any more");
}

#[test]
fn a_restored_channel_resends_the_same_bytes_owes_the_same_and_goes_on_counting() {
    let mut world = shell();
    let client_id = world.open().client_id;
    world.type_text("one");
    let taken = save(&mut world);
    let one = world.frames();
    world.receive(2, PayloadType::Output, b"behind a gap").unwrap();
    world.receive(3, PayloadType::StdErr, b"and more").unwrap();
    let snapshot = world.channel.snapshot().unwrap().0;
    assert_ne!(taken, snapshot);
    restore(&mut world, snapshot);
    assert_eq!(world.channel.held_input(), 3);
    assert!(world.frames().is_empty(), "there is no socket");
    assert_eq!(world.open().client_id, client_id);
    let mut sent = world.frames();
    let acknowledgements: Vec<_> = sent.drain(..2).collect();
    assert_eq!(sent, one);
    let acknowledged = acknowledgements
        .iter()
        .map(|frame| text(&Message::decode(frame).unwrap()));
    for (sequence, text) in [2, 3].iter().zip(acknowledged) {
        assert!(text.contains(&format!("SequenceNumber\":{sequence}")), "{text}");
    }
    world.receive(1, PayloadType::Output, b"the gap").unwrap();
    let late = ChannelEvent::StdErr(Bytes::from_static(b"and more"));
    assert_eq!(world.events(), [output("the gap"), output("behind a gap"), late]);
    world.type_text("two");
    save(&mut world);
    let next = world.sent().pop().unwrap();
    assert_eq!((next.sequence, text(&next)), (1, "two".into()));
}

#[test]
fn a_restored_channel_takes_the_acknowledgement_of_what_the_other_process_wrote() {
    let mut world = shell();
    world.type_text("one");
    let snapshot = save(&mut world);
    restore(&mut world, snapshot);
    world.open();
    world.acknowledge(0);
    assert_eq!((world.channel.held_input(), world.sent_data()), (0, vec![]));
}

#[test]
fn input_that_was_typed_without_a_socket_goes_once_and_only_when_it_is_written_down_as_a_message() {
    let mut world = shell();
    world.channel.link_lost(world.now);
    world.type_text("offline");
    assert!(
        !world.channel.awaits_snapshot(),
        "nothing would leave, but a snapshot may be taken"
    );
    let snapshot = save(&mut world);
    assert_eq!(snapshot.held_input(), 7);
    restore(&mut world, snapshot);
    world.open();
    assert!(world.frames().is_empty() && world.channel.awaits_snapshot());
    save(&mut world);
    assert_eq!(world.sent_data(), [(PayloadType::Output, "offline".into())]);
}

#[test]
fn the_size_that_the_agent_knows_is_not_told_again() {
    let mut world = shell();
    world.channel.resize(world.now, SIZE);
    save(&mut world);
    world.frames();
    world.acknowledge(0);
    let snapshot = save(&mut world);
    restore(&mut world, snapshot);
    world.open();
    world.channel.resize(world.now, SIZE);
    assert!(!world.channel.awaits_snapshot());
    world.channel.resize(world.now, Size { cols: 1, rows: 1 });
    save(&mut world);
    assert_eq!(
        world.sent_data(),
        [(PayloadType::Size, r#"{"cols":1,"rows":1}"#.into())]
    );
}

#[test]
fn what_was_learned_of_the_link_is_kept_and_its_waits_are_not() {
    let mut world = shell();
    for (sequence, round_trip) in [(0, 900), (1, 900)] {
        world.type_text("x");
        save(&mut world);
        world.frames();
        world.now.monotonic += Duration::from_millis(round_trip);
        world.acknowledge(sequence);
    }
    world.type_text("y");
    let snapshot = save(&mut world);
    world.frames();
    let wait = |world: &World| world.channel.next_timeout().unwrap() - world.now.monotonic;
    let learned = wait(&world);
    assert!(learned > Duration::from_millis(900));
    world.pass(5_000);
    assert!(
        world.frames().len() == 1 && wait(&world) > learned,
        "it backs off"
    );
    restore(&mut world, snapshot);
    world.open();
    world.frames();
    assert_eq!(wait(&world), learned);
}

#[test]
fn an_encrypted_channel_goes_on_with_its_keys_and_with_nonces_of_its_own() {
    let mut world = encrypted(config());
    let client = agent();
    let snapshot = save(&mut world);
    assert!(snapshot.is_encrypted());
    world.frames();
    world.type_text("sudo");
    save(&mut world);
    let before = world.sent().pop().unwrap();
    // The other process never heard of the last snapshot, as when a copy of an older one is found.
    let keys = world.channel.session_keys().unwrap();
    assert_eq!(keys.expose(), PLAINTEXT);
    world.channel = DataChannel::restore(snapshot, Some(&keys), config(), [9; 32]).unwrap();
    world.open();
    world.type_text("root");
    world
        .receive(3, PayloadType::Output, &agent().seal(b"$ ").unwrap())
        .unwrap();
    assert_eq!(world.events(), [output("$ ")]);
    save(&mut world);
    let behind = world.sent().pop().unwrap();
    assert_eq!(client.open(&behind.payload).unwrap(), "root");
    assert_ne!(
        before.payload[..12],
        behind.payload[..12],
        "a nonce must not come twice"
    );
}

#[test]
fn an_encrypted_channel_does_not_go_on_without_its_own_keys() {
    let snapshot = save(&mut encrypted(config()));
    let restored =
        |keys: Option<&SessionKeys>| DataChannel::restore(snapshot.clone(), keys, config(), [9; 32]).err();
    assert_eq!(restored(None), Some(RestoreError::KeysMissing));
    let others = SessionKeys::new(&[8; 64]).unwrap();
    assert_eq!(restored(Some(&others)), Some(RestoreError::OtherKeys));
    assert_eq!(restored(Some(&keys())), None);
    assert!(SessionKeys::new(&[8; 63]).is_err());
}

#[test]
fn the_demands_of_the_connection_hold_for_a_restored_channel() {
    let with_rule = |encryption| ChannelConfig {
        encryption,
        ..ChannelConfig::default()
    };
    let restored = |snapshot: &Snapshot, encryption| {
        DataChannel::restore(snapshot.clone(), Some(&keys()), with_rule(encryption), [9; 32]).err()
    };
    let (plain, encrypted) = (save(&mut shell()), save(&mut encrypted(config())));
    for (rule, of_plain, of_encrypted) in [
        (EncryptionRule::Prefer, None, None),
        (EncryptionRule::Require, Some(RestoreError::NotEncrypted), None),
        (EncryptionRule::Off, None, Some(RestoreError::EncryptionOff)),
    ] {
        assert_eq!(restored(&plain, rule), of_plain, "{rule:?}");
        assert_eq!(restored(&encrypted, rule), of_encrypted, "{rule:?}");
    }
}

#[test]
fn a_port_session_is_restored_as_one_and_only_where_they_are_accepted() {
    let for_ports = ChannelConfig {
        port_sessions: true,
        ..config()
    };
    let mut world = opened(for_ports.clone());
    let request = json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": [{ "ActionType": "SessionType",
        "ActionParameters": { "SessionType": "Port", "Properties": { "portNumber": "22" } } }] });
    world
        .receive(0, PayloadType::HandshakeRequest, request.to_string().as_bytes())
        .unwrap();
    world.receive(1, PayloadType::HandshakeComplete, b"{}").unwrap();
    world.events();
    let snapshot = save(&mut world);
    let properties = [("portNumber".to_owned(), "22".to_owned())].into();
    let agent_version = "3.3.987.0".to_owned();
    assert_eq!(
        snapshot.session_type(),
        &SessionType::Port {
            agent_version,
            properties
        }
    );
    assert_eq!(
        DataChannel::restore(snapshot.clone(), None, config(), [9; 32]).err(),
        Some(RestoreError::PortSession)
    );
    world.channel = DataChannel::restore(snapshot, None, for_ports, [9; 32]).unwrap();
    world.open();
    world.frames();
    world.channel.resize(world.now, SIZE);
    assert!(!world.channel.awaits_snapshot(), "a port has no size");
}

#[test]
fn a_restored_channel_outlives_what_its_configuration_says() {
    let snapshot = save(&mut shell());
    let restored = |persistence| {
        let config = ChannelConfig {
            persistence,
            ..ChannelConfig::default()
        };
        DataChannel::restore(snapshot.clone(), None, config, [9; 32]).unwrap()
    };
    assert!(restored(Persistence::Journaled).snapshot().is_ok());
    assert!(restored(Persistence::Detachable).snapshot().is_err());
    assert!(restored(Persistence::Detachable).into_snapshot().is_ok());
    assert!(restored(Persistence::None).into_snapshot().is_err());
}

#[test]
fn a_channel_that_is_left_in_order_waits_for_nothing_and_gives_its_last_state() {
    let mut world = encrypted(ChannelConfig {
        persistence: Persistence::Detachable,
        ..ChannelConfig::default()
    });
    world.type_text("sent");
    assert!(world.sent().iter().any(|m| m.payload_type == PayloadType::Output));
    world.type_text("not sent");
    let sealed = agent().seal(b"seen").unwrap();
    world.receive(3, PayloadType::Output, &sealed).unwrap();
    assert_eq!(world.events(), [output("seen")]);
    let keys = world.channel.session_keys().unwrap();
    let snapshot = world.channel.into_snapshot().unwrap();
    world.channel = DataChannel::restore(snapshot, Some(&keys), config(), [9; 32]).unwrap();
    world.open();
    let agent = agent();
    let sent: Vec<_> = world.sent();
    let input = sent.iter().filter(|m| m.payload_type == PayloadType::Output);
    let typed: Vec<_> = input.map(|m| agent.open(&m.payload).unwrap()).collect();
    assert_eq!(typed, ["sent", "not sent"]);
    let is_acknowledgement = |m: &&Message| m.kind == MessageKind::Acknowledge;
    assert!(
        sent.iter().any(|m| is_acknowledgement(&m)),
        "what is owed is paid"
    );
}

/// What may happen besides.
#[derive(Debug, Clone)]
enum Happening {
    Step(Step),
    /// A snapshot is taken, and is durable.
    Save,
    /// The process ends, and another one begins.
    Crash,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => step().prop_map(Happening::Step),
        4 => Just(Happening::Save),
        1 => Just(Happening::Crash),
    ]
}

fn has_taken(snapshot: &Snapshot, sequence: i64) -> bool {
    let inbox = &snapshot.state.inbox;
    sequence < inbox.expected || inbox.held.iter().any(|held| held.sequence == sequence)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens, crashes among it: one number has one content for ever and numbers have no gap; what was
    /// acknowledged is never expected again; and what is written is read as the same, and restored as the same.
    ///
    /// Once a process has ended the agent acknowledges only what it was sent. Nobody but the process that ended knew what
    /// it wrote, so that a lie about a message that waited for a socket would be believed, and would leave a gap.
    #[test]
    fn no_crash_breaks_the_rules(happenings in proptest::collection::vec(happening(), 0..120)) {
        let mut world = opened(config());
        let mut numbered: Vec<Bytes> = Vec::new();
        let mut acknowledged = BTreeSet::new();
        let mut saved: Option<(Vec<u8>, Option<SessionKeys>)> = None;
        let mut is_restored = false;
        for (n, happening) in (0_u8..).zip(happenings) {
            match happening {
                Happening::Step(Step::Acknowledge(sequence))
                    if is_restored && usize::try_from(sequence).is_ok_and(|sequence| sequence >= numbered.len()) => {}
                Happening::Step(step) => drop(take(&mut world, step)),
                Happening::Save => {
                    if let Ok((snapshot, mark)) = world.channel.snapshot() {
                        saved = Some((snapshot.to_bytes(), world.channel.session_keys()));
                        world.channel.snapshot_written(mark);
                    }
                }
                Happening::Crash => {
                    if let Some((written, keys)) = &saved && world.channel.snapshot().is_ok() {
                        let snapshot = Snapshot::from_bytes(written).unwrap();
                        prop_assert_eq!(&snapshot.to_bytes(), written);
                        let seed = [n; 32];
                        world.channel = DataChannel::restore(snapshot.clone(), keys.as_ref(), config(), seed).unwrap();
                        prop_assert_eq!(&world.channel.snapshot().unwrap().0, &snapshot);
                        is_restored = true;
                        prop_assert!(acknowledged.iter().all(|sequence| has_taken(&snapshot, *sequence)));
                        if n % 2 == 0 {
                            world.open();
                        }
                    }
                }
            }
            world.events();
            for frame in world.frames() {
                let message = Message::decode(&frame).unwrap();
                if message.kind == MessageKind::Acknowledge {
                    acknowledged.insert(Acknowledge::from_payload(&message.payload).unwrap().acknowledged_message_sequence_number);
                    continue;
                }
                match numbered.get(usize::try_from(message.sequence).unwrap()) {
                    Some(earlier) => prop_assert_eq!(earlier, &frame),
                    None => {
                        prop_assert_eq!(usize::try_from(message.sequence).unwrap(), numbered.len());
                        numbered.push(frame);
                    }
                }
            }
        }
    }
}
