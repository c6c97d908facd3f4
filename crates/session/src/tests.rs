//! Whole sessions against a gateway in memory, in virtual time.

mod agent;
mod control;
mod day;
mod detaching;
mod encryption;
mod ending;
mod flow;
mod gateway;
mod holding;
mod journaled;
mod limits;
mod network;
mod opening;
mod ports;
mod proxied;
mod resuming;
mod tcp;
mod waking;
mod young;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use postern_model::{
    ProfileName, Region, Scope, SessionGrant, SessionId, StartRequest, Target, TerminalSize,
};
use postern_scripted::ScriptedControlPlane;
use tokio::sync::watch;

use crate::driver::{Aws, SessionOrigin};
use crate::system::LocalSystem;
use crate::{
    LinkError, SavedSession, Session, SessionError, SessionEvent, SessionEvents, SessionOptions, SessionState,
};
use control::scripted;
use gateway::{Gateway, Peer};

/// One session with everything around it.
struct World {
    control: Arc<ScriptedControlPlane>,
    gateway: Arc<Gateway>,
    session: Session,
    events: SessionEvents,
    /// Seconds that the clock of the day is ahead of where it began.
    wall_seconds: Arc<AtomicI64>,
    network: watch::Sender<()>,
}

/// What a session is made from.
struct Setup {
    control: ScriptedControlPlane,
    gateway: Gateway,
    options: SessionOptions,
    /// Somebody else started the session: its grant, and its target if that is known.
    adopted: Option<(SessionGrant, Option<String>)>,
    /// Another driver left the session.
    saved: Option<SavedSession>,
}

const TARGET: &str = "i-0a1b2c3d4e5f67890";

fn scope() -> Scope {
    Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn session_id() -> SessionId {
    SessionId::parse("ops-0a1b2c3d4e5f67890").unwrap()
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            control: scripted(),
            gateway: Gateway::default(),
            options: SessionOptions {
                size: Some(TerminalSize::clamped(120, 40)),
                ..SessionOptions::default()
            },
            adopted: None,
            saved: None,
        }
    }
}

impl From<ScriptedControlPlane> for Setup {
    fn from(control: ScriptedControlPlane) -> Self {
        Self {
            control,
            ..Self::default()
        }
    }
}

impl From<Gateway> for Setup {
    fn from(gateway: Gateway) -> Self {
        Self {
            gateway,
            ..Self::default()
        }
    }
}

impl From<SessionOptions> for Setup {
    fn from(options: SessionOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }
}

impl World {
    fn new(setup: impl Into<Setup>) -> Self {
        let setup = setup.into();
        let (control, gateway) = (Arc::new(setup.control), Arc::new(setup.gateway));
        let wall_seconds = Arc::new(AtomicI64::new(0));
        let wall = Arc::clone(&wall_seconds);
        let (network, ups) = watch::channel(());
        let system = LocalSystem {
            dial: gateway.clone(),
            wall: Arc::new(move || {
                let ahead = Duration::from_secs(wall.load(Ordering::SeqCst).unsigned_abs());
                let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
                if wall.load(Ordering::SeqCst) < 0 {
                    start - ahead
                } else {
                    start + ahead
                }
            }),
            network: ups,
        };
        let options = setup.options;
        let origin = match (setup.adopted, setup.saved) {
            (Some((grant, target)), _) => SessionOrigin::adopt(grant, target, &options),
            (None, Some(saved)) => SessionOrigin::resume(&saved, &options).unwrap(),
            (None, None) => {
                let start = StartRequest::shell(Target::parse(TARGET).unwrap());
                SessionOrigin::start(start, &options)
            }
        };
        let aws = Aws::new(control.clone(), scope());
        let (session, events) = Session::spawn(aws, origin, &options, system);
        Self {
            control,
            gateway,
            session,
            events,
            wall_seconds,
            network,
        }
    }

    /// The clock of the day jumps; the monotonic one stands still, as while the computer sleeps.
    fn turn_clock(&self, hours: i64) {
        self.wall_seconds.fetch_add(hours * 3600, Ordering::SeqCst);
    }

    /// The next link, opened. The agent has not spoken yet.
    async fn accept(&self) -> Peer {
        let mut peer = self.gateway.accept().await;
        peer.expect_open().await;
        peer
    }

    /// A session whose link is open for the first time.
    async fn opened(setup: impl Into<Setup>) -> (Self, Peer) {
        let world = Self::new(setup);
        let peer = world.accept().await;
        (world, peer)
    }

    /// A session whose agent has printed its prompt as message 0, which is acknowledged.
    async fn ready() -> (Self, Peer) {
        Self::ready_with(Setup::default()).await
    }

    async fn ready_with(setup: impl Into<Setup>) -> (Self, Peer) {
        let (mut world, mut peer) = Self::opened(setup).await;
        peer.output(0, "$ ").await;
        world.until_output().await;
        assert_eq!(peer.next_acknowledged().await, 0);
        (world, peer)
    }

    /// The events up to the first output, which is the last of them.
    async fn until_output(&mut self) -> Vec<SessionEvent> {
        self.until(|event| matches!(event, SessionEvent::Output(_))).await
    }

    /// The next loss of the link, or attempt that failed.
    async fn until_resuming(&mut self) -> SessionState {
        self.until_state(|state| matches!(state, SessionState::Resuming { .. }))
            .await
    }

    /// Why the link was lost.
    async fn until_lost(&mut self) -> LinkError {
        let state = self.until_resuming().await;
        let SessionState::Resuming {
            last_error: Some(SessionError::Link(error)),
            ..
        } = state
        else {
            panic!("no loss of the link: {state:?}");
        };
        error
    }

    /// Why the session failed.
    async fn until_failed(&mut self) -> SessionError {
        let state = self.last_state().await;
        let SessionState::Failed(error) = state else {
            panic!("no failure: {state:?}");
        };
        error
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
