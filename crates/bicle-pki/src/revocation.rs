//! Whether a certificate is revoked, by the lists of its issuer (RFC 5280 §6.3): the one rule of
//! revocation, for who has the lists and for who remembers only what they say.
//!
//! A list is used when it is of the certificate's issuer: the same name, a signature by the issuer's
//! key, the right to sign lists in a certificate of this name and key (keyUsage cRLSign, where it has
//! keyUsage), nothing critical that is unknown, and a scope (issuingDistributionPoint) in which the
//! certificate is. The signature decides: authorityKeyIdentifier only helps to find the signer, as
//! in paths, and an authority with two certificates of one key is one authority. One with two keys is
//! told by the search of a path, which knows what binds them ([`crate::path::SignatureOracle`]). Lists
//! that another authority signs for the issuer (a cRLIssuer of its own) are not used.
//!
//! The answer is never "good": who has no list of today does not know. A revocation in an old list
//! stays, whatever newer ones say, except certificateHold. A hold ends with a newer complete list of
//! the same scope that does not have it, or with removeFromCRL in a newer delta list whose base is
//! here; the silence of a delta ends nothing.
//!
//! Lists signed with SHA-1, with which paths are refused, are believed where they revoke: that only
//! makes stricter, and a forged revocation denies no more than a withheld list does. They do not end
//! a hold: a collision must not let a certificate through.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use crate::certificate::Certificate;
use crate::extension::{Decoded, Extension, GeneralName, KeyUsage};
use crate::oid;
use crate::revocation_list::{Reason, RevocationList, shortest};
use crate::signature::Hash;
use crate::time::UnixSeconds;

/// That a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// Since when.
    pub since: UnixSeconds,
    /// Why, if the list says so.
    pub reason: Option<Reason>,
    /// Since when its key is suspected, if the list says so.
    pub invalid_since: Option<UnixSeconds>,
    /// The list that says so, as an index into what was given.
    pub list: usize,
}

/// What the entry of a list says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Since when it is revoked.
    pub at: UnixSeconds,
    /// Why, if the entry says so.
    pub reason: Option<Reason>,
    /// Since when its key is suspected, if the entry says so.
    pub invalid_since: Option<UnixSeconds>,
}

/// One list of the certificate's issuer, verified, and what it says of one certificate: all that
/// [`decide`] must know, so that who remembers it needs no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// When the list was made.
    pub this_update: UnixSeconds,
    /// [`RevocationList::number`].
    pub number: Option<&'a [u8]>,
    /// [`RevocationList::delta_base`].
    pub delta_base: Option<&'a [u8]>,
    /// What tells its scope from others: the value of issuingDistributionPoint, or a hash of it.
    pub scope: Option<&'a [u8]>,
    /// [`is_weak`].
    pub is_weak: bool,
    /// Its entry of the certificate; `None`: it has none.
    pub mark: Option<Mark>,
}

impl<'a> Statement<'a> {
    /// What a list says of a certificate with this entry.
    pub fn of(list: &'a RevocationList, mark: Option<Mark>) -> Statement<'a> {
        let scope = list.extension(&oid::ISSUING_DISTRIBUTION_POINT);
        Statement {
            this_update: list.this_update(),
            number: list.number(),
            delta_base: list.delta_base(),
            scope: scope.map(|extension| extension.value.as_slice()),
            is_weak: is_weak(list),
            mark,
        }
    }

    /// The time of the list, and its number where times are equal.
    fn age(&self) -> Age<'a> {
        (self.this_update, value(self.number.unwrap_or_default()))
    }

    fn reason(&self) -> Option<Reason> {
        self.mark.and_then(|mark| mark.reason)
    }
}

/// A number without leading zeros, so that numbers compare as such.
type Number<'a> = (usize, &'a [u8]);

type Age<'a> = (UnixSeconds, Number<'a>);

/// Whether the name and key usage of a certificate let its key sign this list: a certificate of the
/// issuer, or a twin of the same name and key. The signature is to be verified apart.
pub fn may_sign(list: &RevocationList, issuer: &Certificate) -> bool {
    let usage = issuer.key_usage();
    usage.is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN))
        && list.issuer().matches(issuer.subject())
}

/// Whether a list, if it is of the certificate's issuer, speaks of the certificate: by the name of
/// the issuer and the scope, with nothing critical that is unknown.
pub fn speaks_of(list: &RevocationList, certificate: &Certificate) -> bool {
    list.unknown_critical().is_none()
        && list.issuer().matches(certificate.issuer())
        && is_in_scope(list, certificate)
}

/// Whether a list speaks of a certificate of this issuer, but for its signature: [`may_sign`] and
/// [`speaks_of`].
pub fn applies(list: &RevocationList, certificate: &Certificate, issuer: &Certificate) -> bool {
    may_sign(list, issuer) && speaks_of(list, certificate)
}

