//! Encrypted sessions: the data key, the challenge, what is encrypted, and what ends the session.

use super::*;
use crate::{EncryptionChallenge, PayloadType as Type};

const PLAINTEXT: [u8; 64] = {
    let mut bytes = [1; 64];
    let (_, client) = bytes.split_at_mut(32);
    client.copy_from_slice(&[2; 32]);
    bytes
};

/// The agent's end: it seals with the first half.
fn agent() -> Cipher {
    let mut swapped = PLAINTEXT;
    swapped.rotate_left(32);
    Cipher::new(data_key(&swapped), Nonces::new([5; 32]))
}

fn data_key(plaintext: &[u8]) -> DataKey {
    DataKey::new(plaintext, b"sealed".to_vec(), true).unwrap()
}

fn encrypted_request() -> Vec<u8> {
    json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": [
        { "ActionType": "SessionType", "ActionParameters": { "SessionType": "Standard_Stream", "Properties": null } },
        { "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "alias/key", "Challenge": "AAAA" } }] })
    .to_string()
    .into_bytes()
}

fn challenge(sealed: &[u8]) -> Vec<u8> {
    let challenge = STANDARD.encode(sealed);
    EncryptionChallenge { challenge }.to_payload().to_vec()
}

/// The agent has asked for encryption.
fn asked() -> World {
    let mut world = World::opened();
    world
        .receive(0, Type::HandshakeRequest, &encrypted_request())
        .unwrap();
    world
}

/// The data key is there and the response is out.
fn answered() -> World {
    let mut world = asked();
    world.channel.provide_data_key(world.now, data_key(&PLAINTEXT));
    world.sent();
    world.events();
    world
}

/// An encrypted session in which data flows, and the agent's end of it.
fn streaming() -> (World, Cipher) {
    let (mut world, mut agent) = (answered(), agent());
    let sealed = agent.seal(b"random").unwrap();
    world
        .receive(1, Type::EncChallengeRequest, &challenge(&sealed))
        .unwrap();
    world.receive(2, Type::HandshakeComplete, b"{}").unwrap();
    world.sent();
    world.acknowledge(0);
    world.acknowledge(1);
    world.events();
    (world, agent)
}

fn failed(failure: ChannelFailure) -> [ChannelEvent; 1] {
    [ChannelEvent::Failed(failure)]
}

#[test]
fn an_encrypted_session_begins_with_a_key_a_challenge_and_the_completion() {
    let mut world = asked();
    world.channel.resize(world.now, SIZE);
    world.type_text("early");
    let wanted = DataKeyWanted {
        key_id: "alias/key".into(),
        challenge: Some("AAAA".into()),
    };
    assert_eq!(world.events(), [ChannelEvent::DataKeyWanted(wanted)]);
    assert_eq!(world.sent_data(), [], "the agent waits for the key");
    world.channel.provide_data_key(world.now, data_key(&PLAINTEXT));
    let sent = world.sent_data();
    assert_eq!((sent.len(), sent[0].0), (1, Type::HandshakeResponse));
    assert!(sent[0].1.contains(r#""KMSCipherTextKey":"c2VhbGVk""#));

    let mut agent = agent();
    let sealed = agent.seal(b"random").unwrap();
    world
        .receive(1, Type::EncChallengeRequest, &challenge(&sealed))
        .unwrap();
    let sent = world.sent_data();
    assert_eq!((sent.len(), sent[0].0), (1, Type::EncChallengeResponse));
    let answer = EncryptionChallenge::from_payload(sent[0].1.as_bytes()).unwrap();
    let answer = STANDARD.decode(answer.challenge).unwrap();
    assert_eq!(agent.open(&answer).unwrap(), "random");
    assert_ne!(answer, sealed);
    assert_eq!(world.events(), []);

    world.receive(2, Type::HandshakeComplete, COMPLETE).unwrap();
    let ready = ChannelEvent::Ready {
        session_type: SessionType::Shell,
        encrypted: true,
    };
    let message = ChannelEvent::CustomerMessage("Update me".into());
    assert_eq!(world.events(), [ready, message]);
    let sent = world.sent();
    let data: Vec<_> = sent
        .iter()
        .filter(|m| m.kind == MessageKind::InputStreamData)
        .collect();
    assert_eq!(
        (data[0].payload_type, text(data[0]).as_str()),
        (Type::Size, SIZE_JSON)
    );
    assert_eq!(agent.open(&data[1].payload).unwrap(), "early");
}

#[test]
fn output_errors_and_exit_codes_are_decrypted_and_flags_are_plain() {
    let (mut world, mut agent) = streaming();
    let mut sealed = |text: &str| agent.seal(text.as_bytes()).unwrap();
    world.receive(3, Type::Output, &sealed("out")).unwrap();
    world.receive(4, Type::StdErr, &sealed("err")).unwrap();
    world.receive(5, Type::ExitCode, &sealed("EXIT_CODE: 9")).unwrap();
    world.receive(6, Type::Flag, &[0, 0, 0, 3]).unwrap();
    world.receive(7, Type::Output, &sealed("")).unwrap();
    let err = ChannelEvent::StdErr(Bytes::from_static(b"err"));
    let (code, flag) = (ChannelEvent::ExitCode(9), ChannelEvent::Flag(3));
    assert_eq!(world.events(), [output("out"), err, code, flag]);
}

#[test]
fn messages_hold_1024_bytes_of_plaintext_and_the_bound_counts_plaintext() {
    let (mut world, agent) = streaming();
    world.channel.send_input(world.now, &[b'p'; 2048]);
    assert_eq!(world.channel.held_input(), 2048);
    let sent = world.sent();
    assert_eq!(
        sent.iter().map(|m| m.payload.len()).collect::<Vec<_>>(),
        [1052, 1052]
    );
    assert_eq!(agent.open(&sent[0].payload).unwrap(), vec![b'p'; 1024]);
    world.acknowledge(sent[0].sequence);
    assert_eq!(world.channel.held_input(), 1024);
}

#[test]
fn a_resent_message_has_the_same_bytes_and_no_two_have_one_nonce() {
    let (mut world, agent) = streaming();
    world.type_text("same");
    let first = world.frames();
    world.type_text("same");
    let second = world.frames();
    assert_ne!(first[0][120..132], second[0][120..132]);
    world.pass(1000);
    assert_eq!(world.frames(), [first.clone(), second.clone()].concat());
    world.channel.link_lost(world.now);
    world.type_text("held");
    world.open();
    let resent = world.frames();
    assert_eq!(resent[..2], [first, second].concat());
    let held = Message::decode(&resent[2]).unwrap();
    assert_eq!(
        agent.open(&held.payload).unwrap(),
        "held",
        "the key outlives the socket"
    );
}

#[test]
fn a_socket_may_be_lost_while_the_key_is_fetched() {
    let mut world = asked();
    world.channel.link_lost(world.now);
    world.channel.provide_data_key(world.now, data_key(&PLAINTEXT));
    assert!(world.frames().is_empty());
    world.open();
    assert_eq!(world.sent_data()[0].0, Type::HandshakeResponse);
}

#[test]
fn a_refused_key_tells_the_agent_why_and_ends_the_session() {
    let mut world = asked();
    world.type_text("early");
    world.events();
    world.channel.refuse_data_key(world.now, "No permission");
    let sent = world.sent_data();
    assert_eq!((sent.len(), sent[0].0), (1, Type::HandshakeResponse));
    assert!(
        sent[0]
            .1
            .contains("Failed to process action KMSEncryption: No permission")
    );
    assert_eq!(world.events(), [], "the driver knows why");
    assert_eq!((world.channel.input_room(), world.channel.held_input()), (0, 0));
    world.channel.provide_data_key(world.now, data_key(&PLAINTEXT));
    assert_eq!(world.sent_data(), [], "too late");
    world.pass(200);
    assert_eq!(
        world.sent_data().len(),
        1,
        "the refusal is resent until it is acknowledged"
    );
}

#[test]
fn a_key_that_nobody_asked_for_is_ignored() {
    for mut world in [World::opened(), World::shell(), streaming().0] {
        let room = world.channel.input_room();
        world.channel.provide_data_key(world.now, data_key(&[9; 64]));
        world.channel.refuse_data_key(world.now, "No");
        assert_eq!((world.frames(), world.events()), (vec![], vec![]));
        assert_eq!(world.channel.input_room(), room);
    }
}

#[test]
fn whatever_comes_before_the_key_ends_the_session_and_the_agent_is_told() {
    let out_of_order = |payload| ChannelFailure::OutOfOrder { payload };
    for (payload_type, failure) in [
        (Type::Output, ChannelFailure::EarlyData),
        (Type::Flag, ChannelFailure::EarlyData),
        (Type::Other(77), ChannelFailure::EarlyData),
        (Type::EncChallengeRequest, out_of_order("EncChallengeRequest")),
        (Type::HandshakeComplete, out_of_order("HandshakeComplete")),
        (Type::HandshakeRequest, out_of_order("HandshakeRequest")),
    ] {
        let mut world = asked();
        world.events();
        world.receive(1, payload_type, b"{}").unwrap();
        assert_eq!(world.events(), failed(failure));
        let sent = world.sent_data();
        assert_eq!((sent.len(), sent[0].0), (1, Type::HandshakeResponse));
        assert!(sent[0].1.contains("Failed to process action KMSEncryption"));
        world.channel.provide_data_key(world.now, data_key(&PLAINTEXT));
        assert_eq!(world.sent_data(), []);
    }
}

#[test]
fn whatever_comes_instead_of_the_challenge_ends_the_session() {
    let out_of_order = |payload| ChannelFailure::OutOfOrder { payload };
    for (payload_type, failure) in [
        (Type::Output, ChannelFailure::EarlyData),
        (Type::ExitCode, ChannelFailure::EarlyData),
        (Type::Size, ChannelFailure::EarlyData),
        (Type::HandshakeComplete, out_of_order("HandshakeComplete")),
        (Type::EncChallengeResponse, out_of_order("EncChallengeResponse")),
    ] {
        let mut world = answered();
        world.receive(1, payload_type, b"{}").unwrap();
        assert_eq!(world.events(), failed(failure));
        assert_eq!(world.sent_data(), []);
    }
}

#[test]
fn a_challenge_that_was_not_made_with_the_key_ends_the_session() {
    let (mut agent, mut foreign) = (agent(), Cipher::new(data_key(&PLAINTEXT), Nonces::new([6; 32])));
    let mut damaged = agent.seal(b"random").unwrap().to_vec();
    damaged[20] ^= 1;
    for sealed in [
        foreign.seal(b"random").unwrap().to_vec(),
        damaged,
        vec![],
        vec![0; 27],
    ] {
        let mut world = answered();
        world
            .receive(1, Type::EncChallengeRequest, &challenge(&sealed))
            .unwrap();
        assert_eq!(world.events(), failed(ChannelFailure::ChallengeFailed));
        assert_eq!(world.sent_data(), []);
    }
}

#[test]
fn a_challenge_that_cannot_be_read_names_itself() {
    let too_long = challenge(&agent().seal(&[0; 1600]).unwrap());
    let junk = json!({ "Challenge": "no base64!" }).to_string();
    for payload in [
        &too_long[..],
        junk.as_bytes(),
        b"{}",
        br#"{"Challenge":null}"#,
        b"",
        b"\xff",
    ] {
        let mut world = answered();
        let defect = world.receive(1, Type::EncChallengeRequest, payload).unwrap_err();
        let payload = "encryption challenge";
        assert!(matches!(defect, FrameError::Payload(PayloadError { payload: p, .. }) if p == payload));
        assert_eq!(world.events(), failed(ChannelFailure::Malformed { payload }));
    }
    let longest = challenge(&agent().seal(&[0; 1500]).unwrap());
    let mut world = answered();
    world.receive(1, Type::EncChallengeRequest, &longest).unwrap();
    assert_eq!(world.events(), []);
}

#[test]
fn the_challenge_is_answered_once() {
    let mut world = answered();
    let sealed = agent().seal(b"random").unwrap();
    for _ in 0..3 {
        world
            .receive(1, Type::EncChallengeRequest, &challenge(&sealed))
            .unwrap();
    }
    let sent = world.sent();
    assert_eq!(
        sent.iter().filter(|m| m.kind == MessageKind::Acknowledge).count(),
        3
    );
    let answers = sent
        .iter()
        .filter(|m| m.payload_type == Type::EncChallengeResponse);
    assert_eq!(answers.count(), 1);
    world
        .receive(2, Type::EncChallengeRequest, &challenge(&sealed))
        .unwrap();
    let payload = "EncChallengeRequest";
    assert_eq!(world.events(), failed(ChannelFailure::OutOfOrder { payload }));
    assert_eq!(world.sent_data(), []);
}

#[test]
fn what_cannot_be_deciphered_ends_the_session_and_nothing_follows() {
    let replayed_by_another = Cipher::new(data_key(&[8; 64]), Nonces::new([6; 32]))
        .seal(b"EXIT_CODE: 0")
        .unwrap();
    for payload in [&b"plain text"[..], b"EXIT_CODE: 0", b"", &replayed_by_another] {
        for payload_type in [Type::Output, Type::StdErr, Type::ExitCode] {
            let (mut world, mut agent) = streaming();
            world.type_text("one");
            world.sent();
            world.receive(3, payload_type, payload).unwrap();
            let failure = ChannelFailure::Undecipherable { sequence: 3 };
            assert_eq!(world.events(), failed(failure));
            world
                .receive(4, Type::Output, &agent.seal(b"more").unwrap())
                .unwrap();
            assert_eq!(world.events(), []);
            assert_eq!(world.channel.send_input(world.now, b"x"), 0);
            world.channel.resize(world.now, SIZE);
            world.pass(60_000);
            assert_eq!(world.acknowledged(), [3, 4], "only acknowledgements go out");
            world.open();
            assert_eq!(world.sent(), []);
        }
    }
}

#[test]
fn a_corrupt_frame_of_an_encrypted_session_is_only_dropped() {
    let (mut world, mut agent) = streaming();
    let frame = stream(3, Type::Output, &agent.seal(b"out").unwrap()).encode();
    let mut corrupt = frame.to_vec();
    corrupt[140] ^= 1;
    assert!(world.channel.handle_frame(world.now, corrupt.into()).is_err());
    world.channel.handle_frame(world.now, frame).unwrap();
    assert_eq!(world.events(), [output("out")]);
}

#[test]
fn an_odd_exit_code_is_a_defect_and_not_the_end() {
    let (mut world, mut agent) = streaming();
    let odd = agent.seal(b"EXIT_CODE: many").unwrap();
    assert!(world.receive(3, Type::ExitCode, &odd).is_err());
    world
        .receive(4, Type::Output, &agent.seal(b"on").unwrap())
        .unwrap();
    assert_eq!(world.events(), [output("on")]);
}
