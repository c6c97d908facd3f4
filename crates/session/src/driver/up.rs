//! The link is up: bytes both ways, timers, pings.

use bytes::Bytes;
use postern_model::SessionId;
use secrecy::ExposeSecret;

use super::encryption::Answer;
use super::opening::Opened;
use super::{Driver, Stop};
use crate::link::Link;
use crate::liveness::{Due, Liveness};
use crate::{LinkError, SessionError, SessionState};

/// What happened in one turn of the loop.
enum Turn {
    Delivered,
    Heard(Result<Vec<Bytes>, LinkError>),
    Typed(Option<Bytes>),
    Resized,
    Keyed(Result<Answer, SessionError>),
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
            lent,
        } = opened;
        let up_since = self.clock.since();
        let now = self.now();
        link.open(self.channel.open(now, token.expose_secret()));
        tracing::info!(%session, "the link is up");
        if !self.was_ready {
            self.outlet.state(SessionState::Waiting {
                session: session.clone(),
            });
        }
        let left = self.converse(session, &mut link).await;
        self.clock.listen(true);
        let lost = match left {
            Ok(lost) => lost,
            Err(stop) => {
                self.type_the_rest();
                let channel = &mut self.channel;
                link.close(|| channel.poll_transmit()).await;
                return Err(stop);
            }
        };
        self.backoff
            .link_lost_after(self.clock.since().saturating_sub(up_since));
        if lent {
            Err(Stop::Failed(SessionError::NotResumable(lost)))
        } else {
            Ok(lost.into())
        }
    }

    /// What was typed before the wish to leave goes before the goodbye.
    fn type_the_rest(&mut self) {
        while self.can_type()
            && let Ok(bytes) = self.wishes.input.try_recv()
        {
            self.type_in(Some(bytes));
        }
    }

    async fn converse(&mut self, session: &SessionId, link: &mut Link) -> Result<LinkError, Stop> {
        let mut liveness = Liveness::new(self.clock.since());
        let mut announced = !self.was_ready;
        loop {
            self.pass_on();
            self.gather(session)?;
            if self.outlet.offer() {
                // What came is seen before its acknowledgement is written, which takes as long as the way here.
                tokio::task::yield_now().await;
            }
            let listen = self.outlet.is_empty();
            self.clock.listen(listen);
            if !listen {
                liveness.not_listening();
            }
            match self.turn(link, &liveness).await {
                Turn::Delivered => {}
                Turn::Heard(Err(lost)) => return Ok(lost),
                Turn::Heard(Ok(messages)) => {
                    liveness.heard();
                    if !announced {
                        announced = true;
                        self.outlet.state(SessionState::Resumed);
                    }
                    self.take(messages);
                }
                Turn::Typed(bytes) => self.type_in(bytes),
                Turn::Resized => self.resize(),
                Turn::Keyed(answer) => self.take_key(answer)?,
                Turn::Doubted => liveness.doubt(self.clock.since()),
                Turn::Timer => {
                    let now = self.now();
                    self.channel.handle_timeout(now);
                    match liveness.tick(self.clock.since()) {
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
        let due = self.clock.at_channel(self.channel.next_timeout());
        let due = due.min(self.clock.at(liveness.next_timeout()));
        let Self {
            channel,
            encryption,
            wishes,
            outlet,
            wake,
            network,
            ..
        } = self;
        tokio::select! {
            () = wishes.leave.cancelled() => Turn::Stop(Stop::Left),
            delivered = outlet.deliver() => delivered.map_or_else(|gone| Turn::Stop(gone.into()), |()| Turn::Delivered),
            heard = link.exchange(|| channel.poll_transmit(), listen) => Turn::Heard(heard),
            bytes = wishes.input.recv(), if can_type => Turn::Typed(bytes),
            Ok(()) = wishes.size.changed() => Turn::Resized,
            answer = encryption.answered() => Turn::Keyed(answer),
            () = wishes.retry.notified() => Turn::Doubted,
            () = wake.woke() => Turn::Doubted,
            Ok(()) = network.changed() => Turn::Doubted,
            () = tokio::time::sleep_until(due) => Turn::Timer,
        }
    }

    fn take(&mut self, messages: Vec<Bytes>) {
        let now = self.now();
        for message in messages {
            if let Err(defect) = self.channel.handle_frame(now, message) {
                tracing::debug!(%defect, "a message was dropped");
            }
        }
    }
}
