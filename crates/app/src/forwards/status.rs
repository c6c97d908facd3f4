//! How one declared forward stands: what its running forward says, as the page shows it.

use postern_forward::{ForwardError, ForwardPhase, ForwardState, ForwardTraffic, LocalAddress};

use super::errors::ForwardFailure;
use crate::contract::{ErrorView, ForwardStateView, ForwardTrafficView, ThroughView};

/// What is known of one forward. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ForwardStatus {
    state: ForwardStateView,
    port: Option<u16>,
    through: Option<ThroughView>,
    traffic: ForwardTraffic,
    problem: Option<LostConnection>,
    /// Since when it has been switched on and has worked, over resumes.
    up_since_ms: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
struct LostConnection {
    error: ErrorView,
    /// How much had come by then: what comes later shows that others get through.
    received_bytes: u64,
}

impl Default for ForwardStatus {
    fn default() -> Self {
        Self {
            state: ForwardStateView::Off,
            port: None,
            through: None,
            traffic: ForwardTraffic::default(),
            problem: None,
            up_since_ms: None,
        }
    }
}

impl ForwardStatus {
    /// It is being switched on.
    pub(super) fn starting() -> Self {
        Self {
            state: ForwardStateView::Starting {
                waits_for_login: false,
            },
            ..Self::default()
        }
    }

    pub(super) fn state(&self) -> &ForwardStateView {
        &self.state
    }

    pub(super) fn port(&self) -> Option<u32> {
        self.port.map(u32::from)
    }

    pub(super) fn through(&self) -> Option<&ThroughView> {
        self.through.as_ref()
    }

    pub(super) fn problem(&self) -> Option<&ErrorView> {
        self.problem.as_ref().map(|lost| &lost.error)
    }

    #[allow(clippy::cast_precision_loss)] // The page knows no 64-bit integers; exact up to 8 PiB.
    pub(super) fn traffic(&self, id: i32) -> ForwardTrafficView {
        ForwardTrafficView {
            id,
            open: u32::try_from(self.traffic.open).unwrap_or(u32::MAX),
            sent_bytes: self.traffic.sent_bytes as f64,
            received_bytes: self.traffic.received_bytes as f64,
        }
    }

    /// Whether only counts differ from those of `before`.
    pub(super) fn differs_by_counts(&self, before: &Self) -> bool {
        self.traffic != before.traffic
            && Self {
                traffic: before.traffic,
                ..self.clone()
            } == *before
    }

    /// What the running forward says.
    pub(super) fn advance(&mut self, state: &ForwardState, waits_for_login: bool, now_ms: f64) {
        self.port = state.local.iter().find_map(LocalAddress::port);
        self.traffic = state.traffic;
        if let Some(lost) = &self.problem
            && state.traffic.received_bytes > lost.received_bytes
        {
            self.problem = None;
        }
        self.state = match &state.phase {
            ForwardPhase::Opening if self.up_since_ms.is_none() => {
                ForwardStateView::Starting { waits_for_login }
            }
            // What is missing is said by the question.
            ForwardPhase::Replacing { .. } if waits_for_login && self.up_since_ms.is_none() => {
                ForwardStateView::Starting { waits_for_login }
            }
            ForwardPhase::Opening => self.resuming(None, waits_for_login, now_ms),
            ForwardPhase::Open => ForwardStateView::Up {
                since_ms: *self.up_since_ms.get_or_insert(now_ms),
            },
            ForwardPhase::Resuming { error } => self.resuming(error.as_deref(), waits_for_login, now_ms),
            ForwardPhase::Replacing { error, .. } => self.resuming(Some(error), waits_for_login, now_ms),
            ForwardPhase::Asleep => ForwardStateView::Asleep,
            // The task that runs it says how it ended.
            ForwardPhase::Stopped { .. } | ForwardPhase::Failed(_) => self.state.clone(),
        };
    }

    /// The node that it goes by from now on.
    pub(super) fn goes_through(&mut self, node: Option<ThroughView>) {
        self.through = node;
    }

    /// One connection was lost.
    pub(super) fn lost(&mut self, error: &ForwardError) {
        self.problem = Some(LostConnection {
            error: error.into(),
            received_bytes: self.traffic.received_bytes,
        });
    }

