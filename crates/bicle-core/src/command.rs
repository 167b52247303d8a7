//! What a face can ask of an open vault, and what it gets back.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use bicle_igc::portal::RuleCheck;
use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};

pub use crate::csv::{CsvSeparator, CsvTable};
use crate::details::Details;
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{Branch, Model, Offer, Trust, Use, Verdict};
use crate::phrase::Phrase;
pub use crate::restore::{PreviewItem, RestorePreview};

/// One act. The worker does them one after the other.
#[non_exhaustive]
pub enum Command {
    /// Make a vault and open it.
    CreateVault(CreateVault),
    /// Open a vault.
    Unlock {
        /// Its file.
        path: PathBuf,
        /// What opens it.
        with: UnlockWith,
        /// Only to look: nothing can be changed, also where another program has it open.
        read_only: bool,
    },
    /// Close the vault and wipe its keys.
    Lock,
    /// Replace the password; the present one is asked again.
    ChangePassword {
        /// The present password, or the text of the recovery key.
        current: SecretText,
        /// The new one.
        new: SecretText,
    },
    /// Prove that who asks knows the password (or the recovery key) of the open vault: what
    /// [`crate::proof`] names is done for the next minute.
    ProvePassword(SecretText),
    /// Make a recovery key; an earlier one opens no more.
    MakeRecoveryKey,
    /// Copy the whole vault into one file, opened and verified after writing.
    Backup {
        /// The copy.
        path: PathBuf,
        /// What to do where a file stands there.
        existing: Existing,
    },
    /// Tell what a restore of a copy would change; changes nothing.
    PreviewRestore {
        /// The copy.
        path: PathBuf,
        /// What opens the copy.
        with: UnlockWith,
    },
    /// An older copy of the file was put back, and the user takes it for the vault: it is no longer told at each
    /// opening. Changes nothing in the vault.
    AcceptOlder,
    /// Put a copy in the place of the open vault, which is kept beside first, and open it.
    RestoreBackup {
        /// The copy.
        path: PathBuf,
        /// What opens the copy, and from then on the vault.
        with: UnlockWith,
    },
    /// Put a copy where a vault is altered, damaged or gone, and open it; what stands there is kept beside.
    RestoreUnsound {
        /// The vault's place.
        target: PathBuf,
        /// The copy.
        path: PathBuf,
        /// What opens the copy.
        with: UnlockWith,
    },
    /// From now on keep so many days of change beside the vault; 0: make no copy.
    KeepCopies(u8),
    /// Write a table to a file, for a spreadsheet.
    ExportCsv {
        /// The file.
        path: PathBuf,
        /// What to do where a file stands there.
        existing: Existing,
        /// What it holds: [`CsvTable::of_items`], or a face's own.
        table: CsvTable,
    },
    /// Make a key and its request for one product; cancellable.
    StartOrder(StartOrder),
    /// Note the portal's reference.
    SubmitOrder {
        /// The order.
        order: ItemId,
        /// `6397`, `N° 6397`.
        reference: String,
    },
    /// Answer with the order's revocation code; make one where there is none or `renew` says so.
    RevocationCode {
        /// The order.
        order: ItemId,
        /// Make a new one in place of the one that is kept.
        renew: bool,
    },
    /// Bring in what files or pasted text hold.
    Import(ImportRequest),
    /// Write a keystore, read it back, verify it.
    Deliver(Delivery),
    /// Make a key; cancellable.
    GenerateKey {
        /// Its name.
        name: String,
        /// Which kind of key.
        key_type: KeyType,
    },
    /// Sign a request with a key of the vault.
    CreateRequest(CreateRequest),
    /// Make the key and the request that a `certreq` file (`.inf`) describes; cancellable.
    CertReq(CertReqFile),
    /// Hold a request against the portal's rules, one by one.
    CheckRequest(ItemId),
    /// Write a private or public key to a file.
    ExportKey(ExportKey),
    /// Write a request to a file.
    ExportRequest {
        /// The request.
        request: ItemId,
        /// The file.
        path: PathBuf,
        /// PEM or DER.
        encoding: Encoding,
        /// What to do where a file stands there.
        existing: Existing,
    },
    /// Write a certificate, alone or with its chain, to a file without secrets.
    ExportCertificate(ExportCertificate),
    /// Write the authorities of one branch of IGC-Santé into one file without secrets.
    ExportTruststore(ExportTruststore),
    /// Write a revocation list to a file.
    ExportList {
        /// The list.
        list: ItemId,
        /// The file.
        path: PathBuf,
        /// PEM or DER.
        encoding: Encoding,
        /// What to do where a file stands there.
        existing: Existing,
    },
    /// Decide on a certificate.
    SetTrust {
        /// The certificate.
        certificate: ItemId,
        /// The decision.
        trust: Trust,
    },
    /// Trust the roots of IGC-Santé's TEST branch, or withdraw that.
    TrustTestBranch(bool),
    /// Give an item another name.
    Rename {
        /// The item.
        item: ItemId,
        /// Its new name.
        name: String,
    },
    /// Replace an item's comment.
    Comment {
        /// The item.
        item: ItemId,
        /// The new comment.
        comment: String,
    },
    /// Put items into the bin.
    Delete(Vec<ItemId>),
    /// Take items out of the bin.
    Restore(Vec<ItemId>),
    /// Take items out of the bin for good: their records are removed and overwritten in the file.
    Purge(Vec<ItemId>),
    /// Lay out all that is known of an item.
    Details(ItemId),
    /// Make the read model anew: the day has changed.
    Refresh,
}

