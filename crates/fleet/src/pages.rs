//! A listing, page by page, that can go on where it failed.

use std::{collections::HashSet, future::Future, time::Duration};

use postern_model::{ControlError, Page, PageToken};
use tokio::time::{Instant, sleep};

use crate::gate::{GateEntrance, Lane};

/// 50,000 nodes at Systems Manager's 50 for each page are 1,000 pages; more than ten times that is no fleet.
const MOST_PAGES: u32 = 10_000;

/// What took longer to fail was tried again by the control plane itself, and somebody waits for the nodes.
const FAILED_AT_ONCE: Duration = Duration::from_secs(3);

/// A page is asked for so many times while AWS throttles: with the waits between them about half a minute.
const MOST_TRIES: u32 = 8;

/// How far one listing was read, and why it does not go on.
#[derive(Debug)]
pub(crate) struct Pages {
    lane: Lane,
    next: Option<PageToken>,
    seen: HashSet<String>,
    read: u32,
    is_whole: bool,
    failure: Option<ReadingFailure>,
}

/// Why a reading does not go on.
#[derive(Debug)]
pub(crate) struct ReadingFailure {
    error: ControlError,
    may_go_on: bool,
}

impl ReadingFailure {
    /// What failed `after` so long. It goes on where that may pass and was not tried again already.
    pub(crate) fn of(error: ControlError, after: Duration) -> Self {
        let may_go_on = error.may_pass() && after < FAILED_AT_ONCE;
        Self { error, may_go_on }
    }

    pub(crate) fn error(&self) -> &ControlError {
        &self.error
    }

    /// Whether it is worth another try.
    pub(crate) fn may_go_on(&self) -> bool {
        self.may_go_on
    }

    fn final_one(error: ControlError) -> Self {
        Self {
            error,
            may_go_on: false,
        }
    }
}

impl Pages {
    pub(crate) fn of(lane: Lane) -> Self {
        Self {
            lane,
            next: None,
            seen: HashSet::new(),
            read: 0,
            is_whole: false,
            failure: None,
        }
    }

    /// Reads page after page with `read` through the gate's entrance, from the one that failed on, and gives each to `take`; returns at
    /// the end or at the first error. What AWS throttles is asked for again, more slowly, before it is an error.
    pub(crate) async fn go_on<T, Reading, Taking>(
        &mut self,
        entrance: GateEntrance<'_>,
        read: impl Fn(Option<PageToken>) -> Reading,
        take: impl Fn(Vec<T>) -> Taking,
    ) where
        Reading: Future<Output = Result<Page<T>, ControlError>>,
        Taking: Future<Output = ()>,
    {
        self.failure = None;
        while self.are_wanted() {
            match self.page(entrance, &read).await {
                Ok(page) => {
                    take(page.items).await;
                    self.turn_to(page.next);
                }
                Err(failure) => self.failure = Some(failure),
            }
            if self.failure.is_some() {
                return;
            }
        }
    }

    /// Whether there is more to read: from the beginning, or from where it failed.
    pub(crate) fn are_wanted(&self) -> bool {
        !self.is_whole && self.failure.as_ref().is_none_or(ReadingFailure::may_go_on)
    }

    /// Whether it failed in a way that may pass, and was not tried again already.
    pub(crate) fn may_go_on(&self) -> bool {
        self.failure.as_ref().is_some_and(ReadingFailure::may_go_on)
    }

    pub(crate) fn error(&self) -> Option<&ControlError> {
        self.failure.as_ref().map(|failure| &failure.error)
    }

    /// Why it is not all.
    pub(crate) fn into_error(self) -> Option<ControlError> {
        self.failure.map(|failure| failure.error)
    }

    /// The next page. Nothing but its own lane slows it down, and its turn is free while it waits.
    async fn page<T, Reading>(
        &self,
        entrance: GateEntrance<'_>,
        read: &impl Fn(Option<PageToken>) -> Reading,
    ) -> Result<Page<T>, ReadingFailure>
    where
        Reading: Future<Output = Result<Page<T>, ControlError>>,
    {
        let mut tries = 0;
        loop {
            let turn = entrance.pass(&self.lane).await;
            let asked_at = Instant::now();
            let answer = read(self.next.clone()).await;
            turn.done(!matches!(answer, Err(ControlError::Unreachable { .. })));
            tries += 1;
            match answer {
                Ok(page) => {
                    entrance.taken(&self.lane);
                    return Ok(page);
                }
                Err(error @ ControlError::Throttled { .. }) => {
                    let pause = entrance.throttled(&self.lane, tries);
                    if tries >= MOST_TRIES {
                        return Err(ReadingFailure::final_one(error));
                    }
                    sleep(pause).await;
                }
                Err(error) => return Err(ReadingFailure::of(error, asked_at.elapsed())),
            }
        }
    }

    /// Notes that a page was read, and where the next one begins.
    fn turn_to(&mut self, next: Option<PageToken>) {
        self.read += 1;
        match next {
            None => self.is_whole = true,
            Some(next) if !self.seen.insert(next.0.clone()) => {
                self.never_ends("the same page token came twice");
            }
            Some(_) if self.read >= MOST_PAGES => self.never_ends("its pages do not end"),
            Some(next) => self.next = Some(next),
        }
    }

