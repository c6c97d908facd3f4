//! Credentials that lapsed: all sessions of a profile that wait for somebody to sign in are told as one.

use std::{collections::BTreeMap, fmt, sync::Arc};

use postern_model::ProfileName;

use crate::{
    lock::Lock,
    outbox::Outbox,
    view::{AppEvent, ErrorView},
};

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
    /// It was told to try and has not said yet that it failed again. To tell it once more would break off the attempt
    /// that it is at.
    tries: bool,
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
        let waiting = Waiting { retry, tries: false };
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

    /// The credentials of `who` were seen to work: those who wait and have not been told to try yet.
    #[must_use = "they are to be called when no lock is held"]
    pub(crate) fn worked(&self, who: &Who) -> Vec<Retry> {
        self.told(who, |waiting| !waiting.tries)
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
                waiting.tries = true;
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
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}
