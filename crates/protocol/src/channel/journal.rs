//! Channels that are written down: a journaled one, which nothing leaves that no written snapshot knows, goes on behind a
//! crash; one that is left in order gives its last state.
//!
//! The agent forgets what was acknowledged and takes one content for each number. So neither an acknowledgement nor a new
//! message may leave before a snapshot that knows it is durable: a channel that is restored from an older one would wait
//! for ever for output that does not come again, or give a number a second content, which the agent throws away.

use std::collections::VecDeque;

use super::{DataChannel, LinkState};
use crate::acknowledgement::Acknowledgement;
use crate::cipher::{Cipher, Nonces};
use crate::ids::Ids;
use crate::inbox::Inbox;
use crate::input::HeldInput;
use crate::outbox::Outbox;
use crate::snapshot::{ChannelState, KeyDigest};
use crate::stage::{Stage, Streaming};
use crate::{
    ChannelConfig, DataKey, EncryptionRule, Moment, Persistence, RestoreError, SessionKeys, SessionType,
    Snapshot, SnapshotMark, SnapshotUnavailable,
};

impl DataChannel {
    /// The channel's state, and the mark that says what it knows. To be used so, again and again:
    /// 1. Poll all events, and record what is to be kept of them.
    /// 2. When [`Self::awaits_snapshot`] says so, take a snapshot, and write it together with the record.
    /// 3. When that is durable, and not before, call [`Self::snapshot_written`] with the mark.
    /// 4. [`Self::poll_transmit`] now gives what waited. More may happen between any of these steps.
    ///
    /// Keep the snapshot that was written before until the new one is durable.
    ///
    /// # Errors
    /// [`SnapshotUnavailable`] says why there is none now.
    pub fn snapshot(&self) -> Result<(Snapshot, SnapshotMark), SnapshotUnavailable> {
        match self.config.persistence {
            Persistence::Journaled => Ok((self.take_snapshot()?, self.reached())),
            Persistence::Detachable | Persistence::None => Err(SnapshotUnavailable::NotPersistent),
        }
    }

    /// The channel's last state, for whoever goes on with it. All events were polled, and what they brought is kept by the
    /// caller. Nothing leaves any more, so that this is right for a channel that is not journaled too.
    ///
    /// # Errors
    /// [`SnapshotUnavailable`] says why there is none; the session cannot be gone on with.
    pub fn into_snapshot(self) -> Result<Snapshot, SnapshotUnavailable> {
        match self.config.persistence {
            Persistence::Journaled | Persistence::Detachable => self.take_snapshot(),
            Persistence::None => Err(SnapshotUnavailable::NotPersistent),
        }
    }

    fn take_snapshot(&self) -> Result<Snapshot, SnapshotUnavailable> {
        let stream = self.streaming()?;
        if !self.events.is_empty() {
            return Err(SnapshotUnavailable::EventsWaiting);
        }
        let state = self.state(stream);
        Ok(Snapshot { state })
    }

    /// The snapshot with this mark is durable: what it knows may leave.
    pub fn snapshot_written(&mut self, mark: SnapshotMark) {
        self.written = SnapshotMark {
            messages: self.written.messages.max(mark.messages),
            acknowledgements: self.written.acknowledgements.max(mark.acknowledgements),
        };
    }

    /// Whether anything waits to leave until a snapshot is written. A snapshot may be taken at any other time too, for the
    /// sake of input that waits for a socket.
    #[must_use]
    pub fn awaits_snapshot(&self) -> bool {
        let (written, reached) = (self.may_leave(), self.reached());
        written.messages < reached.messages || written.acknowledgements < reached.acknowledgements
    }

    /// The keys without which a snapshot of an encrypted session is of no use; none when the session is not encrypted or
    /// not to be written down. They are the same for all of its snapshots.
    #[must_use]
    pub fn session_keys(&self) -> Option<SessionKeys> {
        let plaintext = self.streaming().ok()?.cipher()?.plaintext()?;
        SessionKeys::new(plaintext).ok()
    }

