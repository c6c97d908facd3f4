//! The peer: `aws-ssm-bridge` as its documentation has it used, with its own defaults.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use aws_ssm_bridge::documents::PortForwardingSession;
use aws_ssm_bridge::{
    DocumentSpec, EndpointPolicy, OutputStream, PortForwardConfig, PortForwarder, Session, SessionConfig,
    ShutdownSignal,
};
use postern_bench::client::{BETWEEN_KEYS, Call, Said};
use postern_bench::content::{Tally, typed};
use postern_bench::work::{BYE, GO, PROMPT, Work};

/// Handed to the session at a time, as for Postern.
const CHUNK_BYTES: usize = 16 * 1024;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let call = match Call::read() {
        Ok(call) => call,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::FAILURE;
        }
    };
    match tokio::spawn(run(call)).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        Err(panic) => {
            eprintln!("{panic}");
            ExitCode::FAILURE
        }
    }
}

async fn run(call: Call) -> Result<(), Failure> {
    if let Work::Idle { sessions } = call.work {
        return idle(&call, sessions).await;
    }
    if call.work == Work::Ports {
        return forward(&call).await;
    }
    let (session, mut output) = open(&call, 0).await?;
    prompt(&mut output).await?;
    match call.work {
        Work::Output { .. } => {
            session.send(GO).await?;
            let mut tally = Tally::default();
            // Ends with the session, or when the library drops its subscriber.
            while let Some(bytes) = output.recv().await {
                tally.take(&bytes);
            }
            Said::of(&tally).say();
            session.closed().await;
            return Ok(());
        }
        Work::Input { bytes } => {
            for chunk in typed(usize::try_from(bytes)?).chunks(CHUNK_BYTES) {
                session.send(chunk.to_vec()).await?;
            }
        }
        Work::Echo { keys } => {
            let mut took = Vec::new();
            for _ in 0..keys {
                tokio::time::sleep(BETWEEN_KEYS).await;
                let typed = Instant::now();
                session.send(&b"k"[..]).await?;
                output.recv().await.ok_or("the session ended too early")?;
                took.push(typed.elapsed().as_secs_f64() * 1e6);
            }
            Said::Echo(took).say();
        }
        Work::Start => Said::Prompt.say(),
        Work::Idle { .. } | Work::Ports => {}
    }
    if !matches!(call.work, Work::Input { .. }) {
        session.send(vec![BYE]).await?;
    }
    session.closed().await;
    Ok(())
}

/// Forwards a port until the process is ended.
async fn forward(call: &Call) -> Result<(), Failure> {
    let config = SessionConfig {
        document: Some(DocumentSpec::new(&PortForwardingSession::new(80))),
        endpoint_policy: EndpointPolicy::AllowAny,
        ..SessionConfig::new("i-0123456789abcdef0")
    };
    let session = Arc::new(Session::attach("bench-0".to_owned(), call.stream_url(), "token", config).await?);
    let forwarder = PortForwarder::bind(PortForwardConfig::default()).await?;
    session.wait_ready().await?;
    Said::Listening(forwarder.local_addr().port()).say();
    forwarder.forward(session, ShutdownSignal::new()).await?;
    Ok(())
}

async fn idle(call: &Call, sessions: u32) -> Result<(), Failure> {
    let mut held = Vec::new();
    for number in 0..sessions {
        let (session, mut output) = open(call, number).await?;
        prompt(&mut output).await?;
        held.push((session, output));
    }
    Said::Prompt.say();
    std::future::pending().await
}

async fn open(call: &Call, number: u32) -> Result<(Arc<Session>, OutputStream), Failure> {
    let config = SessionConfig {
        // Its default refuses loopback.
        endpoint_policy: EndpointPolicy::AllowAny,
        ..SessionConfig::new("i-0123456789abcdef0")
    };
    let session = Session::attach(format!("bench-{number}"), call.stream_url(), "token", config).await?;
    let output = session.output();
    Ok((Arc::new(session), output))
}

async fn prompt(output: &mut OutputStream) -> Result<(), Failure> {
    let mut seen = Vec::new();
    while seen.len() < PROMPT.len() {
        seen.extend_from_slice(&output.recv().await.ok_or("the session ended before its prompt")?);
    }
    if seen == PROMPT {
        Ok(())
    } else {
        Err("the prompt is not the one that was sent".into())
    }
}
