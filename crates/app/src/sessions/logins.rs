//! Login waits: all sessions of a profile that wait for somebody to sign in are one question to the user.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use postern_model::ProfileName;
use tokio::time::Instant;

use super::number::SessionNumber;
use crate::{
    contract::{AppEvent, ErrorView},
    events::EventBus,
    lock::Lock,
};

/// An attempt to resume takes less. A second retry meanwhile would break off the attempt that is under way, and many
/// sessions that come back one after the other would ask AWS with the square of their number.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Makes a session try to resume at once. It is called without any lock.
pub(crate) type Retry = Arc<dyn Fn() + Send + Sync>;

/// Whose credentials; none means the default ones.
type Who = Option<ProfileName>;

/// The login waits of every profile. Clones are handles of the same ones. A session calls under its own lock, so that
/// nothing is noted of one that was closed.
#[derive(Debug, Clone)]
pub(crate) struct LoginWaits {
    events: EventBus,
    open: Arc<Lock<BTreeMap<Who, LoginWait>>>,
}

/// One profile's wait: from the first session that waits until none does.
#[derive(Debug)]
struct LoginWait {
    sessions: BTreeMap<SessionNumber, Waiting>,
    /// Why the last attempt failed.
    error: ErrorView,
}

struct Waiting {
    retry: Retry,
    /// When it was made to try; none once it has failed again.
    retried_at: Option<Instant>,
}

impl LoginWaits {
    pub(crate) fn new(events: EventBus) -> Self {
        Self {
            events,
            open: Arc::default(),
        }
    }

    /// The session waits for new credentials of `who`; it failed with `error`.
    pub(crate) fn wait(&self, who: &Who, session: SessionNumber, error: ErrorView, retry: Retry) {
        let mut open = self.open.lock();
        let wait = open.entry(who.clone()).or_insert_with(|| LoginWait {
            sessions: BTreeMap::new(),
            error: error.clone(),
        });
        wait.error = error;
        let waiting = Waiting {
            retry,
            retried_at: None,
        };
        if wait.sessions.insert(session, waiting).is_none() {
            self.emit_wanted(who, wait);
        }
    }

    /// The session waits no more: it goes on, is over, or waits for something else.
    pub(crate) fn leave(&self, who: &Who, session: SessionNumber) {
        let mut open = self.open.lock();
        let Some(wait) = open.get_mut(who) else {
            return;
        };
        if wait.sessions.remove(&session).is_none() {
            return;
        }
        if wait.sessions.is_empty() {
            open.remove(who);
            self.events.emit(AppEvent::LoginSettled {
                profile: who.as_ref().map(ToString::to_string),
            });
        } else {
            self.emit_wanted(who, wait);
        }
    }

    /// The credentials of `who` were seen to work: those who wait and were not made to try just now.
    #[must_use = "they are to be called when no lock is held"]
    pub(crate) fn worked(&self, who: &Who) -> Vec<Retry> {
        self.retries(who, |waiting| {
            waiting.retried_at.is_none_or(|at| at.elapsed() >= ATTEMPT)
        })
    }

    /// Somebody says that the sign-in is renewed: all who wait.
    #[must_use = "they are to be called when no lock is held"]
    pub(crate) fn renewed(&self, who: &Who) -> Vec<Retry> {
        self.retries(who, |_| true)
    }

    fn retries(&self, who: &Who, wanted: impl Fn(&Waiting) -> bool) -> Vec<Retry> {
        let mut open = self.open.lock();
        let waiting = open
            .get_mut(who)
            .into_iter()
            .flat_map(|wait| wait.sessions.values_mut());
        waiting
            .filter(|waiting| wanted(waiting))
            .map(|waiting| {
                waiting.retried_at = Some(Instant::now());
                Arc::clone(&waiting.retry)
            })
            .collect()
    }

    /// Under the lock, so that the numbers come in order.
    fn emit_wanted(&self, who: &Who, wait: &LoginWait) {
        self.events.emit(AppEvent::LoginWanted {
            profile: who.as_ref().map(ToString::to_string),
            sessions: u32::try_from(wait.sessions.len()).unwrap_or(u32::MAX),
            error: wait.error.clone(),
        });
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("retried_at", &self.retried_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::events::Events;

    fn who(name: &str) -> Who {
        Some(ProfileName::parse(name).unwrap())
    }

    fn expired() -> ErrorView {
        ErrorView::new("credentials-expired", "Expired.", "Sign in.")
    }

    /// What a page would know: how many wait for each profile, and how often it began to ask for a sign-in.
    #[derive(Default)]
    struct Page {
        wanted: BTreeMap<Option<String>, u32>,
        prompts: u32,
    }

    impl Page {
        #[allow(clippy::wildcard_enum_match_arm)] // There are two kinds.
        fn apply(&mut self, events: &mut Events) {
            while let Ok(event) = events.try_recv() {
                match event {
                    AppEvent::LoginWanted {
                        profile, sessions, ..
                    } => {
                        let before = self.wanted.insert(profile, sessions);
                        assert_ne!(before, Some(sessions), "nothing is said twice");
                        self.prompts += u32::from(before.is_none());
                    }
                    AppEvent::LoginSettled { profile } => {
                        assert!(
                            self.wanted.remove(&profile).is_some(),
                            "only what was wanted is settled"
                        );
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    fn no_retry() -> Retry {
        Arc::new(|| {})
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_try_once_for_each_failure() {
        let (bus, _events) = EventBus::new();
        let logins = LoginWaits::new(bus);
        let prod = who("acme-prod");
        for session in 1..=3 {
            logins.wait(&prod, SessionNumber(session), expired(), no_retry());
        }
        logins.wait(&None, SessionNumber(9), expired(), no_retry());
        logins.leave(&prod, SessionNumber(1));
        assert_eq!(logins.worked(&prod).len(), 2);
        assert_eq!(logins.worked(&prod).len(), 0, "they are at it");
        assert_eq!(logins.renewed(&prod).len(), 2, "but who says so is believed");
        logins.wait(&prod, SessionNumber(2), expired(), no_retry());
        assert_eq!(logins.worked(&prod).len(), 1, "one has failed again");
        tokio::time::advance(ATTEMPT).await;
        assert_eq!(logins.worked(&prod).len(), 2, "attempts do not last so long");
        assert_eq!(logins.worked(&who("acme-dev")).len(), 0);
    }

    proptest! {
        #[test]
        fn the_page_always_knows_how_many_wait_and_is_asked_once_for_each_lapse(
            steps in prop::collection::vec((0u64..12, 0u8..4), 0..300)
        ) {
            let (bus, mut events) = EventBus::new();
            let logins = LoginWaits::new(bus);
            let profiles = [who("acme-prod"), who("acme-dev"), None];
            let mut waiting: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
            let (mut page, mut begun) = (Page::default(), 0);
            for (session, step) in steps {
                let profile = session as usize % profiles.len();
                let model = waiting.entry(profile).or_default();
                if step == 0 {
                    model.remove(&session);
                    logins.leave(&profiles[profile], SessionNumber(session));
                } else {
                    begun += u32::from(model.is_empty());
                    model.insert(session);
                    logins.wait(&profiles[profile], SessionNumber(session), expired(), no_retry());
                }
                page.apply(&mut events);
                let known = page.wanted.get(&profiles[profile].as_ref().map(ToString::to_string));
                prop_assert_eq!(known.copied().unwrap_or(0) as usize, model.len());
                prop_assert_eq!(page.prompts, begun);
                prop_assert_eq!(logins.renewed(&profiles[profile]).len(), model.len());
            }
        }
    }
}