/// What opens a vault.
pub enum UnlockWith {
    /// Its password.
    Password(SecretText),
    /// The text of its recovery key, as printed.
    RecoveryKey(SecretText),
}

/// How a vault is made.
pub struct CreateVault {
    /// Its file; must not exist.
    pub path: PathBuf,
    /// Its password.
    pub password: SecretText,
    /// Put in the bundled authorities and the template.
    pub igc_sante: bool,
    /// Trust the TEST branch at once.
    pub trust_test_branch: bool,
}

/// One product asked of the portal.
pub struct StartOrder {
    /// The order's name; its key and request are named after it.
    pub name: String,
    /// Production or TEST.
    pub branch: Branch,
    /// ORG, SERV, PRO, PS.
    pub offer: Offer,
    /// AUTH_CLI, …
    pub usage: Use,
    /// Where the request is saved as PEM; `None`: nowhere yet.
    pub request_path: Option<PathBuf>,
    /// What to do where a file stands there.
    pub existing: Existing,
}

/// Files, pasted text, dropped bytes.
pub struct ImportRequest {
    /// What to read.
    pub sources: Vec<Source>,
    /// Passwords to try on what is encrypted.
    pub passwords: Vec<SecretText>,
    /// The user agreed to so many rounds of key derivation, more than the limit that holds without
    /// a word; `None`: the limit holds, and the report tells what was asked.
    pub max_iterations: Option<u64>,
    /// Tell what would come in, change nothing.
    pub dry_run: bool,
}

/// One thing to read.
pub enum Source {
    /// A file, read by the worker within the size limit.
    File(PathBuf),
    /// Bytes that are already here, and what to call them.
    Bytes {
        /// Shown in the report: a file's name, "clipboard".
        name: String,
        /// The content.
        bytes: SecretBytes,
    },
}

/// A keystore to write.
pub struct Delivery {
    /// A certificate with its key here, or the order that it belongs to.
    pub what: ItemId,
    /// The file.
    pub path: PathBuf,
    /// What to do where a file stands there.
    pub existing: Existing,
    /// Which reader it is for.
    pub consumer: Consumer,
    /// What stands beside the certificate.
    pub chain: ChainChoice,
    /// Its name in the keystore; `None`: the certificate's name.
    pub alias: Option<String>,
    /// Protects the file: printable ASCII.
    pub password: SecretText,
    /// Name Microsoft's provider beside the key: what old Windows programs ask of a PKCS#12 to sign
    /// with SHA-256. Without effect on JKS and on Ed25519 keys.
    pub microsoft_csp: bool,
}

/// Which reader a keystore is for; the algorithms follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consumer {
    /// PKCS#12 that everything since 2016 reads.
    Compatible,
    /// PKCS#12 for Windows 11, Server 2019, Java 8u301 and later.
    Modern,
    /// JKS, for Java.
    Java,
    /// PKCS#12 with the integrity check of RFC 9879, for experts: OpenSSL 3.4, Java 25 and NSS 3.101
    /// read it, Windows does not.
    Pbmac1,
}

impl Consumer {
    /// Every choice, the default first.
    pub const ALL: [Self; 4] = [Self::Compatible, Self::Modern, Self::Java, Self::Pbmac1];
}

/// What stands beside the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainChoice {
    /// Nothing.
    None,
    /// The intermediates, without the root.
    Intermediates,
    /// The intermediates and the root.
    Full,
}

