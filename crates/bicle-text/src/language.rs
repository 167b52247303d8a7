//! The languages that Biclé speaks, and which of them the system asks for.

use std::fmt;
use std::str::FromStr;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// French, the language of the portal and of its users.
    French,
    /// English, for everyone else.
    English,
}

/// The text is not the code of a language that Biclé speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLanguage;

impl Language {
    /// Every language, in the order of a menu.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The first language of the system's list of preferences that Biclé speaks; English if there is none.
    #[must_use]
    pub fn from_system() -> Self {
        Self::first_known(sys_locale::get_locales())
    }

    /// The ISO 639-1 code, `fr` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// What the language calls itself, for a menu that everyone must be able to read.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::French => "Français",
            Self::English => "English",
        }
    }

    /// Of a list of BCP 47 tags in the order of preference, the first known one.
    fn first_known(tags: impl Iterator<Item = String>) -> Self {
        for tag in tags {
            if let Ok(language) = tag.parse() {
                return language;
            }
        }
        Self::English
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Takes a code or a longer tag: `fr`, `fr-FR`, `en_GB.UTF-8`; only the primary language counts.
impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let primary = text.split(['-', '_', '.', '@']).next().unwrap_or(text);
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
            .ok_or(UnknownLanguage)
    }
}

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a known language: fr or en")
    }
}

impl std::error::Error for UnknownLanguage {}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_known(tags: &[&str]) -> Language {
        Language::first_known(tags.iter().map(|&tag| tag.to_owned()))
    }

    #[test]
    fn takes_the_first_known_of_the_systems_preferences() {
        assert_eq!(first_known(&["fr-FR"]), Language::French);
        assert_eq!(first_known(&["de-DE", "fr", "en"]), Language::French);
        assert_eq!(first_known(&["en-GB", "fr"]), Language::English);
        assert_eq!(first_known(&["C"]), Language::English);
        assert_eq!(first_known(&[]), Language::English);
    }

    #[test]
    fn reads_codes_and_tags() {
        assert_eq!("fr".parse(), Ok(Language::French));
        assert_eq!("EN_us.UTF-8".parse(), Ok(Language::English));
        assert_eq!("french".parse::<Language>(), Err(UnknownLanguage));
        assert_eq!("".parse::<Language>(), Err(UnknownLanguage));
    }
}