    /// The channel of a snapshot, without a socket: [`Self::open`] it as after the loss of one. `config` says what it is to
    /// outlive from now on; of a journaled one, this snapshot counts as written. Of any other the snapshot must not be used
    /// again once a socket is open: what leaves then is unknown to it. `seed` is a new one, from a secure source: with it no message id
    /// and no nonce of the encryption comes again, even when a snapshot is restored twice.
    ///
    /// # Errors
    /// [`RestoreError`] when the keys are not those of the session, or `config` does not allow such a session.
    pub fn restore(
        snapshot: Snapshot,
        keys: Option<&SessionKeys>,
        config: ChannelConfig,
        seed: [u8; 32],
    ) -> Result<Self, RestoreError> {
        let state = snapshot.state;
        allow(&state, &config)?;
        let cipher = cipher(&state, keys, &config, seed)?;
        let acknowledgements = VecDeque::from(state.acknowledgements);
        Ok(Self {
            config,
            ids: Ids::new(seed),
            client_id: state.client_id,
            now: Moment::default(),
            link: LinkState::Down,
            stage: Stage::Streaming(Streaming::restored(state.session_type, cipher)),
            written: SnapshotMark {
                messages: state.outbox.next_sequence,
                acknowledgements: count(&acknowledgements),
            },
            inbox: Inbox::restored(state.inbox),
            outbox: Outbox::restored(state.outbox),
            input: HeldInput::restored(&state.input, &state.flags),
            terminal_size: state.terminal_size,
            acknowledgements,
            acknowledgements_sent: 0,
            events: VecDeque::new(),
        })
    }

    fn streaming(&self) -> Result<&Streaming, SnapshotUnavailable> {
        match &self.stage {
            Stage::Streaming(stream) => Ok(stream),
            Stage::First(_) | Stage::DataKey(_) | Stage::Challenge(_) | Stage::Complete(_) => {
                Err(SnapshotUnavailable::NotReady)
            }
            Stage::Refused | Stage::Closed => Err(SnapshotUnavailable::Over),
        }
    }

    /// What may leave: before data flows, when there is nothing to go on with, and at the end, everything.
    pub(super) fn may_leave(&self) -> SnapshotMark {
        let is_journaled = self.config.persistence == Persistence::Journaled;
        if is_journaled && matches!(self.stage, Stage::Streaming(_)) {
            self.written
        } else {
            SnapshotMark::EVERYTHING
        }
    }

    /// What a snapshot that is taken now would know.
    fn reached(&self) -> SnapshotMark {
        SnapshotMark {
            messages: self.outbox.next_sequence(),
            acknowledgements: self
                .acknowledgements_sent
                .saturating_add(count(&self.acknowledgements)),
        }
    }

    fn state(&self, stream: &Streaming) -> ChannelState {
        let (input, mut flags) = self.input.save();
        if !stream.has_flags() {
            flags.clear();
        }
        ChannelState {
            client_id: self.client_id,
            session_type: stream.session_type().clone(),
            key_digest: stream.cipher().and_then(Cipher::plaintext).map(KeyDigest::of),
            inbox: self.inbox.save(),
            outbox: self.outbox.save(),
            input,
            flags,
            terminal_size: self.terminal_size,
            acknowledgements: self.acknowledgements.iter().copied().collect(),
        }
    }
}

fn count(acknowledgements: &VecDeque<Acknowledgement>) -> u64 {
    u64::try_from(acknowledgements.len()).unwrap_or(u64::MAX)
}

/// A connection's demands hold for a session that is gone on with too.
fn allow(state: &ChannelState, config: &ChannelConfig) -> Result<(), RestoreError> {
    match (config.encryption, state.key_digest) {
        (EncryptionRule::Require, None) => Err(RestoreError::NotEncrypted),
        (EncryptionRule::Off, Some(_)) => Err(RestoreError::EncryptionOff),
        (EncryptionRule::Require | EncryptionRule::Prefer, Some(_))
        | (EncryptionRule::Prefer | EncryptionRule::Off, None) => Ok(()),
    }?;
    if matches!(state.session_type, SessionType::Port { .. }) && !config.port_sessions {
        return Err(RestoreError::PortSession);
    }
    Ok(())
}

fn cipher(
    state: &ChannelState,
    keys: Option<&SessionKeys>,
    config: &ChannelConfig,
    seed: [u8; 32],
) -> Result<Option<Cipher>, RestoreError> {
    let Some(digest) = state.key_digest else {
        return Ok(None);
    };
    let keys = keys.ok_or(RestoreError::KeysMissing)?;
    if keys.digest() != digest {
        return Err(RestoreError::OtherKeys);
    }
    let key = DataKey::new(keys.expose(), Vec::new(), false).map_err(|_| RestoreError::OtherKeys)?;
    Ok(Some(Cipher::new(
        key.kept_for(config.persistence),
        Nonces::new(seed),
    )))
}
