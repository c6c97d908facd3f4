//! A session that AWS has: what it knows besides what every phase has, and what becomes of the data channel's events.

use postern_model::SessionId;
use postern_protocol::{ChannelEvent, SessionType};

use super::core::Core;
use super::origin::Readiness;
use super::stop::Stop;
use crate::backoff::Backoff;
use crate::{SessionEnd, SessionEvent, SessionState};

/// A session that AWS has.
pub(super) struct Live<'a> {
    pub(super) core: &'a mut Core,
    pub(super) session: SessionId,
    pub(super) backoff: Backoff,
    pub(super) readiness: Readiness,
}

impl Live<'_> {
    /// Moves the data channel's events to the consumer's queue, and sees the end among them.
    pub(super) fn gather(&mut self) -> Result<(), Stop> {
        while let Some(event) = self.core.channel.poll_event() {
            self.take(event)?;
        }
        Ok(())
    }

    /// Something came on a new link: it carries.
    pub(super) fn link_carries(&mut self) {
        match std::mem::replace(&mut self.readiness, Readiness::Ready) {
            Readiness::Waiting => self.readiness = Readiness::Waiting,
            Readiness::Restored(session_type) => self.ready(session_type),
            Readiness::Ready => self.core.outlet.state(SessionState::Resumed),
        }
    }

    /// Gives the consumer the state of the session, where something waits until it is written down. Everything in front of
    /// it was gathered.
    pub(super) fn save_if_due(&mut self) {
        if self.core.is_save_due() {
            self.core.save(&self.session);
        }
    }

    /// Nothing more is sent and received; what came is the consumer's.
    pub(super) fn prepare_to_detach(&mut self) -> Result<(), Stop> {
        self.core.take_the_rest();
        let now = self.core.now();
        self.core.channel.link_lost(now);
        self.gather()
    }

    fn take(&mut self, event: ChannelEvent) -> Result<(), Stop> {
        let core = &mut *self.core;
        match event {
            ChannelEvent::Ready { session_type, .. } => self.ready(session_type),
            ChannelEvent::DataKeyWanted(wanted) => {
                let asked = core.encryption.ask(&core.aws, &self.session, wanted);
                asked.map_err(|error| core.refuse_key(error))?;
            }
            ChannelEvent::Output(bytes) => core.outlet.push(SessionEvent::Output(bytes)),
            ChannelEvent::StdErr(bytes) => core.outlet.push(SessionEvent::StdErr(bytes)),
            ChannelEvent::ExitCode(code) => core.outlet.push(SessionEvent::ExitCode(code)),
            ChannelEvent::CustomerMessage(text) => core.outlet.push(SessionEvent::Message(text)),
            ChannelEvent::Flag(flag) => core.outlet.push(SessionEvent::Flag(flag)),
            ChannelEvent::Paused => core.outlet.state(SessionState::Paused),
            ChannelEvent::Unpaused => core.outlet.state(SessionState::Unpaused),
            ChannelEvent::Closed { output } => return Err(Stop::Ended(SessionEnd::Closed { output })),
            ChannelEvent::Failed(error) => return Err(Stop::Failed(error.into())),
        }
        Ok(())
    }

    fn ready(&mut self, session_type: SessionType) {
        self.readiness = Readiness::Ready;
        self.core.outlet.state(SessionState::Ready {
            session: self.session.clone(),
            session_type,
            encryption: self.core.encryption.used(),
        });
    }
}