impl ChainChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Full, Self::Intermediates, Self::None];
}

/// A request to sign.
pub struct CreateRequest {
    /// Its name.
    pub name: String,
    /// The key that signs it.
    pub key: ItemId,
    /// Start from this template; `None`: the bundled one.
    pub template: Option<ItemId>,
    /// `C=FR,O=…` in place of the template's subject. An attribute may stand several times; `+`
    /// joins those of one RDN (RFC 4514 §2.2).
    pub subject: Option<String>,
    /// `dns:a`, `email:b`, `ip:c`, `uri:d`, `upn:e`, `rid:1.2.3`, `dirName:CN=f`, `other:OID;UTF8:g`.
    pub subject_alt_names: Vec<String>,
    /// Names of RFC 5280 §4.2.1.3, `digitalSignature`; none: no extension.
    pub key_usage: Vec<String>,
    /// Names of RFC 5280 §4.2.1.12, `serverAuth`, or OIDs; none: no extension.
    pub extended_key_usage: Vec<String>,
    /// Asked again by the authority at a revocation (RFC 2985 §5.4.1): it stands in the request in
    /// clear.
    pub challenge_password: Option<SecretText>,
    /// Another name of the bearer (RFC 2985 §5.4.3).
    pub unstructured_name: Option<String>,
    /// Go on although the key has served already.
    pub reuse_key: bool,
}

/// Which kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// RSA, RFC 8017.
    Rsa {
        /// 2048, 3072, 4096 or 8192.
        bits: u32,
    },
    /// NIST P-256, FIPS 186-5.
    EcP256,
    /// NIST P-384, FIPS 186-5.
    EcP384,
    /// NIST P-521, FIPS 186-5.
    EcP521,
    /// Edwards 25519, RFC 8032.
    Ed25519,
}

impl KeyType {
    /// Every choice, the default first: IGC-Santé takes RSA 2048 alone.
    pub const ALL: [Self; 8] = [
        Self::Rsa { bits: 2048 },
        Self::Rsa { bits: 3072 },
        Self::Rsa { bits: 4096 },
        Self::Rsa { bits: 8192 },
        Self::EcP256,
        Self::EcP384,
        Self::EcP521,
        Self::Ed25519,
    ];
}

/// As an item's algorithm is written: `RSA-2048`, `EC-P-256`, `Ed25519`.
impl fmt::Display for KeyType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(formatter, "RSA-{bits}"),
            Self::EcP256 => formatter.write_str("EC-P-256"),
            Self::EcP384 => formatter.write_str("EC-P-384"),
            Self::EcP521 => formatter.write_str("EC-P-521"),
            Self::Ed25519 => formatter.write_str("Ed25519"),
        }
    }
}

/// The text is not a type of key that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKeyType;

/// Reads what [`KeyType`] writes, in capitals or not; of RSA any size, which the act checks.
impl FromStr for KeyType {
    type Err = NotAKeyType;

    fn from_str(text: &str) -> Result<Self, NotAKeyType> {
        let lower = text.to_ascii_lowercase();
        if let Some(bits) = lower.strip_prefix("rsa-") {
            let bits = bits.parse().map_err(|_| NotAKeyType)?;
            return Ok(Self::Rsa { bits });
        }
        Self::ALL
            .into_iter()
            .find(|known| known.to_string().to_ascii_lowercase() == lower)
            .ok_or(NotAKeyType)
    }
}

/// A `certreq` file of Windows, and where its request goes.
pub struct CertReqFile {
    /// The `.inf`.
    pub source: Source,
    /// The name of the key and of the request; `None`: the file's `FriendlyName`, else the common
    /// name of its subject.
    pub name: Option<String>,
    /// Where the request is saved as PEM; `None`: nowhere yet.
    pub request_path: Option<PathBuf>,
    /// What to do where a file stands there.
    pub existing: Existing,
}

/// A key and a request made from a `certreq` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertReqReport {
    /// The new key.
    pub key: ItemId,
    /// The new request.
    pub request: ItemId,
    /// The PEM.
    pub request_path: Option<PathBuf>,
    /// What the file asked that has no effect here, or was done otherwise.
    pub notices: Vec<Phrase>,
}

/// Text or binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 7468 text.
    Pem,
    /// Binary.
    Der,
}

/// A key to write.
pub struct ExportKey {
    /// The key.
    pub key: ItemId,
    /// The file.
    pub path: PathBuf,
    /// What to do where a file stands there.
    pub existing: Existing,
    /// How it is laid out.
    pub format: KeyFormat,
    /// PEM or DER.
    pub encoding: Encoding,
}

