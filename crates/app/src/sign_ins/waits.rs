//! Login waits: everything that waits for the same sign-in is one question to the user.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use postern_model::ProfileName;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::login::Login;
use crate::{
    contract::{AppEvent, ErrorView, LoginView},
    events::EventBus,
    lock::Lock,
};

/// An attempt to resume takes less. A second retry meanwhile would break off the attempt that is under way, and many
/// sessions that come back one after the other would ask AWS with the square of their number.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Makes a session try at once. It is called without any lock.
pub(crate) type Retry = Arc<dyn Fn() + Send + Sync>;

/// Who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Waiter {
    /// A session, by its number.
    Session(u64),
    /// A pair that could not be synced, by its number.
    Pair(i32),
    /// A forward, by its number.
    Forward(i32),
}

/// Where the numbers of pairs come out that are to be synced, because somebody signed in.
pub(crate) type WokenPairs = mpsc::UnboundedReceiver<Vec<i32>>;

/// The login waits of one world. Clones are handles of the same ones. A session calls under its own lock, so that
/// nothing is noted of one that was closed.
#[derive(Debug, Clone)]
pub(crate) struct LoginWaits {
    events: EventBus,
    open: Arc<Lock<OpenWaits>>,
    pairs: mpsc::UnboundedSender<Vec<i32>>,
    /// How many questions are open.
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct OpenWaits {
    waits: BTreeMap<Login, LoginWait>,
    /// What each waiter waits for.
    logins: BTreeMap<Waiter, Login>,
}

/// One question: from the first that waits until nobody does.
#[derive(Debug)]
struct LoginWait {
    waiting: BTreeMap<Waiter, Waiting>,
    /// Why the last attempt failed.
    error: ErrorView,
}

struct Waiting {
    profile: Option<ProfileName>,
    /// Pairs are synced together instead.
    retry: Option<Retry>,
    /// When it was made to try; none once it has failed again.
    retried_at: Option<Instant>,
}

/// Those who are to try again.
#[must_use = "they are to be woken when no lock is held"]
pub(crate) struct Woken {
    retries: Vec<Retry>,
    pairs: Vec<i32>,
    to: mpsc::UnboundedSender<Vec<i32>>,
}

impl LoginWaits {
    /// None yet, and where the pairs come out.
    pub(crate) fn new(events: EventBus) -> (Self, WokenPairs) {
        let (pairs, woken) = mpsc::unbounded_channel();
        let waits = Self {
            events,
            open: Arc::default(),
            pairs,
            count: watch::Sender::new(0),
        };
        (waits, woken)
    }

    /// The waiter waits for new credentials of `login`, which `profile` needs; it failed with `error`.
    pub(crate) fn wait(
        &self,
        login: &Login,
        waiter: Waiter,
        profile: Option<&ProfileName>,
        error: ErrorView,
        retry: Option<Retry>,
    ) {
        let mut open = self.open.lock();
        if open.logins.get(&waiter).is_some_and(|before| before != login) {
            self.forget(&mut open, waiter);
        }
        open.logins.insert(waiter, login.clone());
        let wait = open.waits.entry(login.clone()).or_insert_with(|| LoginWait {
            waiting: BTreeMap::new(),
            error: error.clone(),
        });
        wait.error = error;
        let waiting = Waiting {
            profile: profile.cloned(),
            retry,
            retried_at: None,
        };
        if wait.waiting.insert(waiter, waiting).is_none() {
            self.emit_wanted(login, wait);
        }
        self.count
            .send_if_modified(|count| changed(count, open.waits.len()));
    }

    /// The waiter waits no more: it goes on, is over, or waits for something else. Says what it waited for.
    pub(crate) fn leave(&self, waiter: Waiter) -> Option<Login> {
        let mut open = self.open.lock();
        let login = self.forget(&mut open, waiter);
        self.count
            .send_if_modified(|count| changed(count, open.waits.len()));
        login
    }

