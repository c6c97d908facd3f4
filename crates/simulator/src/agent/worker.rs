//! The driver of one agent worker: the pure core between the gateway and a real program.

use std::collections::VecDeque;
use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use postern_protocol::Moment;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::AgentTiming;
use super::config::AgentConfig;
use super::core::AgentCore;
use super::event::{AgentEvent, OutputKind, ProgramEnd};
use super::launch::launch;
use super::port::EndVersions;
use super::program::{Controls, ProcessControls, ProgramCommand, ProgramInput};
use super::program_context::ProgramContext;

/// The data key, or why there is none in the words of KMS.
pub(crate) type DecryptedDataKey = Result<Zeroizing<Vec<u8>>, String>;

/// How a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WorkerEnd {
    /// In order, with this text for `channel_closed`.
    Closed(String),
    /// It crashed; nobody has said so yet.
    Crashed,
}

/// Where the worker's frames and news go.
pub(crate) trait Gateway: Send + Sync {
    /// One frame towards the client. Waits while the way is full, as a socket would.
    fn deliver(&self, frame: Bytes) -> impl Future<Output = ()> + Send;

    /// The program runs and has this process id.
    fn started(&self, process_id: u32);

    /// Asks KMS, on behalf of the node, to decrypt the client's data key.
    fn decrypt_data_key(
        &self,
        ciphertext: Bytes,
        challenge: Option<String>,
    ) -> oneshot::Receiver<DecryptedDataKey>;
}

/// Runs a worker to its end. Everything that the program started is dead when this returns, or when its future is
/// dropped.
pub(crate) async fn run(
    config: AgentConfig,
    command: ProgramCommand,
    context: ProgramContext,
    mut frames: mpsc::Receiver<Bytes>,
    gateway: &impl Gateway,
    stop: CancellationToken,
) -> WorkerEnd {
    let (clock, timing) = (WorkerClock::start(), config.timing);
    let mut worker = Worker::new(
        AgentCore::new(clock.now(), config),
        clock,
        timing,
        command,
        context,
    );
    loop {
        let over = worker.follow_orders(gateway);
        if let Some(doomed) = worker.doomed.take() {
            // Finding all that it started takes a few milliseconds. A runtime that is shutting down drops it, too.
            let _ = tokio::task::spawn_blocking(move || drop(doomed)).await;
        }
        if let Some(end) = over {
            return end;
        }
        while let Some(frame) = worker.core.poll_transmit() {
            worker.send(frame, &mut frames, gateway, &stop).await;
        }
        worker.give_output();
        if worker.core.is_ended() {
            continue;
        }
        worker.wait(&mut frames, &stop).await;
    }
}

struct Worker {
    core: AgentCore,
    clock: WorkerClock,
    timing: AgentTiming,
    command: ProgramCommand,
    context: ProgramContext,
    controls: Option<Controls>,
    /// A program that is to be killed.
    doomed: Option<Controls>,
    /// While KMS is asked.
    data_key: Option<oneshot::Receiver<DecryptedDataKey>>,
    input: Option<mpsc::Sender<ProgramInput>>,
    failures: Option<mpsc::UnboundedReceiver<()>>,
    output: Option<mpsc::Receiver<(OutputKind, Bytes)>>,
    end: Option<oneshot::Receiver<ProgramEnd>>,
    /// How the program ended, until all its output was taken.
    ended: Option<ProgramEnd>,
    waiting_input: VecDeque<ProgramInput>,
    waiting_output: Option<(OutputKind, Bytes)>,
}

impl Worker {
    fn new(
        core: AgentCore,
        clock: WorkerClock,
        timing: AgentTiming,
        command: ProgramCommand,
        context: ProgramContext,
    ) -> Self {
        Self {
            core,
            clock,
            timing,
            command,
            context,
            controls: None,
            doomed: None,
            data_key: None,
            input: None,
            failures: None,
            output: None,
            end: None,
            ended: None,
            waiting_input: VecDeque::new(),
            waiting_output: None,
        }
    }