/// How an exported key is laid out and protected.
pub enum KeyFormat {
    /// PKCS#8 under AES-256 and a password.
    EncryptedAes256(SecretText),
    /// PKCS#8 under 3DES and a password, for old tools.
    EncryptedTripleDes(SecretText),
    /// PKCS#8 under AES-256 and a password, scrypt in place of PBKDF2: dearer to guess, not read by
    /// Java nor by old tools.
    EncryptedScrypt(SecretText),
    /// PKCS#8 in clear: the user was asked.
    DangerPlainPkcs8,
    /// PKCS#1 in clear: the user was asked.
    DangerPlainPkcs1,
    /// SEC1 (RFC 5915) in clear: the user was asked. EC keys alone.
    DangerPlainSec1,
    /// The file of `ssh-keygen`.
    OpenSsh {
        /// Protects it (bcrypt and AES-256); `None`: in clear, the user was asked.
        password: Option<SecretText>,
    },
    /// JWK (RFC 7517) in clear: the user was asked.
    DangerPlainJwk,
    /// The public half alone.
    PublicSpki,
    /// The public half as a line of `authorized_keys`.
    PublicOpenSsh,
    /// The public half as JWK.
    PublicJwk,
}

/// A certificate to write.
pub struct ExportCertificate {
    /// The certificate.
    pub certificate: ItemId,
    /// The file.
    pub path: PathBuf,
    /// What to do where a file stands there.
    pub existing: Existing,
    /// PEM, DER, PKCS#7, PEM with the chain, PEM with the key.
    pub format: CertificateFormat,
    /// What stands beside the certificate (PKCS#7, PEM chain, PEM with the key).
    pub chain: ChainChoice,
    /// Protects the key of `PemWithKey`; `None`: in clear, the user was asked. Without effect on the
    /// other formats.
    pub key_password: Option<SecretText>,
}

/// How an exported certificate is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFormat {
    /// One PEM block.
    Pem,
    /// Binary.
    Der,
    /// PKCS#7 certs-only, binary.
    Pkcs7,
    /// PEM blocks, the certificate first.
    PemChain,
    /// PEM blocks: the certificate, its private key, what stands above; a private file.
    PemWithKey,
}

/// The authorities of one branch of IGC-Santé, to write.
pub struct ExportTruststore {
    /// Production or TEST.
    pub branch: Branch,
    /// How it is laid out.
    pub format: TruststoreFormat,
    /// The file.
    pub path: PathBuf,
    /// What to do where a file stands there.
    pub existing: Existing,
    /// Of JKS and PKCS#12, which Java opens with a password: printable ASCII. It protects nothing
    /// secret.
    pub password: Option<SecretText>,
}

/// How a truststore is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TruststoreFormat {
    /// JKS, for every Java.
    Jks,
    /// PKCS#12 with Java's mark of trust, for Java 8 and later.
    Pkcs12,
    /// PEM blocks.
    Pem,
    /// PKCS#7 certs-only, binary.
    Pkcs7,
}

impl TruststoreFormat {
    /// Every choice, the default first.
    pub const ALL: [Self; 4] = [Self::Jks, Self::Pkcs12, Self::Pem, Self::Pkcs7];

    /// It opens with a password.
    #[must_use]
    pub fn needs_password(self) -> bool {
        matches!(self, Self::Jks | Self::Pkcs12)
    }
}

/// A truststore that was written, read back and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruststoreReport {
    /// The file.
    pub path: PathBuf,
    /// How many authorities it holds.
    pub certificates: usize,
    /// What the user should know.
    pub notices: Vec<Phrase>,
}

/// What the worker tells. `job` is what `send` returned.
#[non_exhaustive]
pub enum Event {
    /// Work goes on.
    Progress {
        /// The job.
        job: JobId,
        /// What is being done now.
        doing: Phrase,
    },
    /// The vault is open or has changed: draw this from now on.
    Model(Arc<Model>),
    /// The vault is closed.
    Locked,
    /// Something that the user must be told beside what an act answers: no copy could be made.
    Warning(Phrase),
    /// The act is done.
    Done {
        /// The job.
        job: JobId,
        /// What came of it.
        outcome: Outcome,
    },
    /// The act wants a fresh proof of the password ([`crate::proof`]) and has not begun. It comes back
    /// whole, for [`crate::worker::Worker::send_again`] after [`Command::ProvePassword`].
    PasswordNeeded {
        /// The job, which is open still.
        job: JobId,
        /// The act.
        command: Box<Command>,
        /// Why, and what to do: for a face that does not ask.
        fault: Fault,
    },
    /// The act did not happen; nothing has changed.
    Failed {
        /// The job.
        job: JobId,
        /// Why, and what to do.
        fault: Fault,
    },
}

