//! What every phase of a session has: the data channel with its clock, the handles' requests, the way to the consumer.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Buf;
use postern_model::SessionId;
use postern_protocol::{DataChannel, Moment, Persistence, SessionKeys, Size};
use tokio::sync::Notify;

use super::aws::Aws;
use super::clock::SessionClock;
use super::data_key::{Encryption, SessionKey};
use super::origin::{FirstPhase, SessionOrigin};
use super::requests::Requests;
use super::save_points::SavePoints;
use super::stop::Stop;
use super::wait::{Common, Happening, Sources};
use crate::dial::Dial;
use crate::network::NetworkUps;
use crate::outlet::Outlet;
use crate::saved::{SavedEncryption, SavedSession};
use crate::system::LocalSystem;
use crate::wake::WakeWatch;
use crate::{SessionError, SessionEvent, SessionInput};

/// What every phase of a session has.
pub(crate) struct Core {
    pub(super) aws: Aws,
    pub(super) dial: Arc<dyn Dial>,
    pub(super) channel: DataChannel,
    pub(super) clock: SessionClock,
    pub(super) encryption: Encryption,
    pub(super) outlet: Outlet,
    /// Of a session that is to survive a crash.
    pub(super) save_points: Option<SavePoints>,
    /// Reasons to try at once, for a phase without a link.
    pub(super) reasons_to_retry: Arc<Notify>,
    requests: Requests,
    /// Input that the data channel had no room for. It holds back the next.
    unsent: VecDeque<SessionInput>,
    wake: WakeWatch,
    network: NetworkUps,
}

/// What is left of a driver.
pub(super) struct Remains {
    pub(super) aws: Aws,
    pub(super) outlet: Outlet,
    pub(super) requests: Requests,
    /// The session, if it was left and can be gone on with.
    pub(super) saved: Option<SavedSession>,
}

impl Core {
    /// The core of a session, and the phase that it begins with. Must be called inside a tokio runtime.
    pub(super) fn new(
        aws: Aws,
        system: LocalSystem,
        origin: SessionOrigin,
        persistence: Persistence,
        requests: Requests,
        outlet: Outlet,
    ) -> (Self, FirstPhase) {
        let is_journaled = persistence == Persistence::Journaled;
        let core = Self {
            aws,
            dial: system.dial,
            channel: origin.channel,
            clock: SessionClock::new(),
            encryption: origin.encryption,
            outlet,
            save_points: is_journaled.then(SavePoints::new),
            reasons_to_retry: Arc::new(Notify::new()),
            requests,
            unsent: origin.unsent.into(),
            wake: WakeWatch::new(system.wall),
            network: system.network,
        };
        (core, origin.first)
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.moment()
    }

    /// What is waited for in every phase, and the data channel, which a phase may wait with.
    pub(super) fn split(&mut self) -> (Sources<'_>, &mut DataChannel) {
        let takes_input = self.takes_input();
        let sources = Sources {
            requests: &mut self.requests,
            outlet: &mut self.outlet,
            encryption: &mut self.encryption,
            save_points: self.save_points.as_mut(),
            wake: &mut self.wake,
            network: &mut self.network,
            takes_input,
        };
        (sources, &mut self.channel)
    }

    /// Waits without a link for the next thing that happens, and deals with it; `own` is what the phase waits for.
    pub(super) async fn next_without_link<T>(
        &mut self,
        own: impl Future<Output = T>,
    ) -> Result<Option<T>, Stop> {
        let (sources, _) = self.split();
        match sources.next(own).await {
            Happening::Own(done) => return Ok(Some(done)),
            Happening::CheckLink => self.reasons_to_retry.notify_one(),
            Happening::Common(common) => self.handle(common)?,
        }
        Ok(None)
    }

