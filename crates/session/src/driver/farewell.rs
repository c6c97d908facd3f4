//! After the last state: a session that AWS may still have is ended for as long as that makes sense, so that a network
//! that is down when the user leaves does not leave a shell running on the node.

use std::time::Duration;

use futures_util::future::BoxFuture;
use postern_model::{ControlError, SessionGrant, SessionId};
use tokio::time::{Instant, sleep};

use super::Aws;

/// Unless the account says otherwise, AWS ends a session by itself when it was idle for so long.
const AT_MOST: Duration = Duration::from_secs(20 * 60);
const BETWEEN_TRIES: Duration = Duration::from_secs(15);

/// What is still to be ended at AWS.
pub(super) enum Farewell {
    /// Nothing.
    Said,
    /// TerminateSession did not get through.
    To(SessionId),
    /// StartSession has not answered yet, so there is no id to end the session by.
    ToComing(BoxFuture<'static, Result<SessionGrant, ControlError>>),
}

impl Farewell {
    /// Goes on until AWS was told. Nobody waits for it; where the program ends, it ends too.
    pub(super) async fn say(self, aws: &Aws) {
        let session = match self {
            Self::Said => return,
            Self::To(session) => {
                sleep(BETWEEN_TRIES).await;
                session
            }
            Self::ToComing(start) => match start.await {
                Ok(grant) => grant.session,
                Err(_) => return,
            },
        };
        let begun_at = Instant::now();
        while !aws.is_told(&session).await && begun_at.elapsed() < AT_MOST {
            sleep(BETWEEN_TRIES).await;
        }
    }
}

impl Aws {
    /// Whether there is nothing more to say: AWS ended the session, or will not let us end it.
    async fn is_told(&self, session: &SessionId) -> bool {
        match self.control.terminate_session(&self.scope, session).await {
            Ok(()) | Err(ControlError::Denied { .. }) => true,
            Err(error) => {
                tracing::warn!(%session, code = error.code(), "TerminateSession failed and is tried again");
                false
            }
        }
    }
}
