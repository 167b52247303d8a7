//! From the tables of a database to its items.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::public_key::PublicKey;
use bicle_pki::read::FoundItem;
use bicle_pki::request::CertificationRequest;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::time::UnixSeconds;
use bicle_platform::secret::SecretText;

use crate::database::{Database, LeftOut, LeftOutKind, LeftOutReason, XcaItem, XcaRevocation};
use crate::error::XcaError;
use crate::key::{MAX_KEYS, Opener, Protection};
use crate::password::candidates;
use crate::sqlite::{MAX_ROWS, Row, Scan, Source};
use crate::template::{XcaTemplate, read_blob};
use crate::value;

/// Longest name that is taken, in bytes; XCA's column is declared for 128 characters.
pub(crate) const MAX_NAME_BYTES: usize = 1024;

/// Longest comment that is taken, in bytes; XCA's column is declared for 2048 characters.
const MAX_COMMENT_BYTES: usize = 64 * 1024;

/// What the list of items says of one.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) created: Option<UnixSeconds>,
    pub(crate) kind: Option<i64>,
}

/// What was found, by the item's number: the order in which things came into XCA.
#[derive(Default)]
pub(crate) struct Collected {
    listed: HashMap<i64, Listed>,
    /// Numbers of items of which something was seen in another table.
    seen: BTreeSet<i64>,
    items: BTreeMap<i64, Vec<XcaItem>>,
    templates: BTreeMap<i64, XcaTemplate>,
    left_out: BTreeMap<i64, Vec<LeftOut>>,
    /// Public halves, for the keys that are opened later.
    public_keys: HashMap<i64, PublicKey>,
    /// Fingerprint and subject of each certificate.
    certificates: HashMap<i64, (Sha256Fingerprint, Vec<u8>)>,
    /// Fingerprints by issuer's name and serial number.
    by_serial: HashMap<(Vec<u8>, Vec<u8>), Sha256Fingerprint>,
}

/// What XCA keeps of a token.
const TOKEN_COLUMNS: [&str; 6] = [
    "card_manufacturer",
    "card_model",
    "card_serial",
    "card_label",
    "slot_label",
    "object_id",
];

/// What belongs to no item, behind all others.
pub(crate) const NO_ITEM: i64 = i64::MAX;

/// Reads the tables.
pub(crate) fn read(
    bytes: &[u8],
    passwords: &[&SecretText],
    cancelled: &AtomicBool,
) -> Result<Database, XcaError> {
    let source = Source::open(bytes, cancelled)?;
    let (schema, pwhash) = settings(&source)?;
    let mut all = Collected::default();
    all.list(&source)?;
    all.certificates(&source)?;
    all.requests(&source)?;
    all.lists(&source)?;
    all.templates(&source)?;
    all.static_keys(&source)?;
    let broken = all.public_keys(&source)?;
    let opener = Opener::new(candidates(passwords), &pwhash, cancelled);
    let private = all.keys(&source, opener)?;
    for id in broken.into_iter().filter(|id| !private.contains(id)) {
        all.broken(id, LeftOutKind::PublicKey);
    }
    let tokens = all.tokens(&source)?;
    let public_keys = std::mem::take(&mut all.public_keys);
    all.keys_without_private_half(public_keys, &private, &tokens);
    let revocations = all.revocations(&source)?;
    all.say_what_is_missing();
    Ok(all.into_database(schema, revocations))
}

/// The version of the tables, 0 if it is not said, and the check of the password.
fn settings(source: &Source<'_>) -> Result<(u32, String), XcaError> {
    let (mut schema, mut pwhash) = (0, String::new());
    let ended = source.scan("settings", &["key_", "value"], |row| {
        match value::text(row.value(0)).as_str() {
            "schema" => {
                let number = value::number(row.value(1)).unwrap_or(0);
                schema = u32::try_from(number).unwrap_or(0);
            }
            "pwhash" => pwhash = value::text(row.value(1)),
            _ => {}
        }
        Ok(())
    })?;
    match ended {
        Scan::Absent => Err(XcaError::NotXca),
        _ => Ok((schema, pwhash)),
    }
}

