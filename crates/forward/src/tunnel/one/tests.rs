//! One connection of a session that the tests play.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::advance;

use super::*;
use crate::local::LocalSocket;
use crate::notice::{self, ForwardNotices};

/// A connection of a program, and our end of it.
async fn local() -> (TcpStream, LocalStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let program = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (
        program,
        LocalStream::plain(LocalSocket::of_tcp(listener.accept().await.unwrap().0)),
    )
}

fn single() -> (OneConnection, ForwardNotices) {
    let (sender, notices) = notice::way();
    (OneConnection::single(sender), notices)
}

impl OneConnection {
    /// Deals with the next socket that is ready.
    async fn step(&mut self) {
        let ready = self.next_ready().await;
        self.ready(ready);
        self.settle();
    }

    fn sent(&mut self) -> Vec<u8> {
        let mut sent = Vec::new();
        while let Some(input) = self.poll_transmit() {
            match input {
                SessionInput::Bytes(bytes) => sent.extend_from_slice(&bytes),
                SessionInput::Flag(flag) => sent.push(u8::try_from(flag).unwrap()),
            }
        }
        sent
    }
}

#[tokio::test]
async fn what_the_destination_said_first_is_kept_for_the_connection() {
    let (mut one, _notices) = single();
    assert!(one.takes_more());
    one.receive(&"greeting".into());
    assert!(!one.takes_more(), "nobody is there to take it");
    let (mut program, ours) = local().await;
    one.connect(ours).unwrap();
    one.settle();
    let mut read = [0; 8];
    program.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"greeting");
    assert!(one.takes_more() && one.is_used_up() && !one.is_served());
    let (_other, ours) = local().await;
    assert!(one.connect(ours).is_err(), "a session is for one connection");
}

#[tokio::test]
async fn the_end_of_the_session_is_the_end_of_the_connection_behind_its_output() {
    let (mut one, _notices) = single();
    let (mut program, ours) = local().await;
    one.connect(ours).unwrap();
    program.write_all(b"question").await.unwrap();
    one.step().await;
    assert_eq!(one.sent(), b"question");
    one.acknowledged(8);
    one.receive(&"answer".into());
    assert!(one.remote_ended());
    let mut read = Vec::new();
    program.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, b"answer");
    drop(program);
    one.step().await;
    assert!(one.is_served());
}

#[tokio::test]
async fn a_session_lives_until_what_a_closed_program_had_sent_has_arrived() {
    let (mut one, _notices) = single();
    let (mut program, ours) = local().await;
    one.connect(ours).unwrap();
    program.write_all(b"last words").await.unwrap();
    drop(program);
    while !one.current.as_ref().is_none_or(CurrentConnection::is_half_closed) {
        one.step().await;
    }
    // Where the system does not tell that the program is gone, the silence does.
    if one.current.is_some() {
        one.close();
    }
    one.settle();
    assert!(!one.is_served(), "nothing of it has arrived");
    assert_eq!(one.sent(), b"last words");
    one.settle();
    assert!(!one.is_served());
    one.acknowledged(10);
    one.settle();
    assert!(one.is_served());
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_takes_nothing_is_given_up_and_a_lost_link_is_no_fault_of_it() {
    let (mut one, _notices) = single();
    let (mut program, ours) = local().await;
    one.connect(ours).unwrap();
    program.write_all(b"anybody").await.unwrap();
    while one.read == 0 {
        one.step().await;
    }
    advance(Duration::from_secs(14)).await;
    one.hold();
    advance(Duration::from_secs(60)).await;
    one.time_out();
    assert!(one.take_defect().is_none());
    one.go_on();
    advance(Duration::from_secs(14)).await;
    one.time_out();
    assert!(one.take_defect().is_none());
    advance(Duration::from_secs(1)).await;
    one.time_out();
    assert!(matches!(one.take_defect(), Some(ForwardError::Unanswered)));
}

#[tokio::test]
async fn no_more_is_read_than_the_agent_acknowledges_in_time() {
    let (mut one, _notices) = single();
    let (program, ours) = local().await;
    one.connect(ours).unwrap();
    let writing = tokio::spawn(async move {
        let mut program = program;
        program.write_all(&vec![7; 2 << 20]).await.unwrap();
        program
    });
    while one.read < IN_FLIGHT_BYTES {
        one.step().await;
    }
    one.settle();
    assert_eq!(one.read, IN_FLIGHT_BYTES);
    one.acknowledged(1000);
    while one.read < IN_FLIGHT_BYTES + 1000 {
        one.settle();
        tokio::task::yield_now().await;
    }
    assert_eq!(one.read, IN_FLIGHT_BYTES + 1000);
    writing.abort();
}

#[tokio::test(start_paused = true)]
async fn connections_take_turns_and_who_waits_is_told_once() {
    let (sender, mut notices) = notice::way();
    let mut one = OneConnection::basic(sender);
    let ((first, ours), (mut second, waiting)) = (local().await, local().await);
    one.connect(ours).unwrap();
    let waiting = one.connect(waiting).unwrap_err();
    let waiting = one.connect(waiting).unwrap_err();
    assert!(matches!(notices.next().await, Some(ForwardNotice::Accepted)));
    assert!(matches!(notices.next().await, Some(ForwardNotice::OneAtATime)));
    socket2::SockRef::from(&first)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(first);
    one.step().await;
    assert_eq!(one.sent(), [1], "the agent closes its end");
    let waiting = one.connect(waiting).unwrap_err();
    one.receive(&"of the first".into());
    advance(Duration::from_secs(1)).await;
    one.time_out();
    assert!(one.take_room());
    one.connect(waiting).unwrap();
    second.write_all(b"x").await.unwrap();
    while one.sent().is_empty() {
        one.step().await;
    }
    one.receive(&"of the second".into());
    one.settle();
    let mut read = [0; 13];
    second.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"of the second");
}
