//! The recorded port sessions of the real agent, played against the simulated one: what was said on each stream, which
//! end closed first, flags and the closing words are the same. Where frames are cut is not compared.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use postern_protocol::{
    HandshakeRequest, HandshakeResponse, JsonPayload as _, Message, MessageKind, PayloadType,
};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::bench::Bench;
use super::client::Client;
use crate::agent::AgentTiming;
use crate::network::{ListenerPlace, SimulatedServer};

/// The stream of a session without streams.
const ONLY: u32 = 0;

/// What was said on the streams so far, either way.
#[derive(Debug, Default, Clone, PartialEq)]
struct Said {
    streams: BTreeMap<u32, StreamSaid>,
    flags: Vec<Bytes>,
    unread: Vec<u8>,
}

#[derive(Debug, Default, Clone, PartialEq)]
struct StreamSaid {
    bytes: Vec<u8>,
    ended: bool,
}

impl Said {
    /// One payload more; answers the frames in it, as stream and data or none at its end.
    fn hear(&mut self, kind: PayloadType, payload: &Bytes, is_mux: bool) -> Vec<(u32, Option<Vec<u8>>)> {
        if kind == PayloadType::Flag {
            self.flags.push(payload.clone());
        }
        if kind != PayloadType::Output {
            return Vec::new();
        }
        let heard = if is_mux {
            self.frames(payload)
        } else {
            vec![(ONLY, Some(payload.to_vec()))]
        };
        for (stream, data) in &heard {
            let said = self.streams.entry(*stream).or_default();
            match data {
                Some(data) => said.bytes.extend_from_slice(data),
                None => said.ended = true,
            }
        }
        heard
    }

    fn frames(&mut self, payload: &[u8]) -> Vec<(u32, Option<Vec<u8>>)> {
        self.unread.extend_from_slice(payload);
        let mut heard = Vec::new();
        while let [1, command, low, high, a, b, c, d, rest @ ..] = self.unread.as_slice() {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let stream = u32::from_le_bytes([*a, *b, *c, *d]);
            let Some(data) = rest.get(..length) else { break };
            match *command {
                0 | 2 => heard.push((stream, Some(data.to_vec()))),
                1 => heard.push((stream, None)),
                other => panic!("{other}"),
            }
            self.unread.drain(..8 + length);
        }
        heard
    }

    /// Whether all of the other was said here too.
    fn holds(&self, other: &Self) -> bool {
        let stream_holds = |(id, other): (&u32, &StreamSaid)| {
            self.streams
                .get(id)
                .is_some_and(|own| own.bytes.len() >= other.bytes.len() && (own.ended || !other.ended))
        };
        self.flags.len() >= other.flags.len() && other.streams.iter().all(stream_holds)
    }
}

/// What the server behind the port does on one connection.
#[derive(Debug, Clone, PartialEq)]
enum ServerStep {
    Reads(Vec<u8>),
    Writes(Vec<u8>),
    HearsTheEnd,
    Closes,
}

/// What the client does next.
#[derive(Debug)]
enum ClientStep {
    /// Sends this when the agent has said so much.
    Sends(PayloadType, Bytes, Said),
    /// Loses its link and comes back.
    Reopens,
}

#[derive(Debug, Default)]
struct Script {
    document: String,
    properties: BTreeMap<String, String>,
    version: String,
    client: Vec<ClientStep>,
    /// By stream, in the order of connections.
    server: Vec<(u32, Vec<ServerStep>)>,
    said: Said,
    closing: Option<String>,
}

impl Script {
    fn read(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/transcripts/{name}.jsonl"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let header = lines.next().unwrap();
        let expect = &header["expect"];
        let mut script = Self {
            document: header["document"].as_str().unwrap().to_owned(),
            properties: serde_json::from_value(expect["handshake_properties"].clone()).unwrap(),
            closing: expect["channel_closed_output"].as_str().map(str::to_owned),
            ..Self::default()
        };
        let is_mux = expect["mux"].is_object() || name.contains("mux-refused");
        let mut up = Said::default();
        let mut next = [0, 0];
        let mut held = [BTreeMap::new(), BTreeMap::new()];
        for line in lines {
            if line["op"] == "reopen" {
                script.client.push(ClientStep::Reopens);
            }
            let bytes = STANDARD.decode(line["b64"].as_str().unwrap_or("")).unwrap();
            let Ok(message) = Message::decode(&Bytes::from(bytes)) else {
                continue;
            };
            let from_agent = usize::from(message.kind == MessageKind::OutputStreamData);
            let is_stream = from_agent == 1 || message.kind == MessageKind::InputStreamData;
            if !is_stream || line["dir"] != ["c2a", "a2c"][from_agent] {
                continue;
            }
            // What came again is the same as before; what overtook others, around a cut, waits for them.
            held[from_agent].insert(message.sequence, message);
            while let Some(message) = held[from_agent].remove(&next[from_agent]) {
                next[from_agent] += 1;
                if from_agent == 1 {
                    script.agent_says(&message, is_mux);
                } else {
                    script.client_says(&message, is_mux, &mut up);
                }
            }
        }
        script
    }

    fn agent_says(&mut self, message: &Message, is_mux: bool) {
        for (stream, data) in self.said.hear(message.payload_type, &message.payload, is_mux) {
            let steps = self.steps(stream);
            match (data, steps.contains(&ServerStep::HearsTheEnd)) {
                (Some(data), _) => steps.push(ServerStep::Writes(data)),
                (None, false) => steps.push(ServerStep::Closes),
                (None, true) => {}
            }
        }
    }

