//! What name constraints mean (RFC 5280 §4.2.1.10), as OpenSSL reads it where the standard is
//! silent.

use crate::extension::{GeneralName, NameConstraints, Subtree};
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};

/// A name of a certificate, or the base of a subtree, made ready for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A host name, in lower case.
    Host(String),
    /// A mail address: local part as it is, domain in lower case. As a base, without local part
    /// for all addresses of a host (or, after a dot, of a domain).
    Mailbox {
        local: Option<String>,
        domain: String,
    },
    /// A URI, reduced to its host in lower case; `None` if it has none that is a name.
    UriHost(Option<String>),
    /// Octets of an address, or of an address and its mask.
    Address(Vec<u8>),
    /// A comparison key of a distinguished name.
    Directory(Vec<u8>),
    /// A kind for which no comparison is defined.
    Other(OtherKind),
}

/// Kinds of names that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OtherKind {
    OtherName(Oid),
    RegisteredId,
    Undecoded,
}

/// The subtrees of an authority.
#[derive(Debug, Clone)]
pub(super) struct Constraints {
    permitted: Vec<Name>,
    excluded: Vec<Name>,
    /// Whether minimum or maximum is used, which RFC 5280 forbids: nothing is allowed then.
    has_distances: bool,
}

impl From<&NameConstraints> for Constraints {
    fn from(constraints: &NameConstraints) -> Constraints {
        let bases = |subtrees: &[Subtree]| {
            subtrees
                .iter()
                .map(|subtree| Name::of_base(&subtree.base))
                .collect()
        };
        Constraints {
            permitted: bases(&constraints.permitted),
            excluded: bases(&constraints.excluded),
            has_distances: constraints
                .permitted
                .iter()
                .chain(&constraints.excluded)
                .any(|subtree| subtree.has_distances),
        }
    }
}

impl Constraints {
    /// How many comparisons a check of so many names takes at most.
    pub(super) fn cost(&self, names: usize) -> usize {
        self.permitted
            .len()
            .saturating_add(self.excluded.len())
            .saturating_mul(names)
    }

    /// Whether a certificate may have this name: it lies in no excluded subtree, and in a permitted
    /// one if there is one of its kind.
    pub(super) fn allow(&self, name: &Name) -> bool {
        if self.has_distances {
            return false;
        }
        // once for the name, and not for each base: a name may be long, and bases many
        let is_comparable = name.is_comparable();
        let wildcard_parent = name.wildcard_parent();
        // what cannot be compared might lie in the subtree
        let may_be_within = |base: &Name| {
            !is_comparable
                || name.is_within(base).unwrap_or(true)
                || wildcard_parent.is_some_and(|parent| base.is_host_under(parent))
        };
        if self
            .excluded
            .iter()
            .any(|base| name.same_kind(base) && may_be_within(base))
        {
            return false;
        }
        let mut of_kind = self
            .permitted
            .iter()
            .filter(|base| name.same_kind(base))
            .peekable();
        of_kind.peek().is_none()
            || (is_comparable && of_kind.any(|base| name.is_within(base).unwrap_or(false)))
    }
}

