use std::collections::BTreeMap;

use postern_protocol::{Acknowledge, JsonPayload as _, Message, MessageKind};
use proptest::prelude::*;

use super::*;
use crate::agent::{AgentEncryption, AgentHostility, AgentSession, AgentTiming};

mod encryption;

fn at(ms: u64) -> Moment {
    Moment {
        monotonic: Duration::from_millis(ms),
        wall_ms: 1_700_000_000_000 + ms,
    }
}

fn config(session: AgentSession, timing: AgentTiming) -> AgentConfig {
    AgentConfig::new(session, timing)
}

fn faithful(session: AgentSession) -> AgentCore {
    AgentCore::new(at(0), config(session, AgentTiming::faithful()))
}

const SEPARATE: AgentSession = AgentSession::NonInteractiveCommand {
    separate_output: true,
};
const COMBINED: AgentSession = AgentSession::NonInteractiveCommand {
    separate_output: false,
};

fn frame(kind: MessageKind, sequence: i64, payload_type: PayloadType, payload: &[u8]) -> Bytes {
    let payload = Bytes::copy_from_slice(payload);
    let id = uuid::Uuid::from_u128(sequence as u128 + 1);
    Message {
        kind,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id,
        payload_type,
        payload,
    }
    .encode()
}

fn input(sequence: i64, bytes: &[u8]) -> Bytes {
    frame(MessageKind::InputStreamData, sequence, PayloadType::Output, bytes)
}

fn response(sequence: i64, text: &str) -> Bytes {
    frame(
        MessageKind::InputStreamData,
        sequence,
        PayloadType::HandshakeResponse,
        text.as_bytes(),
    )
}

fn accept(version: &str) -> String {
    format!(
        r#"{{"ClientVersion":"{version}","ProcessedClientActions":[{{"ActionType":"SessionType","ActionStatus":1,
        "ActionResult":null,"Error":""}}],"Errors":null}}"#
    )
}

fn acknowledgement(sequence: i64) -> Bytes {
    let payload = Acknowledge {
        acknowledged_message_type: "output_stream_data".to_owned(),
        acknowledged_message_id: uuid::Uuid::nil(),
        acknowledged_message_sequence_number: sequence,
        is_sequential_message: true,
    };
    frame(
        MessageKind::Acknowledge,
        0,
        PayloadType::None,
        &payload.to_payload(),
    )
}

fn publication(kind: MessageKind) -> Bytes {
    frame(kind, 0, PayloadType::None, b"")
}

fn sent(core: &mut AgentCore) -> Vec<Message> {
    std::iter::from_fn(|| core.poll_transmit())
        .map(|frame| Message::decode(&frame).unwrap())
        .collect()
}

/// The sequence numbers that were acknowledged since the last look; stream messages are dropped.
fn acknowledged(core: &mut AgentCore) -> Vec<i64> {
    let acks = sent(core)
        .into_iter()
        .filter(|message| message.kind == MessageKind::Acknowledge);
    acks.map(|ack| frame::acknowledged_sequence(&ack.payload).unwrap())
        .collect()
}

/// The stream messages since the last look, as number and payload; acknowledgements are dropped.
fn streamed(core: &mut AgentCore) -> Vec<(i64, PayloadType, Bytes)> {
    let stream = sent(core)
        .into_iter()
        .filter(|message| message.kind == MessageKind::OutputStreamData);
    stream
        .map(|message| (message.sequence, message.payload_type, message.payload))
        .collect()
}

fn events(core: &mut AgentCore) -> Vec<AgentEvent> {
    std::iter::from_fn(|| core.poll_event()).collect()
}

