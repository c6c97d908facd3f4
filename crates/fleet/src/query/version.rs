//! Versions of agents, compared by their numbers.

use std::cmp::Ordering;

/// A version as numbers: 3.2 is before 3.10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgentVersion(Vec<u64>);

/// What a question asks of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl AgentVersion {
    /// Reads numbers between full stops; one full stop at the end is unfinished typing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let parts = text.split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().unwrap_or(u64::MAX))
        });
        parts.collect::<Option<_>>().map(Self)
    }

    /// Whether this version is as asked. Only as many numbers count as `asked` has, so that 3.2.7 is no more than 3.2.
    pub(super) fn is(&self, comparison: Comparison, asked: &Self) -> bool {
        let own = self.0.iter().copied().chain(std::iter::repeat(0));
        let order = own.take(asked.0.len()).cmp(asked.0.iter().copied());
        match comparison {
            Comparison::Less => order == Ordering::Less,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::Equal => order == Ordering::Equal,
            Comparison::AtLeast => order != Ordering::Less,
            Comparison::More => order == Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str, comparison: Comparison, asked: &str) -> bool {
        AgentVersion::parse(text)
            .unwrap()
            .is(comparison, &AgentVersion::parse(asked).unwrap())
    }

    #[test]
    fn numbers_count_and_not_letters() {
        assert!(is("3.10.0", Comparison::More, "3.2"));
        assert!(is("3.2", Comparison::Less, "3.10.0"));
        assert!(is("3", Comparison::Equal, "3.0.0"));
    }

    #[test]
    fn only_what_was_asked_counts() {
        assert!(is("3.2.2299.0", Comparison::Equal, "3.2"));
        assert!(is("3.2.2299.0", Comparison::AtMost, "3.2"));
        assert!(!is("3.2.2299.0", Comparison::More, "3.2"));
        assert!(is("3.2.2299.0", Comparison::More, "3.2.2298"));
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", ".", "3.x", "3..1", "-1", "٣"] {
            assert_eq!(AgentVersion::parse(text), None, "{text}");
        }
        assert_eq!(AgentVersion::parse("3."), AgentVersion::parse("3"));
        assert!(AgentVersion::parse("99999999999999999999999.1").is_some());
    }
}
