//! Page tokens: opaque to the caller, and good only for the listing that gave them.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Tokens of one listing: the same question of the same caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageTokens {
    fingerprint: u64,
}

/// One page and the token of the next.
#[derive(Debug)]
pub(crate) struct ListingPage<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl PageTokens {
    /// `question` is everything that decides which rows the listing has.
    pub(crate) fn new(question: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        question.hash(&mut hasher);
        Self {
            fingerprint: hasher.finish(),
        }
    }

    /// The page of what `pick` takes from `rows`, from the row on that `token` says; none when the token is not one of
    /// this listing. Tokens count rows and not picks, so that a page costs its own rows only, and nobody is left out
    /// when a row before it is picked no more.
    pub(crate) fn page<'r, R, T>(
        self,
        rows: &'r [R],
        pick: impl Fn(&'r R) -> Option<T>,
        token: Option<&str>,
        size: usize,
    ) -> Option<ListingPage<T>> {
        let start = match token {
            Some(token) => self.read(token)?,
            None => 0,
        };
        let rows = rows.iter().enumerate().skip(start);
        let mut picks = rows.filter_map(|(at, row)| Some((at, pick(row)?)));
        let items: Vec<T> = picks.by_ref().take(size).map(|(_, item)| item).collect();
        let next = picks.next().map(|(at, _)| self.write(at));
        Some(ListingPage { items, next })
    }

    fn write(self, start: usize) -> String {
        URL_SAFE_NO_PAD.encode(format!("{start}:{:016x}", self.fingerprint))
    }

    fn read(self, token: &str) -> Option<usize> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (start, fingerprint) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let own = u64::from_str_radix(fingerprint, 16).ok()? == self.fingerprint;
        if own { start.parse().ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROWS: [i32; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// Every page of the even rows, in order.
    fn joined(rows: &[i32], size: usize) -> (Vec<i32>, usize) {
        let tokens = PageTokens::new("question");
        let even = |row: &i32| (row % 2 == 0).then_some(*row);
        let (mut joined, mut pages, mut token) = (Vec::new(), 0, None::<String>);
        loop {
            let page = tokens.page(rows, even, token.as_deref(), size).unwrap();
            joined.extend(page.items);
            pages += 1;
            match page.next {
                Some(next) => token = Some(next),
                None => return (joined, pages),
            }
        }
    }

    proptest! {
        #[test]
        fn any_token_is_read_or_refused(token in any::<String>()) {
            let _either = PageTokens::new("question").page(&ROWS, |row| Some(*row), Some(&token), 5);
        }
    }

    #[test]
    fn pages_join_to_the_whole_listing() {
        for (count, size, pages) in [(0, 5, 1), (10, 5, 1), (20, 5, 2), (22, 5, 3), (6, 100, 1)] {
            let rows: Vec<i32> = (0..count).collect();
            let even: Vec<i32> = (0..count).step_by(2).collect();
            assert_eq!(joined(&rows, size), (even, pages), "{count} by {size}");
        }
    }

    #[test]
    fn a_row_that_is_picked_no_more_shifts_no_other_off_the_next_page() {
        let tokens = PageTokens::new("question");
        let first = tokens.page(&ROWS, |row| Some(*row), None, 3).unwrap();
        let next = first.next.unwrap();
        let second = tokens.page(&ROWS, |row| (*row > 0).then_some(*row), Some(&next), 3);
        assert_eq!(second.unwrap().items, [3, 4, 5]);
    }

    #[test]
    fn a_token_of_another_listing_and_nonsense_are_refused() {
        let page = |question, token| PageTokens::new(question).page(&ROWS, |row| Some(*row), token, 5);
        let other = page("other", None).unwrap().next.unwrap();
        for bad in [
            other.as_str(),
            "",
            "!!",
            "AAAA",
            "MTo",
            "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Og",
        ] {
            assert!(page("question", Some(bad)).is_none(), "{bad}");
        }
    }
}
