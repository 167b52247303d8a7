//! What the core has to say, without a language: a code of the catalogue and its arguments.

/// A sentence of the catalogue: its code and what fills it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The message's id in the catalogue, `verdict-trusted`.
    pub code: &'static str,
    /// What fills the message, by name.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// One value of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A text shown as it is: a name, a path.
    Text(String),
    /// A number, written and pluralised by the language.
    Number(i64),
    /// A moment in seconds since 1970 UTC, written by the language.
    Time(i64),
    /// Another message of the catalogue, by its id.
    Word(&'static str),
}

impl Phrase {
    /// A sentence that nothing fills.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self {
            code,
            arguments: Vec::new(),
        }
    }

    /// The same with one more text.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, Argument::Text(value.into())));
        self
    }

    /// The same with one more number.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.arguments.push((name, Argument::Number(value)));
        self
    }

    /// The same with one more moment.
    #[must_use]
    pub fn time(mut self, name: &'static str, unix: i64) -> Self {
        self.arguments.push((name, Argument::Time(unix)));
        self
    }

    /// The same with one more word of the catalogue.
    #[must_use]
    pub fn word(mut self, name: &'static str, code: &'static str) -> Self {
        self.arguments.push((name, Argument::Word(code)));
        self
    }
}
