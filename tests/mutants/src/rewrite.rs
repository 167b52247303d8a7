//! A source file with all of its changes in it, each behind a question.
//!
//! `a == b` becomes `(if crate::mutant_is(7) { a != b } else { a == b })`. What stands in the brackets of a change
//! is the source as it was; the changes of its operands are in the last branch alone, so that the text does not
//! grow without bound.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::change::Change;
use crate::places::{self, Binary, Places};

/// Why a change is not in the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// It does not compile.
    Unviable,
    /// It cannot be asked for while the program runs: it needs a build of its own.
    Alone,
    /// Its place is not built on this system.
    Elsewhere,
}

/// A source file and the changes that go into it.
#[derive(Debug)]
pub struct Source {
    text: String,
    edits: Vec<Edit>,
    /// The changes that do not go in.
    pub outside: Vec<(usize, Outside)>,
}

/// What was written, and where in it the changes are.
#[derive(Debug, Default)]
pub struct Written {
    /// The file.
    pub text: String,
    /// A change's own text: an error in there is its own.
    pub own: Vec<(usize, Range<usize>)>,
    /// The changes that take no arm, and where their conditions are.
    pub arms: Vec<(usize, usize)>,
    /// What was wrapped, with the changes around it.
    pub around: Vec<(Vec<usize>, Range<usize>)>,
}

#[derive(Debug)]
struct Edit {
    range: Range<usize>,
    kind: Kind,
    /// The changes with their texts.
    changes: Vec<(usize, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An expression: the text stands instead of it.
    Expression,
    /// The start of a function's body: it returns the text.
    Body,
    /// Behind the pattern of an arm, which is not taken.
    Arm,
}

impl Written {
    /// The arms that are not taken in there.
    #[must_use]
    pub fn arms_in(&self, range: &Range<usize>) -> Vec<usize> {
        let inside = self.arms.iter().filter(|(_, at)| range.contains(at));
        inside.map(|(number, _)| *number).collect()
    }
}

impl Source {
    /// Finds the place of each change of the file.
    ///
    /// # Errors
    ///
    /// A source that cannot be read.
    pub fn new(text: &str, changes: &[&Change]) -> Result<Source, syn::Error> {
        let places = places::found(text)?;
        let mut source = Source {
            text: text.to_owned(),
            edits: Vec::new(),
            outside: Vec::new(),
        };
        for change in changes {
            let range = change.range(text);
            match edit(&places, text, change, &range) {
                Ok(edit) => source.put(edit),
                Err(outside) => source.outside.push((change.number, outside)),
            }
        }
        // outer ones before inner ones, and the start of a body before the expression that starts it
        source.edits.sort_by_key(|edit| {
            (
                edit.range.start,
                edit.kind == Kind::Expression,
                usize::MAX - edit.range.end,
            )
        });
        Ok(source)
    }

    fn put(&mut self, edit: Edit) {
        let same = |other: &&mut Edit| other.range == edit.range && other.kind == edit.kind;
        match self.edits.iter_mut().find(same) {
            Some(there) => there.changes.extend(edit.changes),
            None => self.edits.push(edit),
        }
    }

    /// The file with that change, and no other.
    #[must_use]
    pub fn with_one(&self, change: &Change) -> String {
        let range = change.range(&self.text);
        [
            &self.text[..range.start],
            &change.replacement,
            &self.text[range.end..],
        ]
        .concat()
    }

