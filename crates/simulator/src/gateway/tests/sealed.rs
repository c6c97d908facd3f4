//! Encrypted sessions with real shells, driven by Postern's own data channel.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use postern_protocol::{
    ChannelConfig, ChannelEvent, ChannelFailure, DataChannel, DataKey, Message, MessageKind, Moment,
    PayloadType,
};
use tokio::time::Instant;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::bench::Bench;
use crate::agent::AgentHostility;
use crate::gateway::{AgentBehaviour, Grant};

const ENCRYPTED: &str = "Acme-Shell-Encrypted";
const KEY: &str = "alias/acme-sessions";
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a whole session came to.
#[derive(Default)]
struct Seen {
    events: Vec<ChannelEvent>,
    output: String,
    /// The frames of the wire in which the typed text could be read.
    readable: usize,
    /// The encryption context's challenge, as the agent offered it.
    challenge: Option<String>,
}

impl Seen {
    fn failure(&self) -> Option<&ChannelFailure> {
        self.events.iter().find_map(|event| match event {
            ChannelEvent::Failed(failure) => Some(failure),
            ChannelEvent::Ready { .. }
            | ChannelEvent::DataKeyWanted(_)
            | ChannelEvent::Output(_)
            | ChannelEvent::StdErr(_)
            | ChannelEvent::ExitCode(_)
            | ChannelEvent::CustomerMessage(_)
            | ChannelEvent::Flag(_)
            | ChannelEvent::Paused
            | ChannelEvent::Unpaused
            | ChannelEvent::Closed { .. } => None,
        })
    }

    fn closing_words(&self) -> Option<&str> {
        match self.events.last() {
            Some(ChannelEvent::Closed { output }) => Some(output),
            Some(_) | None => None,
        }
    }
}

/// Opens the session, gives it a data key when it asks, types `input`, and goes on until the session is over or failed.
async fn whole_session(bench: &Bench, grant: &Grant, input: &[u8], uses_challenge: bool) -> Seen {
    let url = format!("ws://{}/{}", bench.address, grant.session_id);
    let (mut socket, _) = connect_async(url).await.unwrap();
    let origin = Instant::now();
    let now = || Moment {
        monotonic: origin.elapsed(),
        wall_ms: 1_700_000_000_000,
    };
    let mut channel = DataChannel::new(ChannelConfig::default(), [7; 32]);
    let opening = channel.open(now(), &grant.token);
    socket.send(Frame::text(opening)).await.unwrap();
    channel.send_input(now(), input);
    let mut seen = Seen::default();
    loop {
        while let Some(frame) = channel.poll_transmit() {
            // A lost socket is noticed when reading.
            let _ = socket.send(Frame::Binary(frame)).await;
        }
        while let Some(event) = channel.poll_event() {
            match &event {
                ChannelEvent::DataKeyWanted(wanted) => {
                    seen.challenge.clone_from(&wanted.challenge);
                    let challenge = wanted.challenge.as_deref().filter(|_| uses_challenge);
                    let (plain, sealed) = bench.data_key(&wanted.key_id, &grant.session_id, challenge);
                    let key = DataKey::new(&plain, sealed, challenge.is_some()).unwrap();
                    channel.provide_data_key(now(), key);
                }
                ChannelEvent::Output(bytes) => seen.output.push_str(&String::from_utf8_lossy(bytes)),
                ChannelEvent::Closed { .. } | ChannelEvent::Failed(_) => {
                    seen.events.push(event);
                    return seen;
                }
                ChannelEvent::Ready { .. }
                | ChannelEvent::StdErr(_)
                | ChannelEvent::ExitCode(_)
                | ChannelEvent::CustomerMessage(_)
                | ChannelEvent::Flag(_)
                | ChannelEvent::Paused
                | ChannelEvent::Unpaused => {}
            }
            seen.events.push(event);
        }
        let due = channel.next_timeout().map_or(origin + PATIENCE, |at| origin + at);
        assert!(origin.elapsed() < PATIENCE, "{:?} {:?}", seen.events, seen.output);
        tokio::select! {
            frame = socket.next() => {
                let Some(Ok(Frame::Binary(frame))) = frame else { continue };
                seen.readable += usize::from(shows(&frame, b"sesame"));
                let _ = channel.handle_frame(now(), frame);
            }
            () = tokio::time::sleep_until(due) => channel.handle_timeout(now()),
        }
    }
}

fn shows(frame: &Bytes, text: &[u8]) -> bool {
    frame.windows(text.len()).any(|part| part == text)
}

fn ready_and_encrypted(seen: &Seen) -> bool {
    seen.events
        .iter()
        .any(|event| matches!(event, ChannelEvent::Ready { encrypted: true, .. }))
}

