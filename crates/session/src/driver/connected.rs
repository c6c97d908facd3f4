//! The link is up: bytes both ways, timers, pings.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep_until};

use super::live::Live;
use super::opening::OpenedLink;
use super::origin::Readiness;
use super::stop::Stop;
use super::wait::Happening;
use crate::link::Link;
use crate::liveness::{Due, Liveness};
use crate::{LinkError, SessionError, SessionState};

/// A session with a link.
pub(super) struct Connected<'live, 'core> {
    live: &'live mut Live<'core>,
    link: Link,
    liveness: Liveness,
    up_since: Duration,
    /// Something came on this link.
    carries: bool,
    presigned_by_another: bool,
}

/// What is waited for besides while a link is up.
enum LinkHappening {
    /// What came, or how the link ended.
    Received(Result<Vec<Bytes>, LinkError>),
    /// A timer of the data channel or of the link has run out.
    TimedOut,
}

impl<'live, 'core> Connected<'live, 'core> {
    /// Opens the data channel on the link.
    pub(super) fn new(live: &'live mut Live<'core>, opened: OpenedLink) -> Self {
        let OpenedLink {
            mut link,
            token,
            presigned_by_another,
        } = opened;
        let core = &mut *live.core;
        let (now, up_since) = (core.now(), core.clock.since());
        link.open(core.channel.open(now, token.expose_secret()));
        tracing::info!(session = %live.session, "the link is up");
        let mut liveness = Liveness::new(up_since);
        // A reason to retry that came too late is one to look whether the link is what it seems.
        if core.reasons_to_retry.notified().now_or_never().is_some() {
            liveness.check(up_since);
        }
        if let Readiness::Waiting = live.readiness {
            let session = live.session.clone();
            live.core.outlet.state(SessionState::Waiting { session });
        }
        Self {
            live,
            link,
            liveness,
            up_since,
            carries: false,
            presigned_by_another,
        }
    }

    /// Stays on the link until it is lost, which is returned, or the session stops.
    pub(super) async fn run(mut self) -> Result<SessionError, Stop> {
        let outcome = self.carry().await;
        let core = &mut *self.live.core;
        core.clock.set_reading(true);
        let lost = match outcome {
            Ok(lost) => lost,
            Err(stop) => {
                core.take_the_rest();
                self.link.close_after(|| core.channel.poll_transmit()).await;
                return Err(stop);
            }
        };
        let lived = core.clock.since().saturating_sub(self.up_since);
        self.live.backoff.link_lost_after(lived);
        if self.presigned_by_another {
            Err(Stop::Failed(SessionError::NotResumable(lost)))
        } else {
            Ok(lost.into())
        }
    }

    async fn carry(&mut self) -> Result<LinkError, Stop> {
        loop {
            self.live.core.pass_on();
            self.live.core.tell_acknowledged();
            self.live.gather()?;
            self.live.save_if_due();
            if self.live.core.outlet.offer() {
                // What came is seen before its acknowledgement is written, which takes as long as the way here.
                tokio::task::yield_now().await;
            }
            let reads = self.live.core.outlet.is_empty();
            self.live.core.clock.set_reading(reads);
            if !reads {
                self.liveness.not_reading();
            }
            match self.next(reads).await {
                Happening::Own(LinkHappening::Received(Ok(messages))) => self.receive(messages),
                Happening::Own(LinkHappening::Received(Err(lost))) => return Ok(lost),
                Happening::Own(LinkHappening::TimedOut) => {
                    if let Some(lost) = self.handle_timeout() {
                        return Ok(lost);
                    }
                }
                Happening::CheckLink => self.liveness.check(self.live.core.clock.since()),
                Happening::Common(common) => self.live.core.handle(common)?,
            }
        }
    }

    /// Waits for the next thing that happens. While the consumer is behind, the socket is not read, so that TCP holds back
    /// the agent; writing and pinging go on.
    async fn next(&mut self, reads: bool) -> Happening<LinkHappening> {
        let due = self.next_timeout();
        let (sources, channel) = self.live.core.split();
        let link = &mut self.link;
        let own = async move {
            tokio::select! {
                received = link.exchange(|| channel.poll_transmit(), reads) => LinkHappening::Received(received),
                () = sleep_until(due) => LinkHappening::TimedOut,
            }
        };
        sources.next(own).await
    }

    fn next_timeout(&self) -> Instant {
        let core = &*self.live.core;
        let channel_due = core.clock.at_channel(core.channel.next_timeout());
        channel_due.min(core.clock.at(self.liveness.next_timeout()))
    }

    /// Does what is due. Answers with the loss of a link whose peer is gone.
    fn handle_timeout(&mut self) -> Option<LinkError> {
        let core = &mut *self.live.core;
        let now = core.now();
        core.channel.handle_timeout(now);
        match self.liveness.tick(core.clock.since()) {
            Due::Nothing => {}
            Due::Ping => self.link.ping(),
            Due::Dead => return Some(LinkError::Silent),
        }
        None
    }

    fn receive(&mut self, messages: Vec<Bytes>) {
        self.liveness.received();
        if !self.carries {
            self.carries = true;
            self.live.link_carries();
        }
        let now = self.live.core.now();
        for message in messages {
            if let Err(defect) = self.live.core.channel.handle_frame(now, message) {
                tracing::debug!(%defect, "a message was dropped");
            }
        }
    }
}
