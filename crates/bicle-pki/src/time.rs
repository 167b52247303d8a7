//! Times of certificates, as seconds since 1970-01-01T00:00:00Z without leap seconds.

use std::fmt;

/// Seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixSeconds(pub i64);

const DAY_SECONDS: i64 = 86_400;

/// 0000-01-01T00:00:00Z, the first second that the text forms can write.
const FIRST_WRITABLE: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z, the last second that the text forms can write.
const LAST_WRITABLE: i64 = 253_402_300_799;

/// A date and time of day in UTC.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
}

impl UnixSeconds {
    /// RFC 3339 in UTC, as `2026-11-22T00:00:00Z`. Times outside the years 0 to 9999, which no
    /// certificate can hold, are written as the nearest one that can be.
    pub fn to_rfc3339(self) -> String {
        let civil = civil(self.0.clamp(FIRST_WRITABLE, LAST_WRITABLE));
        let hour = civil.second_of_day / 3600;
        let minute = civil.second_of_day / 60 % 60;
        let second = civil.second_of_day % 60;
        format!(
            "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
            civil.year, civil.month, civil.day
        )
    }

    /// Reads RFC 3339: `2026-11-22T00:00:00Z`, with a fraction (dropped) or an offset. `None` for
    /// anything else.
    pub fn parse_rfc3339(text: &str) -> Option<UnixSeconds> {
        let mut digits = Digits(text.as_bytes());
        let year = digits.number(4)?;
        digits.byte(b'-')?;
        let month = digits.number(2)?;
        digits.byte(b'-')?;
        let day = digits.number(2)?;
        digits
            .byte(b'T')
            .or_else(|| digits.byte(b't'))
            .or_else(|| digits.byte(b' '))?;
        let hour = digits.number(2)?;
        digits.byte(b':')?;
        let minute = digits.number(2)?;
        digits.byte(b':')?;
        let second = digits.number(2)?;
        digits.fraction()?;
        let offset = if digits.byte(b'Z').or_else(|| digits.byte(b'z')).is_some() {
            0
        } else {
            digits.offset(true)?
        };
        digits.end()?;
        from_fields(year, month, day, hour, minute, second, offset)
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// UTCTime: `YYMMDDhhmm[ss](Z|±hhmm)`, years 1950 to 2049 (RFC 5280 §4.1.2.5.1). Seconds that are
/// left out and offsets are of X.690 and old certificates.
pub(crate) fn parse_utc_time(body: &[u8]) -> Option<UnixSeconds> {
    let mut digits = Digits(body);
    let short_year = digits.number(2)?;
    let year = if short_year < 50 {
        2000 + short_year
    } else {
        1900 + short_year
    };
    parse_after_year(year, digits)
}

/// GeneralizedTime: `YYYYMMDDhhmm[ss[.f]](Z|±hhmm)` (RFC 5280 §4.1.2.5.2, X.690 §8.25). A local
/// time, without zone, is refused: it has no meaning here.
pub(crate) fn parse_generalized_time(body: &[u8]) -> Option<UnixSeconds> {
    let mut digits = Digits(body);
    let year = digits.number(4)?;
    parse_after_year(year, digits)
}

fn parse_after_year(year: i64, mut digits: Digits<'_>) -> Option<UnixSeconds> {
    let month = digits.number(2)?;
    let day = digits.number(2)?;
    let hour = digits.number(2)?;
    let minute = digits.number(2)?;
    let second = if digits.0.first().is_some_and(u8::is_ascii_digit) {
        let second = digits.number(2)?;
        digits.fraction()?;
        second
    } else {
        0
    };
    let offset = match digits.byte(b'Z') {
        Some(()) => 0,
        None => digits.offset(false)?,
    };
    digits.end()?;
    from_fields(year, month, day, hour, minute, second, offset)
}

fn from_fields(
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    offset_seconds: i64,
) -> Option<UnixSeconds> {
    // 60 is a leap second: it is the first second of the next minute here
    if !(1..=12).contains(&month)
        || !(1..=days_of_month(year, month)).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let seconds =
        days_since_epoch(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second
            - offset_seconds;
    Some(UnixSeconds(seconds))
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; the year begins in March so that the
/// leap day is its last (Hinnant, "chrono-compatible low-level date algorithms").
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil(seconds: i64) -> Civil {
    let days = seconds.div_euclid(DAY_SECONDS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    Civil {
        year: era * 400 + year_of_era + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
        second_of_day: seconds.rem_euclid(DAY_SECONDS),
    }
}

/// A cursor over the ASCII digits of a time.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn number(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0_i64, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + i64::from(digit - b'0'))
        })
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == wanted).then(|| self.0 = rest)
    }

