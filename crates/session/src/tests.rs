//! Whole sessions against a gateway in memory, in virtual time.

mod control;
mod ending;
mod gateway;
mod limits;
mod opening;
mod resuming;
mod tcp;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use postern_model::{ProfileName, Region, Scope, SessionId, StartRequest, Target, TerminalSize};

use crate::driver::Origin;
use crate::{Session, SessionEvent, SessionEvents, SessionState};
use control::ScriptedControl;
use gateway::{Gateway, Peer};

/// One session with everything around it.
struct World {
    control: Arc<ScriptedControl>,
    gateway: Arc<Gateway>,
    session: Session,
    events: SessionEvents,
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
        let (session, events) = Session::spawn(
            control.clone(),
            scope(),
            Origin::Start(start_request()),
            TerminalSize::clamped(120, 40),
            gateway.clone(),
        );
        Self {
            control,
            gateway,
            session,
            events,
        }
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
