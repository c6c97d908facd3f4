//! Moments as the AWS CLI and its relatives write them into their files.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};

/// Reads `2020-01-01T00:00:00Z`, with `UTC`, `-08:00`, `+0000` or nothing at its end, with fractions of a second, and with
/// a space instead of the `T`. A moment without a zone is meant in UTC.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim().to_ascii_uppercase();
    let (date, time) = text.split_once(['T', ' '])?;
    let time = time.trim();
    let bare = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|zone| time.strip_suffix(zone));
    let written = match (bare, time.rfind(['+', '-'])) {
        (Some(bare), _) => format!("{date}T{}Z", bare.trim_end()),
        (None, Some(at)) => {
            let (time, zone) = time.split_at_checked(at)?;
            format!("{date}T{}{}", time.trim_end(), with_colon(zone)?)
        }
        (None, None) => format!("{date}T{time}Z"),
    };
    let moment = DateTime::from_str(&written, Format::DateTimeWithOffset).ok()?;
    SystemTime::try_from(moment).ok()
}

/// A moment as the AWS CLI writes it: whole seconds in UTC.
pub(crate) fn write(moment: SystemTime) -> Option<String> {
    let seconds = DateTime::from_secs(DateTime::from(moment).secs());
    seconds.fmt(Format::DateTime).ok()
}

/// `+0000` and `+00` as `+00:00`.
fn with_colon(zone: &str) -> Option<String> {
    if zone.contains(':') {
        return Some(zone.to_owned());
    }
    let (hours, minutes) = zone.split_at_checked(3)?;
    Some(format!("{hours}:{minutes:0<2}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_form_found_in_caches_is_the_same_moment() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
        for text in [
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00UTC",
            "2020-01-01T00:00:00 UTC",
            "2020-01-01T00:00:00+00:00",
            "2020-01-01T00:00:00+0000",
            "2020-01-01T00:00:00+00",
            "2019-12-31T16:00:00-08:00",
            "2019-12-31T16:00:00-0800",
            "2020-01-01T05:30:00+05:30",
            "2020-01-01 00:00:00",
            "2020-01-01t00:00:00z",
            " 2020-01-01T00:00:00.000Z\n",
        ] {
            assert_eq!(parse(text), Some(moment), "{text}");
        }
        assert_eq!(
            parse("2020-01-01T00:00:00.250000+00:00"),
            Some(moment + Duration::from_millis(250))
        );
        assert_eq!(write(moment).unwrap(), "2020-01-01T00:00:00Z");
        assert_eq!(
            write(moment + Duration::from_millis(250)).unwrap(),
            "2020-01-01T00:00:00Z"
        );
    }

    #[test]
    fn what_is_no_moment_is_none_and_no_panic() {
        for text in [
            "",
            "T",
            "soon",
            "2020-13-01T00:00:00Z",
            "2020-01-01",
            "2020-01-01T+",
            "2020-01-01T00:00:00+ü",
            "2020-01-01T00:00:00-",
            "999999999-01-01T00:00:00Z",
            "1577836800",
            "-T-",
            " - T - ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