fn typed(core: &mut AgentCore) -> Vec<u8> {
    let inputs = events(core).into_iter().filter_map(|event| match event {
        AgentEvent::Input(bytes) => Some(bytes),
        AgentEvent::Start
        | AgentEvent::DecryptDataKey { .. }
        | AgentEvent::Resize { .. }
        | AgentEvent::Interrupt
        | AgentEvent::Quit
        | AgentEvent::Disconnect
        | AgentEvent::Kill
        | AgentEvent::Crashed
        | AgentEvent::Ended { .. } => None,
    });
    inputs.flatten().collect()
}

fn running_shell() -> AgentCore {
    let mut core = faithful(AgentSession::Shell);
    core.handle_timeout(at(5));
    assert_eq!(events(&mut core), [AgentEvent::Start]);
    core.program_started(at(5));
    core
}

fn running_command(session: AgentSession) -> AgentCore {
    let mut core = faithful(session);
    core.handle_frame(at(1), &response(0, &accept("1.2.896.0")));
    core.handle_timeout(at(2));
    assert_eq!(events(&mut core), [AgentEvent::Start]);
    core.program_started(at(2));
    for sequence in 0..2 {
        core.handle_frame(at(2), &acknowledgement(sequence));
    }
    sent(&mut core);
    core
}

#[test]
fn a_shell_says_nothing_for_a_second_and_then_at_most_1024_bytes_each_millisecond() {
    let mut core = running_shell();
    assert_eq!(
        core.program_output(at(10), OutputKind::Output, &[b'x'; 3000]),
        3000
    );
    core.handle_timeout(at(1004));
    assert_eq!(streamed(&mut core), []);
    for (ms, size) in [(1005, 1024), (1006, 1024), (1007, 952)] {
        assert_eq!(core.next_timeout(), Some(Duration::from_millis(ms)));
        core.handle_timeout(at(ms));
        assert_eq!(
            streamed(&mut core)
                .iter()
                .map(|(_, _, bytes)| bytes.len())
                .collect::<Vec<_>>(),
            [size]
        );
    }
}

#[test]
fn the_first_stream_message_carries_syn_and_acknowledgements_carry_both_flags() {
    let mut core = running_shell();
    core.program_output(at(1005), OutputKind::Output, b"a");
    core.program_output(at(1010), OutputKind::Output, b"b");
    core.handle_frame(at(1011), &input(0, b"c"));
    let flags: Vec<u64> = sent(&mut core).iter().map(|message| message.flags).collect();
    assert_eq!(flags, [1, 0, 3]);
}

#[test]
fn input_before_the_agent_is_ready_is_acknowledged_and_lost() {
    let mut core = faithful(AgentSession::Shell);
    core.handle_frame(at(1), &input(0, b"lost"));
    assert_eq!(acknowledged(&mut core), [0]);
    core.handle_timeout(at(5));
    core.program_started(at(6));
    core.handle_frame(at(7), &input(1, b"heard"));
    assert_eq!(typed(&mut core), b"heard");
}

#[test]
fn input_before_the_terminal_is_there_is_refused_until_it_is_sent_again() {
    let mut core = faithful(AgentSession::Shell);
    core.handle_timeout(at(5));
    core.handle_frame(at(6), &input(0, b"ls\r"));
    assert_eq!(acknowledged(&mut core), [0i64; 0]);
    core.program_started(at(7));
    assert_eq!(typed(&mut core), b"");
    core.handle_frame(at(207), &input(0, b"ls\r"));
    assert_eq!(acknowledged(&mut core), [0]);
    assert_eq!(typed(&mut core), b"ls\r");
}

#[test]
fn early_input_is_acknowledged_at_once_and_played_in_order_and_repeats_are_acknowledged_again() {
    let mut core = running_shell();
    core.handle_frame(at(10), &input(2, b"c"));
    core.handle_frame(at(10), &input(1, b"b"));
    assert_eq!(acknowledged(&mut core), [2, 1]);
    assert_eq!(typed(&mut core), b"");
    core.handle_frame(at(11), &input(0, b"a"));
    assert_eq!(typed(&mut core), b"abc");
    for sequence in [0, 2, 1, 0] {
        core.handle_frame(at(12), &input(sequence, b"x"));
    }
    assert_eq!(acknowledged(&mut core), [0, 0, 2, 1, 0]);
    assert_eq!(typed(&mut core), b"", "a known number is never played again");
}

