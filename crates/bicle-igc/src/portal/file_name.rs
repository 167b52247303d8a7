//! The names of the files that the portal hands out: `asip-p12-EL-TEST-ORG-AUTH_CLI-20211115-103506.p12`.

use crate::{Branch, Level, Offer, Use};

/// What the name of a portal's PKCS#12 file says. A name is a hint for a title, never a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalFileName {
    /// Production where the name has no `TEST`. Only names of the TEST branch were seen: inferred.
    pub branch: Branch,
    /// `EL`, `ST` or `FO`.
    pub level: Level,
    /// `ORG`, `SERV`, `PRO`, `PS`.
    pub offer: Offer,
    /// `AUTH_CLI` and so on.
    pub use_: Use,
    /// The day it was made, `YYYYMMDD`.
    pub day: String,
    /// The time it was made, `HHMMSS`.
    pub time: String,
}

impl PortalFileName {
    /// Reads a file name (no folder); `None` if it is not one of the portal's.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("asip-p12-")?;
        // A second download is named "… (1).p12" by browsers.
        let rest = rest
            .strip_suffix(".p12")
            .or_else(|| rest.strip_suffix(".pfx"))?;
        let rest = rest.split(" (").next()?;
        let mut parts = rest.split('-').peekable();
        let letters = parts.next()?;
        let level = Level::ALL
            .into_iter()
            .find(|level| level.letters() == letters)?;
        let branch = match parts.next_if_eq(&"TEST") {
            Some(_) => Branch::Test,
            None => Branch::Production,
        };
        let offer = parts.next()?.parse().ok()?;
        let use_ = parts.next()?.parse().ok()?;
        let day = digits(parts.next()?, 8)?;
        let time = digits(parts.next()?, 6)?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            branch,
            level,
            offer,
            use_,
            day,
            time,
        })
    }
}

fn digits(text: &str, count: usize) -> Option<String> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_portals_name() {
        let expected = PortalFileName {
            branch: Branch::Test,
            level: Level::Elementaire,
            offer: Offer::Org,
            use_: Use::AuthCli,
            day: "20211115".to_owned(),
            time: "103506".to_owned(),
        };
        let name = "asip-p12-EL-TEST-ORG-AUTH_CLI-20211115-103506";
        assert_eq!(
            PortalFileName::parse(&format!("{name}.p12")),
            Some(expected.clone())
        );
        assert_eq!(
            PortalFileName::parse(&format!("{name} (1).p12")),
            Some(expected.clone())
        );
        let production = PortalFileName::parse("asip-p12-EL-ORG-AUTH_CLI-20211115-103506.p12");
        assert_eq!(
            production,
            Some(PortalFileName {
                branch: Branch::Production,
                ..expected
            })
        );
    }

    #[test]
    fn refuses_other_names() {
        for name in [
            "",
            "certificate.crt",
            "asip-p12-",
            "asip-p12-.p12",
            "asip-p12-XX-TEST-ORG-AUTH_CLI-20211115-103506.p12",
            "asip-p12-EL-TEST-ORG-AUTH_CLI-20211115.p12",
            "asip-p12-EL-TEST-ORG-AUTH_CLI-2021111a-103506.p12",
            "asip-p12-EL-TEST-ORG-AUTH_CLI-20211115-103506-x.p12",
        ] {
            assert_eq!(PortalFileName::parse(name), None, "{name}");
        }
    }
}
