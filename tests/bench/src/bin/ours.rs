//! Postern's data channel as a library: `postern-session` with AWS answered from memory.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use postern_bench::client::{BETWEEN_KEYS, Call, ONE_THREAD, Said};
use postern_bench::content::{Tally, typed};
use postern_bench::work::{BYE, GO, PROMPT, Work};
use postern_forward::{
    AdoptedSession, DeclaredForward, Forward, ForwardDestination, ForwardOptions, ForwardPhase, LocalAddress,
    LocalEnd, PortDestination,
};
use postern_model::{
    ControlError, DataKey, DataKeyRequest, DataKeys, EncryptionPolicy, Region, Scope, SessionGrant,
    SessionId, Sessions, SocketSettings, Sockets, StartRequest, StreamUrl, TerminalSize,
};
use postern_session::{Session, SessionEvent, SessionEvents, SessionOptions};

/// Handed to the session at a time.
const CHUNK_BYTES: usize = 16 * 1024;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Failure> {
    let call = Call::read()?;
    let mut runtime = match call.variant.as_deref() {
        Some(ONE_THREAD) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = runtime.enable_all().build()?;
    // In a task, as in the window: what runs outside of the runtime's threads is woken across threads.
    let task = runtime.spawn(run(call));
    runtime.block_on(task)?
}

async fn run(call: Call) -> Result<(), Failure> {
    if let Work::Idle { sessions } = call.work {
        return idle(&call, sessions).await;
    }
    if call.work == Work::Ports {
        return forward(&call).await;
    }
    let (session, mut events) = open(&call, 0)?;
    prompt(&mut events).await?;
    match call.work {
        Work::Output { .. } => {
            session.send_input(Bytes::from_static(GO)).await?;
            let mut tally = Tally::default();
            while let Some(event) = events.next().await {
                if let SessionEvent::Output(bytes) = event {
                    tally.take(&bytes);
                }
            }
            Said::of(&tally).say();
            return Ok(());
        }
        Work::Input { bytes } => {
            let mut input = Bytes::from(typed(usize::try_from(bytes)?));
            while !input.is_empty() {
                let chunk = input.split_to(CHUNK_BYTES.min(input.len()));
                session.send_input(chunk).await?;
            }
        }
        Work::Echo { keys } => {
            let mut took = Vec::new();
            for _ in 0..keys {
                tokio::time::sleep(BETWEEN_KEYS).await;
                let typed = Instant::now();
                session.send_input(Bytes::from_static(b"k")).await?;
                output(&mut events).await?;
                took.push(typed.elapsed().as_secs_f64() * 1e6);
            }
            Said::Echo(took).say();
        }
        Work::Start => Said::Prompt.say(),
        Work::Idle { .. } | Work::Ports => {}
    }
    if !matches!(call.work, Work::Input { .. }) {
        session.send_input(Bytes::from_static(&[BYE])).await?;
    }
    while events.next().await.is_some() {}
    Ok(())
}

/// Forwards a port until the process is ended.
async fn forward(call: &Call) -> Result<(), Failure> {
    let options = SessionOptions {
        port_sessions: true,
        ..SessionOptions::default()
    };
    let (session, events) = open_with(call, 0, options)?;
    let via = Arc::new(AdoptedSession::new(session, events));
    let declared = DeclaredForward {
        local: LocalEnd::Port(0),
        destination: ForwardDestination::Port(PortDestination::node(80)),
        is_web: false,
    };
    let (forward, mut notices) = Forward::start(&declared, via, ForwardOptions::default()).await?;
    let mut states = forward.state();
    let open = states.wait_for(|state| state.phase.is_last() || matches!(state.phase, ForwardPhase::Open));
    let local = open.await?.local.clone();
    let Some(LocalAddress::Socket(address)) = local.first() else {
        return Err("the forward did not open".into());
    };
    Said::Listening(address.port()).say();
    while notices.next().await.is_some() {}
    Ok(())
}

async fn idle(call: &Call, sessions: u32) -> Result<(), Failure> {
    let mut held = Vec::new();
    for number in 0..sessions {
        let (session, mut events) = open(call, number)?;
        prompt(&mut events).await?;
        held.push((session, events));
    }
    Said::Prompt.say();
    std::future::pending().await
}

fn open(call: &Call, number: u32) -> Result<(Session, SessionEvents), Failure> {
    let options = SessionOptions {
        size: Some(TerminalSize::clamped(120, 40)),
        encryption: EncryptionPolicy::Prefer,
        ..SessionOptions::default()
    };
    open_with(call, number, options)
}

fn open_with(call: &Call, number: u32, options: SessionOptions) -> Result<(Session, SessionEvents), Failure> {
    let grant = SessionGrant {
        session: SessionId::parse(&format!("bench-{number}")).map_err(|rule| rule.to_string())?,
        token: "token".to_owned().into(),
        stream_url: call.stream_url(),
    };
    let scope = Scope {
        profile: None,
        region: Region::parse("eu-central-1").map_err(|rule| rule.to_string())?,
    };
    let memory = Arc::new(Memory {
        gateway: call.gateway.replacen("ws:", "http:", 1).parse()?,
    });
    Ok(Session::adopt(memory, scope, grant, None, options))
}

async fn prompt(events: &mut SessionEvents) -> Result<(), Failure> {
    let mut seen = Vec::new();
    while seen.len() < PROMPT.len() {
        seen.extend_from_slice(&output(events).await?);
    }
    if seen == PROMPT {
        Ok(())
    } else {
        Err("the prompt is not the one that was sent".into())
    }
}

async fn output(events: &mut SessionEvents) -> Result<Bytes, Failure> {
    while let Some(event) = events.next().await {
        if let SessionEvent::Output(bytes) = event {
            return Ok(bytes);
        }
    }
    Err("the session ended too early".into())
}

/// What a session asks of AWS, without AWS.
struct Memory {
    gateway: url::Url,
}

impl Memory {
    fn none<T>(&self) -> Result<T, ControlError> {
        Err(ControlError::Unreachable {
            endpoint: "AWS".to_owned(),
            detail: "the benchmark has none".to_owned(),
        })
    }
}

#[async_trait]
impl Sessions for Memory {
    async fn start_session(&self, _: &Scope, _: &StartRequest) -> Result<SessionGrant, ControlError> {
        self.none()
    }

    async fn has_just_started(&self, _: &Scope, _: &Target) -> bool {
        false
    }

    async fn resume_session(&self, _: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        Err(ControlError::SessionGone {
            session: session.clone(),
        })
    }

    async fn terminate_session(&self, _: &Scope, _: &SessionId) -> Result<(), ControlError> {
        Ok(())
    }
}

#[async_trait]
impl DataKeys for Memory {
    async fn generate_data_key(&self, _: &Scope, _: &DataKeyRequest) -> Result<DataKey, ControlError> {
        self.none()
    }
}

#[async_trait]
impl Sockets for Memory {
    async fn socket_settings(&self, _: &Scope) -> Result<SocketSettings, ControlError> {
        Ok(SocketSettings {
            endpoint_override: Some(self.gateway.clone()),
            ..SocketSettings::default()
        })
    }

    async fn sign_upgrade(&self, _: &Scope, _: &StreamUrl) -> Result<Vec<(String, String)>, ControlError> {
        Ok(Vec::new())
    }
}
