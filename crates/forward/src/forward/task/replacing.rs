//! What comes behind a session that is over, wedged, or of an agent that is too old.

use std::sync::Arc;
use std::time::Duration;

use postern_session::SessionEnd;
use tokio::time::Instant;

use super::{Behind, ForwardTask};
use crate::{ForwardError, ForwardPhase, PortDestination};

/// How long the first attempt after a failure waits. Each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A session that lived so long was a good one: the next is opened at once.
const GOOD_AFTER: Duration = Duration::from_secs(5);

impl ForwardTask {
    /// The agent takes nothing more of a session: the next one is for what comes, and without a next one that waits.
    pub(super) fn wedged(&mut self, after: Duration) {
        self.unable(Arc::new(ForwardError::Wedged(after)), false);
    }

    /// The agent does not answer: what waits goes to another node at once, where there is one.
    pub(super) fn silent(&mut self, error: ForwardError) {
        let goes_another_way = self.via.session_over(&error);
        self.unable(Arc::new(error), goes_another_way);
    }

    /// The session takes no more, and may go on with what it has.
    fn unable(&mut self, error: Arc<ForwardError>, goes_another_way: bool) {
        if self.via.has_more() && self.beside.has_room() {
            self.set_aside();
            self.replace(error, goes_another_way);
        } else {
            self.is_away = true;
            self.phase(ForwardPhase::Resuming { error: Some(error) });
        }
    }

    /// An agent that is too old for streams is reached by a session for each connection.
    fn one_session_each(&mut self, destination: PortDestination) {
        let of_streams = std::mem::replace(&mut self.destination, destination);
        self.one_each = Some(of_streams);
        self.was_open = true;
        self.behind = Behind::Nothing(None);
        self.phase(ForwardPhase::Open);
        self.open_for_waiting();
    }

    /// The agent was updated: from now on one session carries all connections again.
    pub(super) fn back_to_streams(&mut self) {
        if let Some(of_streams) = self.one_each.take() {
            tracing::info!("the agent was updated: connections share a session again");
            self.destination = of_streams;
        }
    }

    /// What comes behind a session that has its one connection: the next of its kind when somebody waits for it, or, since the
    /// agent was updated meanwhile, the one for all at once.
    pub(super) fn open_behind_one(&mut self) {
        if self.one_each.is_some() || self.destination.is_stream() {
            self.open_for_waiting();
        } else {
            self.open_session();
        }
    }

    /// Decides what comes after a session.
    pub(super) fn session_over(&mut self, error: ForwardError, lost: usize) -> Option<ForwardPhase> {
        self.count();
        if matches!(error, ForwardError::OldAgent)
            && let Some(destination) = self.destination.as_stream()
        {
            self.one_session_each(destination);
            return None;
        }
        let lived = self.open_since.take().map(|since| since.elapsed());
        let error = Arc::new(error);
        let goes_another_way = self.via.session_over(&error);
        if !self.via.has_more() || !self.can_be_replaced(&error, goes_another_way) {
            return Some(ForwardPhase::Failed(error));
        }
        if lost > 0 {
            self.notices.lost_for(&error);
        }
        if lived.is_some_and(|lived| lived >= GOOD_AFTER) {
            self.failures = 0;
        }
        let is_idle = lost == 0 && self.waiting.is_empty();
        let was_closed = matches!(
            *error,
            ForwardError::End(SessionEnd::Closed { .. } | SessionEnd::GoneWhileAway)
        );
        if is_idle && was_closed {
            self.behind = Behind::Nothing(None);
            self.phase(ForwardPhase::Asleep);
        } else {
            self.replace(error, goes_another_way);
        }
        None
    }

    fn replace(&mut self, error: Arc<ForwardError>, goes_another_way: bool) {
        let wait = match self.failures {
            _ if goes_another_way => Duration::ZERO,
            _ if error.waits_for_credentials() => LONGEST_WAIT,
            0 if self.was_open => Duration::ZERO,
            failures => (FIRST_WAIT * 2_u32.saturating_pow(failures.min(10))).min(LONGEST_WAIT),
        };
        self.failures = self.failures.saturating_add(1);
        self.behind = Behind::Nothing(Some(Instant::now() + wait));
        self.phase(ForwardPhase::Replacing { error, wait });
    }

    /// A forward that has worked is tried again and again; one that never has, only where that may help.
    fn can_be_replaced(&self, error: &ForwardError, goes_another_way: bool) -> bool {
        let is_for_good = matches!(
            error,
            ForwardError::HostDenied { .. }
                | ForwardError::NoPortSession
                | ForwardError::OldAgent
                | ForwardError::OneSession
        );
        let waits = self.options.waits_for_sign_in && error.waits_for_sign_in();
        !is_for_good && (self.was_open || waits || goes_another_way || error.may_pass())
    }
}
