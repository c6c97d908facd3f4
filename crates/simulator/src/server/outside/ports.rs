//! Orders about what nodes reach over TCP.

use axum::response::Response;
use serde_json::{Value, json};

use super::order::{Order, always, done};
use crate::control::Control;
use crate::network::{ListenerPlace, SimulatedServer};

/// None when there is no such order.
pub(super) fn carry_out(control: &Control, order: &str, said: &Order) -> Option<Response> {
    let (place, port) = (place(said), said.port);
    Some(match order {
        "ports/open" => match server(said) {
            Some(server) => always(|| control.open_port(place, port, server)),
            None => done(false),
        },
        "ports/close" => done(control.close_port(place, port)),
        "ports/cut" => done(control.cut_connections(place, port)),
        "ports/stall" => done(control.stall_connections(place, port, true)),
        "ports/go-on" => done(control.stall_connections(place, port, false)),
        _ => return None,
    })
}

/// The keys that EC2 Instance Connect holds now, such as for the `AuthorizedKeysCommand` of a real SSH server.
pub(super) fn pushed_keys(control: &Control) -> Value {
    let keys = control.pushed_keys().into_iter();
    let keys: Vec<Value> = keys
        .map(|key| json!({ "instance": key.instance, "user": key.user, "public_key": key.public_key }))
        .collect();
    json!({ "keys": keys })
}

fn place(said: &Order) -> ListenerPlace {
    match (&said.node, &said.host) {
        (Some(node), _) => ListenerPlace::Node(node.clone()),
        (None, Some(host)) => ListenerPlace::Host(host.clone()),
        (None, None) => ListenerPlace::EveryNode,
    }
}

/// None when there is no such server.
fn server(said: &Order) -> Option<SimulatedServer> {
    let bytes = said.bytes;
    Some(match said.server.as_str() {
        "loopback" => SimulatedServer::Loopback(said.to),
        "echo" => SimulatedServer::Echo,
        "web" => SimulatedServer::Web,
        "speaks-first" => SimulatedServer::SpeaksFirst,
        "reads-slowly" => SimulatedServer::ReadsSlowly {
            bytes_per_second: u32::try_from(bytes).unwrap_or(u32::MAX),
        },
        "stops-reading" => SimulatedServer::StopsReading { after: bytes },
        "sends" => SimulatedServer::Sends { bytes },
        "half-closes" => SimulatedServer::HalfCloses,
        "ends-at-once" => SimulatedServer::EndsAtOnce,
        "never-answers" => SimulatedServer::NeverAnswers,
        "refuses" => SimulatedServer::Refuses,
        _ => return None,
    })
}
