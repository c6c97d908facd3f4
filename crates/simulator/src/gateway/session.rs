//! One granted session: its tokens, its agent and its relay.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rand::Rng as _;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::behaviour::AgentBehaviour;
use super::record::{STOPPED, SessionRecord, SessionRequest, SessionStatus};
use super::relay::{LinkEnd, Relay};
use crate::agent::{
    self, AgentConfig, AgentEncryption, AgentTiming, DecryptedDataKey, Gateway, ProgramContext, WorkerEnd,
    Workload,
};
use crate::kms::Kms;
use crate::network::{NodeListeners, NodeNetwork};
use crate::world::{NodePlatform, SimulatedNode};

/// The service ends a session that has no client for this long (its default idle limit).
const AWAY_LIMIT: Duration = Duration::from_secs(20 * 60);
const AWAY_LOOK: Duration = Duration::from_secs(30);
/// The real agent's words, 60 s after the end of its worker (observed).
const WORKER_DIED: &str = "document process failed unexpectedly , check [ssm-document-worker]/[ssm-session-worker] log for crash reason";
/// Likewise of a port session's worker that crashed of itself (observed).
const WORKER_CRASHED: &str = "document process failed unexpectedly: ipc messaging received timeout signal , check [ssm-document-worker]/[ssm-session-worker] log for crash reason";
/// Enough for any token: AWS gives at most 300 characters.
const TOKEN_BYTES: usize = 96;

/// One session from its grant to its end, and for the lists afterwards.
pub(crate) struct GatewaySession {
    id: String,
    number: u64,
    request: SessionRequest,
    started: SystemTime,
    mark: Uuid,
    kms: Arc<Kms>,
    listeners: Arc<NodeListeners>,
    relay: Relay,
    stop: CancellationToken,
    crash: CancellationToken,
    over: AtomicBool,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    /// The one token that opens the data channel, until it is used.
    token: Option<String>,
    ended: Option<SystemTime>,
    /// Of the shell, also when it is gone.
    shell_pid: Option<u32>,
    /// Whether a shell may be alive: its number may belong to somebody else afterwards.
    has_shell: bool,
    /// What `channel_closed` says when the session is ended from outside.
    closing_text: Option<String>,
    /// After how long the service says that the agent's worker died.
    crash_told_after: Duration,
}

impl GatewaySession {
    /// A new session and the frames for its agent.
    pub(super) fn new(
        number: u64,
        request: SessionRequest,
        kms: Arc<Kms>,
        listeners: Arc<NodeListeners>,
    ) -> (Arc<Self>, tokio::sync::mpsc::Receiver<Bytes>) {
        let id = session_id(&request.owner_name);
        let (relay, frames) = Relay::new(&id, &request.node.id);
        let session = Self {
            id,
            number,
            request,
            started: SystemTime::now(),
            mark: Uuid::new_v4(),
            kms,
            listeners,
            relay,
            stop: CancellationToken::new(),
            crash: CancellationToken::new(),
            over: AtomicBool::new(false),
            standing: Mutex::default(),
        };
        (Arc::new(session), frames)
    }

    /// Runs the agent until the session is over, whoever ends it, and then closes the client's link.
    pub(super) async fn run(
        self: Arc<Self>,
        workload: Workload,
        behaviour: AgentBehaviour,
        timing: AgentTiming,
        scratch: std::path::PathBuf,
        seed: u64,
        frames: tokio::sync::mpsc::Receiver<Bytes>,
    ) {
        let config = self.agent_config(&workload, behaviour, timing, seed);
        let program_context = self.program_context(scratch, workload.run_as);
        let agent = agent::run(
            config,
            workload.command,
            program_context,
            frames,
            &*self,
            self.stop.clone(),
        );
        let ended = tokio::select! {
            ended = agent => ended,
            () = self.abandoned() => WorkerEnd::Closed(String::new()),
            () = self.crashed() => WorkerEnd::Closed(WORKER_DIED.to_owned()),
        };
        let output = match ended {
            WorkerEnd::Closed(output) => output,
            WorkerEnd::Crashed => self.told_of_crash(timing.crash_notice).await,
        };
        let text = {
            let mut standing = self.lock();
            standing.has_shell = false;
            standing.closing_text.take().unwrap_or(output)
        };
        self.mark_ended();
        self.relay.close(&text).await;
    }

