//! A port session as many connections: session, streams and local sockets in one task.
//!
//! Nothing here waits in a queue without a bound. A local socket is read only as far as its stream has room; the streams give
//! the session only what the agent acknowledges in time; and the session is read only while the streams take more.

mod connection;
mod counts;
mod streams;
mod uplink;

use std::collections::VecDeque;

use futures_util::FutureExt;
use postern_model::SessionId;
use postern_protocol::{MuxLimits, PortMode};
use postern_session::{Session, SessionError, SessionEvent, SessionEvents, SessionState, SessionType};
use tokio::time::Instant;

use crate::due::at;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::{ForwardError, ForwardTraffic};
use streams::Streams;
use uplink::Uplink;

/// Events of the session that are dealt with before anything is sent on.
const EVENTS_AT_ONCE: usize = 64;

/// A port session with its connections.
pub(crate) struct Tunnel {
    destination: String,
    uplink: Uplink,
    events: SessionEvents,
    /// Its connections, once the session is ready.
    streams: Option<Streams>,
    notices: NoticeSender,
    reports: VecDeque<TunnelEvent>,
    is_over: bool,
}

/// What its owner must know of a tunnel.
#[derive(Debug)]
pub(crate) enum TunnelEvent {
    /// AWS granted the session.
    Granted(SessionId),
    /// Connections go through from now on.
    Open,
    /// The link is lost, or the agent is away.
    LinkLost(Option<SessionError>),
    /// It is back.
    LinkBack,
    /// A connection that came back can be tried again.
    HasRoom,
    /// More bytes went through.
    Counted,
    /// The session is over. The last event.
    Over {
        /// Why.
        error: ForwardError,
        /// How many connections were in it.
        lost: usize,
    },
}

impl Tunnel {
    /// A tunnel through a session that may still have to begin.
    pub(crate) fn new(
        session: Session,
        events: SessionEvents,
        destination: String,
        notices: NoticeSender,
    ) -> Self {
        Self {
            destination,
            uplink: Uplink::new(session),
            events,
            streams: None,
            notices,
            reports: VecDeque::new(),
            is_over: false,
        }
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.streams.as_ref().map_or(0, Streams::len)
    }

    /// Adds what went through since the last time.
    pub(crate) fn count_into(&mut self, traffic: &mut ForwardTraffic) {
        if let Some(streams) = &mut self.streams {
            streams.counts().move_into(traffic);
        }
    }

    /// Ends the session at AWS, and with it everything here.
    pub(crate) fn terminate(&self) {
        self.uplink.terminate();
    }

    /// Resumes a link that is lost at once.
    pub(crate) fn retry_now(&self) {
        self.uplink.retry_now();
    }

    /// Takes a connection. It comes back when there are as many as there may be, or none can be yet.
    pub(crate) fn connect(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        match &mut self.streams {
            Some(streams) => streams.connect(stream),
            None => Err(stream),
        }
    }

    /// Carries bytes until there is something to tell. Cancel safe.
    pub(crate) async fn next(&mut self) -> TunnelEvent {
        loop {
            self.settle();
            if let Some(report) = self.reports.pop_front() {
                return report;
            }
            let (takes_more, due) = (self.takes_more(), self.next_timeout());
            tokio::select! {
                event = self.events.next(), if takes_more => self.take_events(event),
                () = self.uplink.moved() => self.acknowledged(),
                ready = Streams::next_ready(self.streams.as_mut()) => {
                    if let Some(streams) = &mut self.streams {
                        streams.ready(ready);
                    }
                }
                () = at(due) => {
                    if let Some(streams) = &mut self.streams {
                        streams.time_out();
                    }
                }
            }
        }
    }

    /// Hands on whatever can be handed on.
    fn settle(&mut self) {
        let Some(streams) = &mut self.streams else {
            return;
        };
        streams.settle();
        while self.uplink.is_idle()
            && let Some(bytes) = streams.poll_transmit()
        {
            self.uplink.send(bytes);
        }
        if streams.take_room() {
            self.reports.push_back(TunnelEvent::HasRoom);
        }
        if streams.counts().take_due() {
            self.reports.push_back(TunnelEvent::Counted);
        }
        if let Some(defect) = streams.take_defect() {
            self.give_up(defect);
        }
    }