    /// Of the pairs only these may still wait.
    pub(crate) fn keep_pairs(&self, kept: &[i32]) {
        let mut open = self.open.lock();
        let gone = open.logins.keys().copied().filter(|waiter| match waiter {
            Waiter::Pair(id) => !kept.contains(id),
            Waiter::Session(_) | Waiter::Forward(_) => false,
        });
        for waiter in gone.collect::<Vec<_>>() {
            self.forget(&mut open, waiter);
        }
        self.count
            .send_if_modified(|count| changed(count, open.waits.len()));
    }

    /// Whether anybody waits for anything.
    pub(crate) fn is_idle(&self) -> bool {
        *self.count.borrow() == 0
    }

    /// How many questions are open, and each time that it is another number.
    pub(crate) fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// The credentials of `login` were seen to work: those who wait and were not made to try just now.
    pub(crate) fn worked(&self, login: &Login) -> Woken {
        self.woken(login, |waiting| {
            waiting.retried_at.is_none_or(|at| at.elapsed() >= ATTEMPT)
        })
    }

    /// Somebody signed in, or says so: all who wait.
    pub(crate) fn renewed(&self, login: &Login) -> Woken {
        self.woken(login, |_| true)
    }

    /// Somebody signed in to the console: all who wait for such a sign-in, as several profiles may have the same one.
    pub(crate) fn consoles_renewed(&self) -> Vec<Woken> {
        let waits = self.open.lock().waits.keys().cloned().collect::<Vec<_>>();
        let consoles = waits.iter().filter(|login| matches!(login, Login::Console(_)));
        consoles.map(|login| self.renewed(login)).collect()
    }

    /// The user says that the question of this id is answered: all who wait.
    pub(crate) fn answered(&self, id: &str) -> Option<Woken> {
        let login = self
            .open
            .lock()
            .waits
            .keys()
            .find(|login| login.to_string() == id)?
            .clone();
        Some(self.renewed(&login))
    }

    /// The open questions.
    pub(crate) fn views(&self) -> Vec<LoginView> {
        let open = self.open.lock();
        open.waits.iter().map(|(login, wait)| wait.view(login)).collect()
    }

    fn woken(&self, login: &Login, wanted: impl Fn(&Waiting) -> bool) -> Woken {
        let mut woken = Woken {
            retries: Vec::new(),
            pairs: Vec::new(),
            to: self.pairs.clone(),
        };
        let mut open = self.open.lock();
        let waiting = open.waits.get_mut(login).into_iter();
        let waiting = waiting.flat_map(|wait| wait.waiting.iter_mut());
        for (waiter, waiting) in waiting.filter(|(_, waiting)| wanted(waiting)) {
            waiting.retried_at = Some(Instant::now());
            woken.add(*waiter, waiting.retry.clone());
        }
        woken
    }

    /// Under the lock, so that the numbers come in order.
    fn forget(&self, open: &mut OpenWaits, waiter: Waiter) -> Option<Login> {
        let login = open.logins.remove(&waiter)?;
        let wait = open.waits.get_mut(&login)?;
        wait.waiting.remove(&waiter);
        if wait.waiting.is_empty() {
            open.waits.remove(&login);
            self.events.emit(AppEvent::LoginSettled {
                id: login.to_string(),
            });
        } else {
            self.emit_wanted(&login, wait);
        }
        Some(login)
    }

    fn emit_wanted(&self, login: &Login, wait: &LoginWait) {
        self.events.emit(AppEvent::LoginWanted {
            login: wait.view(login),
        });
    }
}

impl LoginWait {
    fn view(&self, login: &Login) -> LoginView {
        let mut profiles: Vec<String> = self
            .waiting
            .values()
            .filter_map(|waiting| waiting.profile.as_ref().map(ToString::to_string))
            .collect();
        profiles.sort();
        profiles.dedup();
        LoginView {
            id: login.to_string(),
            sign_in: match login {
                Login::SignIn(key) => Some(key.to_string()),
                Login::Console(_) | Login::Profile(_) | Login::Default => None,
            },
            console: match login {
                Login::Console(profile) => Some(profile.to_string()),
                Login::SignIn(_) | Login::Profile(_) | Login::Default => None,
            },
            profiles,
            sessions: self.count(|waiter| matches!(waiter, Waiter::Session(_))),
            pairs: self.count(|waiter| matches!(waiter, Waiter::Pair(_))),
            forwards: self.count(|waiter| matches!(waiter, Waiter::Forward(_))),
            error: question(login, &self.error),
        }
    }