    /// Does what the core wants; answers how it ended when it has.
    fn follow_orders(&mut self, gateway: &impl Gateway) -> Option<WorkerEnd> {
        while let Some(event) = self.core.poll_event() {
            match event {
                AgentEvent::DecryptDataKey {
                    ciphertext,
                    challenge,
                } => {
                    self.data_key = Some(gateway.decrypt_data_key(ciphertext, challenge));
                }
                AgentEvent::Start => self.start_program(gateway),
                AgentEvent::Input(bytes) => self.waiting_input.push_back(ProgramInput::Bytes(bytes)),
                AgentEvent::Disconnect => self.waiting_input.push_back(ProgramInput::Disconnect),
                AgentEvent::Resize { cols, rows } => self.with_process(|process| process.resize(cols, rows)),
                AgentEvent::Interrupt => self.with_process(|process| process.signal(false)),
                AgentEvent::Quit => self.with_process(|process| process.signal(true)),
                AgentEvent::Kill => self.doom(),
                AgentEvent::Ended { output } => return Some(WorkerEnd::Closed(output)),
                AgentEvent::Crashed => return Some(WorkerEnd::Crashed),
            }
        }
        None
    }

    fn start_program(&mut self, gateway: &impl Gateway) {
        let versions = EndVersions {
            agent: self.core.agent_version(),
            client: self.core.client_version(),
        };
        match launch(&self.command, &self.context, versions, self.timing) {
            Ok(program) => {
                if let Some(process) = program.controls.process() {
                    gateway.started(process.process_id);
                }
                self.controls = Some(program.controls);
                self.input = program.input;
                self.failures = program.failures;
                self.output = Some(program.output);
                self.end = Some(program.end);
                self.core.program_started(self.clock.now());
            }
            Err(why) => self
                .core
                .program_ended(self.clock.now(), ProgramEnd::NotStarted(why)),
        }
    }

    fn doom(&mut self) {
        self.doomed = self.doomed.take().or(self.controls.take());
    }

    /// Else the output waits in a file, or in the terminal.
    fn reads_from_pipes(&self) -> bool {
        matches!(
            self.command,
            ProgramCommand::NonInteractive {
                separate: Some(_),
                ..
            }
        )
    }

    fn has_terminal(&self) -> bool {
        self.process().is_some_and(|process| process.terminal.is_some())
    }

    fn with_process(&self, steer: impl FnOnce(&ProcessControls)) {
        if let Some(process) = self.process() {
            steer(process);
        }
    }

    fn process(&self) -> Option<&ProcessControls> {
        self.controls.as_ref().and_then(Controls::process)
    }

    /// Sends one frame and hears the client meanwhile: a full way in one direction must not stop the other.
    async fn send(
        &mut self,
        frame: Bytes,
        frames: &mut mpsc::Receiver<Bytes>,
        gateway: &impl Gateway,
        stop: &CancellationToken,
    ) {
        let delivery = gateway.deliver(frame);
        tokio::pin!(delivery);
        loop {
            let hears = self.hears() && !self.core.is_ended();
            tokio::select! {
                biased;
                () = &mut delivery => return,
                () = stop.cancelled() => return self.core.terminate(),
                Some(frame) = frames.recv(), if hears => self.core.handle_frame(self.clock.now(), &frame),
            }
        }
    }

    /// The reader stands still while the program does not take its input, while KMS is asked, and while a program that it
    /// signalled has not ended.
    fn hears(&self) -> bool {
        self.waiting_input.is_empty() && self.data_key.is_none() && !self.core.stands_still()
    }

    /// Gives the core the output that it has room for, and the program's end behind the last of it. The client hears of a
    /// failed connection before the end of its stream.
    fn give_output(&mut self) {
        self.tell_failures();
        if let Some((kind, mut bytes)) = self.waiting_output.take() {
            let taken = self.core.program_output(self.clock.now(), kind, &bytes);
            let rest = bytes.split_off(taken);
            self.waiting_output = (!rest.is_empty()).then_some((kind, rest));
        }
        if self.output.is_none()
            && self.waiting_output.is_none()
            && let Some(end) = self.ended.take()
        {
            self.core.program_ended(self.clock.now(), end);
        }
    }