impl Collected {
    /// All in its order.
    pub(crate) fn into_database(self, schema: u32, revocations: Vec<XcaRevocation>) -> Database {
        Database {
            schema,
            items: self.items.into_values().flatten().collect(),
            templates: self.templates.into_values().collect(),
            revocations,
            left_out: self.left_out.into_values().flatten().collect(),
        }
    }

    /// Takes an item into the list.
    pub(crate) fn enlist(&mut self, id: i64, listed: Listed) {
        self.listed.insert(id, listed);
    }

    /// The list of items, without those that were deleted: of these only the name is left.
    fn list(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let columns = ["id", "name", "type", "date", "comment", "del"];
        let ended = source.scan("items", &columns, |row| {
            let Some(id) = value::number(row.value(0)) else {
                return Ok(());
            };
            if value::number(row.value(5)).is_some_and(|deleted| deleted != 0) {
                return Ok(());
            }
            let name = value::text(row.value(1));
            let comment = value::text(row.value(4));
            let name = beginning(&name, MAX_NAME_BYTES).to_owned();
            let kept = beginning(&comment, MAX_COMMENT_BYTES);
            if kept.len() < comment.len() {
                let limit_bytes = MAX_COMMENT_BYTES;
                self.leave_out(
                    id,
                    &name,
                    LeftOutKind::Comment,
                    LeftOutReason::TooLarge { limit_bytes },
                );
            }
            let listed = Listed {
                name,
                comment: kept.trim_end().to_owned(),
                created: value::date(row.value(3)),
                kind: value::number(row.value(2)),
            };
            self.enlist(id, listed);
            Ok(())
        })?;
        match ended {
            Scan::Absent => Err(XcaError::NotXca),
            // nothing was read: there is no name and no order to be had
            Scan::Broken if self.listed.is_empty() => Err(XcaError::Malformed),
            _ => {
                self.ended(ended, LeftOutKind::Unknown);
                Ok(())
            }
        }
    }

    fn certificates(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let ended = source.scan("certs", &["item", "cert"], |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            let certificate =
                value::bytes(row.value(1)).and_then(|der| Certificate::from_der(&der).ok());
            let Some(certificate) = certificate else {
                self.broken(id, LeftOutKind::Certificate);
                return Ok(());
            };
            let sha256 = certificate.sha256();
            let subject = certificate.subject().der().to_vec();
            let serial = value::magnitude(certificate.serial()).to_vec();
            self.certificates.insert(id, (sha256, subject));
            self.by_serial
                .insert((certificate.issuer().der().to_vec(), serial), sha256);
            self.found(id, FoundItem::Certificate(certificate));
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::Certificate);
        Ok(())
    }

    fn requests(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let ended = source.scan("requests", &["item", "request"], |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            let request = value::bytes(row.value(1))
                .and_then(|der| CertificationRequest::from_der(&der).ok());
            match request {
                Some(request) => self.found(id, FoundItem::Request(request)),
                None => self.broken(id, LeftOutKind::Request),
            }
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::Request);
        Ok(())
    }

    fn lists(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let ended = source.scan("crls", &["item", "crl"], |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            let list =
                value::bytes(row.value(1)).and_then(|der| RevocationList::from_der(&der).ok());
            match list {
                Some(list) => self.found(id, FoundItem::List(list)),
                None => self.broken(id, LeftOutKind::List),
            }
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::List);
        Ok(())
    }

    fn templates(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let ended = source.scan("templates", &["item", "version", "template"], |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            let version = value::number(row.value(1)).unwrap_or(0);
            let template =
                value::bytes(row.value(2)).and_then(|blob| read_blob(version, &blob).ok());
            self.template(id, template);
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::Template);
        Ok(())
    }

