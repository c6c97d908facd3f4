//! Flags of port sessions: they keep their place among the input, and no other session has any.

use super::*;
use crate::{Persistence, Snapshot, flag};

fn for_ports() -> ChannelConfig {
    ChannelConfig {
        port_sessions: true,
        persistence: Persistence::Detachable,
        ..ChannelConfig::default()
    }
}

fn opened() -> World {
    let mut world = World {
        channel: DataChannel::new(for_ports(), [7; 32]),
        ..World::closed()
    };
    world.open();
    world
}

/// The agent asks for a session of the type and completes its handshake. What was sent besides the response.
fn begin(world: &mut World, session_type: &str) -> Vec<(PayloadType, String)> {
    world
        .receive(0, PayloadType::HandshakeRequest, &request(session_type))
        .unwrap();
    world
        .receive(1, PayloadType::HandshakeComplete, COMPLETE)
        .unwrap();
    world.events();
    let mut sent = world.sent_data();
    sent.retain(|(payload_type, _)| *payload_type != PayloadType::HandshakeResponse);
    sent
}

fn flag_of(value: u8) -> (PayloadType, String) {
    (PayloadType::Flag, format!("\0\0\0{}", char::from(value)))
}

fn input(text: &str) -> (PayloadType, String) {
    (PayloadType::Output, text.to_owned())
}

#[test]
fn a_flag_is_sent_behind_the_input_that_came_before_it() {
    let mut world = opened();
    world.type_text("first");
    assert!(world.channel.send_flag(world.now, flag::DISCONNECT_TO_PORT));
    world.type_text("second");
    assert_eq!(
        begin(&mut world, "Port"),
        [input("first"), flag_of(1), input("second")]
    );
    assert!(world.channel.send_flag(world.now, flag::TERMINATE_SESSION));
    assert_eq!(world.sent_data(), [flag_of(2)]);
    assert_eq!(world.channel.held_input(), 11, "flags are no input");
}

#[test]
fn a_flag_without_a_socket_waits_and_is_written_down_in_its_place() {
    let mut world = opened();
    begin(&mut world, "Port");
    world.channel.link_lost(world.now);
    world.type_text("held");
    assert!(world.channel.send_flag(world.now, 1));
    world.type_text("later");
    let snapshot = world.channel.into_snapshot().unwrap();
    let snapshot = Snapshot::from_bytes(&snapshot.to_bytes()).unwrap();
    world.channel = DataChannel::restore(snapshot, None, for_ports(), [9; 32]).unwrap();
    world.open();
    let mut sent = world.sent_data();
    sent.retain(|(payload_type, _)| *payload_type != PayloadType::HandshakeResponse);
    assert_eq!(sent, [input("held"), flag_of(1), input("later")]);
    let snapshot = world.channel.into_snapshot().unwrap();
    assert!(
        Snapshot::from_bytes(&snapshot.to_bytes()).is_ok(),
        "a flag is a message of ours"
    );
}

#[test]
fn a_session_without_ports_has_no_flags() {
    let mut world = opened();
    assert!(
        world.channel.send_flag(world.now, 1),
        "it may become one of ports"
    );
    world.type_text("ls");
    assert_eq!(begin(&mut world, "Standard_Stream"), [input("ls")]);
    assert!(!world.channel.send_flag(world.now, 1));
    assert!(world.sent_data().is_empty());
}

#[test]
fn flags_are_bounded_like_input() {
    let mut world = opened();
    begin(&mut world, "Port");
    world.channel.link_lost(world.now);
    let taken = (0..5000)
        .take_while(|_| world.channel.send_flag(world.now, 1))
        .count();
    assert_eq!((taken, world.channel.input_room()), (1024, 0));
}

#[test]
fn the_agents_flags_are_reported() {
    let mut world = opened();
    begin(&mut world, "Port");
    world.receive(2, PayloadType::Flag, &[0, 0, 0, 3]).unwrap();
    assert_eq!(world.events(), [ChannelEvent::Flag(flag::CONNECT_TO_PORT_ERROR)]);
    assert!(world.receive(3, PayloadType::Flag, &[0, 3]).is_err());
}