    /// A fraction of a second, if there is one; dropped.
    fn fraction(&mut self) -> Option<()> {
        if self.byte(b'.').or_else(|| self.byte(b',')).is_none() {
            return Some(());
        }
        self.number(1)?;
        while self.0.first().is_some_and(u8::is_ascii_digit) {
            self.number(1)?;
        }
        Some(())
    }

    /// `±hhmm`, or `±hh:mm` with a colon, in seconds.
    fn offset(&mut self, colon: bool) -> Option<i64> {
        let sign = match self.byte(b'+') {
            Some(()) => 1,
            None => {
                self.byte(b'-')?;
                -1
            }
        };
        let hours = self.number(2)?;
        if colon {
            self.byte(b':')?;
        }
        let minutes = self.number(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_times_are_written_and_read() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_795_305_600, "2026-11-22T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (FIRST_WRITABLE, "0000-01-01T00:00:00Z"),
            (LAST_WRITABLE, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(UnixSeconds(seconds).to_rfc3339(), text);
            assert_eq!(UnixSeconds::parse_rfc3339(text), Some(UnixSeconds(seconds)));
        }
        assert_eq!(UnixSeconds(i64::MAX).to_rfc3339(), "9999-12-31T23:59:59Z");
        assert_eq!(UnixSeconds(i64::MIN).to_rfc3339(), "0000-01-01T00:00:00Z");
    }

    #[test]
    fn the_forms_of_the_wild_are_read() {
        let noon = UnixSeconds::parse_rfc3339("2026-11-22T12:00:00Z");
        assert!(noon.is_some());
        assert_eq!(parse_utc_time(b"261122120000Z"), noon);
        assert_eq!(parse_utc_time(b"2611221200Z"), noon);
        assert_eq!(parse_utc_time(b"261122130000+0100"), noon);
        assert_eq!(parse_generalized_time(b"20261122120000.25Z"), noon);
        assert_eq!(
            UnixSeconds::parse_rfc3339("2026-11-22T13:00:00.5+01:00"),
            noon
        );
        assert_eq!(
            parse_utc_time(b"500101000000Z").map(UnixSeconds::to_rfc3339),
            Some("1950-01-01T00:00:00Z".to_owned())
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            &b""[..],
            b"261122120000",
            b"261322120000Z",
            b"260230120000Z",
            b"261122250000Z",
            b"26112212000aZ",
            b"261122120000Z0",
            b"261122120000+9900",
            b"-61122120000Z",
        ] {
            assert_eq!(parse_utc_time(text), None, "{text:?}");
        }
        assert_eq!(parse_generalized_time(b"20260229000000Z"), None);
        assert_eq!(UnixSeconds::parse_rfc3339("2026-11-22"), None);
    }

    proptest! {
        #[test]
        fn every_writable_second_comes_back(seconds in FIRST_WRITABLE..=LAST_WRITABLE) {
            let time = UnixSeconds(seconds);
            prop_assert_eq!(UnixSeconds::parse_rfc3339(&time.to_rfc3339()), Some(time));
            let digits = time.to_rfc3339().replace(['-', ':', 'T'], "");
            prop_assert_eq!(parse_generalized_time(digits.as_bytes()), Some(time));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            let _ = UnixSeconds::parse_rfc3339(&text);
            let _ = parse_utc_time(text.as_bytes());
            let _ = parse_generalized_time(text.as_bytes());
        }
    }
}