/// Whether a list is signed with a hash that has collisions: it revokes, but ends no hold.
pub fn is_weak(list: &RevocationList) -> bool {
    list.signature_algorithm().hash() == Some(Hash::Sha1)
}

/// What a list says of certificates, in their order and in one walk over its entries. `None`: it has
/// no entry of the certificate, or does not speak of it ([`speaks_of`]). Of several entries of one
/// certificate the one that lasts counts, then a hold; of those the earliest, then the first in the list.
pub fn marks(list: &RevocationList, certificates: &[&Certificate]) -> Vec<Option<Mark>> {
    let mut by_serial: HashMap<&[u8], Option<Mark>> = HashMap::new();
    let serials: Vec<Option<&[u8]>> = certificates
        .iter()
        .map(|certificate| {
            let serial = speaks_of(list, certificate).then(|| shortest(certificate.serial()))?;
            by_serial.insert(serial, None);
            Some(serial)
        })
        .collect();
    if by_serial.is_empty() {
        return vec![None; certificates.len()];
    }
    let wanted: BTreeSet<&[u8]> = by_serial.keys().copied().collect();
    for entry in list.own_entries(|serial| wanted.contains(serial)) {
        let found = Mark {
            at: entry.at,
            reason: entry.reason,
            invalid_since: entry.invalid_since,
        };
        if let Some(mark) = by_serial.get_mut(shortest(entry.serial))
            && mark.is_none_or(|mark| weight(&found) < weight(&mark))
        {
            *mark = Some(found);
        }
    }
    serials
        .into_iter()
        .map(|serial| by_serial.get(serial?).copied().flatten())
        .collect()
}

/// The less, the worse.
fn weight(mark: &Mark) -> (u8, UnixSeconds) {
    let kind = match mark.reason {
        Some(Reason::RemoveFromList) => 2,
        Some(Reason::CertificateHold) => 1,
        _ => 0,
    };
    (kind, mark.at)
}

/// Whether, and since when, the issuer has revoked a certificate, by its lists (complete and delta,
/// in any order, also of others). `issuers` are the certificates of the issuer that are known, of
/// one name and key; those with another key than the first are not looked at. `is_signed` says
/// whether the list with an index is signed with that key; it is asked once, and only for lists for
/// which [`applies`] holds with one of the issuers. Each list is walked at most once.
pub fn revocation_of(
    certificate: &Certificate,
    issuers: &[&Certificate],
    lists: &[&RevocationList],
    is_signed: &mut dyn FnMut(usize) -> bool,
) -> Option<Revocation> {
    let key = issuers.first()?.public_key();
    let may_be_signed = |list: &RevocationList| {
        issuers
            .iter()
            .any(|issuer| issuer.public_key() == key && may_sign(list, issuer))
    };
    let (indexes, statements): (Vec<usize>, Vec<Statement<'_>>) = lists
        .iter()
        .enumerate()
        .filter(|(index, list)| {
            speaks_of(list, certificate) && may_be_signed(list) && is_signed(*index)
        })
        .map(|(index, list)| {
            let mark = marks(list, &[certificate]).into_iter().next().flatten();
            (index, Statement::of(list, mark))
        })
        .unzip();
    let told = decide(&statements)?;
    let mark = statements.get(told)?.mark?;
    Some(Revocation {
        since: mark.at,
        reason: mark.reason,
        invalid_since: mark.invalid_since,
        list: *indexes.get(told)?,
    })
}

/// What the lists of one scope that may end a hold come to.
#[derive(Default)]
struct Ending<'a> {
    /// The age of the newest complete list.
    complete: Option<Age<'a>>,
    /// The numbers of the complete lists.
    numbers: BTreeSet<Number<'a>>,
    /// The age of the newest delta list that takes the certificate back from one of them.
    taken_back: Option<Age<'a>>,
}

