//! The bare limit: a WebSocket client (the library and the settings that Postern has) that reads the number out of
//! each message and writes its acknowledgement, and nothing else: no timer, no resending, and a digest is checked only
//! when it is asked to. What the agent repeats is passed over.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use postern_bench::client::{BETWEEN_KEYS, CHECKED, Call, Said};
use postern_bench::content::{Tally, typed};
use postern_bench::gateway::wire::HEADER;
use postern_bench::work::{BYE, GO, PAYLOAD_BYTES, Work};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

const BUFFER_BYTES: usize = 32 * 1024;

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let call = Call::read()?;
    if let Work::Idle { sessions } = call.work {
        return idle(&call, sessions).await;
    }
    let mut client = Client::open(&call).await?;
    client.next().await?;
    match call.work {
        Work::Output { .. } => {
            client.type_in(GO);
            let mut tally = Tally::default();
            while let Some(payload) = client.next().await? {
                tally.take(&payload);
            }
            Said::of(&tally).say();
            return Ok(());
        }
        Work::Input { bytes } => {
            for payload in typed(usize::try_from(bytes)?).chunks(PAYLOAD_BYTES) {
                client.type_in(payload);
            }
        }
        Work::Echo { keys } => {
            let mut took = Vec::new();
            for _ in 0..keys {
                tokio::time::sleep(BETWEEN_KEYS).await;
                let typed = Instant::now();
                client.type_in(b"k");
                client.next().await?;
                took.push(typed.elapsed().as_secs_f64() * 1e6);
            }
            Said::Echo(took).say();
        }
        Work::Start => Said::Prompt.say(),
        Work::Idle { .. } | Work::Ports => {}
    }
    if !matches!(call.work, Work::Input { .. }) {
        client.type_in(&[BYE]);
    }
    while client.next().await?.is_some() {}
    Ok(())
}

async fn idle(call: &Call, sessions: u32) -> Result<(), Failure> {
    let mut held = Vec::new();
    for _ in 0..sessions {
        let mut client = Client::open(call).await?;
        client.next().await?;
        // The acknowledgement of the prompt leaves; nothing else comes.
        poll_fn(|cx| Poll::Ready(client.poll_next(cx).is_pending())).await;
        held.push(client);
    }
    Said::Prompt.say();
    std::future::pending().await
}

struct Client {
    socket: WebSocketStream<TcpStream>,
    /// To be written: acknowledgements and messages of input.
    out: VecDeque<Message>,
    sequence: i64,
    expected: i64,
    checks: bool,
}

impl Client {
    async fn open(call: &Call) -> Result<Self, Failure> {
        let url = call.stream_url();
        let stream = TcpStream::connect(call.gateway.trim_start_matches("ws://")).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES);
        let (socket, _) = client_async_with_config(url, stream, Some(config)).await?;
        Ok(Self {
            socket,
            out: VecDeque::from([Message::text("{}")]),
            sequence: 0,
            expected: 0,
            checks: call.variant.as_deref() == Some(CHECKED),
        })
    }

    fn type_in(&mut self, payload: &[u8]) {
        let frame = message("input_stream_data", self.sequence, 0, 1, payload);
        self.out.push_back(Message::Binary(frame));
        self.sequence += 1;
    }

    /// The next payload of output; `None` once the agent has closed.
    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        Ok(poll_fn(|cx| self.poll_next(cx)).await?)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        let mut socket = Pin::new(&mut self.socket);
        while !self.out.is_empty() && socket.as_mut().poll_ready(cx)?.is_ready() {
            if let Some(message) = self.out.pop_front() {
                socket.as_mut().start_send(message)?;
            }
        }
        while let Poll::Ready(message) = socket.as_mut().poll_next(cx)? {
            match message {
                Some(Message::Binary(frame))
                    if frame.get(4..).is_some_and(|kind| kind.starts_with(b"out")) =>
                {
                    let (sequence, payload) = (sequence(&frame), frame.slice(HEADER..));
                    if self.checks && Some(&Sha256::digest(&payload)[..]) != frame.get(80..112) {
                        continue;
                    }
                    self.out.push_back(Message::Binary(acknowledge(sequence)));
                    if sequence == self.expected {
                        self.expected += 1;
                        return Poll::Ready(Ok(Some(payload)));
                    }
                }
                Some(Message::Binary(frame))
                    if frame.get(4..).is_some_and(|kind| kind.starts_with(b"ack")) => {}
                Some(Message::Binary(_)) => return Poll::Ready(Ok(None)),
                Some(_) => {}
                None => return Poll::Ready(Err(Error::Io(io::ErrorKind::UnexpectedEof.into()))),
            }
        }
        let _waits = socket.poll_flush(cx)?;
        Poll::Pending
    }
}

fn sequence(frame: &[u8]) -> i64 {
    let field = frame.get(48..56).and_then(|field| field.try_into().ok());
    field.map_or(0, i64::from_be_bytes)
}

/// The least that the agent takes: its number, in the words that agents know. The digest is made anew, because the
/// agent checks it.
fn acknowledge(sequence: i64) -> Bytes {
    let payload = format!(
        r#"{{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"00000000-0000-4000-8000-000000000000","AcknowledgedMessageSequenceNumber":{sequence},"IsSequentialMessage":true}}"#
    );
    message("acknowledge", 0, 3, 0, payload.as_bytes())
}

fn message(kind: &str, sequence: i64, flags: u64, payload_type: u32, payload: &[u8]) -> Bytes {
    let mut name = [b' '; 32];
    name[..kind.len()].copy_from_slice(kind.as_bytes());
    let mut frame = Vec::with_capacity(HEADER + payload.len());
    frame.extend_from_slice(&116_u32.to_be_bytes());
    frame.extend_from_slice(&name);
    frame.extend_from_slice(&1_u32.to_be_bytes());
    frame.extend_from_slice(&1_790_000_000_000_u64.to_be_bytes());
    frame.extend_from_slice(&sequence.to_be_bytes());
    frame.extend_from_slice(&flags.to_be_bytes());
    frame.extend_from_slice(&[7; 16]);
    frame.extend_from_slice(&Sha256::digest(payload));
    frame.extend_from_slice(&payload_type.to_be_bytes());
    frame.extend_from_slice(&(payload.len() as u32).to_be_bytes());
    frame.extend_from_slice(payload);
    frame.into()
}