    fn client_says(&mut self, message: &Message, is_mux: bool, up: &mut Said) {
        if message.payload_type == PayloadType::HandshakeResponse {
            self.version = HandshakeResponse::from_payload(&message.payload)
                .unwrap()
                .client_version;
            return;
        }
        let said = self.said.clone();
        self.client.push(ClientStep::Sends(
            message.payload_type,
            message.payload.clone(),
            said,
        ));
        for (stream, data) in up.hear(message.payload_type, &message.payload, is_mux) {
            match data {
                Some(data) => self.steps(stream).push(ServerStep::Reads(data)),
                None => self.steps(stream).push(ServerStep::HearsTheEnd),
            }
        }
        if message.payload_type == PayloadType::Flag && message.payload.as_ref() == [0, 0, 0, 1] {
            self.steps(ONLY).push(ServerStep::HearsTheEnd);
            // The next bytes open the next connection.
            self.server.push((ONLY, Vec::new()));
        }
    }

    /// The steps of a stream's last connection.
    fn steps(&mut self, stream: u32) -> &mut Vec<ServerStep> {
        if !self.server.iter().any(|(own, _)| *own == stream) {
            self.server.push((stream, Vec::new()));
        }
        let own = self.server.iter_mut().rev().find(|(own, _)| *own == stream);
        &mut own.unwrap().1
    }

    /// What StartSession was asked with.
    fn parameters(&self) -> Vec<(&str, &str)> {
        let properties = self.properties.iter().filter(|(name, _)| *name != "type");
        properties
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

/// Takes the connections in turn and does what was recorded of each.
async fn serve(listener: TcpListener, connections: Vec<Vec<ServerStep>>) {
    for steps in connections {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(serve_one(stream, steps));
    }
}

async fn serve_one(mut stream: TcpStream, steps: Vec<ServerStep>) {
    for step in steps {
        match step {
            ServerStep::Reads(expected) => {
                let mut read = vec![0; expected.len()];
                stream.read_exact(&mut read).await.unwrap();
                assert!(read == expected, "the server got other bytes than were recorded");
            }
            ServerStep::Writes(bytes) => stream.write_all(&bytes).await.unwrap(),
            ServerStep::HearsTheEnd => assert!(!matches!(stream.read(&mut [0]).await, Ok(1))),
            ServerStep::Closes => return,
        }
    }
    // It stays open until the session ends.
    let _ = stream.read(&mut [0]).await;
}

async fn play(name: &str) {
    let script = Script::read(name);
    let timing = AgentTiming {
        crash_notice: Duration::ZERO,
        ..AgentTiming::quick()
    };
    let bench = Bench::start_with(timing).await;
    let port = script.properties["portNumber"].parse().unwrap();
    if script.said.flags.is_empty() && !script.server.is_empty() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let loopback = SimulatedServer::Loopback(listener.local_addr().unwrap().port());
        bench.listeners().open(ListenerPlace::EveryNode, port, loopback);
        let connections = script.server.iter().map(|(_, steps)| steps.clone()).collect();
        tokio::spawn(serve(listener, connections));
    }
    let grant = bench.grant_with(&script.document, &script.parameters());
    let mut client = Client::open_as(&bench, &grant, &script.version).await;
    let request = client.next_payload(PayloadType::HandshakeRequest).await;
    let request = HandshakeRequest::from_payload(&request).unwrap();
    let properties = &request.requested_client_actions[0].action_parameters["Properties"];
    assert_eq!(
        *properties,
        serde_json::to_value(&script.properties).unwrap(),
        "{name}"
    );
    let said = follow(&mut client, &bench, &grant, &script).await;
    assert!(
        said == script.said,
        "{name}: the agent said other things than were recorded"
    );
    if let Some(words) = &script.closing {
        assert_eq!(client.wait_for_end().await.as_ref(), Some(words), "{name}");
    }
}

/// Does what the recorded client did, and answers what the agent said.
async fn follow(client: &mut Client, bench: &Bench, grant: &crate::gateway::Grant, script: &Script) -> Said {
    let is_mux = script.server.iter().any(|(stream, _)| *stream != ONLY) || !script.said.flags.is_empty();
    let mut said = Said::default();
    for step in &script.client {
        match step {
            ClientStep::Sends(kind, payload, recorded) => {
                while !said.holds(recorded) {
                    let (kind, payload) = client.next_stream_payload().await;
                    said.hear(kind, &payload, is_mux);
                }
                client.send_payload(*kind, payload.clone()).await;
            }
            ClientStep::Reopens => {
                assert!(bench.sessions().cut_link(&grant.session_id));
                client.wait_for_loss().await;
                let again = bench.sessions().resume(&grant.session_id).unwrap();
                client.reopen(bench, &again).await;
            }
        }
    }
    while !said.holds(&script.said) {
        let (kind, payload) = client.next_stream_payload().await;
        said.hear(kind, &payload, is_mux);
    }
    said
}

#[tokio::test]
async fn recorded_streams_are_the_same() {
    for name in [
        "port-mux-clean",
        "port-mux-two-streams",
        "port-mux-refused",
        "remote-host",
        "resume-mux",
    ] {
        play(name).await;
    }
}

#[tokio::test]
async fn recorded_single_connections_are_the_same() {
    for name in ["port-basic", "ssh-stream", "ssh-refused", "remote-host-denied"] {
        play(name).await;
    }
}