    fn tell_failures(&mut self) {
        while let Some(()) = self
            .failures
            .as_mut()
            .and_then(|failures| failures.try_recv().ok())
        {
            self.core.connection_failed(self.clock.now());
        }
    }

    /// Waits for the next thing that happens. While the program does not take its input, frames stay unread, as the
    /// real agent's reader stands still in its write to the terminal.
    async fn wait(&mut self, frames: &mut mpsc::Receiver<Bytes>, stop: &CancellationToken) {
        let due = self.core.next_timeout().map(|at| self.clock.origin + at);
        tokio::select! {
            () = stop.cancelled() => self.core.terminate(),
            frame = frames.recv(), if self.hears() => match frame {
                Some(frame) => self.core.handle_frame(self.clock.now(), &frame),
                None => self.core.terminate(),
            },
            key = decrypted(self.data_key.as_mut()) => {
                self.data_key = None;
                let key = key.as_ref().map(|key| key.as_slice()).map_err(String::as_str);
                self.core.data_key(self.clock.now(), key);
            }
            failure = failed(self.failures.as_mut()), if !self.core.is_ended() => match failure {
                Some(()) => self.core.connection_failed(self.clock.now()),
                None => self.failures = None,
            },
            permit = reserve(self.input.as_ref()), if !self.waiting_input.is_empty() => {
                let input = self.waiting_input.pop_front();
                // Without a permit the program reads no more; what was typed is lost with it.
                if let (Some(permit), Some(input)) = (permit, input) {
                    permit.send(input);
                }
            }
            piece = receive(self.output.as_mut()), if self.waiting_output.is_none() => match piece {
                Some(piece) => self.waiting_output = Some(piece),
                None => self.output = None,
            },
            end = ended(self.end.as_mut()) => {
                self.end = None;
                self.ended = Some(end);
                if self.core.was_signalled() && self.reads_from_pipes() {
                    self.output = None;
                }
                // Whatever the program left behind would hold the terminal open.
                if self.has_terminal() {
                    self.doomed = self.doomed.take().or(self.controls.take());
                }
            }
            () = sleep_until(due) => self.core.handle_timeout(self.clock.now()),
        }
    }
}

async fn decrypted(key: Option<&mut oneshot::Receiver<DecryptedDataKey>>) -> DecryptedDataKey {
    match key {
        Some(key) => key.await.unwrap_or_else(|_| Err("KMS did not answer".to_owned())),
        None => std::future::pending().await,
    }
}

async fn reserve(input: Option<&mpsc::Sender<ProgramInput>>) -> Option<mpsc::Permit<'_, ProgramInput>> {
    match input {
        Some(input) => input.reserve().await.ok(),
        None => None,
    }
}

async fn receive(output: Option<&mut mpsc::Receiver<(OutputKind, Bytes)>>) -> Option<(OutputKind, Bytes)> {
    match output {
        Some(output) => output.recv().await,
        None => std::future::pending().await,
    }
}

async fn failed(failures: Option<&mut mpsc::UnboundedReceiver<()>>) -> Option<()> {
    match failures {
        Some(failures) => failures.recv().await,
        None => std::future::pending().await,
    }
}

async fn ended(end: Option<&mut oneshot::Receiver<ProgramEnd>>) -> ProgramEnd {
    match end {
        Some(end) => end.await.unwrap_or(ProgramEnd::Killed),
        None => std::future::pending().await,
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[derive(Debug, Clone, Copy)]
struct WorkerClock {
    origin: Instant,
}

impl WorkerClock {
    fn start() -> Self {
        Self {
            origin: Instant::now(),
        }
    }

    fn now(self) -> Moment {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::from_millis(1));
        Moment {
            monotonic: self.origin.elapsed(),
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