/// The number of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// What came of an act.
#[non_exhaustive]
pub enum Outcome {
    /// Nothing to tell beyond the new model.
    Done,
    /// The vault is open. `warnings`: this machine saw a later generation, …
    Opened {
        /// What the user must be told.
        warnings: Vec<Phrase>,
    },
    /// The text of the new recovery key, shown once.
    RecoveryKey(SecretText),
    /// The order's id, and where the request was saved.
    OrderStarted {
        /// The order.
        order: ItemId,
        /// The PEM.
        request_path: Option<PathBuf>,
    },
    /// The order's revocation code.
    RevocationCode {
        /// The order.
        order: ItemId,
        /// The code.
        code: SecretText,
    },
    /// What came in and what did not.
    Imported(ImportReport),
    /// The keystore, read back and found whole.
    Delivered(DeliveryReport),
    /// One new item.
    Created(ItemId),
    /// The key and request of a `certreq` file.
    CertReqDone(CertReqReport),
    /// A request held against the portal's rules: "would the portal take it".
    RequestChecked(Vec<RuleCheck>),
    /// The truststore, read back and found whole.
    TruststoreWritten(TruststoreReport),
    /// A file was written.
    Written(PathBuf),
    /// Items went into the bin: `Restore` takes them out.
    Deleted(Vec<ItemId>),
    /// What a restore would change.
    RestorePreview(Box<RestorePreview>),
    /// The copy is in the vault's place, and open.
    Restored {
        /// Where what stood there before is kept; `None`: nothing stood there.
        kept: Option<PathBuf>,
        /// What the user must be told.
        warnings: Vec<Phrase>,
    },
    /// All that is known of an item.
    Details(Box<Details>),
}

/// What an import did, thing by thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Everything that was found, and every file that was refused.
    pub items: Vec<ImportedItem>,
    /// Certificates that found their key.
    pub reconciled: Vec<Reconciled>,
    /// Indexes of the sources that need a password that was not given.
    pub password_needed: Vec<usize>,
    /// Indexes of the sources that ask for more rounds of key derivation than the limit, and how
    /// many: the user may agree (`ImportRequest::max_iterations`).
    pub iterations_asked: Vec<(usize, u64)>,
    /// Unknown authorities that came in: the user must decide.
    pub trust_questions: Vec<ItemId>,
    /// A TEST certificate came in and its branch is not trusted.
    pub test_branch_question: bool,
    /// Nothing was changed: the user asked what would happen.
    pub dry_run: bool,
}

/// One thing of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedItem {
    /// Its id; `None` where it was refused, or for a new item of a dry run.
    pub id: Option<ItemId>,
    /// What it is; `None` where that was not understood.
    pub kind: Option<Kind>,
    /// Its name; of a refused file, empty.
    pub name: String,
    /// The file or source that held it.
    pub file: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// One sentence: why it was refused, what it was completed with.
    pub reason: Option<Phrase>,
    /// What a certificate is worth.
    pub verdict: Option<Arc<Verdict>>,
    /// Plain words that the user must read: its key is not here, it is expired, it is an official authority.
    pub notices: Vec<Phrase>,
}

/// What became of one thing of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is new.
    Added,
    /// It was here already.
    Known,
    /// It was here, and gained something: a certificate found its key, a key came for a certificate.
    Completed,
    /// It did not come in.
    Refused,
}

impl ImportOutcome {
    /// The stable word of the command line's JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Known => "known",
            Self::Completed => "completed",
            Self::Refused => "refused",
        }
    }
}

/// A certificate and what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The certificate.
    pub certificate: ItemId,
    /// Its key.
    pub key: ItemId,
    /// Its request.
    pub request: Option<ItemId>,
    /// Its order.
    pub order: Option<ItemId>,
}

/// A keystore that was written, read back and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The file.
    pub path: PathBuf,
    /// The certificate in it.
    pub certificate: ItemId,
    /// Its alias, as a reader will show it.
    pub alias: String,
    /// How many certificates it holds.
    pub certificates: usize,
    /// What the user should know: JKS protects weakly, the certificate is not trusted.
    pub notices: Vec<Phrase>,
}
