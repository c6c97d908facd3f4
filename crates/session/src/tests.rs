//! Whole sessions against a gateway in memory, in virtual time.

mod control;
mod ending;
mod gateway;
mod limits;
mod opening;
mod resuming;
mod tcp;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use postern_model::{
    EncryptionPolicy, ProfileName, Region, Scope, SessionId, StartRequest, Target, TerminalSize,
};

use crate::driver::{Origin, Outside};
use crate::{Session, SessionEvent, SessionEvents, SessionOptions, SessionState};
use control::ScriptedControl;
use gateway::{Gateway, Peer};

/// One session with everything around it.
struct World {
    control: Arc<ScriptedControl>,
    gateway: Arc<Gateway>,
    session: Session,
    events: SessionEvents,
    /// Seconds that the clock of the day went on while the computer slept.
    asleep_seconds: Arc<AtomicU64>,
}

fn scope() -> Scope {
    Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn session_id() -> SessionId {
    SessionId::parse("ops-0a1b2c3d4e5f67890").unwrap()
}

fn start_request() -> StartRequest {
    StartRequest::shell(Target::parse("i-0a1b2c3d4e5f67890").unwrap())
}

impl World {
    fn new() -> Self {
        Self::with(ScriptedControl::default(), Gateway::default())
    }

    fn with(control: ScriptedControl, gateway: Gateway) -> Self {
        let (control, gateway) = (Arc::new(control), Arc::new(gateway));
        let asleep_seconds = Arc::new(AtomicU64::new(0));
        let asleep = Arc::clone(&asleep_seconds);
        let outside = Outside {
            dial: gateway.clone(),
            wall: Arc::new(move || {
                SystemTime::UNIX_EPOCH + Duration::from_secs(asleep.load(Ordering::SeqCst))
            }),
        };
        let (session, events) = Session::spawn(
            control.clone(),
            scope(),
            Origin::Start(start_request()),
            SessionOptions {
                size: TerminalSize::clamped(120, 40),
                encryption: EncryptionPolicy::Prefer,
            },
            outside,
        );
        Self {
            control,
            gateway,
            session,
            events,
            asleep_seconds,
        }
    }

    /// The computer sleeps: the monotonic clock stands still.
    fn sleep(&self, hours: u64) {
        self.asleep_seconds.fetch_add(hours * 3600, Ordering::SeqCst);
    }

    /// A session whose agent has printed its prompt as message 0, which is acknowledged.
    async fn ready() -> (Self, Peer) {
        let mut world = Self::new();
        let mut peer = world.gateway.accept().await;
        peer.expect_open().await;
        peer.output(0, "$ ").await;
        world
            .until(|event| matches!(event, SessionEvent::Output(_)))
            .await;
        assert_eq!(peer.next_acknowledged().await, 0);
        (world, peer)
    }

    async fn type_in(&self, text: &str) {
        self.session
            .send_input(Bytes::copy_from_slice(text.as_bytes()))
            .await
            .unwrap();
    }

    /// The events up to the first that `wanted` accepts, which is the last of them.
    async fn until(&mut self, wanted: impl Fn(&SessionEvent) -> bool) -> Vec<SessionEvent> {
        let mut seen = Vec::new();
        let search = async {
            while let Some(event) = self.events.next().await {
                let found = wanted(&event);
                seen.push(event);
                if found {
                    return true;
                }
            }
            false
        };
        let found = tokio::time::timeout(Duration::from_secs(3600), search).await;
        assert_eq!(found, Ok(true), "not among {seen:?}");
        seen
    }

    async fn until_state(&mut self, wanted: impl Fn(&SessionState) -> bool) -> SessionState {
        let seen = self
            .until(|event| matches!(event, SessionEvent::State(state) if wanted(state)))
            .await;
        match seen.last() {
            Some(SessionEvent::State(state)) => state.clone(),
            other => panic!("no state: {other:?}"),
        }
    }

    async fn last_state(&mut self) -> SessionState {
        let last = self
            .until_state(|state| matches!(state, SessionState::Ended(_) | SessionState::Failed(_)))
            .await;
        assert_eq!(self.events.next().await, None, "nothing follows the last state");
        last
    }
}
