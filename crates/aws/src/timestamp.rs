//! Moments as the AWS CLI and its relatives write them: when credentials, a sign-in or a registration expire.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};
use thiserror::Error;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc2822;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// Why a text is no moment. It does not show the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum NoMoment {
    /// It could be meant by any clock on earth. The AWS CLI takes it as little.
    #[error("it has no time zone")]
    NoZone,
    /// It is none of the forms that AWS's tools write.
    #[error("it is not a date and a time")]
    Unreadable,
}

const LONG: &[BorrowedFormatItem<'static>] = format_description!(
    version = 2,
    "[year]-[month]-[day][first [T][t][ ]][hour]:[minute][optional [:[second][optional [[first [.][,]][subsecond]]]]]"
);
const SHORT: &[BorrowedFormatItem<'static>] = format_description!(
    version = 2,
    "[year][month][day][first [T][t]][hour][minute][optional [[second][optional [[first [.][,]][subsecond]]]]]"
);

/// Reads ISO 8601 in its long and its short form with `Z`, `UTC`, `GMT` or an offset with or without a colon, and the
/// dates of mail and HTTP.
pub(crate) fn read(text: &str) -> Result<SystemTime, NoMoment> {
    let text = text.trim();
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc2822) {
        return as_system_time(moment);
    }
    let (local, zone) = at_zone(text);
    let clock = [LONG, SHORT]
        .iter()
        .find_map(|form| PrimitiveDateTime::parse(local.trim_end(), form).ok())
        .ok_or(NoMoment::Unreadable)?;
    let offset = offset(zone)?;
    as_system_time(clock.assume_offset(offset))
}

/// Windows counts no time before 1601.
fn as_system_time(moment: OffsetDateTime) -> Result<SystemTime, NoMoment> {
    let since = moment - OffsetDateTime::UNIX_EPOCH;
    let converted = if since.is_negative() {
        SystemTime::UNIX_EPOCH.checked_sub(since.unsigned_abs())
    } else {
        SystemTime::UNIX_EPOCH.checked_add(since.unsigned_abs())
    };
    converted.ok_or(NoMoment::Unreadable)
}

/// The clock's time, and what follows it.
fn at_zone(text: &str) -> (&str, &str) {
    // Only what follows the hour can begin a zone: the date has dashes of its own.
    let hour = text.find([':', 'T', 't', ' ']).unwrap_or(text.len());
    let begins = |(_, c): &(usize, char)| matches!(c, '+' | '-') || c.is_ascii_alphabetic();
    let zone = text
        .char_indices()
        .skip_while(|(at, _)| *at <= hour)
        .find(begins)
        .map_or(text.len(), |(at, _)| at);
    text.split_at_checked(zone).unwrap_or((text, ""))
}

fn offset(zone: &str) -> Result<UtcOffset, NoMoment> {
    if zone.is_empty() {
        return Err(NoMoment::NoZone);
    }
    if ["Z", "UTC", "GMT"]
        .iter()
        .any(|utc| zone.eq_ignore_ascii_case(utc))
    {
        return Ok(UtcOffset::UTC);
    }
    let forms = [
        format_description!("[offset_hour sign:mandatory]:[offset_minute]"),
        format_description!("[offset_hour sign:mandatory][offset_minute]"),
        format_description!("[offset_hour sign:mandatory]"),
    ];
    forms
        .iter()
        .find_map(|form| UtcOffset::parse(zone, form).ok())
        .ok_or(NoMoment::Unreadable)
}

/// As in the files of the cache: the same, and a moment without a zone is meant in UTC.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    match read(text) {
        Err(NoMoment::NoZone) => read(&format!("{}Z", text.trim())).ok(),
        moment => moment.ok(),
    }
}

/// A moment as the AWS CLI writes it: whole seconds in UTC.
pub(crate) fn write(moment: SystemTime) -> Option<String> {
    let seconds = DateTime::from_secs(DateTime::from(moment).secs());
    seconds.fmt(Format::DateTime).ok()
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
    /// 2099-01-01T00:00:00Z.
    const NEW_YEAR: u64 = 4_070_908_800;

    fn seconds(text: &str) -> Result<u64, NoMoment> {
        read(text).map(|moment| moment.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
    }

    /// Each of them and its moment as botocore 2.x reads it.
    #[test]
    fn every_form_of_the_aws_cli_is_the_same_moment_here() {
        for (text, moment) in [
            ("2099-01-01T00:00:00Z", NEW_YEAR),
            ("2099-01-01t00:00:00z", NEW_YEAR),
            ("2099-01-01T00:00:00+0000", NEW_YEAR),
            ("2099-01-01T00:00:00+00:00", NEW_YEAR),
            ("2099-01-01T00:00:00-08:00", NEW_YEAR + 8 * 3600),
            ("2099-01-01T00:00:00-0800", NEW_YEAR + 8 * 3600),
            ("2099-01-01T00:00:00-08", NEW_YEAR + 8 * 3600),
            ("2099-01-01T00:00:00+05:30", NEW_YEAR - 19_800),
            ("2099-01-01T00:00:00 +0530", NEW_YEAR - 19_800),
            ("2099-01-01T00:00:00UTC", NEW_YEAR),
            ("2099-01-01 00:00:00 UTC", NEW_YEAR),
            ("2099-01-01T00:00:00GMT", NEW_YEAR),
            ("2099-01-01T00:00:00.123456Z", NEW_YEAR),
            ("2099-01-01T00:00:00.123456789Z", NEW_YEAR),
            ("2099-01-01T00:00:00,5+00:00", NEW_YEAR),
            ("20990101T000000Z", NEW_YEAR),
            ("2099-01-01T00:00Z", NEW_YEAR),
            ("Thu, 01 Jan 2099 00:00:00 GMT", NEW_YEAR),
            ("  2099-01-01T00:00:00Z\n", NEW_YEAR),
        ] {
            assert_eq!(seconds(text), Ok(moment), "{text}");
        }
        let fraction = read("2099-01-01T00:00:00.25Z").unwrap();
        let whole = read("2099-01-01T00:00:00Z").unwrap();
        assert_eq!(
            fraction.duration_since(whole).unwrap(),
            Duration::from_millis(250)
        );
    }

    #[test]
    fn a_time_without_a_zone_is_refused_by_name_and_anything_else_too() {
        for text in ["2099-01-01T00:00:00", "2099-01-01 00:00:00", "20990101T000000"] {
            assert_eq!(seconds(text), Err(NoMoment::NoZone), "{text}");
        }
        for text in [
            "",
            "soon",
            "4070908800",
            "2099-01-01",
            "2099-01-01T24:00:00Z",
            "2099-13-01T00:00:00Z",
            "2099-01-01T00:00:00 EST",
            "2099-01-01T00:00:00+99:99",
            "2099-01-01T00:00:00Zx",
            "ü",
            "2099-01-01Tü",
        ] {
            assert_eq!(seconds(text), Err(NoMoment::Unreadable), "{text}");
        }
    }
}
