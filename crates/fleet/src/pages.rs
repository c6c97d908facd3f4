//! A listing, page by page, that can go on where it failed.

use std::{collections::HashSet, future::Future, time::Duration};

use postern_model::{ControlError, Page, PageToken};
use tokio::time::Instant;

/// 50,000 nodes at Systems Manager's 50 for each page are 1,000 pages; more than ten times that is no fleet.
const MOST_PAGES: usize = 10_000;

/// What took longer to fail was tried again by the control plane itself, and somebody waits for the nodes.
const FAILED_AT_ONCE: Duration = Duration::from_secs(3);

/// What was read so far, and why it does not go on.
#[derive(Debug)]
pub(crate) struct Pages<T> {
    operation: &'static str,
    items: Vec<T>,
    next: Option<PageToken>,
    seen: HashSet<String>,
    read: usize,
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
}

impl<T> Pages<T> {
    pub(crate) fn of(operation: &'static str) -> Self {
        Self {
            operation,
            items: Vec::new(),
            next: None,
            seen: HashSet::new(),
            read: 0,
            is_whole: false,
            failure: None,
        }
    }

    /// Reads page after page with `read`, from the one that failed on, and tells `seen` of each; returns at the end or at
    /// the first error.
    pub(crate) async fn go_on<Reading, Seen>(
        &mut self,
        mut read: impl FnMut(Option<PageToken>) -> Reading,
        mut seen: impl FnMut(&[T]) -> Seen,
    ) where
        Reading: Future<Output = Result<Page<T>, ControlError>>,
        Seen: Future<Output = ()>,
    {
        self.failure = None;
        loop {
            let asked_at = Instant::now();
            let page = match read(self.next.clone()).await {
                Ok(page) => page,
                Err(error) => return self.failed(error, asked_at.elapsed()),
            };
            seen(&page.items).await;
            if !self.take(page) {
                self.is_whole = self.failure.is_none();
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

    /// Whether nothing came at all.
    pub(crate) fn brought_nothing(&self) -> bool {
        self.failure.is_some() && self.items.is_empty()
    }

    /// What was read, and why it is not all.
    pub(crate) fn into_parts(self) -> (Vec<T>, Option<ControlError>) {
        (self.items, self.failure.map(|failure| failure.error))
    }

    /// Keeps a page; answers whether another one follows.
    fn take(&mut self, page: Page<T>) -> bool {
        self.items.extend(page.items);
        self.read += 1;
        let Some(next) = page.next else { return false };
        if !self.seen.insert(next.0.clone()) {
            self.never_ends("the same page token came twice");
        } else if self.read >= MOST_PAGES {
            self.never_ends("its pages do not end");
        } else {
            self.next = Some(next);
            return true;
        }
        false
    }

    fn failed(&mut self, error: ControlError, after: Duration) {
        self.failure = Some(ReadingFailure::of(error, after));
    }

    fn never_ends(&mut self, detail: &str) {
        let error = ControlError::MalformedAnswer {
            operation: self.operation.to_owned(),
            detail: detail.to_owned(),
        };
        self.failure = Some(ReadingFailure {
            error,
            may_go_on: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use tokio::time::sleep;

    use super::*;

    fn page(number: usize, next: Option<usize>) -> Page<usize> {
        Page {
            items: vec![number],
            next: next.map(|next| PageToken(next.to_string())),
        }
    }

    fn number(token: Option<PageToken>) -> usize {
        token.map_or(0, |token| token.0.parse().unwrap())
    }

    async fn read(next: impl Fn(usize) -> Option<usize>) -> (Vec<usize>, Option<ControlError>) {
        let answer = |token: Option<PageToken>| -> Ready<Result<Page<usize>, ControlError>> {
            let number = number(token);
            ready(Ok(page(number, next(number))))
        };
        let mut pages = Pages::of("ec2:DescribeInstances");
        pages.go_on(answer, |_| ready(())).await;
        assert!(!pages.may_go_on());
        pages.into_parts()
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
        let throttled = || ControlError::Throttled {
            operation: "ec2:DescribeInstances".into(),
        };
        let (mut asked, mut fails) = (Vec::new(), true);
        let mut answer = |token: Option<PageToken>| {
            let number = number(token);
            asked.push(number);
            let failed = number == 2 && std::mem::replace(&mut fails, number != 2);
            ready(if failed {
                Err(throttled())
            } else {
                Ok(page(number, (number < 3).then_some(number + 1)))
            })
        };
        let mut pages = Pages::of("ec2:DescribeInstances");
        pages.go_on(&mut answer, |_| ready(())).await;
        assert_eq!((pages.error(), pages.may_go_on()), (Some(&throttled()), true));
        pages.go_on(&mut answer, |_| ready(())).await;
        assert_eq!(pages.into_parts(), (vec![0, 1, 2, 3], None));
        assert_eq!(asked, [0, 1, 2, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_took_long_to_fail_was_tried_again_already() {
        for (after, again) in [(Duration::from_secs(2), true), (Duration::from_secs(4), false)] {
            let mut pages = Pages::<usize>::of("ec2:DescribeInstances");
            let answer = |_| async move {
                sleep(after).await;
                Err(ControlError::Throttled {
                    operation: String::new(),
                })
            };
            pages.go_on(answer, |_| ready(())).await;
            assert_eq!(pages.may_go_on(), again, "{after:?}");
        }
    }
}
