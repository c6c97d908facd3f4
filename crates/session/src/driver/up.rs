//! The link is up: bytes both ways, timers, pings.

use std::time::Duration;

use postern_model::SessionId;
use secrecy::ExposeSecret;

use super::opening::Opened;
use super::{Driver, Stop};
use crate::link::{Heard, Link};
use crate::liveness::{Due, Liveness};
use crate::{LinkError, SessionError, SessionState};

/// What happened in one turn of the loop.
enum Turn {
    Delivered,
    Heard(Result<Heard, LinkError>),
    Typed(Option<bytes::Bytes>),
    Resized,
    Doubted,
    Timer,
    Stop(Stop),
}

impl Driver {
    /// Stays on the link until it is lost, which is returned, or the session stops.
    pub(super) async fn stay(&mut self, session: &SessionId, opened: Opened) -> Result<SessionError, Stop> {
        let Opened {
            mut link,
            token,
            presigned,
        } = opened;
        let since = self.clock.since();
        let now = self.now();
        link.open(self.channel.open(now, token.expose_secret()));
        tracing::info!(%session, "the link is up");
        if !self.was_ready {
            self.outlet.state(SessionState::Waiting {
                session: session.clone(),
            });
        }
        let lost = match self.converse(session, &mut link).await {
            Ok(lost) => lost,
            Err(stop) => {
                let channel = &mut self.channel;
                link.close(|| channel.poll_transmit()).await;
                return Err(stop);
            }
        };
        self.backoff
            .link_lost_after(self.clock.since().saturating_sub(since));
        if presigned {
            Err(Stop::Failed(SessionError::NotResumable(lost)))
        } else {
            Ok(lost.into())
        }
    }

    async fn converse(&mut self, session: &SessionId, link: &mut Link) -> Result<LinkError, Stop> {
        let mut liveness = Liveness::new(self.clock.since());
        let mut announced = !self.was_ready;
        loop {
            self.type_in(None);
            self.gather(session)?;
            if !self.outlet.is_empty() {
                liveness.not_listening();
            }
            match self.turn(link, &liveness).await {
                Turn::Delivered => {}
                Turn::Heard(Err(lost)) => return Ok(lost),
                Turn::Heard(Ok(heard)) => {
                    liveness.heard();
                    if !announced {
                        announced = true;
                        self.outlet.state(SessionState::Resumed);
                    }
                    self.take(heard);
                }
                Turn::Typed(bytes) => self.type_in(bytes),
                Turn::Resized => {
                    let size = *self.wishes.size.borrow_and_update();
                    self.resize(size);
                }
                Turn::Doubted => liveness.doubt(self.clock.since()),
                Turn::Timer => {
                    let now = self.now();
                    self.channel.handle_timeout(now);
                    match liveness.tick(now.monotonic) {
                        Due::Nothing => {}
                        Due::Ping => link.ping(),
                        Due::Dead => return Ok(LinkError::Silent),
                    }
                }
                Turn::Stop(stop) => return Err(stop),
            }
        }
    }

    /// Waits for the next thing to do. While the consumer is behind, the socket is not read, so that TCP holds back
    /// the agent; writing and pinging go on.
    async fn turn(&mut self, link: &mut Link, liveness: &Liveness) -> Turn {
        let listen = self.outlet.is_empty();
        let can_type = self.can_type();
        let due = self
            .channel
            .next_timeout()
            .unwrap_or(Duration::MAX)
            .min(liveness.next_timeout());
        let Self {
            channel,
            wishes,
            outlet,
            clock,
            wake,
            ..
        } = self;
        tokio::select! {
            () = wishes.leave.cancelled() => Turn::Stop(Stop::Left),
            delivered = outlet.deliver() => delivered.map_or_else(|gone| Turn::Stop(gone.into()), |()| Turn::Delivered),
            heard = link.exchange(|| channel.poll_transmit(), listen) => Turn::Heard(heard),
            bytes = wishes.input.recv(), if can_type => Turn::Typed(bytes),
            Ok(()) = wishes.size.changed() => Turn::Resized,
            () = wishes.retry.notified() => Turn::Doubted,
            () = wake.woke() => Turn::Doubted,
            () = tokio::time::sleep_until(clock.at(due)) => Turn::Timer,
        }
    }

    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Sign => {}
            Heard::Frame(frame) => {
                let now = self.now();
                if let Err(defect) = self.channel.handle_frame(now, frame) {
                    tracing::debug!(%defect, "a message was dropped");
                }
            }
        }
    }
}
