//! The words of Rust's sources, comments and literals left out, and what follows each `unsafe`.

/// How often a text says `unsafe`, by what it stands before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// Blocks, attributes included.
    pub(super) blocks: usize,
    /// Functions, and blocks of foreign ones.
    pub(super) functions: usize,
    /// Implementations of traits.
    pub(super) impls: usize,
    /// Traits.
    pub(super) traits: usize,
}

impl Uses {
    /// All of them.
    pub(super) fn sum(self) -> usize {
        self.blocks + self.functions + self.impls + self.traits
    }

    /// Counts those of another text too.
    pub(super) fn add(&mut self, other: Uses) {
        self.blocks += other.blocks;
        self.functions += other.functions;
        self.impls += other.impls;
        self.traits += other.traits;
    }
}

/// Counts in one source file.
pub(super) fn uses(source: &str) -> Uses {
    let mut found = Uses::default();
    let mut after_unsafe = false;
    for word in words(source) {
        if std::mem::take(&mut after_unsafe) {
            match word {
                "{" | "(" => found.blocks += 1,
                "fn" | "extern" => found.functions += 1,
                "impl" => found.impls += 1,
                "trait" | "auto" => found.traits += 1,
                _ => {}
            }
        }
        after_unsafe = word == "unsafe";
    }
    found
}

/// Identifiers and single signs, in their order.
fn words(source: &str) -> Vec<&str> {
    let bytes = source.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match byte {
            b'/' if rest.starts_with(b"//") => line(rest),
            b'/' if rest.starts_with(b"/*") => comment(rest),
            b'"' => string(rest),
            b'\'' => character(rest),
            _ if is_word(byte) => {
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                let word = source.get(at..at + length).unwrap_or_default();
                let after = rest.get(length..).unwrap_or_default();
                match (word, after.first()) {
                    // a raw string has no escapes, and ends with as many # as it began with
                    ("r" | "br" | "cr", Some(b'"' | b'#')) => match raw_string(after) {
                        Some(string) => length + string,
                        None => {
                            // r#name: `r#unsafe` is a name
                            length
                                + after
                                    .iter()
                                    .take_while(|byte| is_word(**byte) || **byte == b'#')
                                    .count()
                        }
                    },
                    ("b" | "c", Some(b'"')) => length + string(after),
                    ("b", Some(b'\'')) => length + character(after),
                    _ => {
                        words.push(word);
                        length
                    }
                }
            }
            _ => {
                if byte.is_ascii() && !byte.is_ascii_whitespace() {
                    words.extend(source.get(at..=at));
                }
                1
            }
        };
        at += length.max(1);
    }
    words
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn line(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| **byte != b'\n').count()
}

/// Comments of this kind nest.
fn comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(two) = rest.get(at..at + 2) {
        match two {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// What follows `r`, if it is a raw string.
fn raw_string(after: &[u8]) -> Option<usize> {
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    if after.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut at = hashes + 1;
    while at < after.len() {
        let closes = after.get(at) == Some(&b'"')
            && after
                .get(at + 1..at + 1 + hashes)
                .is_some_and(|end| end.iter().all(|byte| *byte == b'#'));
        if closes {
            return Some(at + 1 + hashes);
        }
        at += 1;
    }
    Some(after.len())
}

/// A character, or a lifetime, of which only the quote is passed.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        // '\'' and '\u{…}': the escaped character is passed before the end is looked for
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(1, |end| end + 4);
    }
    let text = std::str::from_utf8(rest.get(1..rest.len().min(6)).unwrap_or_default());
    let first = match text {
        Ok(text) => text.chars().next(),
        Err(error) => std::str::from_utf8(rest.get(1..1 + error.valid_up_to()).unwrap_or_default())
            .ok()
            .and_then(|text| text.chars().next()),
    };
    let length = first.map_or(1, char::len_utf8);
    if rest.get(1 + length) == Some(&b'\'') {
        length + 2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_word_is_told_apart() {
        let source = "unsafe { x() } unsafe fn a() {} pub unsafe extern \"C\" fn b() {} unsafe impl Send for X {} unsafe trait T {} #[unsafe(no_mangle)] fn c() {} #![forbid(unsafe_code)]";
        let expected = Uses {
            blocks: 2,
            functions: 2,
            impls: 1,
            traits: 1,
        };
        assert_eq!(uses(source), expected);
        assert_eq!(uses(source).sum(), 6);
    }

    #[test]
    fn comments_and_literals_say_nothing() {
        for source in [
            "// unsafe { }\n",
            "/* unsafe { /* unsafe { */ unsafe { */",
            "\"unsafe { \\\" unsafe {\"",
            "r\"unsafe { \\\"",
            "r#\"unsafe { \" unsafe { \"#",
            "b\"unsafe {\" br##\"unsafe { \"# \"##",
            "r#unsafe { }",
            "let a = '\"'; let b = '\\''; /* unsafe { */",
            "/// `unsafe { }`",
        ] {
            assert_eq!(uses(source).sum(), 0, "{source}");
        }
    }

    #[test]
    fn what_stands_behind_a_literal_or_a_lifetime_counts() {
        for source in [
            "'\"' unsafe { }",
            "'\\'' unsafe { }",
            "'é' unsafe { }",
            "fn a<'a>() { unsafe { } }",
            "r#\"x\"# unsafe { }",
            "b'\"' unsafe { }",
            "/* /* */ */ unsafe { }",
            "// x\nunsafe\n{ }",
            "\"\\\\\" unsafe { }",
        ] {
            assert_eq!(uses(source).blocks, 1, "{source}");
        }
    }
}
