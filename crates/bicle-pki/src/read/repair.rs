//! PEM that a mail program quoted or a form brought onto one line.

use zeroize::Zeroizing;

/// What stands before and behind a label.
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Longest label that is looked for, in bytes: the longest that is known has 28.
const MAX_LABEL_BYTES: usize = 64;

/// Whether a BEGIN with a label stands anywhere in a text, also within a line. PGP's do not count.
pub(super) fn has_armour(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = find(rest, BEGIN) {
        rest = rest.get(at..).unwrap_or_default();
        if label(rest, BEGIN).is_some_and(|label| !label.starts_with(b"PGP ")) {
            return true;
        }
        rest = rest.get(BEGIN.len()..).unwrap_or_default();
    }
    false
}

/// The text without quotation marks in front of its lines, and with a line for each BEGIN and END.
pub(super) fn repaired(text: &[u8]) -> Zeroizing<Vec<u8>> {
    // each armour line is at least ten bytes and gets two more: nothing is reallocated
    let capacity = text.len().saturating_add(text.len() / 4).saturating_add(2);
    let mut repaired = Zeroizing::new(Vec::with_capacity(capacity));
    for line in text.split(|byte| matches!(byte, b'\r' | b'\n')) {
        let mut rest = line;
        while let [b'>' | b' ' | b'\t', after @ ..] = rest {
            rest = after;
        }
        while let Some((&first, after)) = rest.split_first() {
            let armour = [BEGIN, END]
                .into_iter()
                .find_map(|prefix| Some(prefix.len() + label(rest, prefix)?.len() + DASHES.len()));
            let parts = armour.and_then(|length| rest.split_at_checked(length));
            if let Some((armour, after)) = parts {
                repaired.push(b'\n');
                repaired.extend_from_slice(armour);
                repaired.push(b'\n');
                rest = after;
            } else {
                repaired.push(first);
                rest = after;
            }
        }
        repaired.push(b'\n');
    }
    repaired
}

/// The label of an armour line at the start of a text, when one is there.
fn label<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let rest = text.strip_prefix(prefix)?;
    let window = rest.get(..MAX_LABEL_BYTES + DASHES.len()).unwrap_or(rest);
    let label = window.get(..find(window, DASHES)?)?;
    let is_label = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'#');
    (!label.is_empty() && label.iter().all(is_label)).then_some(label)
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|part| part == word)
}