#[tokio::test]
async fn an_encrypted_shell_is_a_shell_and_nothing_of_it_can_be_read_on_the_wire() {
    for uses_challenge in [true, false] {
        let bench = Bench::start().await;
        bench.set_behaviour(AgentBehaviour {
            challenge: Some(true),
            ..AgentBehaviour::default()
        });
        let grant = bench.grant(ENCRYPTED, &[]);
        let seen = whole_session(&bench, &grant, b"echo open-sesame; exit\r", uses_challenge).await;
        assert!(ready_and_encrypted(&seen), "{:?}", seen.events);
        assert!(seen.challenge.is_some());
        assert!(seen.output.contains("open-sesame"), "{}", seen.output);
        assert_eq!((seen.readable, seen.closing_words()), (0, Some("")));
    }
}

#[tokio::test]
async fn a_node_that_may_not_decrypt_ends_the_session_with_the_words_of_kms() {
    let bench = Bench::start().await;
    bench.deny_decrypt();
    let grant = bench.grant(ENCRYPTED, &[]);
    let seen = whole_session(&bench, &grant, b"", false).await;
    let words = seen.closing_words().unwrap();
    assert!(words.contains("AccessDeniedException"), "{words}");
}

#[tokio::test]
async fn a_data_key_of_another_session_is_refused_by_the_agent() {
    let bench = Bench::start().await;
    let other = bench.grant(ENCRYPTED, &[]);
    let grant = bench.grant(ENCRYPTED, &[]);
    let (_, sealed) = bench.data_key(KEY, &other.session_id, None);
    assert!(!sealed.is_empty());
    let url = format!("ws://{}/{}", bench.address, grant.session_id);
    let (mut socket, _) = connect_async(url).await.unwrap();
    let mut channel = DataChannel::new(ChannelConfig::default(), [8; 32]);
    let opening = channel.open(Moment::default(), &grant.token);
    socket.send(Frame::text(opening)).await.unwrap();
    let words = loop {
        let Some(Ok(Frame::Binary(frame))) = socket.next().await else {
            panic!("the socket ended without a word")
        };
        let closed = Message::decode(&frame).is_ok_and(|message| message.kind == MessageKind::ChannelClosed);
        if closed {
            break String::from_utf8_lossy(&frame[120..]).into_owned();
        }
        let _ = channel.handle_frame(Moment::default(), frame);
        while let Some(event) = channel.poll_event() {
            if matches!(event, ChannelEvent::DataKeyWanted(_)) {
                let key = DataKey::new(&[1; 64], sealed.clone(), false).unwrap();
                channel.provide_data_key(Moment::default(), key);
            }
        }
        while let Some(frame) = channel.poll_transmit() {
            socket.send(Frame::Binary(frame)).await.unwrap();
        }
    };
    assert!(words.contains("InvalidCiphertextException"), "{words}");
}

#[tokio::test]
async fn hostile_agents_are_found_out() {
    for act in [
        AgentHostility::OutputBeforeComplete,
        AgentHostility::RepeatsRequest,
        AgentHostility::ChallengesWithWrongKey,
        AgentHostility::PlainOutput,
    ] {
        let bench = Bench::start().await;
        bench.set_behaviour(AgentBehaviour {
            hostility: Some(act.clone()),
            ..AgentBehaviour::default()
        });
        let grant = bench.grant(ENCRYPTED, &[]);
        let seen = whole_session(&bench, &grant, b"", false).await;
        assert!(seen.failure().is_some(), "{act:?}: {:?}", seen.events);
        assert_eq!(seen.output, "", "{act:?}");
    }
}

#[tokio::test]
async fn a_separate_prefix_stands_in_front_of_each_stream() {
    let bench = Bench::start().await;
    let given = [
        ("command", "sh -c 'echo out; echo err >&2'"),
        ("separateOutputStream", "True"),
        ("stdOutSeparatorPrefix", "OUT:"),
        ("stdErrSeparatorPrefix", "ERR:"),
    ];
    let grant = bench.grant_with("AWS-StartNonInteractiveCommand", &given);
    let mut client = super::client::Client::open(&bench, &grant).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.output_text(), "OUT:out\n");
    assert_eq!(client.payloads(PayloadType::StdErr), b"ERR:err\n");
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 0");
}

#[tokio::test]
async fn the_companys_documents_do_what_they_say() {
    let bench = Bench::start().await;
    let restart = bench.grant_with("Acme-RestartService", &[("service", "legacy-batch")]);
    let mut client = super::client::Client::open(&bench, &restart).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 5");
    let restart = bench.grant_with(
        "Acme-RestartService",
        &[("service", "nginx"), ("mode", "at once")],
    );
    let mut client = super::client::Client::open(&bench, &restart).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.output_text(), "Restarted nginx.service (at once).\n");
    let tail = bench.grant_with("Acme-TailLog", &[("lines", "3")]);
    let mut client = super::client::Client::open(&bench, &tail).await;
    client.wait_for("made-up line 3 of /var/log/acme/app.log").await;
    let report = bench.grant_with("Acme-DiskReport", &[]);
    let mut client = super::client::Client::open(&bench, &report).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert!(client.output_text().contains('/'));
    let run_as = bench.grant_with("Acme-RunAs", &[]);
    let mut client = super::client::Client::open(&bench, &run_as).await;
    client.wait_for("deploy@").await;
}
