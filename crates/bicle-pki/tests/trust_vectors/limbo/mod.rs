//! The cases of C2SP's x509-limbo that a private PKI can have, rebuilt from their descriptions.
//!
//! No file of x509-limbo is read: each case is made anew, with keys of our own (Ed25519), under the name
//! that it has there and with the result that is expected there.

mod building;
mod certificates;
mod lists;
mod names;

use bicle_pki::revocation_list::RevocationList;
use bicle_pki::time::UnixSeconds;

use crate::forge::Issued;
use crate::judge::Pool;
use crate::table::Case;

/// A case before it is judged.
pub(crate) struct Scenario {
    id: &'static str,
    valid: bool,
    target: Issued,
    trusted: Vec<Issued>,
    others: Vec<Issued>,
    lists: Vec<RevocationList>,
    at: &'static str,
}

/// A case that is judged on 2024-01-01, with the certificate in question last.
fn scenario(
    id: &'static str,
    valid: bool,
    trusted: &[&Issued],
    others: &[&Issued],
    target: &Issued,
) -> Scenario {
    let owned = |list: &[&Issued]| list.iter().map(|issued| (*issued).clone()).collect();
    Scenario {
        id,
        valid,
        target: target.clone(),
        trusted: owned(trusted),
        others: owned(others),
        lists: Vec::new(),
        at: "2024-01-01T00:00:00Z",
    }
}

impl Scenario {
    fn judged_at(mut self, at: &'static str) -> Scenario {
        self.at = at;
        self
    }

    /// A list that does not read says nothing.
    fn with_list(mut self, list: Option<RevocationList>) -> Scenario {
        self.lists.extend(list);
        self
    }

    fn judge(self) -> Case {
        let group = self.id.rsplit_once("::").unwrap().0.to_owned();
        Case {
            id: self.id.to_owned(),
            group,
            valid: self.valid,
            seen: self.verdict(),
        }
    }

    /// A certificate of the pool that does not read is not in it; one in question is refused.
    fn verdict(self) -> Result<(), String> {
        let target = self.target.read()?;
        let mut certificates = vec![target];
        let mut anchors = Vec::new();
        for issued in &self.trusted {
            // the anchor may be what is asked for
            if issued.der == self.target.der {
                anchors.push(0);
            } else if let Ok(certificate) = issued.read() {
                anchors.push(certificates.len());
                certificates.push(certificate);
            }
        }
        certificates.extend(self.others.iter().filter_map(|issued| issued.read().ok()));
        let at = UnixSeconds::parse_rfc3339(self.at).unwrap();
        Pool::new(certificates, self.lists).judge(0, &anchors, at)
    }
}

/// All cases, each with what we say.
pub(crate) fn seen() -> Vec<Case> {
    let mut scenarios = certificates::scenarios();
    scenarios.extend(names::scenarios());
    scenarios.extend(building::scenarios());
    scenarios.extend(lists::scenarios());
    scenarios.into_iter().map(Scenario::judge).collect()
}
