//! Credentials that lapsed: all sessions of a profile that wait for somebody to sign in are told as one.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use postern_model::ProfileName;
use tokio::time::Instant;

use crate::{
    lock::Lock,
    outbox::Outbox,
    view::{AppEvent, ErrorView},
};

/// An attempt to resume takes less. To tell a session again meanwhile would break off the attempt that it is at, and many
/// sessions that come back one after the other would ask AWS with the square of their number.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Makes a session try to resume at once. It is called without any lock.
pub(crate) type Retry = Arc<dyn Fn() + Send + Sync>;

/// Whose credentials; none means the default ones.
type Who = Option<ProfileName>;

/// The lapses of every profile. Clones are handles of the same ones. A tab calls under its own lock, so that nothing is
/// noted of a session that it has left.
#[derive(Debug, Clone)]
pub(crate) struct Lapses {
    outbox: Outbox,
    open: Arc<Lock<BTreeMap<Who, Lapse>>>,
}

/// One lapse: from the first session that waits until none does.
#[derive(Debug)]
struct Lapse {
    /// By the tab's number.
    waiting: BTreeMap<u32, Waiting>,
    /// What was heard last.
    error: ErrorView,
}

struct Waiting {
    retry: Retry,
    /// When it was told to try; none once it says that it failed again.
    told_at: Option<Instant>,
}

impl Lapses {
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            open: Arc::default(),
        }
    }

    /// The session of `tab` waits for new credentials of `who`; it failed with `error`.
    pub(crate) fn wait(&self, who: &Who, tab: u32, error: ErrorView, retry: Retry) {
        let mut open = self.open.lock();
        let lapse = open.entry(who.clone()).or_insert_with(|| Lapse {
            waiting: BTreeMap::new(),
            error: error.clone(),
        });
        lapse.error = error;
        let waiting = Waiting { retry, told_at: None };
        if lapse.waiting.insert(tab, waiting).is_none() {
            self.tell_wanted(who, lapse);
        }
    }

    /// The session of `tab` waits no more: it goes on, is over, or waits for something else.
    pub(crate) fn leave(&self, who: &Who, tab: u32) {
        let mut open = self.open.lock();
        let Some(lapse) = open.get_mut(who) else {
            return;
        };
        if lapse.waiting.remove(&tab).is_none() {
            return;
        }
        if lapse.waiting.is_empty() {
            open.remove(who);
            self.outbox.tell(AppEvent::LoginSettled {
                profile: who.as_ref().map(ToString::to_string),
            });
        } else {
            self.tell_wanted(who, lapse);
        }
    }

    /// The credentials of `who` were seen to work: those who wait and have not been told to try just now.
    #[must_use = "they are to be called when no lock is held"]
    pub(crate) fn worked(&self, who: &Who) -> Vec<Retry> {
        self.told(who, |waiting| {
            waiting.told_at.is_none_or(|at| at.elapsed() >= ATTEMPT)
        })
    }

    /// Somebody says that the sign-in is renewed: all who wait.
    #[must_use = "they are to be called when no lock is held"]
    pub(crate) fn renewed(&self, who: &Who) -> Vec<Retry> {
        self.told(who, |_| true)
    }

    fn told(&self, who: &Who, wanted: impl Fn(&Waiting) -> bool) -> Vec<Retry> {
        let mut open = self.open.lock();
        let waiting = open
            .get_mut(who)
            .into_iter()
            .flat_map(|lapse| lapse.waiting.values_mut());
        waiting
            .filter(|waiting| wanted(waiting))
            .map(|waiting| {
                waiting.told_at = Some(Instant::now());
                Arc::clone(&waiting.retry)
            })
            .collect()
    }

    /// Under the lock, so that the numbers come in order.
    fn tell_wanted(&self, who: &Who, lapse: &Lapse) {
        self.outbox.tell(AppEvent::LoginWanted {
            profile: who.as_ref().map(ToString::to_string),
            sessions: u32::try_from(lapse.waiting.len()).unwrap_or(u32::MAX),
            error: lapse.error.clone(),
        });
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("told_at", &self.told_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::outbox::Events;

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
        #[allow(clippy::wildcard_enum_match_arm)] // Lapses tell two kinds.
        fn hear(&mut self, events: &mut Events) {
            while let Ok(event) = events.try_recv() {
                match event {
                    AppEvent::LoginWanted {
                        profile, sessions, ..
                    } => {
                        let before = self.wanted.insert(profile, sessions);
                        assert_ne!(before, Some(sessions), "nothing is told twice");
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
    async fn those_who_wait_are_told_to_try_once_for_each_failure() {
        let (outbox, _events) = Outbox::new();
        let lapses = Lapses::new(outbox);
        let prod = who("acme-prod");
        for tab in 1..=3 {
            lapses.wait(&prod, tab, expired(), no_retry());
        }
        lapses.wait(&None, 9, expired(), no_retry());
        lapses.leave(&prod, 1);
        assert_eq!(lapses.worked(&prod).len(), 2);
        assert_eq!(lapses.worked(&prod).len(), 0, "they are at it");
        assert_eq!(lapses.renewed(&prod).len(), 2, "but who says so is believed");
        lapses.wait(&prod, 2, expired(), no_retry());
        assert_eq!(lapses.worked(&prod).len(), 1, "one has failed again");
        tokio::time::advance(ATTEMPT).await;
        assert_eq!(lapses.worked(&prod).len(), 2, "attempts do not last so long");
        assert_eq!(lapses.worked(&who("acme-dev")).len(), 0);
    }

    proptest! {
        #[test]
        fn the_page_always_knows_how_many_wait_and_is_asked_once_for_each_lapse(
            steps in prop::collection::vec((0u32..12, 0u8..4), 0..300)
        ) {
            let (outbox, mut events) = Outbox::new();
            let lapses = Lapses::new(outbox);
            let profiles = [who("acme-prod"), who("acme-dev"), None];
            let mut waiting: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
            let (mut page, mut begun) = (Page::default(), 0);
            for (tab, step) in steps {
                let profile = tab as usize % profiles.len();
                let model = waiting.entry(profile).or_default();
                if step == 0 {
                    model.remove(&tab);
                    lapses.leave(&profiles[profile], tab);
                } else {
                    begun += u32::from(model.is_empty());
                    model.insert(tab);
                    lapses.wait(&profiles[profile], tab, expired(), no_retry());
                }
                page.hear(&mut events);
                let known = page.wanted.get(&profiles[profile].as_ref().map(ToString::to_string));
                prop_assert_eq!(known.copied().unwrap_or(0) as usize, model.len());
                prop_assert_eq!(page.prompts, begun);
                prop_assert_eq!(lapses.renewed(&profiles[profile]).len(), model.len());
            }
        }
    }
}
