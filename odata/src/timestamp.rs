//! Points in time of whole seconds, as HTTP and SharePoint write them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use crate::excerpt::excerpt;
use crate::query::DatePart;

/// A point in time of whole seconds, between the years 0001 and 9999, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a point in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a date and time")]
pub struct TimestampError {
    /// What was read, cut to a printable length.
    pub text: String,
}

const SECONDS_PER_DAY: i64 = 86_400;
const EPOCH: DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From seconds since 1970-01-01T00:00:00Z; `None` outside of the years 0001 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        RANGE.contains(&seconds).then_some(Self(seconds))
    }

    /// The point at which a year begins; `None` outside of the years 0001 to 9999.
    #[must_use]
    pub fn of_year(year: i64) -> Option<Self> {
        let day = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
        Self::from_unix(day.duration_since(EPOCH.date()).as_secs())
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Midnight (UTC) of the day that this point lies in.
    #[must_use]
    pub fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(SECONDS_PER_DAY))
    }

    /// A part of it, in UTC.
    #[must_use]
    pub fn part(self, part: DatePart) -> i64 {
        let at = self.civil();
        match part {
            DatePart::Year => at.year().into(),
            DatePart::Month => at.month().into(),
            DatePart::Day => at.day().into(),
            DatePart::Hour => at.hour().into(),
            DatePart::Minute => at.minute().into(),
            DatePart::Second => at.second().into(),
        }
    }

    /// Parses ISO 8601 as SharePoint's clients write it: with `Z`, an offset or none (read as UTC),
    /// with or without a fraction (cut off), with or without a time of day.
    pub fn parse_iso(text: &str) -> Result<Self, TimestampError> {
        iso_seconds(text).and_then(Self::from_unix).ok_or_else(|| TimestampError { text: excerpt(text) })
    }

    /// Parses an HTTP date in any of the three forms of RFC 9110 section 5.6.7.
    pub fn parse_http(text: &str) -> Result<Self, TimestampError> {
        httpdate::parse_http_date(text)
            .ok()
            .and_then(|time: SystemTime| time.duration_since(UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .and_then(Self::from_unix)
            .ok_or_else(|| TimestampError { text: excerpt(text) })
    }

    /// The preferred form of an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Not by the `httpdate` crate, which panics before 1970.
    #[must_use]
    pub fn to_http(self) -> String {
        let at = self.civil();
        let name = |names: &[&'static str], number: i8| {
            usize::try_from(number).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
        };
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
            name(&WEEKDAYS, at.weekday().to_monday_zero_offset()),
            at.day(),
            name(&MONTHS, at.month() - 1),
            at.year(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    fn civil(self) -> DateTime {
        // Within RANGE this never fails; jiff's own Timestamp ends a day before our last one.
        EPOCH.checked_add(SignedDuration::from_secs(self.0)).unwrap_or(EPOCH)
    }
}

/// Prints `2024-05-01T08:00:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        let (year, month, day) = (at.year(), at.month(), at.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
    }
}

/// `YYYY-MM-DD [ ( T | space ) hh:mm [ :ss [ .fraction ] ] [ Z | ±hh:mm | ±hhmm ] ]`
fn iso_seconds(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let (year, month, day) = (
        digits(&mut rest, 4)?,
        mark(&mut rest, b"-").and_then(|()| digits(&mut rest, 2))?,
        mark(&mut rest, b"-").and_then(|()| digits(&mut rest, 2))?,
    );
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let midnight = date.duration_since(EPOCH.date()).as_secs();
    if rest.is_empty() {
        return Some(midnight);
    }
    mark(&mut rest, b"Tt ")?;
    let hour = digits(&mut rest, 2)?;
    mark(&mut rest, b":")?;
    let minute = digits(&mut rest, 2)?;
    let mut second = 0;
    if mark(&mut rest, b":").is_some() {
        second = digits(&mut rest, 2)?;
        if mark(&mut rest, b".").is_some() {
            digits(&mut rest, 1)?;
            while digits(&mut rest, 1).is_some() {}
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = offset_seconds(rest)?;
    Some(midnight + hour * 3_600 + minute * 60 + second - offset)
}

fn offset_seconds(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match text {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let hours = digits(&mut rest, 2)?;
    mark(&mut rest, b":");
    let minutes = digits(&mut rest, 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Takes exactly `count` digits.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (taken, left) = rest.split_at_checked(count)?;
    let mut number = 0;
    for byte in taken {
        number = number * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    *rest = left;
    Some(number)
}

/// Takes one byte, if it is one of `marks`.
fn mark(rest: &mut &[u8], marks: &[u8]) -> Option<()> {
    let (first, left) = rest.split_first()?;
    marks.contains(first).then(|| *rest = left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn iso(text: &str) -> Option<i64> {
        Timestamp::parse_iso(text).ok().map(Timestamp::unix)
    }

    #[test]
    fn reads_iso() {
        let eight = 1_714_550_400;
        for (text, expected) in [
            ("2024-05-01T08:00:00Z", eight),
            ("2024-05-01t08:00:00z", eight),
            ("2024-05-01 08:00:00", eight),
            ("2024-05-01T08:00", eight),
            ("2024-05-01T08:00:00.9999999Z", eight),
            ("2024-05-01T10:00:00+02:00", eight),
            ("2024-05-01T10:00:00.5+0200", eight),
            ("2024-04-30T22:30:00-09:30", eight),
            ("2024-05-01", eight - 8 * 3_600),
            ("2024-02-29", 1_709_164_800),
            ("1969-12-31T23:59:59.5Z", -1),
            ("0001-01-01T00:00:00Z", *RANGE.start()),
            ("9999-12-31T23:59:59Z", *RANGE.end()),
        ] {
            assert_eq!(iso(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2024",
            "2024-05",
            "2024-5-1",
            "2024-13-01",
            "2024-02-30",
            "2023-02-29",
            "0000-01-01",
            "-2024-05-01",
            "2024-05-01T",
            "2024-05-01Z",
            "2024-05-01T08",
            "2024-05-01T24:00:00Z",
            "2024-05-01T08:60:00Z",
            "2024-05-01T08:00:60Z",
            "2024-05-01T08:00:00.Z",
            "2024-05-01T08:00:00ZZ",
            "2024-05-01T08:00:00+2",
            "2024-05-01T08:00:00+24:00",
            "2024-05-01T08:00:00+02:00x",
            " 2024-05-01",
            "２０２４-05-01",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn reads_and_prints_http_dates() {
        let at = 784_111_777;
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            " Sun, 06 Nov 1994 08:49:37 GMT\t",
        ] {
            assert_eq!(Timestamp::parse_http(text).map(Timestamp::unix), Ok(at), "{text}");
        }
        for text in ["", "yesterday", "Sun, 06 Nov 1994 08:49:37 GMT+1", "Sun, 31 Feb 1994 08:49:37 GMT"] {
            let error = Timestamp::parse_http(text).unwrap_err();
            assert_eq!(error.text, text);
        }
        assert_eq!(Timestamp(at).to_http(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(Timestamp(*RANGE.start()).to_http(), "Mon, 01 Jan 0001 00:00:00 GMT");
        assert_eq!(Timestamp(*RANGE.end()).to_http(), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn midnight_is_the_days_start_before_1970_too() {
        let midnight = |text| Timestamp::parse_iso(text).unwrap().midnight().to_string();
        assert_eq!(midnight("2024-05-01T23:59:59Z"), "2024-05-01T00:00:00Z");
        assert_eq!(midnight("1969-12-31T23:59:59Z"), "1969-12-31T00:00:00Z");
        assert_eq!(midnight("0001-01-01T00:00:01Z"), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn ends_with_the_year_9999() {
        let year = |number| Timestamp::of_year(number).map(|begin| begin.to_string());
        assert_eq!(year(1).as_deref(), Some("0001-01-01T00:00:00Z"));
        assert_eq!(year(9999).as_deref(), Some("9999-01-01T00:00:00Z"));
        assert!([0, -1, 10_000, i64::MAX, i64::MIN].into_iter().all(|number| year(number).is_none()));
        assert_eq!(Timestamp::from_unix(RANGE.start() - 1), None);
        assert_eq!(Timestamp::from_unix(RANGE.end() + 1), None);
        assert_eq!(Timestamp::from_unix(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn any_second_survives_printing(seconds in RANGE) {
            let at = Timestamp::from_unix(seconds).unwrap();
            prop_assert_eq!(Timestamp::parse_iso(&at.to_string()), Ok(at));
        }

        #[test]
        fn any_second_since_1970_survives_http(seconds in 0..=*RANGE.end()) {
            let at = Timestamp::from_unix(seconds).unwrap();
            prop_assert_eq!(Timestamp::parse_http(&at.to_http()), Ok(at));
        }

        #[test]
        fn no_text_panics(text in ".*", close in "[0-9TZ:+. GMTJanSu,-]{0,32}") {
            for text in [text, close] {
                let _ = (Timestamp::parse_iso(&text), Timestamp::parse_http(&text));
            }
        }
    }
}
