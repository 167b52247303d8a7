//! Dates as each language writes them. Times are in UTC and say so: validity is a matter of UTC (RFC 5280
//! §4.1.2.5), and the same certificate must show the same date everywhere.

use crate::Language;

const SECONDS_PER_DAY: i64 = 86_400;

/// English short names of the months, January first.
const ENGLISH_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Language {
    /// The day, UTC: `22/11/2026` in French, `22 Nov 2026` in English. Any number of seconds has a date.
    #[must_use]
    pub fn date(self, unix_seconds: i64) -> String {
        let (year, month, day) = civil_from_days(unix_seconds.div_euclid(SECONDS_PER_DAY));
        match self {
            Self::French => format!("{day:02}/{month:02}/{year:04}"),
            Self::English => {
                let name = usize::try_from(month - 1)
                    .ok()
                    .and_then(|index| ENGLISH_MONTHS.get(index))
                    .copied()
                    .unwrap_or_default();
                format!("{day} {name} {year:04}")
            }
        }
    }

    /// The day and the minute: `22/11/2026 15:05 UTC` in French, `22 Nov 2026, 15:05 UTC` in English.
    #[must_use]
    pub fn date_time(self, unix_seconds: i64) -> String {
        let day = self.date(unix_seconds);
        let seconds = unix_seconds.rem_euclid(SECONDS_PER_DAY);
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        let between = match self {
            Self::French => " ",
            Self::English => ", ",
        };
        format!("{day}{between}{hours:02}:{minutes:02} UTC")
    }
}

/// Year, month 1 to 12 and day 1 to 31 of the proleptic Gregorian calendar, from days since 1970-01-01
/// (H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_day_of_each_language() {
        assert_eq!(Language::French.date(1_795_359_900), "22/11/2026");
        assert_eq!(Language::English.date(1_795_359_900), "22 Nov 2026");
        assert_eq!(Language::English.date(0), "1 Jan 1970");
        assert_eq!(Language::French.date(-1), "31/12/1969");
        assert_eq!(Language::French.date(951_782_400), "29/02/2000");
        assert_eq!(Language::French.date(253_402_300_799), "31/12/9999");
        assert_eq!(Language::French.date(2_003_270_400), "25/06/2033");
    }

    #[test]
    fn writes_the_minute_and_says_utc() {
        assert_eq!(
            Language::French.date_time(1_795_359_900),
            "22/11/2026 15:05 UTC"
        );
        assert_eq!(
            Language::English.date_time(1_795_359_900),
            "22 Nov 2026, 15:05 UTC"
        );
        assert_eq!(Language::French.date_time(-1), "31/12/1969 23:59 UTC");
    }

    #[test]
    fn any_number_of_seconds_has_a_date() {
        for seconds in [i64::MIN, i64::MAX, i64::MIN / 2, i64::MAX / 2] {
            for language in Language::ALL {
                assert!(!language.date_time(seconds).is_empty());
            }
        }
    }
}
