//! A moment as a person types it.

use bicle_core::model::UnixSeconds;
use bicle_core::phrase::Phrase;

use crate::failure::Failure;

/// Reads `2026-11-22T15:05:00Z` (RFC 3339) or a day, `2026-11-22`, which begins at midnight UTC.
pub(crate) fn parse(text: &str) -> Result<UnixSeconds, Failure> {
    let whole = if text.len() == "2026-11-22".len() {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    UnixSeconds::parse_rfc3339(&whole)
        .ok_or_else(|| Failure::usage(Phrase::new("error-usage-time").text("value", text)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::failure::Status;

    #[test]
    fn days_and_moments_are_read() {
        assert_eq!(parse("2026-11-22").unwrap(), UnixSeconds(1_795_305_600));
        assert_eq!(
            parse("2026-11-22T15:05:00Z").unwrap(),
            UnixSeconds(1_795_359_900)
        );
        for wrong in ["", "tomorrow", "2026-13-01", "22/11/2026", "2026-11-2x"] {
            assert_eq!(parse(wrong).unwrap_err().status, Status::Usage, "{wrong}");
        }
    }
}
