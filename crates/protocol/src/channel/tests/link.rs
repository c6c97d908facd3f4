//! Sockets that come and go, the agent that is away, and the end.

use super::*;

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
fn the_next_time_out_is_that_of_the_oldest_message() {
    let mut world = World::shell();
    assert_eq!(world.channel.next_timeout(), None);
    world.type_text("one");
    world.frames();
    let expected = world.now.monotonic + Duration::from_millis(200);
    assert_eq!(world.channel.next_timeout(), Some(expected));
    world.acknowledge(0);
    assert_eq!(world.channel.next_timeout(), None);
}

#[test]
fn time_does_not_go_back() {
    let mut world = World::shell();
    world.type_text("one");
    world.frames();
    world.now.monotonic -= Duration::from_millis(500);
    world.type_text("two");
    world.frames();
    world.now.monotonic += Duration::from_millis(500);
    let expected = world.now.monotonic + Duration::from_millis(200);
    assert_eq!(world.channel.next_timeout(), Some(expected));
    world.pass(200);
    assert_eq!(world.sent_data().len(), 2, "both were written at the later time");
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
fn a_pause_says_nothing_behind_the_end_of_the_session() {
    let mut world = World::shell();
    world.publish(MessageKind::PausePublication);
    world.publish(MessageKind::ChannelClosed);
    let closed = ChannelEvent::Closed {
        output: String::new(),
    };
    assert_eq!(world.events(), [ChannelEvent::Paused, closed]);
    world.channel.link_lost(world.now);
    assert_eq!(world.events(), []);
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