    /// Whether the session is to be read. Before its streams are there it tells how it gets on.
    fn takes_more(&self) -> bool {
        !self.is_over && self.streams.as_ref().is_none_or(Streams::takes_more)
    }

    fn next_timeout(&self) -> Option<Instant> {
        self.streams.as_ref().and_then(Streams::next_timeout)
    }

    /// An event of the session, and those that are there already.
    fn take_events(&mut self, first: Option<SessionEvent>) {
        self.take(first);
        for _ in 1..EVENTS_AT_ONCE {
            if !self.takes_more() {
                return;
            }
            match self.events.next().now_or_never() {
                Some(event) => self.take(event),
                None => return,
            }
        }
    }

    fn take(&mut self, event: Option<SessionEvent>) {
        match event {
            Some(SessionEvent::State(state)) => self.take_state(state),
            Some(SessionEvent::Output(bytes)) => {
                if let Some(streams) = &mut self.streams {
                    streams.receive(&bytes);
                }
            }
            Some(SessionEvent::Flag(flag)) => {
                if let Some(streams) = &mut self.streams {
                    streams.flag(flag);
                }
            }
            Some(SessionEvent::Message(text)) => tracing::info!(%text, "a message of the agent"),
            Some(SessionEvent::StdErr(_) | SessionEvent::ExitCode(_) | SessionEvent::Saved(_)) => {}
            None => self.over(ForwardError::Session(SessionError::Crashed)),
        }
    }

    fn take_state(&mut self, state: SessionState) {
        match state {
            SessionState::Opening { session } => self.reports.push_back(TunnelEvent::Granted(session)),
            SessionState::Ready { session_type, .. } => self.ready(&session_type),
            SessionState::Resuming { last_error, .. } => self.link_lost(last_error),
            SessionState::Paused => self.link_lost(None),
            SessionState::Resumed | SessionState::Unpaused => {
                if let Some(streams) = &mut self.streams {
                    streams.go_on();
                }
                self.reports.push_back(TunnelEvent::LinkBack);
            }
            SessionState::Ended(end) => self.over(ForwardError::End(end)),
            SessionState::Failed(error) => self.over(ForwardError::of_session(error, &self.destination)),
            SessionState::Starting | SessionState::Waiting { .. } => {}
        }
    }

    fn ready(&mut self, session_type: &SessionType) {
        let mode = match session_type {
            SessionType::Port {
                agent_version,
                properties,
            } => PortMode::of(properties, agent_version),
            SessionType::Shell | SessionType::InteractiveCommands | SessionType::NonInteractiveCommands => {
                return self.give_up(ForwardError::NoPortSession);
            }
        };
        match mode {
            PortMode::Mux { keep_alive } => {
                let limits = MuxLimits {
                    keep_alive,
                    ..MuxLimits::default()
                };
                let (destination, notices) = (self.destination.clone(), self.notices.clone());
                self.streams = Some(Streams::new(limits, destination, notices));
                self.reports.push_back(TunnelEvent::Open);
            }
            PortMode::Basic => self.give_up(ForwardError::OldAgent),
            PortMode::StandardStream => self.give_up(ForwardError::NoPortSession),
        }
    }

    fn link_lost(&mut self, error: Option<SessionError>) {
        if let Some(streams) = &mut self.streams {
            streams.hold();
        }
        self.reports.push_back(TunnelEvent::LinkLost(error));
    }

    fn acknowledged(&mut self) {
        let total = self.uplink.acknowledged();
        if let Some(streams) = &mut self.streams {
            streams.acknowledged(total);
        }
    }

    /// Ends a session that is of no use any more.
    fn give_up(&mut self, error: ForwardError) {
        self.terminate();
        self.over(error);
    }

    fn over(&mut self, error: ForwardError) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let lost = self.connections();
        if let Some(streams) = &mut self.streams {
            streams.fail_all(&error);
        }
        self.reports.push_back(TunnelEvent::Over { error, lost });
    }
}
