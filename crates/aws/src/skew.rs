//! How far the clock of this computer is from AWS's, by the date of an answer.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};

/// AWS accepts signatures that are 5 minutes off.
const TOLERATED: Duration = Duration::from_secs(5 * 60);

/// The difference of the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Skew {
    by: Duration,
    is_behind: bool,
}

impl Skew {
    /// What the `Date` header of an answer that came at `now` tells.
    pub(crate) fn measured(date: Option<&str>, now: SystemTime) -> Option<Self> {
        let date = DateTime::from_str(date?, Format::HttpDate).ok()?;
        let aws = SystemTime::try_from(date).ok()?;
        Some(match aws.duration_since(now) {
            Ok(by) => Self { by, is_behind: true },
            Err(ahead) => Self {
                by: ahead.duration(),
                is_behind: false,
            },
        })
    }

    /// Whether AWS takes nothing that is signed by this clock.
    pub(crate) fn is_too_much(self) -> bool {
        self.by > TOLERATED
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
        let seconds = self.by.as_secs();
        // The two largest units say enough.
        let mut rest = seconds;
        let mut words = Vec::new();
        for (unit, name) in UNITS {
            let count = rest / unit;
            rest %= unit;
            if count > 0 && words.len() < 2 {
                words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
            } else if !words.is_empty() {
                break;
            }
        }
        let amount = if words.is_empty() {
            "0 seconds".to_owned()
        } else {
            words.join(" and ")
        };
        write!(f, "{amount} {}", if self.is_behind { "behind" } else { "ahead" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(aws_is_ahead_by: i64) -> Skew {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let date = DateTime::from_secs(1_800_000_000 + aws_is_ahead_by);
        Skew::measured(Some(&date.fmt(Format::HttpDate).unwrap()), now).unwrap()
    }

    #[test]
    fn the_amount_is_said_in_its_two_largest_units() {
        for (seconds, words) in [
            (720, "12 minutes behind"),
            (-3600, "1 hour ahead"),
            (-3725, "1 hour and 2 minutes ahead"),
            (90_000, "1 day and 1 hour behind"),
            (86_460, "1 day behind"),
            (-31_536_000, "365 days ahead"),
            (61, "1 minute and 1 second behind"),
            (0, "0 seconds behind"),
        ] {
            assert_eq!(measured(seconds).to_string(), words);
        }
    }

    #[test]
    fn what_aws_tolerates_is_not_too_much() {
        assert!(!measured(300).is_too_much() && !measured(-300).is_too_much());
        assert!(measured(301).is_too_much() && measured(-301).is_too_much());
    }

    #[test]
    fn an_answer_without_a_date_measures_nothing() {
        assert_eq!(Skew::measured(None, SystemTime::now()), None);
        assert_eq!(Skew::measured(Some("yesterday"), SystemTime::now()), None);
    }
}
