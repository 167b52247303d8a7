//! Host names in Punycode (RFC 3492) within a text, and what they say (RFC 5891, UTS #46).

use idna::uts46::{AsciiDenyList, Hyphens, Uts46};

/// What an internationalized label begins with (RFC 5890 §2.3.2.1), in any case.
const PREFIX: &str = "xn--";

/// The longest host name (RFC 1035 §2.3.4). A longer text is none.
const MOST_BYTES: usize = 253;

/// A host name that says something else than it shows.
pub(super) struct Host {
    /// The byte after it.
    pub(super) end: usize,
    /// What it says.
    pub(super) meaning: String,
}

/// Whether a host in Punycode may stand in the text.
pub(super) fn may_stand_in(text: &str) -> bool {
    text.as_bytes()
        .windows(PREFIX.len())
        .any(|window| window.eq_ignore_ascii_case(PREFIX.as_bytes()))
}

/// The host names of a text that have a meaning in Unicode, in their order.
pub(super) fn all(text: &str) -> Vec<Host> {
    let mut hosts = Vec::new();
    if !may_stand_in(text) {
        return hosts;
    }
    let is_of_host =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_');
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let length = rest
            .find(|character| !is_of_host(character))
            .unwrap_or(rest.len());
        // a full stop ends a sentence, and begins what follows the asterisk of `*.example`
        let host = rest.get(..length).unwrap_or_default().trim_end_matches('.');
        if let Some(meaning) = meaning(host.trim_start_matches('.')) {
            hosts.push(Host {
                end: start.saturating_add(host.len()),
                meaning,
            });
        }
        let after = rest.get(length..).and_then(|after| after.chars().next());
        start = start
            .saturating_add(length)
            .saturating_add(after.map_or(0, char::len_utf8));
    }
    hosts
}

/// What a host name says, where every label in Punycode is valid; nothing else is told of it.
fn meaning(host: &str) -> Option<String> {
    if host.len() > MOST_BYTES || !may_stand_in(host) {
        return None;
    }
    let mut labels = Vec::new();
    let mut decoded = false;
    for label in host.split('.') {
        let is_encoded = label
            .get(..PREFIX.len())
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
        if is_encoded {
            let (unicode, valid) =
                Uts46::new().to_unicode(label.as_bytes(), AsciiDenyList::STD3, Hyphens::Check);
            valid.ok()?;
            labels.push(unicode.into_owned());
            decoded = true;
        } else {
            labels.push(label.to_owned());
        }
    }
    decoded.then(|| labels.join("."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_punycode_has_a_meaning() {
        assert_eq!(meaning("xn--caf-dma.example").unwrap(), "café.example");
        assert_eq!(
            meaning("WWW.XN--CAF-DMA.example").unwrap(),
            "WWW.café.example"
        );
        for host in [
            "example",
            "xn--",
            "xn--a",
            "xn--\u{e9}",
            "xn--caf-dma.xn--99999999999",
            // what it says would be written without Punycode
            "xn--cafe-",
            "axn--caf-dma",
        ] {
            assert_eq!(meaning(host), None, "{host}");
        }
    }
}
