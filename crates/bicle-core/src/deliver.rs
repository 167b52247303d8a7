//! Delivering: a key, its certificate and chain in one file for its consumer, read back and
//! verified before anyone is told that it is done.

use bicle_pki::certificate::Certificate;
use bicle_pki::export_password::{ExportPassword, ExportPasswordError};
use bicle_pki::jks::{self, JksEntry};
use bicle_pki::pkcs12::{self, Bundle, Profile};
use bicle_pki::private_key::PrivateKey;
use bicle_platform::file::Staged;
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::chain::{self, SignedChain};
use crate::command::{ChainChoice, Consumer, Delivery, DeliveryReport, KeyType, Outcome};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{CertificateItem, Model, Status};
use crate::open_vault::{self, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::random::random;
use crate::record::DeliveryContent;
use crate::{export, import_report, new_item, orders, refusal, requests};

/// Writes the keystore, reads it back, verifies it, then gives it its name.
pub(crate) fn deliver(
    open: &mut OpenVault,
    asked: &Delivery,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    let model = open.model();
    let item = certificate_of(&model, asked.what)?;
    let key_id = item.key().ok_or_else(|| {
        Fault::refused(Phrase::new("error-no-private-key").text("name", item.item.name.clone()))
    })?;
    let password = password(&asked.password)?;
    let alias = alias(asked, &model, item)?;
    export::refuse_taken(open, &asked.path, asked.existing)?;
    let chain = chain::gather(open, &model, item.item.id, asked.chain)?;
    let key = requests::private_key(open, key_id)?;

    progress.go_on()?;
    progress.tell(Phrase::new("progress-writing-keystore"));
    let bytes = write(open, asked, &key, &chain, &alias, &password)?;
    let staged =
        Staged::private(&asked.path, bytes.expose()).map_err(|error| refusal::from_file(&error))?;

    progress.go_on()?;
    progress.tell(Phrase::new("progress-verifying-keystore"));
    let read = staged
        .bytes_read_back()
        .map_err(|error| refusal::from_file(&error))?;
    if !is_whole(
        asked.consumer,
        &read,
        &asked.password,
        &key,
        &chain,
        asked.chain,
    ) {
        let path = asked.path.display().to_string();
        return Err(Fault::refused(
            Phrase::new("error-export-not-verified").text("path", path),
        ));
    }
    progress.go_on()?;
    staged
        .publish(asked.existing)
        .map_err(|error| refusal::from_file(&error))?;

    let typed_alias = alias.clone();
    let alias = match asked.consumer {
        Consumer::Java => alias.to_lowercase(),
        Consumer::Compatible | Consumer::Modern | Consumer::Pbmac1 => alias,
    };
    let mut report = DeliveryReport {
        path: asked.path.clone(),
        certificate: item.item.id,
        alias,
        certificates: 1 + chain.above.len(),
        notices: notices(asked, item, &typed_alias),
    };
    // the file is there and whole: an order that cannot note it does not make it undone
    if note_delivery(open, asked, item).is_err() {
        report.notices.push(Phrase::new("notice-not-noted"));
    }
    Ok(Outcome::Delivered(report))
}

fn certificate_of(model: &Model, what: ItemId) -> Result<&CertificateItem, Fault> {
    let id = match what.kind {
        Kind::Order => {
            let order = model
                .order(what)
                .ok_or_else(|| open_vault::no_such_item(what))?;
            order.certificate.ok_or_else(|| {
                let phrase = Phrase::new("error-order-without-certificate");
                Fault::refused(phrase.text("name", order.item.name.clone()))
            })?
        }
        Kind::Certificate => what,
        Kind::Key | Kind::Request | Kind::List | Kind::Template => {
            let phrase = Phrase::new("error-wrong-kind").text("name", what.to_string());
            return Err(Fault::refused(phrase));
        }
    };
    model
        .certificate(id)
        .ok_or_else(|| open_vault::no_such_item(id))
}

/// A password that every reader of the file takes.
pub(crate) fn password(text: &SecretText) -> Result<ExportPassword, Fault> {
    ExportPassword::parse(SecretText::copy_of(text.expose())).map_err(|error| {
        Fault::refused(match error {
            ExportPasswordError::Empty => Phrase::new("error-export-password-empty"),
            ExportPasswordError::NotAscii => Phrase::new("error-export-password-not-ascii"),
            ExportPasswordError::TooShort { minimum } => {
                let minimum = i64::try_from(minimum).unwrap_or(i64::MAX);
                Phrase::new("error-export-password-too-short").number("minimum", minimum)
            }
            other => Phrase::new("error-export-failed").text("detail", other.to_string()),
        })
    })
}

/// The name in the keystore: the one that was asked for, else that of the item to deliver.
fn alias(asked: &Delivery, model: &Model, item: &CertificateItem) -> Result<String, Fault> {
    let default = model
        .item(asked.what)
        .map_or(&item.item.name, |item| &item.name);
    let alias = asked.alias.as_deref().unwrap_or(default).trim();
    if alias.is_empty() {
        return Err(refusal::refused("error-alias-empty"));
    }
    if alias.chars().count() > new_item::NAME_LIMIT_CHARACTERS {
        let limit = i64::try_from(new_item::NAME_LIMIT_CHARACTERS).unwrap_or(i64::MAX);
        return Err(Fault::refused(
            Phrase::new("error-alias-too-long").number("limit", limit),
        ));
    }
    Ok(alias.to_owned())
}

fn write(
    open: &OpenVault,
    asked: &Delivery,
    key: &PrivateKey,
    chain: &SignedChain,
    alias: &str,
    password: &ExportPassword,
) -> Result<SecretBytes, Fault> {
    let pkcs8 = key.to_pkcs8_der();
    let above: Vec<&[u8]> = chain.above.iter().map(Vec::as_slice).collect();
    let failed = |error: &dyn std::error::Error| {
        Fault::refused(Phrase::new("error-export-failed").text("detail", error.to_string()))
    };
    let profile = match asked.consumer {
        Consumer::Compatible => Profile::Compatible,
        Consumer::Modern => Profile::Modern,
        Consumer::Pbmac1 => Profile::Pbmac1,
        Consumer::Java => {
            let chain = std::iter::once(chain.leaf.as_slice())
                .chain(above)
                .collect();
            let created_unix_ms = open.now().0.saturating_mul(1_000);
            let entry = JksEntry {
                alias,
                created_unix_ms,
                pkcs8: &pkcs8,
                chain,
            };
            return jks::write(&[entry], password, &mut random())
                .map(SecretBytes::new)
                .map_err(|error| failed(&error));
        }
    };
    let bundle = Bundle {
        key: &pkcs8,
        alias,
        leaf: &chain.leaf,
        chain: &above,
        csp_name: match asked.microsoft_csp {
            true => pkcs12::microsoft_csp_name(&key.public_key().algorithm()),
            false => None,
        },
    };
    pkcs12::write(&bundle, password, profile, &mut random())
        .map(SecretBytes::new)
        .map_err(|error| failed(&error))
}

/// The file opens with the password, holds this key, and its certificates are the chain that was
/// asked for, each signed by the next and the first one the key's own.
fn is_whole(
    consumer: Consumer,
    bytes: &SecretBytes,
    password: &SecretText,
    key: &PrivateKey,
    chain: &SignedChain,
    choice: ChainChoice,
) -> bool {
    let read = match consumer {
        Consumer::Compatible | Consumer::Modern | Consumer::Pbmac1 => read_pkcs12(bytes, password),
        Consumer::Java => read_jks(bytes, password),
    };
    let Some((pkcs8, certificates)) = read else {
        return false;
    };
    let Ok(read_key) = PrivateKey::from_pkcs8_der(pkcs8.expose()) else {
        return false;
    };
    let expected: Vec<&Vec<u8>> = std::iter::once(&chain.leaf).chain(&chain.above).collect();
    let same = certificates.iter().collect::<Vec<_>>() == expected;
    let leaf = certificates
        .first()
        .and_then(|der| Certificate::from_der(der).ok());
    let own_key = leaf.is_some_and(|leaf| {
        leaf.public_key().spki_sha256() == read_key.public_key().spki_sha256()
            && read_key.public_key().spki_sha256() == key.public_key().spki_sha256()
    });
    let last = certificates
        .last()
        .and_then(|der| Certificate::from_der(der).ok());
    let complete = match choice {
        ChainChoice::Full => last.is_some_and(|last| last.verify_signature(last.public_key())),
        ChainChoice::Intermediates | ChainChoice::None => true,
    };
    same && own_key && complete && SignedChain::verifies(&certificates)
}

fn read_pkcs12(bytes: &SecretBytes, password: &SecretText) -> Option<(SecretBytes, Vec<Vec<u8>>)> {
    let contents = pkcs12::read(bytes.expose(), password.expose()).ok()?;
    let mut keys = contents.keys;
    let key = keys.pop().filter(|_| keys.is_empty() && contents.mac)?;
    let certificates = contents
        .certificates
        .into_iter()
        .map(|found| found.der)
        .collect();
    Some((key.pkcs8, certificates))
}

fn read_jks(bytes: &SecretBytes, password: &SecretText) -> Option<(SecretBytes, Vec<Vec<u8>>)> {
    let contents = jks::read(bytes.expose(), password.expose()).ok()?;
    let mut keys = contents.keys;
    let key = keys.pop().filter(|_| keys.is_empty())?;
    Some((key.pkcs8, key.chain))
}

fn notices(asked: &Delivery, item: &CertificateItem, typed_alias: &str) -> Vec<Phrase> {
    let mut notices = Vec::new();
    let algorithm = item.algorithm.as_str();
    if asked.consumer == Consumer::Java {
        notices.push(Phrase::new("notice-jks-weak"));
        let lower = typed_alias.to_lowercase();
        if lower != typed_alias {
            notices.push(Phrase::new("notice-alias-lower-case").text("alias", lower));
        }
    }
    if asked.consumer == Consumer::Pbmac1 {
        notices.push(Phrase::new("notice-pbmac1-readers"));
    }
    if algorithm == KeyType::Ed25519.to_string() {
        notices.push(Phrase::new("notice-ed25519-readers"));
    }
    if !algorithm.starts_with("RSA-") {
        let phrase = Phrase::new("notice-key-not-igc-sante");
        notices.push(phrase.text("algorithm", algorithm));
    }
    match item.verdict.status {
        Status::Trusted => {}
        Status::Revoked => {
            notices.push(import_report::revoked(item));
        }
        _ => notices.push(Phrase::new("notice-not-trusted")),
    }
    notices
}

/// The order keeps when and where: its state says "delivered" from now on.
fn note_delivery(
    open: &mut OpenVault,
    asked: &Delivery,
    item: &CertificateItem,
) -> Result<(), Fault> {
    let Some(order) = item.order() else {
        return Ok(());
    };
    let at = open.now().0;
    let path = export::absolute(&asked.path);
    let certificate_sha256 = item.sha256;
    orders::change(open, order, |content| {
        content.delivery = Some(DeliveryContent {
            at,
            path,
            certificate_sha256,
        });
    })
}
