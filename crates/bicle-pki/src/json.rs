//! JSON (RFC 8259), as much of it as keys need: texts, objects, arrays. What may be secret is
//! borrowed from the input, or wiped.

use zeroize::Zeroizing;

/// How deep values may be nested: a JWK Set has three levels, its extensions few more.
const MAX_DEPTH: usize = 32;

/// How many values one text may have: a set of 1,000 keys with a dozen members each.
const MAX_VALUES: usize = 16_384;

/// A value.
pub(crate) enum Value<'a> {
    Object(Vec<(Text<'a>, Value<'a>)>),
    Array(Vec<Value<'a>>),
    Text(Text<'a>),
    /// A number, true, false or null: nothing that is asked for.
    Other,
}

/// A text: as it stands in the input when it has no escapes.
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Unescaped(Zeroizing<String>),
}

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Unescaped(text) => text,
        }
    }
}

impl<'a> Value<'a> {
    /// The member of an object, the first of this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Value<'a>> {
        let Value::Object(members) = self else {
            return None;
        };
        members
            .iter()
            .find(|(key, _)| key.as_str() == name)
            .map(|(_, value)| value)
    }

    /// The text of a member.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.member(name)? {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// Reads a whole text.
///
/// # Errors
/// The byte where it is no JSON, is nested too deeply or has too many values.
pub(crate) fn parse(text: &str) -> Result<Value<'_>, usize> {
    let mut parser = Parser {
        text,
        position: 0,
        values: 0,
    };
    let value = parser.value(0).ok_or(parser.position)?;
    parser.blanks();
    if parser.position < text.len() {
        return Err(parser.position);
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.position += 1;
        }
    }

    /// Passes over this byte, and blanks before it.
    fn eat(&mut self, wanted: u8) -> Option<()> {
        self.blanks();
        (self.peek()? == wanted).then(|| self.position += 1)
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        self.values += 1;
        if depth >= MAX_DEPTH || self.values > MAX_VALUES {
            return None;
        }
        self.blanks();
        match self.peek()? {
            b'{' => {
                let mut members = Vec::new();
                self.list(b'{', b'}', |parser| {
                    parser.blanks();
                    let name = parser.string()?;
                    parser.eat(b':')?;
                    members.push((name, parser.value(depth + 1)?));
                    Some(())
                })?;
                Some(Value::Object(members))
            }
            b'[' => {
                let mut values = Vec::new();
                self.list(b'[', b']', |parser| {
                    values.push(parser.value(depth + 1)?);
                    Some(())
                })?;
                Some(Value::Array(values))
            }
            b'"' => Some(Value::Text(self.string()?)),
            _ => self.literal(),
        }
    }

    /// Elements between brackets, with commas between them.
    fn list(
        &mut self,
        open: u8,
        close: u8,
        mut element: impl FnMut(&mut Parser<'a>) -> Option<()>,
    ) -> Option<()> {
        self.eat(open)?;
        if self.eat(close).is_some() {
            return Some(());
        }
        loop {
            element(self)?;
            if self.eat(close).is_some() {
                return Some(());
            }
            self.eat(b',')?;
        }
    }

    fn literal(&mut self) -> Option<Value<'a>> {
        let rest = self.text.get(self.position..)?;
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            .count();
        let word = rest.get(..length)?;
        let known = matches!(word, "true" | "false" | "null")
            || (word.starts_with(|first: char| first == '-' || first.is_ascii_digit())
                && word.parse::<f64>().is_ok());
        self.position = self.position.checked_add(length)?;
        known.then_some(Value::Other)
    }

    fn string(&mut self) -> Option<Text<'a>> {
        (self.peek()? == b'"').then(|| self.position += 1)?;
        let start = self.position;
        let mut escaped = false;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.position += 2;
                }
                0..0x20 => return None,
                _ => self.position += 1,
            }
        }
        let inside = self.text.get(start..self.position)?;
        self.position += 1;
        if escaped {
            Some(Text::Unescaped(unescape(inside)?))
        } else {
            Some(Text::Borrowed(inside))
        }
    }
}

/// A text with its escapes resolved. It never gets longer: nothing is reallocated.
fn unescape(text: &str) -> Option<Zeroizing<String>> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut characters = after.chars();
        let unescaped = match characters.next()? {
            same @ ('"' | '\\' | '/') => same,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = unit(&mut characters)?;
                if (0xd800..0xdc00).contains(&first) {
                    (characters.next()? == '\\' && characters.next()? == 'u').then_some(())?;
                    let second = unit(&mut characters)?;
                    char::decode_utf16([first, second]).next()?.ok()?
                } else {
                    char::from_u32(u32::from(first))?
                }
            }
            _ => return None,
        };
        plain.push(unescaped);
        rest = characters.as_str();
    }
    plain.push_str(rest);
    Some(plain)
}

/// Four hexadecimal digits.
fn unit(characters: &mut std::str::Chars<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        let digit = u16::try_from(characters.next()?.to_digit(16)?).ok()?;
        unit = unit << 4 | digit;
    }
    Some(unit)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_and_escapes_resolved() {
        let value =
            parse(" {\"a\" : \"x\\u00e9\\n\\ud83d\\ude00\" , \"b\":[1,-2.5e3,true,null,{}],\"c\":{\"d\":\"y\"}}\r\n")
                .unwrap();
        assert_eq!(value.text("a"), Some("xé\n😀"));
        assert_eq!(value.text("b"), None);
        assert!(matches!(value.member("b"), Some(Value::Array(values)) if values.len() == 5));
        assert_eq!(value.member("c").unwrap().text("d"), Some("y"));
        assert!(value.member("e").is_none());
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_is() {
        for text in [
            "",
            "{",
            "{]",
            "{\"a\"}",
            "{\"a\":}",
            "[1,]",
            "[,]",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\",
            "nul",
            "1 2",
            "[1 2]",
            "{\"a\":1,}",
            "\"\n\"",
            "+1",
            "é",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("[1, x]").err(), Some(5));
    }

    #[test]
    fn nesting_and_numbers_are_bounded() {
        assert!(parse(&"[".repeat(1_000_000)).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(32), "]".repeat(32))).is_ok());
        assert!(parse(&format!("{}{}", "[".repeat(33), "]".repeat(33))).is_err());
        assert!(parse(&format!("[{}1]", "1,".repeat(20_000))).is_err());
    }
}