impl Name {
    /// All names of a certificate that constraints apply to: the subject (with its comparison key),
    /// the e-mail addresses in it, and the alternative names.
    pub(super) fn all_of(
        subject: &DistinguishedName,
        subject_key: &[u8],
        alternative: &[GeneralName],
    ) -> Vec<Name> {
        let mut names = Vec::new();
        if !subject.is_empty() {
            names.push(Name::Directory(subject_key.to_vec()));
        }
        names.extend(
            subject
                .attributes()
                .filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS)
                .map(|attribute| mailbox(&attribute.value)),
        );
        names.extend(alternative.iter().map(Name::of));
        names
    }

    /// The common name as a host name, if it looks like one and no alternative name is one: servers
    /// are still found by it, so constraints apply to it (as OpenSSL does).
    pub(super) fn host_of_common_name(
        subject: &DistinguishedName,
        alternative: &[GeneralName],
    ) -> Option<Name> {
        if alternative
            .iter()
            .any(|name| matches!(name, GeneralName::Dns(_)))
        {
            return None;
        }
        let common_name = subject.common_name()?;
        let is_host = common_name.contains('.')
            && !common_name.starts_with('.')
            && !common_name.ends_with('.')
            && common_name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'*')
            });
        is_host.then(|| Name::Host(common_name.to_ascii_lowercase()))
    }

    fn of(name: &GeneralName) -> Name {
        match name {
            GeneralName::Dns(host) => Name::Host(host.trim_end_matches('.').to_ascii_lowercase()),
            GeneralName::Email(address) => mailbox(address),
            GeneralName::Uri(uri) => Name::UriHost(host_of_uri(uri)),
            GeneralName::Ip(octets) => Name::Address(octets.clone()),
            GeneralName::Directory(name) => Name::Directory(name.comparison_key()),
            GeneralName::Other { kind, .. } => Name::Other(OtherKind::OtherName(kind.clone())),
            GeneralName::RegisteredId(_) => Name::Other(OtherKind::RegisteredId),
            GeneralName::Undecoded(_) => Name::Other(OtherKind::Undecoded),
        }
    }

    /// A base differs from a name in that a URI's is a host alone.
    fn of_base(base: &GeneralName) -> Name {
        match base {
            GeneralName::Uri(host) => Name::UriHost(Some(host.to_ascii_lowercase())),
            other => Name::of(other),
        }
    }

    fn same_kind(&self, base: &Name) -> bool {
        match (self, base) {
            (Name::Other(kind), Name::Other(base)) => kind == base,
            _ => std::mem::discriminant(self) == std::mem::discriminant(base),
        }
    }

    /// Of a host whose first label has a wildcard, what stands behind it: `*.sante.fr` stands for every
    /// host of one more label, of which the name itself says nothing (RFC 9525 §6.3; RFC 5280 has no
    /// wildcards).
    fn wildcard_parent(&self) -> Option<&str> {
        match self {
            Name::Host(host) => host
                .split_once('.')
                .filter(|(first, _)| first.contains('*'))
                .map(|(_, parent)| parent),
            _ => None,
        }
    }

    /// Whether it is a host of one label more than its parent.
    fn is_host_under(&self, parent: &str) -> bool {
        match self {
            Name::Host(host) => host
                .strip_suffix(parent)
                .and_then(|before| before.strip_suffix('.'))
                .is_some_and(|label| !label.contains('.')),
            _ => false,
        }
    }

    /// Whether the name has the syntax that comparing rests on: a host without empty labels, an
    /// address with one `@` (RFC 5280 §4.2.1.6). Other kinds say so themselves.
    fn is_comparable(&self) -> bool {
        match self {
            Name::Host(host) => host.split('.').all(|label| !label.is_empty()),
            // a quoted local part may have an `@` (RFC 5321 §4.1.2)
            Name::Mailbox { local, .. } => local
                .as_ref()
                .is_some_and(|local| !local.contains('@') || local.starts_with('"')),
            _ => true,
        }
    }

    /// Whether the name lies in the subtree of a base of its kind; `None` if that cannot be said.
    fn is_within(&self, base: &Name) -> Option<bool> {
        match (self, base) {
            (Name::Host(host), Name::Host(base)) => Some(host_is_within(host, base)),
            (
                Name::Mailbox { local, domain },
                Name::Mailbox {
                    local: base_local,
                    domain: base,
                },
            ) => Some(match base_local {
                Some(_) => local == base_local && domain == base,
                None => domain_is_within(domain, base),
            }),
            (Name::UriHost(host), Name::UriHost(Some(base))) => {
                host.as_ref().map(|host| domain_is_within(host, base))
            }
            (Name::Address(octets), Name::Address(base)) => {
                // another family is outside; a base that is no pair cannot be compared
                let (network, mask) = base.split_at_checked(base.len() / 2)?;
                if !matches!(base.len(), 8 | 32) {
                    return None;
                }
                Some(
                    octets.len() == network.len()
                        && octets
                            .iter()
                            .zip(network)
                            .zip(mask)
                            .all(|((octet, network), mask)| octet & mask == network & mask),
                )
            }
            (Name::Directory(key), Name::Directory(base)) => Some(key.starts_with(base)),
            _ => None,
        }
    }
}

