//! All sessions that were granted, live and ended, and what outside hands may do to their links.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio_util::task::TaskTracker;

use super::behaviour::AgentBehaviour;
use super::record::{Grant, STOPPED, SessionRecord, SessionRequest};
use super::relay::{LinkFrame, LinkOrder};
use super::session::GatewaySession;
use crate::agent::{AgentTiming, Workload};
use crate::kms::Kms;
use crate::network::NodeListeners;

/// How many ended sessions are remembered.
const ENDED_LIMIT: usize = 1000;

/// All sessions that were granted, live and ended, the newest last.
pub(crate) struct Sessions {
    timing: AgentTiming,
    scratch: PathBuf,
    seed: u64,
    kms: Arc<Kms>,
    listeners: Arc<NodeListeners>,
    agents: TaskTracker,
    all: Mutex<All>,
    links_refused: AtomicBool,
}

/// All sessions, the oldest first, and what holds for the links of all of them.
#[derive(Default)]
struct All {
    sessions: Vec<Arc<GatewaySession>>,
    granted: u64,
    link_lifetime: Option<Duration>,
    misdirection: Option<String>,
    behaviour: AgentBehaviour,
}

impl Sessions {
    /// None yet. Shells get their homes in `scratch`.
    pub(crate) fn new(
        timing: AgentTiming,
        scratch: PathBuf,
        seed: u64,
        kms: Arc<Kms>,
        listeners: Arc<NodeListeners>,
    ) -> Self {
        Self {
            timing,
            scratch,
            seed,
            kms,
            listeners,
            agents: TaskTracker::new(),
            all: Mutex::default(),
            links_refused: AtomicBool::new(false),
        }
    }

    /// Grants a new session and starts its agent. To be called inside the runtime.
    pub(crate) fn grant(&self, request: SessionRequest, workload: Workload) -> Grant {
        let mut all = self.lock();
        all.granted += 1;
        let behaviour = all.behaviour.clone();
        let (session, frames) = GatewaySession::new(
            all.granted,
            request,
            Arc::clone(&self.kms),
            Arc::clone(&self.listeners),
        );
        all.forget_oldest_ended();
        all.sessions.push(session.clone());
        drop(all);
        let token = session.new_token();
        let grant = Grant {
            session_id: session.id().to_owned(),
            token,
        };
        self.agents.spawn(session.run(
            workload,
            behaviour,
            self.timing,
            self.scratch.clone(),
            self.seed,
            frames,
        ));
        grant
    }

    /// A new token for a session that is not ended.
    pub(crate) fn resume(&self, id: &str) -> Option<Grant> {
        let session = self.living(id)?;
        Some(Grant {
            session_id: session.id().to_owned(),
            token: session.new_token(),
        })
    }

    /// Ends a session and its shell; false when there is none with this id or it is ended.
    pub(crate) fn terminate(&self, id: &str) -> bool {
        self.end(id, "")
    }

    /// The session with this id, unless it is over.
    pub(crate) fn living(&self, id: &str) -> Option<Arc<GatewaySession>> {
        self.lock()
            .sessions
            .iter()
            .find(|session| session.id() == id && !session.is_over())
            .cloned()
    }

    /// All sessions, the oldest first.
    pub(crate) fn list(&self) -> Vec<SessionRecord> {
        self.snapshot().iter().map(|session| session.record()).collect()
    }

    /// Ends a session from the node's side with this text in `channel_closed`; false when there is no such session.
    pub(crate) fn end(&self, id: &str, output: &str) -> bool {
        self.living(id).is_some_and(|session| session.end(output))
    }

    /// Drops the client's socket of a session without a close frame; false when there is none.
    pub(crate) fn cut_link(&self, id: &str) -> bool {
        self.order(id, LinkOrder::Cut)
    }

    /// Drops every client's socket without a close frame; answers how many.
    pub(crate) fn cut_all_links(&self) -> usize {
        self.order_all(&LinkOrder::Cut)
    }

    /// Closes every client's socket with a close frame; answers how many.
    pub(crate) fn close_links(&self, code: u16, reason: &str) -> usize {
        self.order_all(&LinkOrder::Close {
            code,
            reason: reason.to_owned(),
        })
    }

