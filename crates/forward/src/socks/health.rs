//! How a proxy stands, by how its sessions do.

use std::sync::Arc;
use std::time::Duration;

use postern_session::SessionError;

use crate::{ForwardError, ForwardPhase};

/// How a proxy stands.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// What AWS said to the last session that it refused, until one is open again: it would say so to any.
    refused: Option<Arc<ForwardError>>,
}

impl Health {
    /// Notes how a session stands.
    pub(super) fn note(&mut self, phase: &ForwardPhase) {
        match phase {
            ForwardPhase::Open => self.refused = None,
            ForwardPhase::Failed(error) if is_of_aws(error) => self.refused = Some(Arc::clone(error)),
            ForwardPhase::Failed(_)
            | ForwardPhase::Opening
            | ForwardPhase::Resuming { .. }
            | ForwardPhase::Replacing { .. }
            | ForwardPhase::Asleep
            | ForwardPhase::Stopped { .. } => {}
        }
    }

    /// What was in the way may be gone.
    pub(super) fn forget(&mut self) {
        self.refused = None;
    }

    /// The proxy's own phase: it is open, also without any session, unless something is in the way of all.
    pub(super) fn phase<'a>(&self, sessions: impl Iterator<Item = &'a ForwardPhase>) -> ForwardPhase {
        let mut trouble = self.refused.as_ref().map(|error| ForwardPhase::Replacing {
            error: Arc::clone(error),
            wait: Duration::ZERO,
        });
        for phase in sessions {
            match phase {
                ForwardPhase::Open => return ForwardPhase::Open,
                ForwardPhase::Resuming { .. } | ForwardPhase::Replacing { .. } => {
                    trouble = Some(phase.clone())
                }
                ForwardPhase::Opening
                | ForwardPhase::Asleep
                | ForwardPhase::Stopped { .. }
                | ForwardPhase::Failed(_) => {}
            }
        }
        trouble.unwrap_or(ForwardPhase::Open)
    }
}

fn is_of_aws(error: &ForwardError) -> bool {
    matches!(error, ForwardError::Session(SessionError::Control(_)))
}

/// Whether two phases of a proxy say the same.
pub(super) fn is_same(one: &ForwardPhase, other: &ForwardPhase) -> bool {
    match (one, other) {
        (ForwardPhase::Open, ForwardPhase::Open) => true,
        (ForwardPhase::Resuming { error: one }, ForwardPhase::Resuming { error: other }) => {
            one.as_ref().map(Arc::as_ptr) == other.as_ref().map(Arc::as_ptr)
        }
        (ForwardPhase::Replacing { error: one, .. }, ForwardPhase::Replacing { error: other, .. }) => {
            Arc::ptr_eq(one, other)
        }
        (
            ForwardPhase::Opening
            | ForwardPhase::Open
            | ForwardPhase::Resuming { .. }
            | ForwardPhase::Replacing { .. }
            | ForwardPhase::Asleep
            | ForwardPhase::Stopped { .. }
            | ForwardPhase::Failed(_),
            _,
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use postern_model::ControlError;

    use super::*;

    fn refused() -> ForwardPhase {
        let error = ControlError::CredentialsExpired {
            who: "AWS profile acme".into(),
            detail: String::new(),
        };
        ForwardPhase::Failed(Arc::new(ForwardError::Session(SessionError::Control(error))))
    }

    #[test]
    fn a_proxy_is_open_until_something_is_in_the_way_of_all_sessions() {
        let mut health = Health::default();
        let phase = |health: &Health, sessions: &[ForwardPhase]| health.phase(sessions.iter());
        assert!(matches!(phase(&health, &[]), ForwardPhase::Open));
        assert!(matches!(
            phase(&health, &[ForwardPhase::Opening, ForwardPhase::Asleep]),
            ForwardPhase::Open
        ));
        let lost = ForwardPhase::Resuming { error: None };
        assert!(matches!(
            phase(&health, &[lost.clone(), ForwardPhase::Open]),
            ForwardPhase::Open
        ));
        assert!(matches!(phase(&health, &[lost]), ForwardPhase::Resuming { .. }));
        health.note(&ForwardPhase::Failed(Arc::new(ForwardError::NoPortSession)));
        assert!(
            matches!(phase(&health, &[]), ForwardPhase::Open),
            "that says nothing of the others"
        );
        health.note(&refused());
        assert!(matches!(phase(&health, &[]), ForwardPhase::Replacing { .. }));
        health.note(&ForwardPhase::Open);
        assert!(matches!(phase(&health, &[]), ForwardPhase::Open));
    }
}
