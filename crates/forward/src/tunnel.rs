//! A port session as many connections: session, streams and local sockets in one task.
//!
//! Agents that are too old for streams carry one connection at a time: several sessions side by side, or one session in turns.
//!
//! Nothing here waits in a queue without a bound. A local socket is read only as far as its stream has room; the streams give
//! the session only what the agent acknowledges in time; and the session is read only while the streams take more.

mod carrier;
mod connection;
mod counts;
mod event;
mod one;
mod probe;
mod streams;
mod uplink;
mod use_as;

use std::collections::VecDeque;

use futures_util::FutureExt;
use postern_protocol::PortMode;
use postern_session::{
    Session, SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState, SessionType,
};
use tokio::time::Instant;

use crate::due::at;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::{ForwardError, ForwardTraffic};
use carrier::Carrier;
pub(crate) use event::TunnelEvent;
use uplink::Uplink;
pub(crate) use use_as::{PlainSession, SessionUse};

/// Events of the session that are dealt with before anything is sent on.
const EVENTS_AT_ONCE: usize = 64;

/// A port session with its connections.
pub(crate) struct Tunnel {
    destination: String,
    uplink: Uplink,
    events: SessionEvents,
    use_as: SessionUse,
    /// Its connections, once the session is ready.
    carrier: Option<Carrier>,
    notices: NoticeSender,
    reports: VecDeque<TunnelEvent>,
    /// The session is over; the end of its connection is still to be told.
    ending: Option<ForwardError>,
    is_over: bool,
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
            use_as: SessionUse::default(),
            carrier: None,
            notices,
            reports: VecDeque::new(),
            ending: None,
            is_over: false,
        }
    }

    /// Says how the session is used.
    pub(crate) fn used_as(mut self, use_as: SessionUse) -> Self {
        self.use_as = use_as;
        self
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.carrier.as_ref().map_or(0, Carrier::len)
    }

    /// Adds what went through since the last time.
    pub(crate) fn count_into(&mut self, traffic: &mut ForwardTraffic) {
        if let Some(carrier) = &mut self.carrier {
            carrier.counts().move_into(traffic);
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

    /// How much has come and how much has arrived: a number that stays means that nothing moves.
    pub(crate) fn moved(&self) -> u64 {
        let received = self.carrier.as_ref().map_or(0, Carrier::received);
        received.saturating_add(self.uplink.acknowledged())
    }

    /// Whether it can take no further connection, ever.
    pub(crate) fn is_used_up(&self) -> bool {
        self.carrier.as_ref().is_some_and(Carrier::is_used_up)
    }

    /// Whether what it can take has been taken by others.
    pub(crate) fn is_taken(&self) -> bool {
        self.carrier.as_ref().is_some_and(Carrier::is_taken)
    }

    /// Takes a connection. It comes back when there are as many as there may be, or none can be yet.
    pub(crate) fn connect(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        match &mut self.carrier {
            Some(carrier) => carrier.connect(stream),
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
                ready = Carrier::next_ready(self.carrier.as_mut()) => {
                    if let Some(carrier) = &mut self.carrier {
                        carrier.ready(ready);
                    }
                }
                () = at(due) => {
                    if let Some(carrier) = &mut self.carrier {
                        carrier.time_out();
                    }
                }
            }
        }
    }

    /// Hands on whatever can be handed on.
    fn settle(&mut self) {
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        carrier.settle();
        while self.uplink.is_idle()
            && let Some(input) = carrier.poll_transmit()
        {
            self.uplink.send(input);
        }
        if carrier.take_room() {
            self.reports.push_back(TunnelEvent::HasRoom);
        }
        if carrier.counts().take_due() {
            self.reports.push_back(TunnelEvent::Counted);
        }
        match carrier.take_wedge() {
            Some(true) => self
                .reports
                .push_back(TunnelEvent::Wedged(self.use_as.wedged_after)),
            Some(false) => self.reports.push_back(TunnelEvent::Unwedged),
            None => {}
        }
        if let Some(error) = carrier.take_silence() {
            self.reports.push_back(TunnelEvent::Silent(error));
        }
        let (defect, is_served, is_empty) = (carrier.take_defect(), carrier.is_served(), carrier.len() == 0);
        if let Some(defect) = defect {
            self.give_up(defect);
        } else if is_empty && let Some(end) = self.ending.take() {
            self.over(end);
        } else if is_served {
            self.give_up(ForwardError::End(SessionEnd::TerminatedByUser));
        }
    }

    /// Whether the session is to be read. Before its streams are there it tells how it gets on.
    fn takes_more(&self) -> bool {
        let is_over = self.is_over || self.ending.is_some();
        !is_over && self.carrier.as_ref().is_none_or(Carrier::takes_more)
    }

    fn next_timeout(&self) -> Option<Instant> {
        self.carrier.as_ref().and_then(Carrier::next_timeout)
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
                if let Some(carrier) = &mut self.carrier {
                    carrier.receive(&bytes);
                }
            }
            Some(SessionEvent::Flag(flag)) => {
                if let Some(carrier) = &mut self.carrier {
                    carrier.flag(flag);
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
                if let Some(carrier) = &mut self.carrier {
                    carrier.go_on();
                }
                self.reports.push_back(TunnelEvent::LinkBack);
            }
            SessionState::Ended(end) => self.ended(end),
            SessionState::Failed(error) => self.over(ForwardError::of_session(error, &self.destination)),
            SessionState::Starting | SessionState::NotConnectedYet { .. } | SessionState::Waiting { .. } => {}
        }
    }

    fn ready(&mut self, session_type: &SessionType) {
        let (mode, has_streams) = match session_type {
            SessionType::Port {
                agent_version,
                properties,
            } => (
                PortMode::of(properties, agent_version),
                PortMode::has_streams(agent_version),
            ),
            SessionType::Shell | SessionType::InteractiveCommands | SessionType::NonInteractiveCommands => {
                return self.give_up(ForwardError::NoPortSession);
            }
        };
        match Carrier::of(mode, self.use_as, &self.destination, &self.notices) {
            Ok(carrier) => {
                self.carrier = Some(carrier);
                if mode == PortMode::StandardStream && has_streams {
                    self.reports.push_back(TunnelEvent::AgentIsNew);
                }
                self.reports.push_back(TunnelEvent::Open);
            }
            Err(error) => self.give_up(error),
        }
    }

    fn link_lost(&mut self, error: Option<SessionError>) {
        if let Some(carrier) = &mut self.carrier {
            carrier.hold();
        }
        self.reports.push_back(TunnelEvent::LinkLost(error));
    }

    fn acknowledged(&mut self) {
        let total = self.uplink.acknowledged();
        if let Some(carrier) = &mut self.carrier {
            carrier.acknowledged(total);
        }
    }

    /// The end of a session may be that of its connection, which still has output to write.
    fn ended(&mut self, end: SessionEnd) {
        let carrier = self.carrier.as_mut();
        if carrier.is_some_and(Carrier::ends_with_session) {
            self.ending = Some(ForwardError::End(end));
        } else {
            self.over(ForwardError::End(end));
        }
    }

    /// Ends a session that is of no use any more.
    pub(crate) fn give_up(&mut self, error: ForwardError) {
        self.terminate();
        self.over(error);
    }

    fn over(&mut self, error: ForwardError) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let lost = self.connections();
        if let Some(carrier) = &mut self.carrier {
            carrier.fail_all(&error);
        }
        self.reports.push_back(TunnelEvent::Over { error, lost });
    }
}
