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
pub(crate) struct Page<T> {
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

    /// The page of `rows` that begins where `token` says; none when the token is not one of this listing.
    pub(crate) fn page<T>(
        self,
        rows: impl Iterator<Item = T>,
        token: Option<&str>,
        size: usize,
    ) -> Option<Page<T>> {
        let start = match token {
            Some(token) => self.read(token)?,
            None => 0,
        };
        let mut rows = rows.skip(start);
        let items: Vec<T> = rows.by_ref().take(size).collect();
        let next = rows.next().map(|_| self.write(start + items.len()));
        Some(Page { items, next })
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

    proptest! {
        #[test]
        fn any_token_is_read_or_refused(token in any::<String>()) {
            let _either = PageTokens::new("question").page(0..10, Some(&token), 5);
        }
    }

    #[test]
    fn pages_join_to_the_whole_listing() {
        for (count, size) in [(0, 5), (5, 5), (11, 5), (10, 5), (3, 100)] {
            let tokens = PageTokens::new("question");
            let (mut joined, mut token) = (Vec::new(), None::<String>);
            loop {
                let page = tokens.page(0..count, token.as_deref(), size).unwrap();
                joined.extend(page.items);
                match page.next {
                    Some(next) => token = Some(next),
                    None => break,
                }
            }
            assert_eq!(joined, (0..count).collect::<Vec<_>>(), "{count} by {size}");
        }
    }

    #[test]
    fn a_token_of_another_listing_and_nonsense_are_refused() {
        let other = PageTokens::new("other")
            .page(0..10, None, 5)
            .unwrap()
            .next
            .unwrap();
        let tokens = PageTokens::new("question");
        for bad in [
            other.as_str(),
            "",
            "!!",
            "AAAA",
            "MTo",
            "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Og",
        ] {
            assert!(tokens.page(0..10, Some(bad), 5).is_none(), "{bad}");
        }
    }
}