    /// Nothing runs until somebody signs in; then it starts by itself.
    pub(super) fn waits_for_login(&mut self) {
        self.traffic.open = 0;
        self.state = ForwardStateView::Starting {
            waits_for_login: true,
        };
    }

    /// AWS is being told.
    pub(super) fn stopping(&mut self) {
        self.state = ForwardStateView::Stopping;
    }

    /// It cannot go on.
    pub(super) fn failed(&mut self, failure: &ForwardFailure) {
        *self = Self {
            state: ForwardStateView::Failed {
                error: failure.view(),
                free_port: failure.free_port(),
            },
            ..Self::default()
        };
    }

    /// The reason of an attempt stays while the next one is under way.
    fn resuming(&self, error: Option<&ForwardError>, waits_for_login: bool, now_ms: f64) -> ForwardStateView {
        let (since_ms, before) = if let ForwardStateView::Resuming { since_ms, error, .. } = &self.state {
            (*since_ms, error.clone())
        } else {
            (now_ms, None)
        };
        ForwardStateView::Resuming {
            since_ms,
            waits_for_login,
            error: error.map(ErrorView::from).or(before),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn state(phase: ForwardPhase, received_bytes: u64) -> ForwardState {
        ForwardState {
            local: vec![LocalAddress::Socket(([127, 0, 0, 1], 15432).into())],
            phase,
            session: None,
            traffic: ForwardTraffic {
                received_bytes,
                ..ForwardTraffic::default()
            },
        }
    }

    fn refused() -> Arc<ForwardError> {
        Arc::new(ForwardError::DialFailed {
            destination: "db:5432".into(),
        })
    }

    #[test]
    fn a_resume_keeps_port_beginning_and_reason_over_its_attempts() {
        let mut status = ForwardStatus::starting();
        status.advance(&state(ForwardPhase::Opening, 0), false, 1.0);
        assert!(matches!(status.state(), ForwardStateView::Starting { .. }));
        status.advance(&state(ForwardPhase::Open, 0), false, 2.0);
        let error = refused();
        let wait = std::time::Duration::from_secs(1);
        status.advance(&state(ForwardPhase::Replacing { error, wait }, 0), false, 3.0);
        status.advance(&state(ForwardPhase::Opening, 0), false, 4.0);
        let ForwardStateView::Resuming {
            since_ms,
            error: Some(error),
            ..
        } = status.state()
        else {
            panic!("{status:?}")
        };
        assert!((*since_ms - 3.0).abs() < f64::EPSILON && error.code == "dial-failed");
        assert_eq!(status.port(), Some(15432));
        status.advance(&state(ForwardPhase::Open, 0), false, 5.0);
        assert_eq!(status.state(), &ForwardStateView::Up { since_ms: 2.0 });
    }

    #[test]
    fn a_lost_connection_is_told_until_another_one_gets_through() {
        let mut status = ForwardStatus::starting();
        status.advance(&state(ForwardPhase::Open, 10), false, 1.0);
        status.lost(&refused());
        let before = status.clone();
        status.advance(&state(ForwardPhase::Open, 10), false, 2.0);
        assert_eq!(status.problem().unwrap().code, "dial-failed");
        assert!(!status.differs_by_counts(&before), "nothing changed");
        status.advance(&state(ForwardPhase::Open, 11), false, 3.0);
        assert!(status.problem().is_none() && !status.differs_by_counts(&before));
        let before = status.clone();
        status.advance(&state(ForwardPhase::Open, 12), false, 4.0);
        assert!(status.differs_by_counts(&before));
    }

    #[test]
    fn a_taken_port_is_told_with_one_that_is_free() {
        let mut status = ForwardStatus::starting();
        status.failed(&ForwardFailure::Forward(Arc::new(ForwardError::PortTaken {
            port: 19200,
            owner: Some("postgres (pid 812)".into()),
            free: Some(19201),
        })));
        let ForwardStateView::Failed { error, free_port } = status.state() else {
            panic!("{status:?}")
        };
        assert_eq!(
            error.message,
            "Port 19200 is already taken by postgres (pid 812)."
        );
        assert_eq!((*free_port, status.port()), (Some(19201), None));
    }
}