    /// Runs `work` while typing, sizes and events go on; returns early when everybody leaves.
    pub(super) async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let mut work = std::pin::pin!(work);
        loop {
            if let Some(done) = self.next_without_link(work.as_mut()).await? {
                return Ok(done);
            }
        }
    }

    /// Deals with what is dealt with alike in every phase.
    pub(super) fn handle(&mut self, common: Common) -> Result<(), Stop> {
        match common {
            Common::Delivered => {}
            Common::Leave(how) => return Err(Stop::Left(how)),
            Common::Input(input) => self.take_input(input),
            Common::Resized => self.resize(),
            Common::DataKey(key) => self.take_key(key)?,
            Common::Written(mark) => {
                self.channel.snapshot_written(mark);
                if let Some(save_points) = &mut self.save_points {
                    save_points.done();
                }
            }
        }
        Ok(())
    }

    /// Tells the data channel the newest size.
    pub(super) fn resize(&mut self) {
        if let Some(size) = self.requests.newest_size() {
            let now = self.now();
            let (cols, rows) = (size.cols().into(), size.rows().into());
            self.channel.resize(now, Size { cols, rows });
        }
    }

    /// Takes what was typed. A size that was set before it goes before it.
    fn take_input(&mut self, input: SessionInput) {
        if self.requests.has_new_size() {
            self.resize();
        }
        self.unsent.push_back(input);
        if let Some(save_points) = &mut self.save_points {
            save_points.input_came();
        }
        self.pass_on();
    }

    /// Hands typed input to the data channel; what it has no room for waits here, and holds back the next.
    pub(super) fn pass_on(&mut self) {
        if self.unsent.is_empty() {
            return;
        }
        let now = self.now();
        while self.channel.input_room() > 0
            && let Some(next) = self.unsent.front_mut()
        {
            match next {
                SessionInput::Bytes(bytes) => {
                    let taken = self.channel.send_input(now, bytes).min(bytes.len());
                    bytes.advance(taken);
                    if !bytes.is_empty() {
                        return;
                    }
                }
                SessionInput::Flag(value) => {
                    if !self.channel.send_flag(now, *value) {
                        tracing::debug!(value, "a flag in a session without ports");
                    }
                }
            }
            self.unsent.pop_front();
        }
    }

    /// What was typed before the wish to leave goes before the goodbye.
    pub(super) fn take_the_rest(&mut self) {
        for input in self.requests.take_the_rest() {
            self.take_input(input);
        }
    }

    /// Whether another piece of input has a place to go.
    fn takes_input(&self) -> bool {
        self.unsent.is_empty() && self.channel.input_room() > 0
    }

    /// How many typed bytes the agent has not acknowledged.
    pub(super) fn held_bytes(&self) -> usize {
        let unsent = self.unsent.iter().map(|input| match input {
            SessionInput::Bytes(bytes) => bytes.len(),
            SessionInput::Flag(_) => 0,
        });
        self.channel.held_input() + unsent.sum::<usize>()
    }

    /// Tells the handles how much of the input has arrived.
    pub(super) fn tell_acknowledged(&self) {
        self.requests.tell_acknowledged(self.channel.acknowledged_input());
    }

    /// Whether a save point is to be taken: of a session that is to survive a crash, and no other.
    pub(super) fn is_save_due(&self) -> bool {
        let save_points = self.save_points.as_ref();
        save_points.is_some_and(|save_points| save_points.is_due(&self.channel))
    }

    /// Gives the consumer a save point, where the data channel can be written down now.
    pub(super) fn save(&mut self, session: &SessionId) {
        if let Ok((channel, mark)) = self.channel.snapshot() {
            let saved = SavedSession {
                session: session.clone(),
                channel,
                encryption: saved_encryption(&self.encryption, self.channel.session_keys()),
                input: self.unsent.iter().cloned().collect(),
            };
            if let Some(save_points) = &mut self.save_points {
                let save_point = save_points.take(saved, mark);
                self.outlet.push(SessionEvent::Saved(Box::new(save_point)));
            }
        }
    }

    /// Ends the driver. Answers what is left: the state of `session`, where another driver can go on with it, and what is
    /// needed to end it where not.
    pub(super) fn end(mut self, detached: Option<&SessionId>) -> Remains {
        if detached.is_some() {
            self.take_the_rest();
        }
        let keys = self.channel.session_keys();
        let saved = detached.and_then(|session| {
            Some(SavedSession {
                session: session.clone(),
                channel: self.channel.into_snapshot().ok()?,
                encryption: saved_encryption(&self.encryption, keys),
                input: self.unsent.into(),
            })
        });
        Remains {
            aws: self.aws,
            outlet: self.outlet,
            requests: self.requests,
            saved,
        }
    }

    /// Hands KMS's answer to the data channel. Without a link it waits there for the next.
    fn take_key(&mut self, key: Result<SessionKey, SessionError>) -> Result<(), Stop> {
        let now = self.now();
        match key {
            Ok(key) => {
                self.channel.provide_data_key(now, *key.key);
                Ok(())
            }
            Err(error) => Err(self.refuse_key(error)),
        }
    }

    /// Ends the session; the agent is told in the goodbye. Its log is the account's, so nothing of this computer is in it.
    pub(super) fn refuse_key(&mut self, error: SessionError) -> Stop {
        let now = self.now();
        let why = format!("The client has no data key ({}).", error.code());
        self.channel.refuse_data_key(now, &why);
        Stop::Failed(error)
    }
}

/// What an encrypted session needs besides the state of its channel.
fn saved_encryption(encryption: &Encryption, keys: Option<SessionKeys>) -> Option<SavedEncryption> {
    let key_arn = encryption.used()?.key_arn;
    Some(SavedEncryption { key_arn, keys: keys? })
}
