use super::*;

fn relay() -> (Relay, mpsc::Receiver<Bytes>) {
    Relay::new("ops-0123", "i-0a1b2c3d4e5f60718")
}

fn kinds(agent: &mut mpsc::Receiver<Bytes>) -> Vec<MessageKind> {
    std::iter::from_fn(|| agent.try_recv().ok())
        .map(|frame| Message::decode(&frame).unwrap().kind)
        .collect()
}

fn written(link: &mut LinkEnd) -> Vec<LinkFrame> {
    std::iter::from_fn(|| link.frames.try_recv().ok()).collect()
}

fn frame(n: u8) -> Bytes {
    Bytes::copy_from_slice(&[n])
}

#[tokio::test]
async fn frames_before_the_first_client_are_kept_and_frames_while_it_is_away_are_lost() {
    let (relay, mut agent) = relay();
    relay.hear_agent(frame(1)).await;
    relay.hear_agent(frame(2)).await;
    let mut link = relay.attach();
    assert!(written(&mut link) == [LinkFrame::Binary(frame(1)), LinkFrame::Binary(frame(2))]);
    assert_eq!(kinds(&mut agent), [], "the first client is no news for the agent");
    relay.detach(link.number);
    relay.hear_agent(frame(3)).await;
    let mut again = relay.attach();
    assert!(written(&mut again).is_empty());
    assert_eq!(
        kinds(&mut agent),
        [MessageKind::PausePublication, MessageKind::StartPublication]
    );
}

#[tokio::test]
async fn the_older_socket_goes_without_a_pause_when_a_newer_one_took_over() {
    let (relay, mut agent) = relay();
    let mut older = relay.attach();
    let mut newer = relay.attach();
    assert!(older.orders.recv().await.is_none(), "its orders end");
    relay.detach(older.number);
    assert_eq!(kinds(&mut agent), [MessageKind::StartPublication]);
    relay.hear_agent(frame(1)).await;
    assert!(written(&mut newer) == [LinkFrame::Binary(frame(1))]);
}

#[tokio::test]
async fn a_client_that_comes_when_the_session_is_over_is_told_so() {
    let (relay, _agent) = relay();
    relay.close("over").await;
    let frames = written(&mut relay.attach());
    let [LinkFrame::Binary(closed), LinkFrame::End] = frames.as_slice() else {
        panic!("{} frames", frames.len())
    };
    let message = Message::decode(closed).unwrap();
    assert_eq!(
        ChannelClosed::from_payload(&message.payload).unwrap().output,
        "over"
    );
}

#[tokio::test]
async fn a_client_that_comes_while_the_agent_is_silent_sees_a_pause_and_wakes_nobody() {
    let (relay, mut agent) = relay();
    let first = relay.attach();
    relay.detach(first.number);
    relay.silence_agent(true);
    kinds(&mut agent);
    let mut second = relay.attach();
    let frames = written(&mut second);
    let [LinkFrame::Binary(pause)] = frames.as_slice() else {
        panic!("{} frames", frames.len())
    };
    assert_eq!(
        Message::decode(pause).unwrap().kind,
        MessageKind::PausePublication
    );
    relay.hear_client(frame(1));
    assert_eq!(kinds(&mut agent), []);
    relay.silence_agent(false);
    assert_eq!(kinds(&mut agent), [MessageKind::StartPublication]);
}