#[test]
fn five_lost_frames_cost_half_a_second_because_only_the_head_is_sent_again() {
    let mut core = running_shell();
    for n in 0..5 {
        core.program_output(at(1005 + n), OutputKind::Output, b"x");
    }
    assert_eq!(streamed(&mut core).len(), 5);
    let mut repaired = Vec::new();
    for ms in 1010..4000 {
        core.handle_timeout(at(ms));
        for (sequence, _, _) in streamed(&mut core) {
            repaired.push((ms, sequence));
            core.handle_frame(at(ms), &acknowledgement(sequence));
        }
    }
    assert_eq!(
        repaired.iter().map(|(_, sequence)| *sequence).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );
    assert!(repaired[4].0 - 1005 >= 500, "{repaired:?}");
    assert_eq!(core.unacknowledged(), 0);
}

#[test]
fn a_frame_that_is_never_acknowledged_is_sent_again_for_ever_with_the_same_bytes() {
    let mut core = running_shell();
    core.program_output(at(1005), OutputKind::Output, b"x");
    let first = core.poll_transmit().unwrap();
    let mut count = 0;
    for ms in 1006..61_006 {
        core.handle_timeout(at(ms));
        while let Some(again) = core.poll_transmit() {
            assert_eq!(again, first);
            count += 1;
        }
    }
    assert!(
        (180..=300).contains(&count),
        "about three to five each second, without back-off: {count}"
    );
}

#[test]
fn a_pause_stops_reading_and_sending_again_until_the_client_is_heard() {
    let wake = [
        publication(MessageKind::StartPublication),
        input(0, b"x"),
        acknowledgement(0),
    ];
    for wake in wake {
        let mut core = running_shell();
        core.program_output(at(1005), OutputKind::Output, b"one");
        assert_eq!(streamed(&mut core).len(), 1);
        core.handle_frame(at(1006), &publication(MessageKind::PausePublication));
        assert!(core.is_paused());
        core.program_output(at(1010), OutputKind::Output, b"two");
        core.handle_timeout(at(9000));
        assert_eq!(streamed(&mut core), []);
        assert_eq!(core.next_timeout(), None);
        core.handle_frame(at(9001), &wake);
        core.handle_timeout(at(9200));
        let payloads: Vec<Bytes> = streamed(&mut core)
            .into_iter()
            .map(|(_, _, payload)| payload)
            .collect();
        assert!(payloads.contains(&Bytes::from_static(b"two")), "{payloads:?}");
    }
}

#[test]
fn a_wrong_digest_is_executed_unless_the_agent_is_told_to_check() {
    let damaged = {
        let mut bytes = input(0, b"lr").to_vec();
        *bytes.last_mut().unwrap() = b's';
        Bytes::from(bytes)
    };
    let mut core = running_shell();
    core.handle_frame(at(10), &damaged);
    assert_eq!(typed(&mut core), b"ls");
    core.config.checks_digest = true;
    core.handle_frame(at(10), &{
        let mut bytes = input(1, b"lr").to_vec();
        *bytes.last_mut().unwrap() = b's';
        Bytes::from(bytes)
    });
    assert_eq!(typed(&mut core), b"");
}

