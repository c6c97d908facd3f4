//! Port sessions over the gateway: streams, single connections, and what the real agent does badly.

use std::time::Duration;

use postern_protocol::{HandshakeRequest, JsonPayload as _, PayloadType, flag};
use serde_json::json;

use super::bench::Bench;
use super::client::Client;
use crate::agent::AgentTiming;
use crate::gateway::AgentBehaviour;
use crate::network::{ListenerPlace, SimulatedServer};

const FORWARD: &str = "AWS-StartPortForwardingSession";
const REMOTE: &str = "AWS-StartPortForwardingSessionToRemoteHost";
const SSH: &str = "AWS-StartSSHSession";
/// The last version whose port forwarding is not multiplexed.
const OLD_CLIENT: &str = "1.1.69";
/// What the agent says of a worker that crashed (recorded).
const CRASHED: &str = "document process failed unexpectedly: ipc messaging received timeout signal , check [ssm-document-worker]/[ssm-session-worker] log for crash reason";

/// The frames of smux as a client writes them.
fn begin(stream: u32) -> Vec<u8> {
    frame(0, stream, b"")
}

fn end(stream: u32) -> Vec<u8> {
    frame(1, stream, b"")
}

fn data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(2, stream, bytes)
}

fn frame(command: u8, stream: u32, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_le_bytes();
    [&[1, command], &length[..], &stream.to_le_bytes(), bytes].concat()
}

/// Takes output until it has this many bytes.
async fn output(client: &mut Client, bytes: usize) -> Vec<u8> {
    let mut got = Vec::new();
    while got.len() < bytes {
        let payload = client.next_payload(PayloadType::Output).await;
        assert!(payload.len() <= 1024);
        got.extend_from_slice(&payload);
    }
    assert_eq!(got.len(), bytes);
    got
}

#[tokio::test]
async fn each_stream_is_a_connection_of_its_own() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open(&bench, &grant).await;
    client
        .send_bytes([begin(3), data(3, b"three"), begin(5), data(5, b"five")].concat())
        .await;
    let got = output(&mut client, 8 + 5 + 8 + 4).await;
    let either = [
        [data(3, b"three"), data(5, b"five")].concat(),
        [data(5, b"five"), data(3, b"three")].concat(),
    ];
    assert!(either.contains(&got), "{got:?}");
    client.send_bytes(end(3)).await;
    assert_eq!(
        output(&mut client, 8).await,
        end(3),
        "both ends close, and say so"
    );
    client.send_bytes(data(5, b"on")).await;
    assert_eq!(output(&mut client, 10).await, data(5, b"on"));
    client.send_flag(flag::TERMINATE_SESSION).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}

#[tokio::test]
async fn a_stream_to_a_closed_port_is_told_and_ended_and_the_session_lives() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(FORWARD, &[("portNumber", "4711")]);
    let mut client = Client::open(&bench, &grant).await;
    for stream in [3, 5] {
        client.send_bytes(begin(stream)).await;
        assert_eq!(
            client.next_payload(PayloadType::Flag).await,
            flag::to_payload(flag::CONNECT_TO_PORT_ERROR)
        );
        assert_eq!(output(&mut client, 8).await, end(stream));
    }
}

#[tokio::test]
async fn the_handshake_says_the_documents_properties_as_texts() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(REMOTE, &[("host", "db.internal"), ("portNumber", "5432")]);
    let mut client = Client::open(&bench, &grant).await;
    let request = client.next_payload(PayloadType::HandshakeRequest).await;
    let request = HandshakeRequest::from_payload(&request).unwrap();
    assert_eq!(
        request.requested_client_actions[0].action_parameters,
        json!({ "SessionType": "Port", "Properties":
            { "host": "db.internal", "localPortNumber": "0", "portNumber": "5432", "type": "LocalPortForwarding" } })
    );
    assert_eq!(
        request.requested_client_actions.len(),
        1,
        "a port is never encrypted"
    );
}