    /// The file with its changes, but for those that were dropped.
    #[must_use]
    pub fn written(&self, dropped: &BTreeSet<usize>) -> Written {
        let mut written = Written::default();
        write(
            &mut written,
            &self.text,
            0..self.text.len(),
            &self.edits,
            dropped,
        );
        written
    }
}

fn write(
    written: &mut Written,
    source: &str,
    range: Range<usize>,
    edits: &[Edit],
    dropped: &BTreeSet<usize>,
) {
    let mut at = range.start;
    let mut rest = edits;
    while let Some((edit, behind)) = rest.split_first() {
        written.text.push_str(&source[at..edit.range.start]);
        let inside = behind
            .iter()
            .take_while(|inner| inner.range.start < edit.range.end)
            .count();
        let (inner, behind) = behind.split_at(inside);
        write_edit(written, source, edit, inner, dropped);
        at = edit.range.end;
        rest = behind;
    }
    written.text.push_str(&source[at..range.end]);
}

fn write_edit(
    written: &mut Written,
    source: &str,
    edit: &Edit,
    inner: &[Edit],
    dropped: &BTreeSet<usize>,
) {
    let start = written.text.len();
    let mut numbers = Vec::new();
    for (number, text) in &edit.changes {
        if dropped.contains(number) {
            continue;
        }
        let first = numbers.is_empty();
        numbers.push(*number);
        match edit.kind {
            Kind::Expression => {
                let word = if first { "(if" } else { " else if" };
                written
                    .text
                    .push_str(&format!("{word} crate::mutant_is({number}) {{ "));
                push_own(written, *number, text);
                written.text.push_str(" }");
            }
            Kind::Body => {
                written
                    .text
                    .push_str(&format!("if crate::mutant_is({number}) {{ "));
                push_own(written, *number, &format!("return {text};"));
                written.text.push_str(" } ");
            }
            Kind::Arm => {
                written.arms.push((*number, written.text.len()));
                push_own(
                    written,
                    *number,
                    &format!(" if !crate::mutant_is({number})"),
                );
            }
        }
    }
    let is_wrapped = edit.kind == Kind::Expression && !numbers.is_empty();
    if is_wrapped {
        written.text.push_str(" else { ");
    }
    write(written, source, edit.range.clone(), inner, dropped);
    if is_wrapped {
        written.text.push_str(" })");
    }
    if !numbers.is_empty() {
        written.around.push((numbers, start..written.text.len()));
    }
}

fn push_own(written: &mut Written, number: usize, text: &str) {
    let start = written.text.len();
    written.text.push_str(text);
    written.own.push((number, start..written.text.len()));
}

fn edit(
    places: &Places,
    source: &str,
    change: &Change,
    span: &Range<usize>,
) -> Result<Edit, Outside> {
    let holds = |outer: &Range<usize>| outer.start <= span.start && span.end <= outer.end;
    if places.elsewhere.iter().any(holds) {
        return Err(Outside::Elsewhere);
    }
    let around = places.bodies.iter().filter(|body| holds(&body.range));
    let body = around.min_by_key(|body| body.range.len());
    if places.constants.iter().any(holds) || body.is_some_and(|body| body.is_const) {
        return Err(Outside::Alone);
    }
    let instead_of = |outer: &Range<usize>| {
        let text = [
            &source[outer.start..span.start],
            &change.replacement,
            &source[span.end..outer.end],
        ]
        .concat();
        // what the compiler cannot even read would hide all other errors
        if syn::parse_str::<syn::Expr>(&text).is_err() {
            return Err(Outside::Unviable);
        }
        Ok(one(change, outer.clone(), Kind::Expression, text))
    };
    match change.genre.as_str() {
        "FnValue" => {
            let body = body.ok_or(Outside::Alone)?;
            if body.returns_impl {
                return Err(Outside::Alone);
            }
            let start = span.start..span.start;
            Ok(one(change, start, Kind::Body, change.replacement.clone()))
        }
        "BinaryOperator" => {
            let found = places
                .binaries
                .iter()
                .find(|binary| binary.operator == *span);
            let binary = found.ok_or(Outside::Alone)?;
            if binary.joins_let {
                return Err(Outside::Unviable);
            }
            instead_of(reach(binary, &source[span.clone()], &change.replacement))
        }
        "UnaryOperator" => {
            let found = places
                .unaries
                .iter()
                .find(|range| range.start == span.start);
            instead_of(found.ok_or(Outside::Alone)?)
        }
        "MatchArmGuard" => {
            let guard =
                |arm: &&places::Arm| arm.guard.as_ref().is_some_and(|(range, _)| range == span);
            let arm = places.arms.iter().find(guard).ok_or(Outside::Alone)?;
            match arm.guard {
                Some((_, false)) => instead_of(span),
                _ => Err(Outside::Alone),
            }
        }
        "MatchArm" => {
            let found = places.arms.iter().find(|arm| arm.start == span.start);
            let arm = found.ok_or(Outside::Alone)?;
            match &arm.guard {
                None => {
                    let place = arm.pattern_end..arm.pattern_end;
                    Ok(one(change, place, Kind::Arm, String::new()))
                }
                Some((range, false)) => Ok(one(
                    change,
                    range.clone(),
                    Kind::Expression,
                    "false".to_owned(),
                )),
                Some((_, true)) => Err(Outside::Alone),
            }
        }
        "StructField" => {
            let outer = places.structs.iter().filter(|range| holds(range));
            instead_of(
                outer
                    .min_by_key(|range| range.len())
                    .ok_or(Outside::Alone)?,
            )
        }
        _ => Err(Outside::Alone),
    }
}

fn one(change: &Change, range: Range<usize>, kind: Kind, text: String) -> Edit {
    Edit {
        range,
        kind,
        changes: vec![(change.number, text)],
    }
}

/// How much has to be written anew: the operator with its operands, and all of its chain where the new operator
/// binds otherwise.
fn reach<'a>(binary: &'a Binary, old: &str, new: &str) -> &'a Range<usize> {
    if binding(old) == binding(new) {
        &binary.range
    } else {
        &binary.chain
    }
}

