//! How long something is good, in words.

use std::time::{Duration, SystemTime};

use postern_model::SignInState;

/// `2 d 3 h`, `7 h 12 min`, `59 min`, `30 s`.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, 0, _) => format!("{days} d"),
        (_, _, _) => format!("{days} d {hours} h"),
    }
}

/// How far away a moment is: before it on the left, after it on the right.
pub(crate) fn until(moment: SystemTime) -> Result<String, String> {
    let now = SystemTime::now();
    moment
        .duration_since(now)
        .map(span)
        .map_err(|past| span(past.duration()))
}

/// How a sign-in stands.
pub(crate) fn of_sign_in(state: &SignInState) -> String {
    match state {
        SignInState::SignedIn { .. } => match of_token(state) {
            Some(left) => format!("signed in, {left}"),
            None => "signed in, to be renewed at the next call".to_owned(),
        },
        SignInState::Expired { since } => match until(*since) {
            Err(ago) => format!("expired {ago} ago"),
            Ok(_) => "expired".to_owned(),
        },
        SignInState::SignedOut => "nobody is signed in".to_owned(),
        SignInState::Unreadable { detail } => format!("cannot be read: {detail}"),
    }
}

/// How long a sign-in is good, and what happens then; none where it is not.
pub(crate) fn of_token(state: &SignInState) -> Option<String> {
    let SignInState::SignedIn {
        until: moment,
        renewable,
    } = state
    else {
        return None;
    };
    let then = if *renewable {
        ", then renewed by itself"
    } else {
        ""
    };
    Some(format!("{} left{then}", until(*moment).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_at_most_two_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3599, "59 min"),
            (3600, "1 h"),
            (7_380, "2 h 3 min"),
            (86_400, "1 d"),
            (90_000, "1 d 1 h"),
            (8_640_000, "100 d"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn a_sign_in_says_how_it_stands() {
        let now = SystemTime::now();
        let hour = Duration::from_secs(3630);
        let signed_in = |until, renewable| of_sign_in(&SignInState::SignedIn { until, renewable });
        assert_eq!(
            signed_in(now + hour, true),
            "signed in, 1 h left, then renewed by itself"
        );
        assert_eq!(signed_in(now + hour, false), "signed in, 1 h left");
        assert_eq!(
            signed_in(now - hour, true),
            "signed in, to be renewed at the next call"
        );
        assert_eq!(
            of_sign_in(&SignInState::Expired { since: now - hour }),
            "expired 1 h ago"
        );
        assert_eq!(of_sign_in(&SignInState::SignedOut), "nobody is signed in");
    }
}