    /// While refused, the upgrade of every data channel is answered with 503.
    pub(crate) fn refuse_links(&self, refuse: bool) {
        self.links_refused.store(refuse, Ordering::SeqCst);
    }

    /// Whether links are refused now.
    pub(crate) fn links_refused(&self) -> bool {
        self.links_refused.load(Ordering::SeqCst)
    }

    /// A half-open link neither reads nor writes nor answers pings, but stays connected; false when there is none.
    pub(crate) fn half_open_link(&self, id: &str, half_open: bool) -> bool {
        self.order(id, LinkOrder::HalfOpen(half_open))
    }

    /// New links are closed with `1000 "Bye"` when they are this old, as AWS does each hour; none means never.
    pub(crate) fn set_link_lifetime(&self, lifetime: Option<Duration>) {
        self.lock().link_lifetime = lifetime;
    }

    /// See [`Sessions::set_link_lifetime`].
    pub(crate) fn link_lifetime(&self) -> Option<Duration> {
        self.lock().link_lifetime
    }

    /// How the agents of sessions behave that are granted from now on.
    pub(crate) fn set_behaviour(&self, behaviour: AgentBehaviour) {
        self.lock().behaviour = behaviour;
    }

    /// From here on StartSession and ResumeSession give out this text as StreamUrl; none means the true one.
    pub(crate) fn misdirect(&self, stream_url: Option<String>) {
        self.lock().misdirection = stream_url;
    }

    /// What to give out as StreamUrl instead of the true one.
    pub(crate) fn misdirection(&self) -> Option<String> {
        self.lock().misdirection.clone()
    }

    /// Sends any bytes to a session's client as a binary message, such as a malformed frame; false without a client.
    pub(crate) fn inject_frame(&self, id: &str, frame: Bytes) -> bool {
        self.inject(id, LinkFrame::Binary(frame))
    }

    /// Sends a text message to a session's client; false without a client.
    pub(crate) fn inject_text(&self, id: &str, text: &str) -> bool {
        self.inject(id, LinkFrame::Text(text.to_owned()))
    }

    /// The worker of a session dies; false when the session is not alive.
    pub(crate) fn crash(&self, id: &str, told_after: Duration) -> bool {
        self.living(id).is_some_and(|session| session.crash(told_after))
    }

    /// The agent of a node falls silent (true) or is back (false): its shells stop and clients see a pause.
    pub(crate) fn silence_agent(&self, node: &str, silent: bool) {
        for session in self
            .snapshot()
            .iter()
            .filter(|session| session.request().node.id == node)
        {
            session.relay().silence_agent(silent);
        }
    }

    /// The node went down, and its sessions with it.
    pub(crate) fn end_of_node(&self, node: &str) {
        for session in self.snapshot() {
            if session.request().node.id == node && !session.is_over() {
                session.end("");
            }
        }
    }

    /// Ends every session: no shell is left when this returns.
    pub(crate) async fn shutdown(&self) {
        for session in self.snapshot() {
            session.end(STOPPED);
        }
        self.agents.close();
        self.agents.wait().await;
    }

    /// As [`Sessions::shutdown`] without waiting, for `Drop`.
    pub(crate) fn kill_all(&self) {
        for session in self.snapshot() {
            session.kill();
        }
    }

    fn order(&self, id: &str, order: LinkOrder) -> bool {
        self.living(id)
            .is_some_and(|session| session.relay().order(order))
    }

    fn order_all(&self, order: &LinkOrder) -> usize {
        self.snapshot()
            .iter()
            .filter(|session| session.relay().order(order.clone()))
            .count()
    }

    fn inject(&self, id: &str, frame: LinkFrame) -> bool {
        self.living(id)
            .is_some_and(|session| session.relay().inject(frame))
    }

    fn snapshot(&self) -> Vec<Arc<GatewaySession>> {
        self.lock().sessions.clone()
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        // Nothing panics while it holds the lock; the list is whole in any case.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    fn forget_oldest_ended(&mut self) {
        let ended = self.sessions.iter().filter(|session| session.is_over()).count();
        if ended > ENDED_LIMIT
            && let Some(oldest) = self.sessions.iter().position(|session| session.is_over())
        {
            self.sessions.remove(oldest);
        }
    }
}