/// The statement, as an index, that revokes the certificate of which all of them speak: of those that
/// do the one with the earliest time, then the newest. `None`: none revokes it.
pub fn decide(statements: &[Statement<'_>]) -> Option<usize> {
    let mut endings: HashMap<Option<&[u8]>, Ending<'_>> = HashMap::new();
    let strong = || statements.iter().filter(|statement| !statement.is_weak);
    for statement in strong().filter(|statement| statement.delta_base.is_none()) {
        let ending = endings.entry(statement.scope).or_default();
        ending.complete = ending.complete.max(Some(statement.age()));
        ending.numbers.extend(statement.number.map(value));
    }
    for statement in strong() {
        // only a delta list takes back (RFC 5280 §5.3.1), and only what it is the difference to
        if statement.reason() == Some(Reason::RemoveFromList)
            && let (Some(base), Some(number)) = (statement.delta_base, statement.number)
            && let Some(ending) = endings.get_mut(&statement.scope)
            && let Some(from) = ending.numbers.range(value(base)..).next()
            && *from <= value(number)
        {
            ending.taken_back = ending.taken_back.max(Some(statement.age()));
        }
    }
    let revokes = |statement: &Statement<'_>| match statement.reason() {
        Some(Reason::RemoveFromList) => false,
        Some(Reason::CertificateHold) => endings.get(&statement.scope).is_none_or(|ending| {
            let age = Some(statement.age());
            ending.complete <= age && ending.taken_back <= age
        }),
        _ => true,
    };
    statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| revokes(statement))
        .filter_map(|(index, statement)| Some((index, statement, statement.mark?)))
        .min_by_key(|(index, statement, mark)| {
            let is_hold = mark.reason == Some(Reason::CertificateHold);
            (mark.at, is_hold, Reverse(statement.age()), *index)
        })
        .map(|(index, _, _)| index)
}

fn value(number: &[u8]) -> Number<'_> {
    (number.len(), number)
}

/// Whether a certificate is in the scope of a list (RFC 5280 §6.3.3 (b) (2)).
fn is_in_scope(list: &RevocationList, certificate: &Certificate) -> bool {
    let Some(scope) = list.scope() else {
        return true;
    };
    if scope.only_attributes
        || (scope.only_users && certificate.is_authority())
        || (scope.only_authorities && !certificate.is_authority())
    {
        return false;
    }
    // a list of one place speaks of the certificates that name the place; where the name is not
    // understood, of all: an issuer gives a serial number once, so this only makes stricter
    !scope.has_point
        || scope.names.is_empty()
        || places(certificate)
            .iter()
            .any(|place| scope.names.iter().any(|name| is_same(name, place)))
}

/// The places where a certificate says that lists about it are.
fn places(certificate: &Certificate) -> Vec<GeneralName> {
    // those of delta lists too (RFC 5280 §4.2.1.15)
    [oid::CRL_DISTRIBUTION_POINTS, oid::FRESHEST_CRL]
        .iter()
        .filter_map(|oid| certificate.extension(oid).map(Extension::decode))
        .flat_map(|decoded| match decoded {
            Decoded::CrlDistributionPoints(points) => points,
            _ => Vec::new(),
        })
        .flat_map(|point| point.names)
        .collect()
}

