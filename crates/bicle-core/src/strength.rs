//! How long a chosen password holds, honestly estimated (zxcvbn), for one who has the file.
//!
//! zxcvbn copies the password into Strings of its own; the programs' heap wipes them as they are freed
//! (`bicle_platform::allocator`). It costs 2 to 20 ms: the window asks on another thread.

use crate::phrase::Phrase;

/// Below this score of zxcvbn (0 to 4) a password is weak: 3 is "safely unguessable" for an attacker who
/// does not hold the file, and this one may hold it (zxcvbn README, "score").
const WEAK_BELOW_SCORE: u8 = 3;

/// zxcvbn's cost grows with the square of the length; what follows 100 characters no longer matters.
const MEASURED_CHARACTERS: usize = 100;

/// Guesses a second of an attacker with a vault's file and rented machines: Argon2id at 64 MiB and 3 passes
/// costs about 0.1 s of a core; ten thousand cores are taken.
const VAULT_GUESSES_PER_SECOND: f64 = 1e5;

/// The work that [`VAULT_GUESSES_PER_SECOND`] is for, KiB of memory times passes.
const VAULT_WORK_KIB_PASSES: f64 = 64.0 * 1024.0 * 3.0;

/// Guesses a second at an exported file: PBKDF2 of some hundred thousand iterations on a hundred graphics cards
/// (hashcat 6, RTX 4090: 9 million a second at 999 iterations).
const FILE_GUESSES_PER_SECOND: f64 = 1e6;

/// What people here choose and zxcvbn's dictionaries (English) do not know: the French words of lists of leaked
/// passwords, and those of our users' trade. Tried first, as an attacker would.
const FRENCH_WORDS: [&str; 64] = [
    "motdepasse",
    "azerty",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "soleil",
    "doudou",
    "loulou",
    "chouchou",
    "coucou",
    "marseille",
    "jetaime",
    "chocolat",
    "princesse",
    "camille",
    "nicolas",
    "julien",
    "thomas",
    "antoine",
    "alexandre",
    "papillon",
    "printemps",
    "automne",
    "hiver",
    "vacances",
    "amour",
    "maison",
    "secret",
    "coffre",
    "sesame",
    "bienvenue",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "lundi",
    "vendredi",
    "dimanche",
    "hopital",
    "clinique",
    "sante",
    "cabinet",
    "medecin",
    "docteur",
    "infirmier",
    "infirmiere",
    "pharmacie",
    "laboratoire",
    "patient",
    "igcsante",
    "igc-sante",
    "mssante",
    "esante",
    "certificat",
    "bicle",
    "biclé",
];

/// How long a password holds, honestly estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (very strong), the scale of zxcvbn.
    pub score: u8,
    /// Decimal logarithm of the guesses that an attacker needs.
    pub guesses_log10: f64,
    /// The time that this takes one who has the file.
    pub crack_time: Phrase,
}

impl Strength {
    /// The user is asked a second time before such a password is taken.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.score < WEAK_BELOW_SCORE
    }
}

/// What the password protects: each guess at it costs the attacker so much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protects {
    /// A vault with this cost of a guess (Argon2id).
    Vault {
        /// Memory, KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
    },
    /// A file for others (PBKDF2; a JKS is weaker, and its form says so).
    File,
}

impl Protects {
    /// A vault that is made now, at the least that it will ask for.
    pub const NEW_VAULT: Self = Self::Vault {
        memory_kib: 64 * 1024,
        passes: 3,
    };

    fn guesses_per_second(self) -> f64 {
        match self {
            Self::Vault { memory_kib, passes } => {
                let work = f64::from(memory_kib) * f64::from(passes);
                VAULT_GUESSES_PER_SECOND * VAULT_WORK_KIB_PASSES / work.max(1.0)
            }
            Self::File => FILE_GUESSES_PER_SECOND,
        }
    }
}

/// Measures a password. `context`: words that an attacker would try first (a name, the product).
#[must_use]
pub fn strength(password: &str, context: &[&str], protects: Protects) -> Strength {
    let end = password
        .char_indices()
        .nth(MEASURED_CHARACTERS)
        .map_or(password.len(), |(at, _)| at);
    let measured = password.get(..end).unwrap_or(password);
    let words: Vec<&str> = context.iter().chain(&FRENCH_WORDS).copied().collect();
    let estimate = zxcvbn::zxcvbn(measured, &words);
    let guesses_log10 = estimate.guesses_log10();
    let seconds = 10f64.powf(guesses_log10) / protects.guesses_per_second();
    Strength {
        score: u8::from(estimate.score()),
        guesses_log10,
        crack_time: crack_time(seconds),
    }
}

fn crack_time(seconds: f64) -> Phrase {
    const STEPS: [(f64, &str); 6] = [
        (60.0, "crack-instant"),
        (3_600.0, "crack-minutes"),
        (86_400.0, "crack-hours"),
        (2_592_000.0, "crack-days"),
        (31_536_000.0, "crack-months"),
        (3_153_600_000.0, "crack-years"),
    ];
    let step = STEPS.into_iter().find(|(limit, _)| seconds < *limit);
    Phrase::new(step.map_or("crack-centuries", |(_, code)| code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(password: &str, context: &[&str]) -> Strength {
        strength(password, context, Protects::NEW_VAULT)
    }

    #[test]
    fn strength_is_told_honestly() {
        assert!(of("motdepasse", &[]).score <= 1);
        assert_eq!(
            of("chapelle-saint-luc", &["chapelle-saint-luc"]).crack_time,
            Phrase::new("crack-instant")
        );
        let long = "é".repeat(5_000);
        assert!(of(&long, &[]).score <= 4);
    }

    #[test]
    fn french_words_and_the_vaults_name_are_tried_first() {
        for weak in [
            "azertyuiop",
            "Hopital2026",
            "Printemps2026!",
            "igcsante1",
            "coffre123",
        ] {
            assert!(of(weak, &[]).is_weak(), "{weak}");
        }
        assert!(of("clinique-du-lac", &["clinique-du-lac"]).is_weak());
        for strong in [
            "le mot de passe du coffre 4271",
            "girouette cobalt neuve 7723",
        ] {
            assert!(!of(strong, &[]).is_weak(), "{strong}");
        }
    }

    #[test]
    fn a_vault_that_works_harder_holds_longer() {
        let hard = Protects::Vault {
            memory_kib: 256 * 1024,
            passes: 12,
        };
        let ratio = Protects::NEW_VAULT.guesses_per_second() / hard.guesses_per_second();
        assert!((ratio - 16.0).abs() < 1e-9);
        assert!(Protects::File.guesses_per_second() > VAULT_GUESSES_PER_SECOND);
    }
}