    fn agent_config(
        &self,
        workload: &Workload,
        behaviour: AgentBehaviour,
        timing: AgentTiming,
        seed: u64,
    ) -> AgentConfig {
        let agent_version = behaviour.version.as_deref();
        let agent_version = agent_version.unwrap_or(self.request.node.agent_version);
        let encryption = workload.key.clone().map(|key_id| AgentEncryption {
            key_id,
            challenge: behaviour.challenges(agent_version),
            require_challenge_response: behaviour.require_challenge_response,
        });
        AgentConfig {
            agent_version: agent_version.to_owned(),
            seed: seed.wrapping_add(self.number),
            encryption,
            loses_output_in_a_pause: behaviour.loses_output_in_a_pause,
            hostility: behaviour.hostility,
            port_properties: workload.port_properties(),
            ..AgentConfig::new(workload.session, timing)
        }
    }

    /// The session's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Both ends of the session.
    pub(super) fn relay(&self) -> &Relay {
        &self.relay
    }

    /// The request that it was granted for.
    pub(crate) fn request(&self) -> &SessionRequest {
        &self.request
    }

    /// A new token; the older one is worth nothing from here on.
    pub(super) fn new_token(&self) -> String {
        let token = random_token();
        self.lock().token = Some(token.clone());
        token
    }

    /// A socket shows a token: the right one is used up and makes it the session's link.
    pub(crate) fn admit(&self, token: &str) -> Option<LinkEnd> {
        let mut standing = self.lock();
        if self.is_over() || standing.token.as_deref() != Some(token) {
            return None;
        }
        standing.token = None;
        drop(standing);
        Some(self.relay.attach())
    }

    /// One message of the client.
    pub(crate) fn hear_client(&self, frame: Bytes) {
        self.relay.hear_client(frame);
    }

    /// The socket that was given this link number is gone.
    pub(crate) fn link_gone(&self, number: u64) {
        self.relay.detach(number);
    }

    /// Ends the session; false when it is over already. `text` is what `channel_closed` says.
    pub(super) fn end(&self, text: &str) -> bool {
        let news = self.mark_ended();
        if news {
            self.lock().closing_text = Some(text.to_owned());
            self.stop.cancel();
        }
        news
    }

    /// The agent's worker dies, as of `kill -9`: nothing comes any more, until after this time the session is closed with
    /// the words of the agent's other half. False when the session is over.
    pub(super) fn crash(&self, told_after: Duration) -> bool {
        if self.is_over() {
            return false;
        }
        self.lock().crash_told_after = told_after;
        self.relay.silence_agent_for_good();
        self.crash.cancel();
        true
    }

    /// The worker crashed of itself: nothing comes any more until the agent's other half notices, unless the session is
    /// ended from outside before.
    async fn told_of_crash(&self, notice: Duration) -> String {
        self.relay.silence_agent_for_good();
        tokio::select! {
            () = tokio::time::sleep(notice) => WORKER_CRASHED.to_owned(),
            () = self.stop.cancelled() => String::new(),
        }
    }

    async fn crashed(&self) {
        self.crash.cancelled().await;
        let told_after = self.lock().crash_told_after;
        tokio::time::sleep(told_after).await;
    }

    /// Kills what runs, at once and without the runtime's help.
    pub(super) fn kill(&self) {
        self.end(STOPPED);
        let living = {
            let standing = self.lock();
            standing.shell_pid.filter(|_| standing.has_shell)
        };
        if let Some(pid) = living {
            agent::kill_all_of(pid, self.mark);
        }
    }

