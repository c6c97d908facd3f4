//! The time by AWS's clock, for signatures that the SDK does not make.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};

/// AWS accepts a signature that is 5 minutes off. Below this the computer's own clock is the better one, because an
/// answer's date is a second or a slow network old.
const TOLERATED: Duration = Duration::from_secs(4 * 60);

/// How far AWS's clock is ahead of this computer's, by the last answer. The SDK corrects its own signatures likewise.
#[derive(Debug, Default)]
pub(crate) struct AwsClock {
    ahead_by_s: AtomicI64,
}

impl AwsClock {
    /// Learns from the `Date` header of an answer.
    pub(crate) fn observe(&self, date: Option<&str>) {
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            self.ahead_by_s.store(
                date.secs() - DateTime::from(SystemTime::now()).secs(),
                Ordering::Relaxed,
            );
        }
    }

    /// How this computer's clock differs from AWS's; none while it is not known to differ by more than signatures may.
    pub(crate) fn in_words(&self) -> Option<String> {
        let ahead_by_s = self.ahead_by_s.load(Ordering::Relaxed);
        let difference = Duration::from_secs(ahead_by_s.unsigned_abs());
        let direction = if ahead_by_s > 0 { "behind" } else { "ahead" };
        (difference > TOLERATED).then(|| format!("it is {} {direction}", about(difference)))
    }

    /// The time to sign with.
    pub(crate) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        let ahead_by_s = self.ahead_by_s.load(Ordering::Relaxed);
        let difference = Duration::from_secs(ahead_by_s.unsigned_abs());
        let corrected = if ahead_by_s < 0 {
            now.checked_sub(difference)
        } else {
            now.checked_add(difference)
        };
        corrected.filter(|_| difference > TOLERATED).unwrap_or(now)
    }
}

/// A time span for people: `7 minutes`, `3 hours`, `400 days`.
fn about(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    match minutes {
        0..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead_by(seconds: i64) -> Duration {
        let clock = AwsClock::default();
        let date = DateTime::from_secs(DateTime::from(SystemTime::now()).secs() + seconds);
        clock.observe(Some(&date.fmt(Format::HttpDate).unwrap()));
        let (now, clock) = (SystemTime::now(), clock.now());
        clock
            .duration_since(now)
            .or_else(|_| now.duration_since(clock))
            .unwrap()
    }

    #[test]
    fn only_a_difference_that_aws_would_refuse_is_corrected() {
        assert!(ahead_by(60) < Duration::from_secs(2));
        assert!(ahead_by(900).abs_diff(Duration::from_secs(900)) < Duration::from_secs(2));
        assert!(ahead_by(-86_400).abs_diff(Duration::from_secs(86_400)) < Duration::from_secs(2));
    }

    #[test]
    fn a_difference_that_matters_has_words() {
        let words = |seconds: i64| {
            let clock = AwsClock::default();
            clock.ahead_by_s.store(seconds, Ordering::Relaxed);
            clock.in_words()
        };
        assert_eq!(words(200), None);
        assert_eq!(words(3600 + 59).unwrap(), "it is 60 minutes behind");
        assert_eq!(words(-3 * 3600).unwrap(), "it is 3 hours ahead");
        assert_eq!(words(i64::MIN).unwrap(), "it is 106751991167300 days ahead");
    }

    #[test]
    fn an_answer_without_a_date_changes_nothing() {
        let clock = AwsClock::default();
        clock.observe(Some("yesterday"));
        clock.observe(None);
        assert_eq!(clock.ahead_by_s.load(Ordering::Relaxed), 0);
    }
}