#[test]
fn unreadable_frames_are_dropped_and_one_whose_header_reaches_past_the_end_makes_the_agent_deaf() {
    let mut core = running_shell();
    let with = |at: usize, bytes: &[u8]| {
        let mut frame = input(0, b"a").to_vec();
        frame[at..at + bytes.len()].copy_from_slice(bytes);
        Bytes::from(frame)
    };
    for bad in [
        with(40, &[0; 8]),
        with(0, &[0; 4]),
        with(4, &[b' '; 32]),
        Bytes::new(),
        Bytes::from_static(b"short"),
    ] {
        core.handle_frame(at(10), &bad);
        assert_eq!(sent(&mut core), []);
    }
    core.handle_frame(at(11), &input(0, b"a"));
    assert_eq!(acknowledged(&mut core), [0]);
    core.handle_frame(at(12), &with(0, &[0, 0, 200, 0]));
    core.handle_frame(at(13), &input(1, b"b"));
    assert_eq!(acknowledged(&mut core), [0i64; 0], "deaf for good");
}

#[test]
fn a_malformed_size_is_never_acknowledged_and_blocks_what_is_behind_it() {
    let mut core = running_shell();
    let size = |sequence, text: &str| {
        frame(
            MessageKind::InputStreamData,
            sequence,
            PayloadType::Size,
            text.as_bytes(),
        )
    };
    core.handle_frame(at(10), &size(0, "{"));
    core.handle_frame(at(10), &input(1, b"x"));
    assert_eq!(acknowledged(&mut core), [1]);
    assert_eq!(events(&mut core), []);
    core.handle_frame(at(11), &size(0, r#"{"cols":70000,"rows":24}"#));
    let resize = AgentEvent::Resize { cols: 4464, rows: 24 };
    assert_eq!(
        events(&mut core),
        [resize, AgentEvent::Input(Bytes::from_static(b"x"))]
    );
}

#[test]
fn an_exited_shell_ends_when_its_last_output_is_acknowledged() {
    let mut core = running_shell();
    core.program_output(at(1005), OutputKind::Output, b"bye");
    core.program_ended(at(1006), ProgramEnd::Exited(0));
    assert!(!core.is_ended());
    core.handle_frame(at(1007), &acknowledgement(0));
    assert_eq!(
        events(&mut core),
        [
            AgentEvent::Kill,
            AgentEvent::Ended {
                output: String::new()
            }
        ]
    );
}

#[test]
fn an_exited_shell_waits_two_seconds_for_acknowledgements_and_no_longer() {
    let mut core = running_shell();
    core.program_output(at(1005), OutputKind::Output, b"bye");
    core.program_ended(at(1006), ProgramEnd::Exited(0));
    core.handle_timeout(at(3005));
    assert!(!core.is_ended());
    core.handle_timeout(at(3006));
    assert!(core.is_ended());
}

#[test]
fn output_that_was_not_read_when_the_shell_ended_is_still_sent_but_for_a_torn_character() {
    let mut core = running_shell();
    core.program_output(
        at(6),
        OutputKind::Output,
        "late €".as_bytes().split_last().unwrap().1,
    );
    core.program_ended(at(7), ProgramEnd::Exited(0));
    core.handle_timeout(at(1005));
    let all: Vec<u8> = streamed(&mut core)
        .into_iter()
        .flat_map(|(_, _, payload)| payload)
        .collect();
    assert_eq!(all, b"late ");
}

#[test]
fn only_commands_without_a_terminal_shake_hands() {
    for session in [AgentSession::Shell, AgentSession::InteractiveCommand] {
        assert_eq!(sent(&mut faithful(session)), []);
    }
    let mut core = faithful(COMBINED);
    let request = streamed(&mut core);
    assert_eq!(request[0].1, PayloadType::HandshakeRequest);
    let value: serde_json::Value = serde_json::from_slice(&request[0].2).unwrap();
    let action = &value["RequestedClientActions"][0];
    assert_eq!(
        action["ActionParameters"]["SessionType"],
        "NonInteractiveCommands"
    );
    assert!(action["ActionParameters"]["Properties"].is_null());
}

#[test]
fn a_handshake_without_an_answer_fails_after_fifteen_seconds() {
    let mut core = faithful(COMBINED);
    core.handle_timeout(at(14_999));
    assert!(!core.is_ended());
    core.handle_timeout(at(15_000));
    let events = events(&mut core);
    let Some(AgentEvent::Ended { output }) = events.last() else {
        panic!("{events:?}")
    };
    assert!(
        output.starts_with("\n----------ERROR-------\n") && output.contains("Handshake timed out"),
        "{output}"
    );
}

#[test]
fn a_refused_handshake_ends_with_the_clients_own_words() {
    let mut core = faithful(COMBINED);
    let refused = accept("1.2.896.0")
        .replace(":1,", ":2,")
        .replace(r#""Error":"""#, r#""Error":"no such thing""#);
    core.handle_frame(at(1), &response(0, &refused));
    assert_eq!(acknowledged(&mut core), [0]);
    let events = events(&mut core);
    let Some(AgentEvent::Ended { output }) = events.last() else {
        panic!("{events:?}")
    };
    assert!(
        output.ends_with("SessionType failed on client with status 2 error: no such thing"),
        "{output}"
    );
}

#[test]
fn input_before_handshake_complete_is_acknowledged_and_lost() {
    let mut core = faithful(COMBINED);
    core.handle_frame(at(1), &input(0, b"\x03"));
    core.handle_frame(at(2), &response(1, &accept("1.2.896.0")));
    core.handle_frame(at(2), &input(2, b"\x03"));
    assert_eq!(acknowledged(&mut core), [0, 1, 2]);
    core.handle_timeout(at(3));
    core.program_started(at(3));
    assert_eq!(events(&mut core), [AgentEvent::Start]);
    let complete = streamed(&mut core);
    assert_eq!(
        (complete[0].0, complete[0].1),
        (1, PayloadType::HandshakeComplete)
    );
    core.handle_frame(at(4), &input(3, b"x\x03\x1c"));
    assert_eq!(
        events(&mut core),
        [AgentEvent::Interrupt],
        "only the first control byte counts"
    );
}

#[test]
fn a_second_response_with_its_own_number_silences_the_agents_reader_for_good() {
    let mut core = running_command(COMBINED);
    core.handle_frame(at(3), &response(0, &accept("1.2.896.0")));
    assert_eq!(acknowledged(&mut core), [0], "the same one again is harmless");
    core.handle_frame(at(4), &response(1, &accept("1.2.896.0")));
    core.handle_frame(at(5), &input(0, b""));
    assert_eq!(acknowledged(&mut core), [0i64; 0]);
}

#[test]
fn old_clients_are_told_to_update_when_streams_are_separate() {
    for (session, version, told) in [
        (SEPARATE, "1.2.295", true),
        (SEPARATE, "1.2.896.0", false),
        (COMBINED, "1.2.295", false),
    ] {
        let mut core = faithful(session);
        core.handle_frame(at(1), &response(0, &accept(version)));
        core.handle_timeout(at(2));
        let complete = streamed(&mut core).pop().unwrap();
        let text = String::from_utf8(complete.2.to_vec()).unwrap();
        assert_eq!(
            text.contains("Please update session manager plugin"),
            told,
            "{version} {text}"
        );
        assert!(
            text.contains(r#""HandshakeTimeToComplete":2000000"#),
            "nanoseconds: {text}"
        );
    }
}

#[test]
fn separate_streams_end_with_the_exit_code() {
    let mut core = running_command(SEPARATE);
    core.program_output(at(3), OutputKind::StdErr, b"err\n");
    core.program_output(at(4), OutputKind::Output, b"out\n");
    core.program_ended(at(5), ProgramEnd::Exited(3));
    let told: Vec<(PayloadType, Bytes)> = streamed(&mut core)
        .into_iter()
        .map(|(_, kind, payload)| (kind, payload))
        .collect();
    let bytes = Bytes::from_static;
    assert_eq!(
        told,
        [
            (PayloadType::StdErr, bytes(b"err\n")),
            (PayloadType::Output, bytes(b"out\n")),
            (PayloadType::ExitCode, bytes(b"EXIT_CODE: 3")),
        ]
    );
}

#[test]
fn a_program_that_is_missing_is_an_exit_code_first_and_a_reason_a_second_later() {
    let mut core = faithful(SEPARATE);
    core.handle_frame(at(1), &response(0, &accept("1.2.896.0")));
    core.handle_timeout(at(2));
    streamed(&mut core);
    core.program_ended(at(3), ProgramEnd::NotStarted("no such file".to_owned()));
    assert_eq!(streamed(&mut core)[0].2, "EXIT_CODE: 1");
    core.handle_timeout(at(1002));
    assert!(
        streamed(&mut core)
            .iter()
            .all(|(_, kind, _)| *kind != PayloadType::StdErr)
    );
    core.handle_timeout(at(1003));
    assert!(
        streamed(&mut core)
            .iter()
            .any(|(_, kind, text)| *kind == PayloadType::StdErr && text == "no such file")
    );
}

#[test]
fn a_killed_command_says_minus_one_and_an_interrupted_one_says_one() {
    for (key, code) in [(None, "EXIT_CODE: -1"), (Some(input(1, b"\x03")), "EXIT_CODE: 1")] {
        let mut core = running_command(SEPARATE);
        if let Some(key) = key {
            core.handle_frame(at(3), &key);
        }
        core.program_ended(at(4), ProgramEnd::Killed);
        assert_eq!(streamed(&mut core).pop().unwrap().2, code);
    }
}

#[test]
fn a_reader_that_signalled_the_command_hears_nothing_until_it_has_ended() {
    let mut core = running_command(SEPARATE);
    core.program_output(at(3), OutputKind::Output, b"up\n");
    let number = streamed(&mut core)[0].0;
    core.handle_frame(at(4), &input(1, b"\x03"));
    assert_eq!(events(&mut core), [AgentEvent::Interrupt]);
    core.handle_frame(at(5), &acknowledgement(number));
    core.handle_frame(at(6), &input(2, b"\x03"));
    assert!(acknowledged(&mut core).is_empty() && events(&mut core).is_empty());
    assert!(core.unacknowledged() > 0, "acknowledgements are not heard either");
    core.program_ended(at(7), ProgramEnd::Exited(7));
    let told = sent(&mut core);
    let code = told
        .iter()
        .find(|message| message.payload_type == PayloadType::ExitCode);
    assert_eq!(
        code.unwrap().payload,
        "EXIT_CODE: 1",
        "which is not known any more"
    );
    core.handle_frame(at(8), &input(1, b"\x03"));
    assert_eq!(acknowledged(&mut core), [1], "it was taken");
}

#[test]
fn a_paused_command_with_separate_streams_loses_output_but_not_its_exit_code() {
    let mut core = running_command(SEPARATE);
    core.program_output(at(3), OutputKind::Output, b"1\n");
    core.handle_frame(at(4), &publication(MessageKind::PausePublication));
    assert_eq!(core.program_output(at(5), OutputKind::Output, b"2\n"), 2);
    core.handle_frame(at(6), &publication(MessageKind::StartPublication));
    core.program_output(at(7), OutputKind::Output, b"3\n");
    core.program_ended(at(8), ProgramEnd::Exited(0));
    let payloads: Vec<Bytes> = streamed(&mut core)
        .into_iter()
        .map(|(_, _, payload)| payload)
        .collect();
    assert_eq!(payloads, ["1\n", "EXIT_CODE: 0"]);
}

#[test]
fn termination_needs_no_working_reader() {
    let mut core = running_shell();
    core.deaf = true;
    core.terminate();
    assert_eq!(
        events(&mut core),
        [
            AgentEvent::Kill,
            AgentEvent::Ended {
                output: String::new()
            }
        ]
    );
    assert_eq!(core.next_timeout(), None);
}

#[test]
fn channel_closed_kills_the_program() {
    let mut core = running_shell();
    core.handle_frame(at(10), &publication(MessageKind::ChannelClosed));
    assert_eq!(
        events(&mut core),
        [
            AgentEvent::Kill,
            AgentEvent::Ended {
                output: String::new()
            }
        ]
    );
}

/// The least that a right client does: acknowledge everything, also what it knows; keep what is early; send again.
#[derive(Default)]
struct Client {
    expected: i64,
    early: BTreeMap<i64, Bytes>,
    received: Vec<u8>,
    unacknowledged: BTreeMap<i64, Bytes>,
}

impl Client {
    fn hear(&mut self, frame: &Bytes) -> Option<Bytes> {
        // A damaged frame is no frame.
        let message = Message::decode(frame).ok()?;
        if message.kind == MessageKind::Acknowledge {
            self.unacknowledged
                .remove(&frame::acknowledged_sequence(&message.payload)?);
            return None;
        }
        if message.sequence >= self.expected {
            self.early.insert(message.sequence, message.payload.clone());
        }
        while let Some(next) = self.early.remove(&self.expected) {
            self.received.extend_from_slice(&next);
            self.expected += 1;
        }
        Some(acknowledgement(message.sequence))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Loss, repetition, reordering and damage of frames in both directions never change what arrives.
    #[test]
    fn a_client_that_acknowledges_repeats_gets_everything_once_and_in_order(seed in any::<u64>(), loss in 0.0..0.4f64) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let whole = AgentConfig {
            drops_unfinished_output: false,
            ..config(AgentSession::Shell, AgentTiming::faithful())
        };
        let mut core = AgentCore::new(at(0), whole);
        core.handle_timeout(at(5));
        core.program_started(at(5));
        let output: Vec<u8> = (0..20_000u32).map(|n| (n % 251) as u8).collect();
        let mut client = Client::default();
        for n in 0..20 {
            client.unacknowledged.insert(n, input(n, &[n as u8; 3]));
        }
        let wanted: Vec<u8> = (0..20u8).flat_map(|n| [n; 3]).collect();
        let (mut given, mut heard) = (0, Vec::new());
        let mut on_the_way: Vec<(u64, bool, Bytes)> = Vec::new();
        let mut ms = 5;
        while (client.received.len() < output.len() || !client.unacknowledged.is_empty()) && ms < 600_000 {
            ms += 1;
            given += core.program_output(at(ms), OutputKind::Output, &output[given..]);
            if ms % 100 == 0 {
                let again: Vec<Bytes> = client.unacknowledged.values().cloned().collect();
                on_the_way.extend(again.into_iter().map(|frame| (ms + random.random_range(1..60), true, frame)));
            }
            let (due, later) = on_the_way.into_iter().partition(|(due, _, _)| *due <= ms);
            on_the_way = later;
            for (_, to_agent, frame) in due {
                if to_agent {
                    core.handle_frame(at(ms), &frame);
                } else if let Some(ack) = client.hear(&frame) {
                    on_the_way.push((ms + random.random_range(1..60), true, ack));
                }
            }
            core.handle_timeout(at(ms));
            while let Some(frame) = core.poll_transmit() {
                let mut copies = if random.random_bool(0.1) { 2 } else { 1 };
                while copies > 0 {
                    copies -= 1;
                    let mut bytes = frame.to_vec();
                    if random.random_bool(0.02) {
                        *bytes.last_mut().unwrap() ^= 1;
                    }
                    on_the_way.push((ms + random.random_range(1..60), false, bytes.into()));
                }
            }
            on_the_way.retain(|(_, _, frame)| !frame.is_empty() && !random.random_bool(loss / 60.0));
            heard.extend(typed(&mut core));
        }
        prop_assert_eq!(client.received, output);
        prop_assert_eq!(heard, wanted);
    }
}
