//! Which characters of a text deceive: the unseen, and the look-alikes (Unicode UTS #39, TR 36).

use std::collections::HashSet;

use unicode_script::{Script, UnicodeScript};
use unicode_security::GeneralSecurityProfile;
use unicode_security::confusable_detection::skeleton;

/// One letter carries at most so many marks: é has one, Vietnamese letters two. More pile up over
/// the lines around (UTS #39 §5.4 warns of more than four).
const MARKS_OF_A_LETTER: usize = 2;

/// So many spaces in a row are for pushing what follows out of sight.
const SPACES_IN_A_ROW: usize = 4;

/// A character without a shape of its own, or that no standard gives one: control and format
/// characters, fillers, variation selectors, tags, spaces other than the plain and the two
/// no-break ones, private use (a font of icons draws anything there), unassigned, and the mark of what
/// could not be decoded.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    if (' '..='~').contains(&character) {
        return false;
    }
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}'
            | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || character.script() == Script::Unknown
}

/// For each character, whether it deceives where it stands.
pub(super) fn deceptive(text: &[char]) -> Vec<bool> {
    let scripts: Vec<Script> = text.iter().map(|letter| script(*letter)).collect();
    let disguised = disguised_scripts(text, &scripts);
    let turning = turns(text, &scripts);
    let mut deceptive: Vec<bool> = text
        .iter()
        .zip(&scripts)
        .map(|(letter, script)| {
            !letter.is_ascii_graphic()
                && (is_hidden(*letter)
                    || disguised.contains(script)
                    || (turning && is_right_to_left(*letter))
                    || is_dressed_up(*letter))
        })
        .collect();
    mark(&mut deceptive, |mark| mixed_words(text, &scripts, mark));
    mark(&mut deceptive, |mark| piled_marks(text, &scripts, mark));
    mark(&mut deceptive, |mark| spaces(text, mark));
    // what only ASCII has stays: it is what the others pass for
    for (flag, letter) in deceptive.iter_mut().zip(text) {
        *flag &= !letter.is_ascii_graphic();
    }
    deceptive
}

fn mark(flags: &mut [bool], find: impl FnOnce(&mut dyn FnMut(usize))) {
    find(&mut |place| {
        if let Some(flag) = flags.get_mut(place) {
            *flag = true;
        }
    });
}

/// The letter's script (UAX #24); digits of Arabic count as Arabic, the ohm and such as they look.
fn script(letter: char) -> Script {
    match letter {
        '\u{660}'..='\u{669}' => Script::Arabic,
        _ => letter.script(),
    }
}