fn is_same(one: &GeneralName, other: &GeneralName) -> bool {
    match (one, other) {
        (GeneralName::Directory(one), GeneralName::Directory(other)) => one.matches(other),
        _ => one == other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    /// A complete list of the whole issuer, strong, without an entry.
    fn silent(this_update: i64, number: &'static [u8]) -> Statement<'static> {
        Statement {
            this_update: UnixSeconds(this_update),
            number: Some(number),
            delta_base: None,
            scope: None,
            is_weak: false,
            mark: None,
        }
    }

    fn marked(mut statement: Statement<'static>, at: i64, reason: Reason) -> Statement<'static> {
        statement.mark = Some(Mark {
            at: UnixSeconds(at),
            reason: Some(reason),
            invalid_since: None,
        });
        statement
    }

    fn delta(mut statement: Statement<'static>, base: &'static [u8]) -> Statement<'static> {
        statement.delta_base = Some(base);
        statement
    }

    fn held() -> Statement<'static> {
        marked(silent(10, &[5]), 1, Reason::CertificateHold)
    }

    /// Whether a hold in the list of time 10 and number 5 still stands beside these.
    fn is_held(others: &[Statement<'static>]) -> bool {
        let mut all = vec![held()];
        all.extend_from_slice(others);
        match decide(&all) {
            None => false,
            Some(0) => true,
            Some(other) => panic!("the list {other} holds"),
        }
    }

    #[test]
    fn a_hold_ends_with_a_newer_complete_strong_list_of_its_scope() {
        assert!(is_held(&[]));
        assert!(!is_held(&[silent(11, &[6])]));
        assert!(is_held(&[silent(9, &[4])]));
        // of one moment the higher number is newer, and numbers are no texts
        assert!(!is_held(&[silent(10, &[6])]));
        assert!(!is_held(&[silent(10, &[1, 0])]));
        assert!(is_held(&[silent(10, &[4])]));
        assert!(is_held(&[silent(10, &[5])]));
        let scoped = Statement {
            scope: Some(b"place"),
            ..silent(11, &[6])
        };
        assert!(is_held(&[scoped]));
        let weak = Statement {
            is_weak: true,
            ..silent(11, &[6])
        };
        assert!(is_held(&[weak]));
        // the silence of a difference ends nothing
        assert!(is_held(&[delta(silent(11, &[6]), &[5])]));
        // the newest counts, in any order
        assert!(!is_held(&[silent(9, &[4]), silent(11, &[6])]));
        assert!(!is_held(&[silent(11, &[6]), silent(9, &[4])]));
    }

    #[test]
    fn a_hold_is_taken_back_by_a_newer_difference_to_a_list_that_is_here() {
        let taken = |this_update, number, base| {
            let list = silent(this_update, number);
            delta(marked(list, 1, Reason::RemoveFromList), base)
        };
        assert!(!is_held(&[taken(11, &[6], &[5])]));
        assert!(!is_held(&[taken(11, &[6], &[4])]));
        assert!(!is_held(&[taken(11, &[5], &[5])]));
        // older than the hold, or a difference to what is not here
        assert!(is_held(&[taken(9, &[6], &[5])]));
        assert!(is_held(&[taken(11, &[7], &[6])]));
        assert!(is_held(&[taken(11, &[4], &[3])]));
        // a complete list takes nothing back by such an entry: it ends the hold by being newer
        let complete = marked(silent(9, &[4]), 1, Reason::RemoveFromList);
        assert!(is_held(&[complete]));
        let unnumbered = Statement {
            number: None,
            ..taken(11, &[6], &[5])
        };
        assert!(is_held(&[unnumbered]));
        let weak = Statement {
            is_weak: true,
            ..taken(11, &[6], &[5])
        };
        assert!(is_held(&[weak]));
        let scoped = Statement {
            scope: Some(b"place"),
            ..taken(11, &[6], &[5])
        };
        assert!(is_held(&[scoped]));
        // the newest difference counts, in any order
        assert!(!is_held(&[taken(9, &[6], &[5]), taken(11, &[7], &[5])]));
        assert!(!is_held(&[taken(11, &[7], &[5]), taken(9, &[6], &[5])]));
    }

    #[test]
    fn a_revocation_stays_and_the_earliest_is_told() {
        let revoked = |this_update, number, at| {
            marked(silent(this_update, number), at, Reason::KeyCompromise)
        };
        assert_eq!(decide(&[]), None);
        assert_eq!(decide(&[silent(1, &[1])]), None);
        assert_eq!(decide(&[revoked(1, &[1], 1), silent(9, &[9])]), Some(0));
        assert_eq!(decide(&[revoked(9, &[9], 2), revoked(1, &[1], 1)]), Some(1));
        // of one time what lasts before what may end, then the newer list, then the first
        let hold = marked(silent(9, &[9]), 1, Reason::CertificateHold);
        assert_eq!(decide(&[hold, revoked(1, &[1], 1)]), Some(1));
        assert_eq!(decide(&[revoked(1, &[1], 1), hold]), Some(0));
        assert_eq!(decide(&[revoked(1, &[1], 1), revoked(2, &[2], 1)]), Some(1));
        assert_eq!(decide(&[revoked(2, &[2], 1), revoked(1, &[1], 1)]), Some(0));
        assert_eq!(decide(&[revoked(2, &[2], 1), revoked(2, &[2], 1)]), Some(0));
        // weak lists revoke
        let weak = Statement {
            is_weak: true,
            ..revoked(1, &[1], 1)
        };
        assert_eq!(decide(&[weak, silent(9, &[9])]), Some(0));
        // and so does one that says no reason
        let mut bare = revoked(1, &[1], 1);
        bare.mark.as_mut().unwrap().reason = None;
        assert_eq!(decide(&[bare]), Some(0));
    }

    #[test]
    fn the_worst_entry_of_a_certificate_counts() {
        let mark = |reason, at| Mark {
            at: UnixSeconds(at),
            reason,
            invalid_since: None,
        };
        let lasting = mark(Some(Reason::KeyCompromise), 9);
        let unsaid = mark(None, 8);
        let hold = mark(Some(Reason::CertificateHold), 2);
        let removed = mark(Some(Reason::RemoveFromList), 1);
        let mut all = [removed, lasting, hold, unsaid];
        all.sort_by_key(weight);
        assert_eq!(all, [unsaid, lasting, hold, removed]);
    }

    #[test]
    fn names_of_places_are_compared_as_names() {
        use crate::name::DistinguishedName;
        let directory =
            |text: &str| GeneralName::Directory(DistinguishedName::parse(text).unwrap());
        assert!(is_same(&directory("CN=Liste"), &directory("CN=LISTE")));
        assert!(!is_same(&directory("CN=Liste"), &directory("CN=Autre")));
        let place = |text: &str| GeneralName::Uri(text.into());
        assert!(is_same(&place("http://a/l"), &place("http://a/l")));
        assert!(!is_same(&place("http://a/l"), &place("http://a/L")));
        assert!(!is_same(&place("CN=Liste"), &directory("CN=Liste")));
    }
}