fn binding(operator: &str) -> u8 {
    match operator {
        "*" | "/" | "%" => 1,
        "+" | "-" => 2,
        "<<" | ">>" => 3,
        "&" => 4,
        "^" => 5,
        "|" => 6,
        "==" | "!=" | "<" | ">" | "<=" | ">=" => 7,
        "&&" => 8,
        "||" => 9,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn change(number: usize, genre: &str, source: &str, old: &str, new: &str) -> Change {
        let at = source.find(old).unwrap();
        let line = source[..at].matches('\n').count() + 1;
        let column = source[..at]
            .chars()
            .rev()
            .take_while(|c| *c != '\n')
            .count()
            + 1;
        Change {
            number,
            file: "a.rs".to_owned(),
            genre: genre.to_owned(),
            start: (line, column),
            end: (line, column + old.chars().count()),
            replacement: new.to_owned(),
            name: String::new(),
        }
    }

    fn rewritten(
        source: &str,
        changes: &[Change],
        dropped: &[usize],
    ) -> (String, Vec<(usize, Outside)>) {
        let changes: Vec<&Change> = changes.iter().collect();
        let read = Source::new(source, &changes).unwrap();
        let written = read.written(&dropped.iter().copied().collect());
        syn::parse_file(&written.text).unwrap();
        (written.text, read.outside)
    }

    #[test]
    fn an_operator_asks_and_the_one_in_its_operand_asks_in_the_last_branch() {
        let source = "fn f(a: u8, b: u8) -> bool { g(a + b) == b }";
        let changes = [
            change(1, "BinaryOperator", source, "==", "!="),
            change(2, "BinaryOperator", source, "+", "-"),
            change(3, "BinaryOperator", source, "+", "*"),
        ];
        let wanted = "fn f(a: u8, b: u8) -> bool { (if crate::mutant_is(1) { g(a + b) != b } else { \
             g((if crate::mutant_is(2) { a - b } else if crate::mutant_is(3) { a * b } else { a + b })) == b }) }";
        assert_eq!(rewritten(source, &changes, &[]).0, wanted);
        assert_eq!(
            rewritten(source, &changes, &[1, 3]).0,
            "fn f(a: u8, b: u8) -> bool { g((if crate::mutant_is(2) { a - b } else { a + b })) == b }"
        );
        assert_eq!(rewritten(source, &changes, &[1, 2, 3]).0, source);
    }

    #[test]
    fn an_operator_that_binds_otherwise_takes_its_chain_along() {
        let source = "fn f() -> bool { x && y && (z || t) }";
        let changes = [change(1, "BinaryOperator", source, "&&", "||")];
        // as the text would be: x || (y && …), not (x || y) && …
        assert_eq!(
            rewritten(source, &changes, &[]).0,
            "fn f() -> bool { (if crate::mutant_is(1) { x || y && (z || t) } else { x && y && (z || t) }) }"
        );
    }

    #[test]
    fn beside_a_let_the_comparison_is_changed_and_the_and_cannot_be() {
        let source = "fn f() { if let Some(x) = y && x > 3 { g() } }";
        let changes = [
            change(1, "BinaryOperator", source, "&&", "||"),
            change(2, "BinaryOperator", source, ">", "<"),
        ];
        let (text, outside) = rewritten(source, &changes, &[]);
        assert_eq!(outside, [(1, Outside::Unviable)]);
        assert!(
            text.contains("= y && (if crate::mutant_is(2) { x < 3 } else { x > 3 }) {"),
            "{text}"
        );
    }

    #[test]
    fn a_function_returns_before_it_begins() {
        let source = "fn f() -> u8 {\n    a + 1\n}";
        let changes = [
            change(1, "FnValue", source, "a + 1", "0"),
            change(2, "FnValue", source, "a + 1", "1"),
            change(3, "BinaryOperator", source, "+", "-"),
        ];
        assert_eq!(
            rewritten(source, &changes, &[]).0,
            "fn f() -> u8 {\n    if crate::mutant_is(1) { return 0; } if crate::mutant_is(2) { return 1; } \
             (if crate::mutant_is(3) { a - 1 } else { a + 1 })\n}"
        );
    }

    #[test]
    fn arms_and_guards_are_conditions() {
        let source = "fn f() { match a { B { c } => 1, D if e == g => 2, _ => !3 } }";
        let changes = [
            change(1, "MatchArm", source, "B { c } => 1,", ""),
            change(2, "MatchArm", source, "D if e == g => 2,", ""),
            change(3, "MatchArmGuard", source, "e == g", "true"),
            change(4, "UnaryOperator", source, "!", ""),
        ];
        assert_eq!(
            rewritten(source, &changes, &[]).0,
            "fn f() { match a { B { c } if !crate::mutant_is(1) => 1, D if \
             (if crate::mutant_is(2) { false } else if crate::mutant_is(3) { true } else { e == g }) => 2, \
             _ => (if crate::mutant_is(4) { 3 } else { !3 }) } }"
        );
    }

    #[test]
    fn a_field_and_an_assignment_are_expressions() {
        let source = "fn f() { a += 1; g(H { i: 2, ..j }) }";
        let changes = [
            change(1, "BinaryOperator", source, "+=", "-="),
            change(2, "StructField", source, "i: 2,", ""),
        ];
        assert_eq!(
            rewritten(source, &changes, &[]).0,
            "fn f() { (if crate::mutant_is(1) { a -= 1 } else { a += 1 }); \
             g((if crate::mutant_is(2) { H {  ..j } } else { H { i: 2, ..j } })) }"
        );
    }

    #[test]
    fn what_the_compiler_computes_is_built_alone_and_other_systems_are_told() {
        let source = "const A: u8 = 1 + 2;\nconst fn f() -> u8 { 3 }\n\
             #[cfg(not(any(unix, windows)))] fn g() -> u8 { 4 }\nfn h() -> impl Copy { 5 }";
        let changes = [
            change(1, "BinaryOperator", source, "+", "-"),
            change(2, "FnValue", source, "3", "0"),
            change(3, "FnValue", source, "4", "0"),
            change(4, "FnValue", source, "5", "()"),
        ];
        let (text, outside) = rewritten(source, &changes, &[]);
        assert_eq!(text, source);
        let wanted = [
            (1, Outside::Alone),
            (2, Outside::Alone),
            (3, Outside::Elsewhere),
            (4, Outside::Alone),
        ];
        assert_eq!(outside, wanted);
        let read = Source::new(source, &[]).unwrap();
        assert_eq!(
            read.with_one(&changes[0]),
            source.replacen("1 + 2", "1 - 2", 1)
        );
    }
}