    fn never_ends(&mut self, detail: &str) {
        self.failure = Some(ReadingFailure::final_one(ControlError::MalformedAnswer {
            operation: self.lane.operation().to_owned(),
            detail: detail.to_owned(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use postern_model::{Pair, ProfileName, Region};

    use super::*;
    use crate::SyncGate;

    /// What was read, which pages were asked for, and how it stands.
    struct Reading {
        pages: Pages,
        items: Mutex<Vec<usize>>,
        asked: Mutex<Vec<usize>>,
    }

    fn pair() -> Pair {
        Pair {
            profile: ProfileName::parse("a").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    impl Reading {
        fn new() -> Self {
            Self {
                pages: Pages::of(Lane::of(&pair(), None, "ec2:DescribeInstances")),
                items: Mutex::default(),
                asked: Mutex::default(),
            }
        }

        /// Page `n` holds the item `n`, unless `answer` has an error for it; `next` tells which one follows.
        async fn go_on(
            &mut self,
            answer: impl Fn(usize) -> Result<(), ControlError>,
            next: impl Fn(usize) -> Option<usize>,
        ) {
            let (items, asked) = (&self.items, &self.asked);
            let read = |token: Option<PageToken>| {
                let number = token.map_or(0, |token| token.0.parse().unwrap());
                asked.lock().unwrap().push(number);
                let page = answer(number).map(|()| Page {
                    items: vec![number],
                    next: next(number).map(|next| PageToken(next.to_string())),
                });
                async { page }
            };
            let take = |page: Vec<usize>| async { items.lock().unwrap().extend(page) };
            let gate = SyncGate::default();
            self.pages.go_on(gate.entrance(0, &pair()), read, take).await;
        }

        fn into_parts(self) -> (Vec<usize>, Option<ControlError>) {
            (self.items.into_inner().unwrap(), self.pages.into_error())
        }
    }

    fn throttled() -> ControlError {
        ControlError::Throttled {
            operation: "ec2:DescribeInstances".into(),
        }
    }

    fn failed() -> ControlError {
        ControlError::Unreachable {
            endpoint: "ec2".into(),
            detail: "no route".into(),
        }
    }

    async fn read(next: impl Fn(usize) -> Option<usize>) -> (Vec<usize>, Option<ControlError>) {
        let mut reading = Reading::new();
        reading.go_on(|_| Ok(()), next).await;
        assert!(!reading.pages.may_go_on());
        reading.into_parts()
    }

    #[tokio::test]
    async fn all_pages_are_read_in_order() {
        let read = read(|number| (number < 3).then_some(number + 1)).await;
        assert_eq!(read, (vec![0, 1, 2, 3], None));
    }

    #[tokio::test]
    async fn pages_in_circles_are_an_error_instead_of_an_endless_loop() {
        let error = read(|number| Some((number + 1) % 3)).await.1.unwrap().to_string();
        assert!(error.contains("the same page token came twice"), "{error}");
    }

    #[tokio::test]
    async fn pages_without_end_are_an_error() {
        let error = read(|number| Some(number + 1)).await.1.unwrap().to_string();
        assert!(error.contains("do not end"), "{error}");
    }

    #[tokio::test]
    async fn only_the_page_that_failed_is_asked_for_again() {
        let mut reading = Reading::new();
        let next = |number| (number < 3).then_some(number + 1);
        reading
            .go_on(|number| if number == 2 { Err(failed()) } else { Ok(()) }, next)
            .await;
        assert_eq!(
            (reading.pages.error(), reading.pages.may_go_on()),
            (Some(&failed()), true)
        );
        reading.go_on(|_| Ok(()), next).await;
        assert_eq!(*reading.asked.lock().unwrap(), [0, 1, 2, 2, 3]);
        assert_eq!(reading.into_parts(), (vec![0, 1, 2, 3], None));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_throttled_is_asked_for_more_slowly_and_then_given_up() {
        let started = Instant::now();
        let mut reading = Reading::new();
        let times = Mutex::new(0);
        let twice = |number| {
            let mut times = times.lock().unwrap();
            *times += 1;
            if number == 1 && *times < 4 {
                Err(throttled())
            } else {
                Ok(())
            }
        };
        reading
            .go_on(twice, |number| (number < 2).then_some(number + 1))
            .await;
        assert_eq!(reading.into_parts(), (vec![0, 1, 2], None));
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
        let mut reading = Reading::new();
        reading.go_on(|_| Err(throttled()), |_| None).await;
        assert!(!reading.pages.may_go_on(), "it was tried long enough");
        assert_eq!(reading.asked.lock().unwrap().len(), 8);
        assert_eq!(reading.into_parts(), (vec![], Some(throttled())));
    }

    #[tokio::test(start_paused = true)]
    async fn what_took_long_to_fail_was_tried_again_already() {
        for (after, again) in [(Duration::from_secs(2), true), (Duration::from_secs(4), false)] {
            let mut pages = Reading::new().pages;
            let answer = |_| async move {
                sleep(after).await;
                Err::<Page<usize>, _>(failed())
            };
            let gate = SyncGate::default();
            pages.go_on(gate.entrance(0, &pair()), answer, |_| async {}).await;
            assert_eq!(pages.may_go_on(), again, "{after:?}");
        }
    }
}