#[tokio::test]
async fn a_host_that_speaks_first_is_heard() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(REMOTE, &[("host", "DB.internal"), ("portNumber", "5432")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes(begin(3)).await;
    client.wait_for("acme database 8.0, ready\n").await;
    client.send_bytes(data(3, b"select 1\nquit\n")).await;
    client.wait_for("row: select 1\n").await;
    client.wait_for("bye\n").await;
}

#[tokio::test]
async fn hosts_that_the_agent_does_not_forward_to_close_the_session_after_its_handshake() {
    let bench = Bench::start().await;
    let network = bench
        .node_address()
        .rsplit_once('.')
        .unwrap()
        .0
        .rsplit_once('.')
        .unwrap()
        .0
        .to_owned();
    for host in [
        "169.254.169.254",
        "169.254.169.253",
        &format!("{network}.0.2"),
        &format!("{network}.255.255"),
    ] {
        let grant = bench.grant_with(REMOTE, &[("host", host), ("portNumber", "80")]);
        let mut client = Client::open(&bench, &grant).await;
        client.next_payload(PayloadType::HandshakeComplete).await;
        let text = format!("Forwarding to IP address {host} is forbidden.");
        assert_eq!(client.wait_for_end().await, Some(text));
    }
}

#[tokio::test]
async fn a_host_that_nobody_knows_fails_like_a_closed_port() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(REMOTE, &[("host", "nowhere.internal"), ("portNumber", "80")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes(begin(3)).await;
    client.next_payload(PayloadType::Flag).await;
    assert_eq!(output(&mut client, 8).await, end(3));
}

#[tokio::test]
async fn streams_are_connected_one_after_the_other() {
    let bench = Bench::start().await;
    bench.listeners().open(
        ListenerPlace::Node(bench.node_id().to_owned()),
        7,
        SimulatedServer::NeverAnswers,
    );
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes(begin(3)).await;
    client.all_is_acknowledged().await;
    bench.listeners().open(
        ListenerPlace::Node(bench.node_id().to_owned()),
        7,
        SimulatedServer::Echo,
    );
    client.send_bytes([begin(5), data(5, b"behind")].concat()).await;
    client.all_is_acknowledged().await;
    assert!(client.payloads(PayloadType::Output).is_empty());
    assert!(bench.sessions().terminate(&grant.session_id));
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}

#[tokio::test]
async fn a_server_that_closes_its_direction_ends_the_whole_stream() {
    let bench = Bench::start().await;
    for (server, says) in [
        (SimulatedServer::HalfCloses, &b"goodbye\n"[..]),
        (SimulatedServer::Sends { bytes: 3 }, &[0, 1, 2][..]),
    ] {
        bench.listeners().open(ListenerPlace::EveryNode, 99, server);
        let grant = bench.grant_with(FORWARD, &[("portNumber", "99")]);
        let mut client = Client::open(&bench, &grant).await;
        client.send_bytes(begin(3)).await;
        let expected = [data(3, says), end(3)].concat();
        assert_eq!(output(&mut client, expected.len()).await, expected);
    }
}

#[tokio::test]
async fn connections_are_cut_and_stalled_on_command() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes([begin(3), data(3, b"a")].concat()).await;
    assert_eq!(output(&mut client, 9).await, data(3, b"a"));
    assert!(bench.listeners().stall(ListenerPlace::EveryNode, 7, true));
    client.send_bytes(data(3, b"b")).await;
    client.all_is_acknowledged().await;
    assert!(client.payloads(PayloadType::Output).is_empty());
    assert!(bench.listeners().stall(ListenerPlace::EveryNode, 7, false));
    assert_eq!(output(&mut client, 9).await, data(3, b"b"));
    assert!(bench.listeners().cut(ListenerPlace::EveryNode, 7));
    assert_eq!(output(&mut client, 8).await, end(3));
    client.send_bytes([begin(5), data(5, b"c")].concat()).await;
    assert_eq!(
        output(&mut client, 9).await,
        data(5, b"c"),
        "new ones can be made"
    );
    assert!(bench.listeners().close(ListenerPlace::EveryNode, 7));
    assert_eq!(output(&mut client, 8).await, end(5));
    assert!(!bench.listeners().cut(ListenerPlace::EveryNode, 7));
}

#[tokio::test]
async fn a_destination_that_stops_reading_wedges_the_session_but_not_its_termination() {
    let bench = Bench::start().await;
    bench.listeners().open(
        ListenerPlace::EveryNode,
        99,
        SimulatedServer::StopsReading { after: 10 },
    );
    let grant = bench.grant_with(FORWARD, &[("portNumber", "99")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes(begin(3)).await;
    let piece = data(3, &[7; 1016]);
    let mut sent = 0;
    while !client.is_wedged() {
        client.send_bytes(piece.clone()).await;
        client.hear_what_is_there().await;
        sent += 1;
    }
    assert!((4_000..9_000).contains(&sent), "{sent} KiB were taken or wait");
    client.send_flag(flag::TERMINATE_SESSION).await;
    client.hear_silence(Duration::from_millis(300)).await;
    assert!(bench.sessions().terminate(&grant.session_id));
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}

#[tokio::test]
async fn old_clients_have_one_connection_after_the_other() {
    let bench = Bench::start().await;
    bench
        .listeners()
        .open(ListenerPlace::EveryNode, 99, SimulatedServer::SpeaksFirst);
    let grant = bench.grant_with(FORWARD, &[("portNumber", "99")]);
    let mut client = Client::open_as(&bench, &grant, OLD_CLIENT).await;
    client.wait_for("ready\n").await;
    client.send_bytes(b"one\n".to_vec()).await;
    client.wait_for("row: one\n").await;
    client.send_flag(flag::DISCONNECT_TO_PORT).await;
    client.send_bytes(b"two\n".to_vec()).await;
    client.wait_for("ready\nrow: two\n").await;
    client.send_bytes(b"quit\n".to_vec()).await;
    client.wait_for("bye\n").await;
    client.send_bytes(b"three\n".to_vec()).await;
    client.wait_for("ready\nrow: three\n").await;
    client.send_flag(flag::TERMINATE_SESSION).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}

#[tokio::test]
async fn old_agents_have_one_connection_after_the_other_for_every_client() {
    let bench = Bench::start().await;
    bench.set_behaviour(AgentBehaviour {
        version: Some("3.0.196.0".to_owned()),
        ..AgentBehaviour::default()
    });
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open(&bench, &grant).await;
    let request = client.next_payload(PayloadType::HandshakeRequest).await;
    let request = HandshakeRequest::from_payload(&request).unwrap();
    assert_eq!(request.agent_version, "3.0.196.0");
    client.send_bytes(b"plain".to_vec()).await;
    assert_eq!(output(&mut client, 5).await, b"plain");
}

#[tokio::test]
async fn the_end_of_an_ssh_server_is_the_end_of_the_session() {
    let bench = Bench::start().await;
    bench
        .listeners()
        .open(ListenerPlace::EveryNode, 22, SimulatedServer::SpeaksFirst);
    let grant = bench.grant_with(SSH, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("ready\n").await;
    client.send_bytes(b"quit\n".to_vec()).await;
    client.wait_for("bye\n").await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}

#[tokio::test]
async fn a_single_connection_that_nobody_takes_crashes_the_worker_which_is_told_late() {
    let timing = AgentTiming {
        crash_notice: Duration::from_millis(50),
        ..AgentTiming::quick()
    };
    let bench = Bench::start_with(timing).await;
    let grant = bench.grant_with(SSH, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.next_payload(PayloadType::HandshakeComplete).await;
    assert_eq!(client.wait_for_end().await.as_deref(), Some(CRASHED));
    assert_eq!(AgentTiming::quick().crash_notice, Duration::from_secs(60));
}

#[tokio::test]
async fn old_clients_of_streams_are_told_that_the_agent_is_alive() {
    let timing = AgentTiming {
        mux_keep_alive: Duration::from_millis(10),
        ..AgentTiming::quick()
    };
    let bench = Bench::start_with(timing).await;
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open_as(&bench, &grant, "1.2.331.0").await;
    let alive = frame(3, 0, b"");
    assert_eq!(output(&mut client, 16).await, [&alive[..], &alive].concat());
}

#[tokio::test]
async fn a_broken_protocol_ends_a_session_that_has_streams() {
    let bench = Bench::start().await;
    let grant = bench.grant_with(FORWARD, &[("portNumber", "7")]);
    let mut client = Client::open(&bench, &grant).await;
    client.send_bytes([begin(3), vec![9; 8]].concat()).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
}
