//! One operation of the double: its rules, its next outcomes, its pace, and the requests that it got.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use postern_model::ControlError;
use tokio::sync::watch;

type Rule<Request, Answer> = Arc<dyn Fn(&Request) -> Option<Result<Answer, ControlError>> + Send + Sync>;
type Delay<Request> = Arc<dyn Fn(&Request) -> Duration + Send + Sync>;

/// One operation as a test writes it. It answers at once and panics without a rule for the request.
pub struct ScriptedCall<Request, Answer> {
    operation: &'static str,
    script: Mutex<Script<Request, Answer>>,
    in_flight: AtomicUsize,
    most_at_once: AtomicUsize,
    asked: watch::Sender<usize>,
    is_held: watch::Sender<bool>,
}

struct Script<Request, Answer> {
    /// Oldest first; the newest that has an answer gives it.
    rules: Vec<Rule<Request, Answer>>,
    next: VecDeque<Result<(), ControlError>>,
    delay: Delay<Request>,
    requests: Vec<Request>,
}

impl<Request: Clone, Answer> ScriptedCall<Request, Answer> {
    pub(crate) fn new(operation: &'static str) -> Self {
        Self {
            operation,
            script: Mutex::new(Script {
                rules: Vec::new(),
                next: VecDeque::new(),
                delay: Arc::new(|_| Duration::ZERO),
                requests: Vec::new(),
            }),
            in_flight: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            asked: watch::Sender::new(0),
            is_held: watch::Sender::new(false),
        }
    }

    /// Every request is answered by `rule` from now on.
    pub fn answers(&self, rule: impl Fn(&Request) -> Result<Answer, ControlError> + Send + Sync + 'static) {
        self.may_answer(move |request| Some(rule(request)));
    }

    /// A rule that goes before the others; a request that it has no answer for is left to them.
    pub fn may_answer(
        &self,
        rule: impl Fn(&Request) -> Option<Result<Answer, ControlError>> + Send + Sync + 'static,
    ) {
        self.script().rules.push(Arc::new(rule));
    }

    /// What the next requests meet, whatever the rules say: an error, or with `Ok` the answer of the rules.
    pub fn next(&self, outcomes: impl IntoIterator<Item = Result<(), ControlError>>) {
        self.script().next.extend(outcomes);
    }

    /// How long each answer takes from now on.
    pub fn takes(&self, time: Duration) {
        self.takes_by(move |_| time);
    }

    /// How long the answer to each request takes from now on.
    pub fn takes_by(&self, delay: impl Fn(&Request) -> Duration + Send + Sync + 'static) {
        self.script().delay = Arc::new(delay);
    }

    /// No request is answered until [`Self::release`].
    pub fn hold(&self) {
        self.is_held.send_replace(true);
    }

    /// Answers what was held, and what comes.
    pub fn release(&self) {
        self.is_held.send_replace(false);
    }

    /// All requests so far, also those that nobody waited for to the end.
    pub fn requests(&self) -> Vec<Request> {
        self.script().requests.clone()
    }

    /// How many requests there were.
    pub fn count(&self) -> usize {
        *self.asked.borrow()
    }

    /// How many requests were under way at the same moment at most.
    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }

    /// Waits for so many requests since the beginning.
    ///
    /// # Panics
    /// After an hour of the test's clock.
    pub async fn until_asked(&self, times: usize) {
        let mut asked = self.asked.subscribe();
        let asked = asked.wait_for(|count| *count >= times);
        let in_time = tokio::time::timeout(Duration::from_secs(3600), asked).await;
        assert!(
            in_time.is_ok(),
            "{} was never asked {times} times",
            self.operation
        );
    }

    pub(crate) async fn answer(&self, request: Request) -> Result<Answer, ControlError> {
        let _in_flight = InFlight::enter(&self.in_flight, &self.most_at_once);
        let time = self.note(&request);
        // Fails only without a sender, and `self` is one.
        let _ = self.is_held.subscribe().wait_for(|is_held| !is_held).await;
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        self.outcome(&request)
    }

    /// Whether whoever asks this now does not get the answer at once.
    pub(crate) fn takes_time(&self, request: &Request) -> bool {
        let delay = Arc::clone(&self.script().delay);
        *self.is_held.borrow() || !delay(request).is_zero()
    }

    /// The answer of the moment, of a request that is not counted.
    pub(crate) fn outcome(&self, request: &Request) -> Result<Answer, ControlError> {
        let (next, rules) = {
            let mut script = self.script();
            (script.next.pop_front(), script.rules.clone())
        };
        next.unwrap_or(Ok(()))?;
        // A rule may panic, as the test wishes, so nothing is locked here.
        let answer = rules.iter().rev().find_map(|rule| rule(request));
        answer.unwrap_or_else(|| panic!("{} is not scripted", self.operation))
    }

    fn note(&self, request: &Request) -> Duration {
        let delay = {
            let mut script = self.script();
            script.requests.push(request.clone());
            Arc::clone(&script.delay)
        };
        self.asked.send_modify(|count| *count += 1);
        delay(request)
    }

    fn script(&self) -> MutexGuard<'_, Script<Request, Answer>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is under way until this is dropped.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn enter(in_flight: &'a AtomicUsize, most_at_once: &AtomicUsize) -> Self {
        let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        most_at_once.fetch_max(now, Ordering::SeqCst);
        Self(in_flight)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
