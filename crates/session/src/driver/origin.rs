//! Where a session comes from, and with what its driver begins.

use postern_model::{SessionGrant, SessionId, StartRequest};
use postern_protocol::{ChannelConfig, DataChannel, SessionType};

use super::data_key::Encryption;
use super::opening::GrantedTo;
use crate::{AgentPatience, SavedSession, SessionError, SessionInput, SessionOptions};

/// What a driver begins with.
pub(crate) struct SessionOrigin {
    pub(super) first: FirstPhase,
    pub(super) channel: DataChannel,
    pub(super) encryption: Encryption,
    /// Input that was taken by another driver and is in no message yet.
    pub(super) unsent: Vec<SessionInput>,
}

/// The phase that a driver begins with.
pub(super) enum FirstPhase {
    /// AWS is to be asked for a session.
    Starting(StartRequest, AgentPatience),
    /// AWS has the session.
    Arrived(ArrivedSession),
}

/// A session that AWS has, as it comes to a driver.
pub(super) enum ArrivedSession {
    /// AWS granted it.
    Granted(SessionGrant, GrantedTo),
    /// Another driver lived it until now; its handshake is done.
    LeftByAnother(SessionId, SessionType),
}

/// Whether the consumer knows that the session is ready.
pub(super) enum Readiness {
    /// The agent has not answered yet.
    Waiting,
    /// The agent answered another driver. Whether it can be reached now shows itself on the first link.
    Restored(SessionType),
    /// It knows.
    Ready,
}

impl ArrivedSession {
    pub(super) fn session(&self) -> &SessionId {
        match self {
            Self::Granted(grant, _) => &grant.session,
            Self::LeftByAnother(session, _) => session,
        }
    }

    pub(super) fn readiness(&self) -> Readiness {
        match self {
            Self::Granted(..) => Readiness::Waiting,
            Self::LeftByAnother(_, session_type) => Readiness::Restored(session_type.clone()),
        }
    }
}

impl SessionOrigin {
    /// Nobody has asked AWS yet.
    pub(crate) fn start(request: StartRequest, options: &SessionOptions) -> Self {
        let target = Some(request.target.to_string());
        Self::fresh(FirstPhase::Starting(request, options.patience), target, options)
    }

    /// A session that somebody else started. `target` is that of StartSession, as it was sent.
    pub(crate) fn adopt(grant: SessionGrant, target: Option<String>, options: &SessionOptions) -> Self {
        let arrival = ArrivedSession::Granted(grant, GrantedTo::Another);
        Self::fresh(FirstPhase::Arrived(arrival), target, options)
    }

    /// A session that another driver left. Nothing is asked of AWS before it is clear that it can be gone on with.
    pub(crate) fn resume(saved: &SavedSession, options: &SessionOptions) -> Result<Self, SessionError> {
        let encryption = Encryption::restored(options.encryption.clone(), saved)?;
        let keys = saved.encryption.as_ref().map(|encryption| &encryption.keys);
        let config = channel_config(&encryption, options);
        let channel = DataChannel::restore(saved.channel.clone(), keys, config, rand::random())?;
        let session_type = saved.channel.session_type().clone();
        Ok(Self {
            first: FirstPhase::Arrived(ArrivedSession::LeftByAnother(saved.session.clone(), session_type)),
            channel,
            encryption,
            unsent: saved.input.clone(),
        })
    }

    fn fresh(first: FirstPhase, target: Option<String>, options: &SessionOptions) -> Self {
        let encryption = Encryption::new(options.encryption.clone(), target);
        Self {
            first,
            channel: DataChannel::new(channel_config(&encryption, options), rand::random()),
            encryption,
            unsent: Vec::new(),
        }
    }
}

fn channel_config(encryption: &Encryption, options: &SessionOptions) -> ChannelConfig {
    ChannelConfig {
        encryption: encryption.rule(),
        port_sessions: options.port_sessions,
        persistence: options.persistence,
        ..ChannelConfig::default()
    }
}