/// A host lies in the subtree of itself and of every domain above; an empty base holds all. A base
/// that begins with a dot, which the standard does not have for hosts, holds what is below only.
fn host_is_within(host: &str, base: &str) -> bool {
    if base.is_empty() || base.starts_with('.') {
        return host.ends_with(base);
    }
    match host.strip_suffix(base) {
        Some(before) => before.is_empty() || before.ends_with('.'),
        None => false,
    }
}

/// Of mail addresses and URIs: a base is one host, or what is below a domain if it begins with a
/// dot; an empty base holds all.
fn domain_is_within(host: &str, base: &str) -> bool {
    if base.is_empty() || base.starts_with('.') {
        host.ends_with(base)
    } else {
        host == base
    }
}

fn mailbox(address: &str) -> Name {
    match address.rsplit_once('@') {
        Some((local, domain)) => Name::Mailbox {
            local: (!local.is_empty()).then(|| local.to_owned()),
            domain: domain.to_ascii_lowercase(),
        },
        None => Name::Mailbox {
            local: None,
            domain: address.to_ascii_lowercase(),
        },
    }
}

/// The host of `scheme://user@host:port/…`, if it is a name and not an address (RFC 5280
/// §4.2.1.10 demands a name).
fn host_of_uri(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    if host.starts_with('[') {
        return None;
    }
    let host = host.split(':').next()?;
    let is_address = host.parse::<std::net::Ipv4Addr>().is_ok();
    (!host.is_empty() && !is_address).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn dns(text: &str) -> GeneralName {
        GeneralName::Dns(text.to_owned())
    }
    fn email(text: &str) -> GeneralName {
        GeneralName::Email(text.to_owned())
    }
    fn uri(text: &str) -> GeneralName {
        GeneralName::Uri(text.to_owned())
    }
    fn directory(text: &str) -> GeneralName {
        GeneralName::Directory(DistinguishedName::parse(text).unwrap())
    }

    fn allowed(permitted: &[GeneralName], excluded: &[GeneralName], name: &GeneralName) -> bool {
        let subtrees = |bases: &[GeneralName]| {
            bases
                .iter()
                .map(|base| Subtree {
                    base: base.clone(),
                    has_distances: false,
                })
                .collect()
        };
        Constraints::from(&NameConstraints {
            permitted: subtrees(permitted),
            excluded: subtrees(excluded),
        })
        .allow(&Name::of(name))
    }

    #[test]
    fn a_permitted_subtree_holds_what_lies_in_it() {
        let cases = [
            (dns("sante.fr"), dns("a.SANTE.fr"), true),
            (dns("sante.fr"), dns("sante.fr"), true),
            (dns("sante.fr"), dns("asante.fr"), false),
            (dns(".sante.fr"), dns("sante.fr"), false),
            (dns(""), dns("x.org"), true),
            (email("sante.fr"), email("a@sante.fr"), true),
            (email("sante.fr"), email("a@b.sante.fr"), false),
            (email(".sante.fr"), email("a@b.sante.fr"), true),
            (email("a@sante.fr"), email("a@SANTE.fr"), true),
            (email("a@sante.fr"), email("A@sante.fr"), false),
            (uri("sante.fr"), uri("https://u@sante.fr:8080/x"), true),
            (uri("sante.fr"), uri("https://b.sante.fr/x"), false),
            (uri(".sante.fr"), uri("https://b.sante.fr"), true),
            (uri("sante.fr"), uri("urn:x"), false),
            (directory("C=FR,O=A"), directory("C=FR,O=a,CN=x"), true),
            (directory("C=FR,O=A"), directory("C=FR,CN=x"), false),
            (
                GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0]),
                GeneralName::Ip(vec![10, 1, 2, 3]),
                true,
            ),
            (
                GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0]),
                GeneralName::Ip(vec![11, 1, 2, 3]),
                false,
            ),
            (
                GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0]),
                GeneralName::Ip(vec![0; 16]),
                false,
            ),
        ];
        for (base, name, inside) in cases {
            assert_eq!(
                allowed(std::slice::from_ref(&base), &[], &name),
                inside,
                "{base} {name}"
            );
        }
    }

    #[test]
    fn a_wildcard_that_stands_for_an_excluded_host_is_refused() {
        let excluded = [dns("bar.sante.fr")];
        assert!(!allowed(&[dns("sante.fr")], &excluded, &dns("*.sante.fr")));
        assert!(!allowed(&[], &excluded, &dns("b*.sante.fr")));
        assert!(!allowed(&[], &[dns("sante.fr")], &dns("*.sante.fr")));
        assert!(!allowed(&[], &[dns(".sante.fr")], &dns("*.sante.fr")));
        // a wildcard stands for one label
        assert!(allowed(&[], &[dns("a.bar.sante.fr")], &dns("*.sante.fr")));
        assert!(allowed(&[], &excluded, &dns("*.b.fr")));
        assert!(allowed(&[], &excluded, &dns("x.sante.fr")));
        // and lies in a permitted subtree as its own name does
        assert!(allowed(&[dns("sante.fr")], &[], &dns("*.sante.fr")));
        assert!(!allowed(&[dns("bar.sante.fr")], &[], &dns("*.sante.fr")));
    }

    #[test]
    fn a_name_without_the_syntax_of_its_kind_is_in_no_permitted_subtree() {
        for name in [dns(".sante.fr"), dns("a..sante.fr"), dns("")] {
            assert!(!allowed(&[dns("sante.fr")], &[], &name), "{name}");
            assert!(!allowed(&[dns("")], &[], &name), "{name}");
            assert!(!allowed(&[], &[dns("b.fr")], &name), "{name}");
            assert!(allowed(&[email("b.fr")], &[], &name), "{name}");
        }
        for name in [email("a@b@sante.fr"), email("sante.fr"), email("@sante.fr")] {
            assert!(!allowed(&[email("sante.fr")], &[], &name), "{name}");
            assert!(!allowed(&[], &[email("b.fr")], &name), "{name}");
        }
        assert!(allowed(
            &[email("sante.fr")],
            &[],
            &email("\"a@b\"@sante.fr")
        ));
    }

    #[test]
    fn what_is_excluded_or_cannot_be_compared_is_refused() {
        assert!(!allowed(&[], &[dns("sante.fr")], &dns("a.sante.fr")));
        assert!(allowed(&[], &[dns("sante.fr")], &dns("b.fr")));
        assert!(!allowed(
            &[dns("fr")],
            &[dns("sante.fr")],
            &dns("a.sante.fr")
        ));
        assert!(!allowed(&[], &[uri("sante.fr")], &uri("urn:x")));
        assert!(!allowed(
            &[],
            &[GeneralName::RegisteredId(oid::CLIENT_AUTH)],
            &GeneralName::RegisteredId(oid::SERVER_AUTH)
        ));
        assert!(!allowed(
            &[],
            &[GeneralName::Ip(vec![1])],
            &GeneralName::Ip(vec![1, 2, 3, 4])
        ));
        // a constraint of one kind says nothing of another
        assert!(allowed(&[dns("sante.fr")], &[], &email("a@b.fr")));
        let other = |kind: &Oid| GeneralName::Other {
            kind: kind.clone(),
            value: vec![0x0c, 1, b'x'],
        };
        let (one, another) = (other(&oid::CLIENT_AUTH), other(&oid::SERVER_AUTH));
        let registered = GeneralName::RegisteredId(oid::CLIENT_AUTH);
        assert!(!allowed(&[], std::slice::from_ref(&one), &one));
        assert!(allowed(&[], std::slice::from_ref(&one), &another));
        assert!(allowed(&[], std::slice::from_ref(&one), &registered));
        assert!(allowed(&[registered], &[], &one));
    }

    #[test]
    fn a_uri_without_a_host_name_lies_in_no_permitted_subtree() {
        for without in ["https://10.0.0.1/x", "https:///x", "https://[::1]/x"] {
            for base in ["", "10.0.0.1", "sante.fr"] {
                assert!(
                    !allowed(&[uri(base)], &[], &uri(without)),
                    "{base} {without}"
                );
                assert!(
                    !allowed(&[], &[uri(base)], &uri(without)),
                    "{base} {without}"
                );
            }
        }
        assert!(allowed(&[uri("")], &[], &uri("https://sante.fr/x")));
    }
}
