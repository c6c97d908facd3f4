//! A session is ended at AWS, or its shell would run on until AWS's idle limit: at once, and where that does not get
//! through, for as long as it makes sense, so that a network that is down when the user leaves does not leave it there.

use std::time::Duration;

use postern_model::{ControlError, SessionId};
use tokio::time::{Instant, sleep, timeout};

use super::aws::{Aws, StartCall};

/// How long ending a session at AWS may take at first; the user waits for it when a window closes.
const WITHIN: Duration = Duration::from_secs(5);
/// Unless the account says otherwise, AWS ends a session by itself when it was idle for so long.
const AT_MOST: Duration = Duration::from_secs(20 * 60);
const BETWEEN_TRIES: Duration = Duration::from_secs(15);

/// What is still to be ended at AWS.
pub(super) enum Termination {
    /// Nothing.
    Done,
    /// A session.
    Of(SessionId),
    /// StartSession has not answered yet, so there is no id to end the session by.
    OfUnanswered(StartCall),
}

impl Termination {
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    /// The session, if its id is known.
    pub(super) fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Of(session) => Some(session),
            Self::Done | Self::OfUnanswered(_) => None,
        }
    }

    /// Ends the session if its id is known, for a few seconds at most. Answers what is left to do.
    pub(super) async fn first_try(self, aws: &Aws) -> Self {
        let Self::Of(session) = self else {
            return self;
        };
        match timeout(WITHIN, aws.terminate(&session)).await {
            Ok(Ok(())) => return Self::Done,
            Ok(Err(error)) => tracing::warn!(%session, code = error.code(), "TerminateSession failed"),
            Err(_) => tracing::warn!(%session, "TerminateSession took too long"),
        }
        Self::Of(session)
    }

    /// After the last state: goes on until AWS has ended the session. Nobody waits for it; where the program ends, it ends
    /// too.
    pub(super) async fn go_on(self, aws: &Aws) {
        let session = match self {
            Self::Done => return,
            Self::Of(session) => {
                sleep(BETWEEN_TRIES).await;
                session
            }
            Self::OfUnanswered(start) => match start.await {
                Ok(grant) => grant.session,
                Err(_) => return,
            },
        };
        let begun_at = Instant::now();
        while !is_settled(aws, &session).await && begun_at.elapsed() < AT_MOST {
            sleep(BETWEEN_TRIES).await;
        }
    }
}

/// Whether there is nothing more to do: AWS ended the session, or will not let us end it.
async fn is_settled(aws: &Aws, session: &SessionId) -> bool {
    match aws.terminate(session).await {
        Ok(()) | Err(ControlError::Denied { .. }) => true,
        Err(error) => {
            tracing::warn!(%session, code = error.code(), "TerminateSession failed and is tried again");
            false
        }
    }
}
