//! Texts made comparable: without case and without accents, so that "elodie" finds "Élodie".

/// The text in lower case, Latin letters without their marks, ligatures as two letters.
#[must_use]
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// The same, written at the end of `folded`.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    let start = folded.len();
    if text.is_ascii() {
        // most texts: many bytes at once
        folded.push_str(text);
        if let Some(added) = folded.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    for character in text.chars() {
        if character.is_ascii() {
            folded.push(character.to_ascii_lowercase());
            continue;
        }
        for lower in character.to_lowercase() {
            match plain(lower) {
                "" if is_mark(lower) => {}
                "" => folded.push(lower),
                letters => folded.push_str(letters),
            }
        }
    }
}

/// Whether a text begins with what was folded already.
pub(super) fn begins_with(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        let head = text.as_bytes().get(..folded.len());
        return head.is_some_and(|head| head.eq_ignore_ascii_case(folded.as_bytes()));
    }
    fold(text).starts_with(folded)
}

/// U+0300 to U+036F: accents that stand after their letter (decomposed names, as macOS writes them).
fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}')
}

/// The letters below the marks (Latin-1 and Latin Extended-A); nothing: the character is kept.
fn plain(lower: char) -> &'static str {
    match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' => "s",
        'ţ' | 'ť' | 'ŧ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        '’' => "'",
        '\u{00A0}' | '\u{202F}' => " ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{begins_with, fold};

    #[test]
    fn accents_and_case_do_not_count() {
        assert_eq!(fold("Élodie MARÇAIS-Œuvre"), "elodie marcais-oeuvre");
        assert_eq!(fold("L’E\u{0301}cole"), "l'ecole");
        assert_eq!(fold("Ω 東"), "ω 東");
    }

    #[test]
    fn a_beginning_is_found_in_any_case() {
        assert!(begins_with("Serveur", "serv"));
        assert!(begins_with("Élodie", "elo"));
        assert!(!begins_with("Se", "serv"));
        assert!(!begins_with("Serveur", "élo"));
    }
}