fn is_alphabet(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// The alphabets of which this text has nothing but letters that pass for ASCII ("аррӏе" in Cyrillic,
/// UTS #39 §4.1 "whole-script confusable"). A text that shows the alphabet openly has other letters too.
fn disguised_scripts(text: &[char], scripts: &[Script]) -> HashSet<Script> {
    let mut disguised = HashSet::new();
    let mut open = HashSet::new();
    for (letter, script) in text.iter().zip(scripts) {
        if is_alphabet(*script) && *script != Script::Latin && !open.contains(script) {
            if passes_for_ascii(*letter) {
                disguised.insert(*script);
            } else {
                open.insert(*script);
            }
        }
    }
    disguised.difference(&open).copied().collect()
}

/// Words of several alphabets (UTS #39 §5.2, "highly restrictive": Latin may stand with the
/// writings of Chinese, Japanese and Korean). Beside Latin letters the others are marked, else
/// those that are not of the first.
fn mixed_words(text: &[char], scripts: &[Script], mark: &mut dyn FnMut(usize)) {
    let is_in_word = |letter: char, script: Script| {
        letter.is_alphanumeric() || is_alphabet(script) || script == Script::Inherited
    };
    let mut start = 0;
    while start < text.len() {
        let length = text
            .iter()
            .zip(scripts)
            .skip(start)
            .take_while(|(letter, script)| is_in_word(**letter, **script))
            .count();
        let word = || scripts.iter().skip(start).take(length).copied();
        let alphabets: HashSet<Script> = word().filter(|script| is_alphabet(*script)).collect();
        if alphabets.len() > 1 && !stand_together(&alphabets) {
            let kept = if alphabets.contains(&Script::Latin) {
                Some(Script::Latin)
            } else {
                word().find(|script| is_alphabet(*script))
            };
            for (place, script) in word().enumerate() {
                if is_alphabet(script) && Some(script) != kept {
                    mark(start.saturating_add(place));
                }
            }
        }
        start = start.saturating_add(length).saturating_add(1);
    }
}

fn stand_together(alphabets: &HashSet<Script>) -> bool {
    const TOGETHER: [&[Script]; 3] = [
        &[
            Script::Latin,
            Script::Han,
            Script::Hiragana,
            Script::Katakana,
        ],
        &[Script::Latin, Script::Han, Script::Bopomofo],
        &[Script::Latin, Script::Han, Script::Hangul],
    ];
    TOGETHER
        .iter()
        .any(|set| alphabets.iter().all(|script| set.contains(script)))
}

/// Marks that pile up, strike through, or stand over no letter.
fn piled_marks(text: &[char], scripts: &[Script], mark: &mut dyn FnMut(usize)) {
    // a text that begins with a mark has no letter under it
    let mut marks = MARKS_OF_A_LETTER;
    for (place, (letter, script)) in text.iter().zip(scripts).enumerate() {
        if *script != Script::Inherited {
            marks = if letter.is_alphanumeric() {
                0
            } else {
                MARKS_OF_A_LETTER
            };
            continue;
        }
        let strikes = matches!(letter, '\u{334}'..='\u{338}' | '\u{20d0}'..='\u{20f0}');
        if marks >= MARKS_OF_A_LETTER || strikes {
            mark(place);
        }
        marks = marks.saturating_add(1);
    }
}

/// Spaces at the ends, and many in a row: from the second on.
fn spaces(text: &[char], mark: &mut dyn FnMut(usize)) {
    let mut start = 0;
    while start < text.len() {
        let length = text
            .iter()
            .skip(start)
            .take_while(|letter| letter.is_whitespace())
            .count();
        let end = start.saturating_add(length);
        if length > 0 && (start == 0 || end == text.len()) {
            (start..end).for_each(&mut *mark);
        } else if length >= SPACES_IN_A_ROW {
            (start.saturating_add(1)..end).for_each(&mut *mark);
        }
        start = end.saturating_add(1);
    }
}

/// Letters written from right to left move the digits and signs around them: they are marked where
/// Latin letters or digits stand in the same text (UAX #9).
fn turns(text: &[char], scripts: &[Script]) -> bool {
    let other =
        |(letter, script): (&char, &Script)| *script == Script::Latin || letter.is_ascii_digit();
    text.iter().any(|letter| is_right_to_left(*letter)) && text.iter().zip(scripts).any(other)
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// ASCII in another dress: full-width and mathematical letters, Roman numerals, phonetic letters,
/// and signs that pass for `/ . : , =`. Latin-1 is what people type (`nº`, `m²`).
fn is_dressed_up(letter: char) -> bool {
    if letter < '\u{100}' {
        return false;
    }
    matches!(letter,
        '\u{2024}' | '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{2236}' | '\u{2571}' | '\u{29f8}'
        | '\u{a4f8}' | '\u{a789}' | '\u{a78a}' | '\u{fe50}'..='\u{fe6b}'
        | '\u{ff01}'..='\u{ff5e}' | '\u{ff61}')
        || (letter.is_alphanumeric() && !letter.identifier_allowed() && passes_for_ascii(letter))
}

/// The letter's skeleton (UTS #39 §4) is ASCII.
fn passes_for_ascii(letter: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = letter.encode_utf8(&mut buffer);
    skeleton(text).all(|part| part.is_ascii_graphic())
}