    fn count(&self, wanted: impl Fn(&Waiter) -> bool) -> u32 {
        let count = self.waiting.keys().filter(|waiter| wanted(waiter)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl Woken {
    /// Lets them try. No lock may be held.
    pub(crate) fn wake(self) {
        for retry in self.retries {
            retry();
        }
        if !self.pairs.is_empty() {
            // Without a receiver the world is being left.
            let _ = self.to.send(self.pairs);
        }
    }

    fn add(&mut self, waiter: Waiter, retry: Option<Retry>) {
        self.retries.extend(retry);
        if let Waiter::Pair(id) = waiter {
            self.pairs.push(id);
        }
    }
}

/// The error of one profile, as a question about the sign-in of all of them.
fn question(login: &Login, error: &ErrorView) -> ErrorView {
    let message = match login {
        Login::SignIn(key) => format!("A sign-in to {key} is needed."),
        Login::Console(profile) => format!("A sign-in of `aws login` is needed for {profile}."),
        Login::Profile(_) | Login::Default => return error.clone(),
    };
    ErrorView {
        message,
        next_step: "Sign in.".into(),
        ..error.clone()
    }
}

fn changed(count: &mut usize, now: usize) -> bool {
    std::mem::replace(count, now) != now
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("profile", &self.profile)
            .field("retried_at", &self.retried_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use postern_model::SignInKey;
    use proptest::prelude::*;

    use super::*;
    use crate::events::Events;

    fn name(name: &str) -> ProfileName {
        ProfileName::parse(name).unwrap()
    }

    fn sso(key: &str) -> Login {
        Login::SignIn(SignInKey::parse(key).unwrap())
    }

    fn expired() -> ErrorView {
        ErrorView::new("credentials-expired", "Expired.", "Sign in.")
    }

    fn no_retry() -> Option<Retry> {
        Some(Arc::new(|| {}))
    }

    /// What a page would know: the questions that are open, and how often one began to be asked.
    #[derive(Default)]
    struct Page {
        wanted: BTreeMap<String, LoginView>,
        questions: u32,
    }

    impl Page {
        #[allow(clippy::wildcard_enum_match_arm)] // There are two kinds.
        fn apply(&mut self, events: &mut Events) {
            while let Ok(event) = events.try_recv() {
                match event {
                    AppEvent::LoginWanted { login } => {
                        let before = self.wanted.insert(login.id.clone(), login.clone());
                        assert_ne!(before, Some(login), "nothing is said twice");
                        self.questions += u32::from(before.is_none());
                    }
                    AppEvent::LoginSettled { id } => {
                        assert!(
                            self.wanted.remove(&id).is_some(),
                            "only what was wanted is settled"
                        );
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_try_once_for_each_failure() {
        let (waits, _woken) = LoginWaits::new(EventBus::new().0);
        let prod = Login::Profile(name("acme-prod"));
        let wait = |number| waits.wait(&prod, Waiter::Session(number), None, expired(), no_retry());
        (1..=3).for_each(wait);
        waits.wait(&Login::Default, Waiter::Session(9), None, expired(), no_retry());
        assert_eq!(waits.leave(Waiter::Session(1)), Some(prod.clone()));
        let worked = |login: &Login| waits.worked(login).retries.len();
        assert_eq!(worked(&prod), 2);
        assert_eq!(worked(&prod), 0, "they are at it");
        assert_eq!(
            waits.answered("profile acme-prod").unwrap().retries.len(),
            2,
            "but who says so is believed"
        );
        wait(2);
        assert_eq!(worked(&prod), 1, "one has failed again");
        tokio::time::advance(ATTEMPT).await;
        assert_eq!(worked(&prod), 2, "attempts do not last so long");
        assert_eq!(worked(&Login::Profile(name("acme-dev"))), 0);
        assert!(waits.answered("profile acme-dev").is_none());
    }

    #[tokio::test]
    async fn sessions_and_pairs_of_one_sign_in_are_one_question_that_names_their_profiles() {
        let (bus, mut events) = EventBus::new();
        let (waits, mut woken) = LoginWaits::new(bus);
        let (acme, mut page) = (sso("acme-sso"), Page::default());
        for (number, profile) in ["acme-prod", "acme-dev", "acme-prod"].into_iter().enumerate() {
            let (session, pair) = (Waiter::Session(number as u64), Waiter::Pair(number as i32));
            waits.wait(&acme, session, Some(&name(profile)), expired(), no_retry());
            waits.wait(&acme, pair, Some(&name(profile)), expired(), None);
        }
        page.apply(&mut events);
        let question = &page.wanted["sign-in acme-sso"];
        assert_eq!((page.questions, question.sessions, question.pairs), (1, 3, 3));
        assert_eq!(question.profiles, ["acme-dev", "acme-prod"]);
        assert_eq!(question.sign_in.as_deref(), Some("acme-sso"));
        assert_eq!(question.error.message, "A sign-in to acme-sso is needed.");
        waits.renewed(&acme).wake();
        assert_eq!(
            woken.recv().await.unwrap(),
            [0, 1, 2],
            "pairs are synced together"
        );
        waits.keep_pairs(&[2]);
        page.apply(&mut events);
        assert_eq!(
            page.wanted["sign-in acme-sso"].pairs, 1,
            "the others left the settings"
        );
        assert_eq!(waits.views(), [page.wanted["sign-in acme-sso"].clone()]);
    }

    #[tokio::test]
    async fn who_needs_another_sign_in_than_before_waits_for_that_one_alone() {
        let (bus, mut events) = EventBus::new();
        let (waits, _woken) = LoginWaits::new(bus);
        let mut page = Page::default();
        for login in [sso("acme-sso"), sso("other-sso")] {
            waits.wait(&login, Waiter::Pair(1), Some(&name("acme-prod")), expired(), None);
            page.apply(&mut events);
            assert_eq!(page.wanted.keys().collect::<Vec<_>>(), [&login.to_string()]);
        }
        assert_eq!(page.questions, 2);
    }

    proptest! {
        #[test]
        fn the_page_always_knows_how_many_wait_and_is_asked_once_for_each_lapse(
            steps in prop::collection::vec((0u64..12, 0u8..4), 0..300)
        ) {
            let (bus, mut events) = EventBus::new();
            let (waits, _woken) = LoginWaits::new(bus);
            let logins = [sso("acme-sso"), Login::Profile(name("acme-dev")), Login::Default];
            let mut waiting: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
            let (mut page, mut begun) = (Page::default(), 0);
            for (number, step) in steps {
                let chosen = number as usize % logins.len();
                let (model, login) = (waiting.entry(chosen).or_default(), &logins[chosen]);
                // Even ones are sessions, odd ones pairs.
                let waiter = if number % 2 == 0 { Waiter::Session(number) } else { Waiter::Pair(number as i32) };
                if step == 0 {
                    model.remove(&number);
                    waits.leave(waiter);
                } else {
                    begun += u32::from(model.is_empty());
                    model.insert(number);
                    waits.wait(login, waiter, None, expired(), None);
                }
                page.apply(&mut events);
                let known = page.wanted.get(&login.to_string());
                prop_assert_eq!(known.map_or(0, |login| login.sessions + login.pairs) as usize, model.len());
                prop_assert_eq!(page.questions, begun);
                prop_assert_eq!(waits.is_idle(), page.wanted.is_empty());
            }
        }
    }
}