    /// The keys of OpenVPN that belong to an authority (XCA 2.7): nothing here uses them.
    fn static_keys(&mut self, source: &Source<'_>) -> Result<(), XcaError> {
        let ended = source.scan("takeys", &["item"], |row| {
            if let Some(id) = self.item_of(row) {
                let what = "OpenVPN tls-auth".to_owned();
                self.leave(
                    id,
                    LeftOutKind::StaticKey,
                    LeftOutReason::Unsupported { what },
                );
            }
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::StaticKey);
        Ok(())
    }

    /// The public halves of all keys: those on tokens have nothing more. Gives the numbers of the
    /// broken ones.
    fn public_keys(&mut self, source: &Source<'_>) -> Result<Vec<i64>, XcaError> {
        let mut broken = Vec::new();
        let ended = source.scan("public_keys", &["item", "public"], |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            let public =
                value::bytes(row.value(1)).and_then(|der| PublicKey::from_spki_der(&der).ok());
            match public {
                Some(public) => {
                    self.public_keys.insert(id, public);
                }
                None => broken.push(id),
            }
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::PublicKey);
        Ok(broken)
    }

    /// The private keys; gives the numbers of all of them, opened or not.
    fn keys(
        &mut self,
        source: &Source<'_>,
        mut opener: Opener<'_>,
    ) -> Result<BTreeSet<i64>, XcaError> {
        let mut private = BTreeSet::new();
        let mut tried = 0;
        let columns = ["item", "ownPass", "private"];
        let mut ended = source.scan("private_keys", &columns, |row| {
            let Some(id) = self.item_of(row) else {
                return Ok(());
            };
            private.insert(id);
            tried += 1;
            if tried > MAX_KEYS {
                return Ok(());
            }
            let protection = Protection::of(value::number(row.value(1)));
            let Some(blob) = value::bytes(row.value(2)) else {
                self.broken(id, LeftOutKind::Key);
                return Ok(());
            };
            match opener.open(&blob, self.public_keys.get(&id), protection)? {
                Ok(key) => self.found(id, FoundItem::Key(key)),
                Err(why) => self.leave(id, LeftOutKind::Key, why),
            }
            Ok(())
        })?;
        if tried > MAX_KEYS {
            ended = Scan::Whole;
            let limit = MAX_KEYS;
            self.leave_out(
                NO_ITEM,
                "",
                LeftOutKind::Key,
                LeftOutReason::TooMany { limit },
            );
        }
        self.ended(ended, LeftOutKind::Key);
        Ok(private)
    }

    /// Public keys alone, and those whose private half is on a token.
    pub(crate) fn keys_without_private_half(
        &mut self,
        public_keys: HashMap<i64, PublicKey>,
        private: &BTreeSet<i64>,
        tokens: &HashMap<i64, String>,
    ) {
        let mut alone: Vec<(i64, PublicKey)> = public_keys
            .into_iter()
            .filter(|(id, _)| !private.contains(id))
            .collect();
        alone.sort_by_key(|(id, _)| *id);
        for (id, public) in alone {
            self.found(id, FoundItem::PublicKey(public));
            let item = self.items.get_mut(&id).and_then(|items| items.last_mut());
            if let (Some(item), Some(token)) = (item, tokens.get(&id)) {
                let between = if item.comment.is_empty() { "" } else { "\n" };
                item.comment.push_str(between);
                item.comment.push_str(token);
            }
        }
    }

    /// Keys on tokens: a note that says which token and which object on it.
    fn tokens(&mut self, source: &Source<'_>) -> Result<HashMap<i64, String>, XcaError> {
        let mut notes = HashMap::new();
        let mut columns = vec!["item"];
        columns.extend(TOKEN_COLUMNS);
        let ended = source.scan("tokens", &columns, |row| {
            if let Some(id) = self.item_of(row) {
                self.leave(id, LeftOutKind::TokenKey, LeftOutReason::OnToken);
                let texts: Vec<String> = (1..=TOKEN_COLUMNS.len())
                    .map(|column| value::text(row.value(column)))
                    .collect();
                notes.insert(id, token_note(&texts));
            }
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::TokenKey);
        Ok(notes)
    }

    fn revocations(&mut self, source: &Source<'_>) -> Result<Vec<XcaRevocation>, XcaError> {
        let mut revocations = Vec::new();
        let columns = ["caId", "serial", "date", "invaldate", "reasonBit"];
        let ended = source.scan("revocations", &columns, |row| {
            let authority = value::number(row.value(0)).unwrap_or(NO_ITEM);
            let Some(serial) = value::serial(row.value(1)) else {
                self.broken(authority, LeftOutKind::Revocation);
                return Ok(());
            };
            let (issuer_sha256, certificate_sha256) = match self.certificates.get(&authority) {
                Some((sha256, subject)) => {
                    let key = (subject.clone(), serial.clone());
                    (Some(*sha256), self.by_serial.get(&key).copied())
                }
                None => (None, None),
            };
            revocations.push(XcaRevocation {
                issuer_sha256,
                certificate_sha256,
                serial,
                at: value::date(row.value(2)),
                invalid_since: value::date(row.value(3)),
                reason: value::number(row.value(4)).and_then(|reason| u8::try_from(reason).ok()),
            });
            Ok(())
        })?;
        self.ended(ended, LeftOutKind::Revocation);
        Ok(revocations)
    }

    /// Items that are in no other table.
    fn say_what_is_missing(&mut self) {
        let mut missing: Vec<(i64, LeftOut)> = Vec::new();
        for (id, listed) in &self.listed {
            if self.seen.contains(id) {
                continue;
            }
            let what = match listed.kind {
                Some(1) => LeftOutKind::Key,
                Some(2) => LeftOutKind::Request,
                Some(3) => LeftOutKind::Certificate,
                Some(4) => LeftOutKind::List,
                Some(5) => LeftOutKind::Template,
                Some(7) => LeftOutKind::TokenKey,
                _ => LeftOutKind::Unknown,
            };
            let name = listed.name.clone();
            let why = LeftOutReason::Missing;
            missing.push((*id, LeftOut { name, what, why }));
        }
        for (id, left) in missing {
            self.left_out.entry(id).or_default().push(left);
        }
    }

    /// The item that a row belongs to, from its first column; `None` for what was deleted.
    fn item_of(&mut self, row: &Row<'_>) -> Option<i64> {
        let id = value::number(row.value(0))?;
        if !self.listed.contains_key(&id) {
            return None;
        }
        self.seen.insert(id);
        Some(id)
    }

    pub(crate) fn found(&mut self, id: i64, item: FoundItem) {
        if let Some(listed) = self.listed.get(&id) {
            let item = XcaItem {
                item,
                name: listed.name.clone(),
                comment: listed.comment.clone(),
                created: listed.created,
            };
            self.items.entry(id).or_default().push(item);
        }
    }

    /// A template under the name that the list has for it.
    pub(crate) fn template(&mut self, id: i64, template: Option<XcaTemplate>) {
        match (template, self.listed.get(&id)) {
            (Some(template), Some(listed)) => {
                let template = XcaTemplate {
                    name: listed.name.clone(),
                    comment: listed.comment.clone(),
                    created: listed.created,
                    ..template
                };
                self.templates.insert(id, template);
            }
            _ => self.broken(id, LeftOutKind::Template),
        }
    }

    pub(crate) fn broken(&mut self, id: i64, what: LeftOutKind) {
        self.leave(id, what, LeftOutReason::Malformed);
    }

    pub(crate) fn leave(&mut self, id: i64, what: LeftOutKind, why: LeftOutReason) {
        let name = self.listed.get(&id).map(|listed| listed.name.clone());
        self.leave_out(id, &name.unwrap_or_default(), what, why);
    }

    pub(crate) fn leave_out(&mut self, id: i64, name: &str, what: LeftOutKind, why: LeftOutReason) {
        let name = name.to_owned();
        self.left_out
            .entry(id)
            .or_default()
            .push(LeftOut { name, what, why });
    }

    /// Says what is lost by a table that was not read to its end.
    fn ended(&mut self, ended: Scan, what: LeftOutKind) {
        let why = match ended {
            Scan::Whole | Scan::Absent => return,
            Scan::Broken => LeftOutReason::Malformed,
            Scan::TooMany => LeftOutReason::TooMany { limit: MAX_ROWS },
        };
        self.leave_out(NO_ITEM, "", what, why);
    }
}

/// Which token a key is on, from the values of [`TOKEN_COLUMNS`]: in the names of PKCS#11, which are
/// the same in every language.
pub(crate) fn token_note(texts: &[String]) -> String {
    let parts: Vec<String> = texts
        .iter()
        .map(|text| text.trim())
        .zip(TOKEN_COLUMNS)
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, column)| format!("{column}={text}"))
        .collect();
    let note = format!("PKCS#11: {}", parts.join("; "));
    beginning(&note, MAX_NAME_BYTES).to_owned()
}

/// So many bytes of a text at most, whole characters.
pub(crate) fn beginning(text: &str, limit_bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(limit_bytes))
        .unwrap_or(text)
}