    /// Whether it ended.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// How the session stands for an outside observer.
    pub(super) fn record(&self) -> SessionRecord {
        let standing = self.lock();
        SessionRecord {
            id: self.id.clone(),
            target: self.request.node.id.clone(),
            account: self.request.node.account.clone(),
            region: self.request.node.region.clone(),
            owner: self.request.owner.clone(),
            document: self.request.document.clone(),
            reason: self.request.reason.clone(),
            started: self.started,
            ended: standing.ended,
            state: self.state(),
            shell_pid: standing.shell_pid,
        }
    }

    fn state(&self) -> SessionStatus {
        match (self.is_over(), self.relay.client_seen()) {
            (true, _) => SessionStatus::Terminated,
            (false, (true, _)) => SessionStatus::Connected,
            (false, (false, true)) => SessionStatus::Disconnected,
            (false, (false, false)) => SessionStatus::Connecting,
        }
    }

    /// True when the session was not over before.
    fn mark_ended(&self) -> bool {
        let news = !self.over.swap(true, Ordering::SeqCst);
        if news {
            let mut standing = self.lock();
            standing.ended = Some(SystemTime::now());
            standing.token = None;
        }
        news
    }

    /// Returns when no client has been there for too long.
    async fn abandoned(&self) {
        while self.relay.away_for() < AWAY_LIMIT {
            tokio::time::sleep(AWAY_LOOK).await;
        }
    }

    fn program_context(&self, scratch: std::path::PathBuf, run_as: Option<String>) -> ProgramContext {
        let node = &self.request.node;
        ProgramContext {
            node_id: node.id.clone(),
            node_name: prompt_name(node).to_owned(),
            windows_node: node.platform == NodePlatform::Windows,
            user: run_as.unwrap_or_else(|| "ssm-user".to_owned()),
            scratch,
            mark: self.mark,
            network: NodeNetwork::new(Arc::clone(&self.listeners), &node.id, &node.private_ip),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gateway for GatewaySession {
    async fn deliver(&self, frame: Bytes) {
        self.relay.hear_agent(frame).await;
    }

    fn started(&self, process_id: u32) {
        let mut standing = self.lock();
        standing.shell_pid = Some(process_id);
        standing.has_shell = true;
    }

    fn decrypt_data_key(
        &self,
        ciphertext: Bytes,
        challenge: Option<String>,
    ) -> oneshot::Receiver<DecryptedDataKey> {
        let (sender, key) = oneshot::channel();
        let (kms, node) = (Arc::clone(&self.kms), Arc::clone(&self.request.node));
        let context = encryption_context(&self.id, &node.id, challenge);
        tokio::spawn(async move {
            tokio::time::sleep(kms.decrypt_delay()).await;
            let decrypted = kms.decrypt(&node.account, &node.region, &ciphertext, &context);
            let told = decrypted.map_err(|error| format!("{}: {}", error.code, error.message));
            // The session may be over.
            let _ = sender.send(told);
        });
        key
    }
}

/// What a session's data key is bound to (plugin and agent, protocol).
fn encryption_context(session: &str, target: &str, challenge: Option<String>) -> BTreeMap<String, String> {
    let own = [
        ("aws:ssm:SessionId", session.to_owned()),
        ("aws:ssm:TargetId", target.to_owned()),
    ];
    let challenge = challenge.map(|challenge| ("aws:ssm:RandomChallenge", challenge));
    own.into_iter()
        .chain(challenge)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The node's name where a prompt can show it as it is, else the host name.
fn prompt_name(node: &SimulatedNode) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let shown = !node.name.is_empty() && node.name.bytes().all(plain);
    if shown { &node.name } else { &node.computer_name }
}

fn session_id(owner_name: &str) -> String {
    let legal = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    let owner: String = owner_name.chars().filter(legal).take(64).collect();
    let random = format!("{:032x}", Uuid::new_v4().as_u128());
    format!("{owner}-0{}", random.get(..16).unwrap_or_default())
}

/// Base64 with its `+` and `/`, as the real ones have.
fn random_token() -> String {
    use base64::Engine as _;
    let mut random = [0; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut random);
    base64::engine::general_purpose::STANDARD.encode(random)
}
