//! Every command that changes a vault, and the vault that it changes.

use std::path::PathBuf;

use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl::openssl;
use bicle_tests::program::workspace_root;

use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{Change, LockedVault, UnlockedVault};

use crate::stage::{Stage, copy_folder, with_vault};

/// The password of the prepared vault.
pub const PASSWORD: &str = "le mot de passe du coffre 4271";
/// What `vault change-password` sets.
pub const NEW_PASSWORD: &str = "un autre mot de passe 9935";
/// The password of keystores.
pub const EXPORT_PASSWORD: &str = "motdepasse-du-keystore";
/// Any of these may open a vault.
pub const PASSWORDS: [&str; 2] = [PASSWORD, NEW_PASSWORD];

/// The prepared vault's file.
pub const VAULT: &str = "coffre.bicle";

/// How many certificates the large import brings: a commit of many pages.
const MANY: usize = 40;

/// A file that a command writes besides: it is whole, or it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// one PEM document
    Pem,
    /// one DER document
    Der,
    /// a Java keystore
    Jks,
    /// a text
    Text,
    /// a vault
    Vault,
}

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// its name in the tables
    pub name: &'static str,
    /// what is done first, unharmed
    pub setup: &'static [&'static str],
    /// the command
    pub command: &'static str,
    /// the vault's file, which a command that creates one does not find
    pub vault: &'static str,
    /// what it writes besides
    pub writes: Option<(&'static str, Shape)>,
    /// what it writes holds a secret
    pub is_secret: bool,
    /// its last change keeps only what the next run would find out again by itself: who signed what was imported.
    /// The command is done without it
    pub is_last_a_cache: bool,
    /// what the vault went through before
    pub past: Past,
}

/// How long ago a vault was made and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// just now
    Fresh,
    /// three days ago: its first change of today leaves a copy of it beside it
    Days,
    /// so long ago that the bin's days are over: what is in it goes for good at the unlock
    BinOver,
}

const fn change(name: &'static str, command: &'static str) -> Scenario {
    Scenario {
        name,
        setup: &[],
        command,
        vault: VAULT,
        writes: None,
        is_secret: false,
        is_last_a_cache: false,
        past: Past::Fresh,
    }
}

const fn after(
    name: &'static str,
    setup: &'static [&'static str],
    command: &'static str,
) -> Scenario {
    Scenario {
        setup,
        ..change(name, command)
    }
}

const fn importing(name: &'static str, command: &'static str) -> Scenario {
    Scenario {
        is_last_a_cache: true,
        ..change(name, command)
    }
}

const fn creating(name: &'static str, command: &'static str, vault: &'static str) -> Scenario {
    Scenario {
        vault,
        ..change(name, command)
    }
}

const fn writing(
    name: &'static str,
    command: &'static str,
    file: &'static str,
    shape: Shape,
    is_secret: bool,
) -> Scenario {
    Scenario {
        writes: Some((file, shape)),
        is_secret,
        ..change(name, command)
    }
}

/// Commands that change no vault: they only read it, or write what is not in it.
pub const NOT_CHANGING: &[&str] = &[
    "bin list",
    "certificate export",
    "list",
    "order show",
    "request check",
    "request export",
    "revocation-list export",
    "show",
    "truststore export",
    "vault check",
    "vault copies",
    "vault info",
    // it changes what this computer remembers of the vault, in a file of its own
    "vault accept-older",
    "verify",
];

/// All of them: a new command that changes a vault gets its line here, which a test demands.
pub const SCENARIOS: &[Scenario] = &[
    creating("vault create", "vault create", "neuf.bicle"),
    creating(
        "vault create in a new folder",
        "vault create --no-igc-sante",
        "a/b/neuf.bicle",
    ),
    change(
        "vault change-password",
        "vault change-password --new-password-file new-password.txt",
    ),
    change("vault recovery-key", "vault recovery-key"),
    after(
        "vault recovery-key, another",
        &["vault recovery-key"],
        "vault recovery-key",
    ),
    change("vault upgrade-kdf", "vault upgrade-kdf"),
    change("vault trust-test-branch", "vault trust-test-branch"),
    after(
        "vault trust-test-branch --withdraw",
        &["vault trust-test-branch"],
        "vault trust-test-branch --withdraw",
    ),
    writing(
        "vault backup",
        "vault backup copie.bicle",
        "copie.bicle",
        Shape::Vault,
        true,
    ),
    change(
        "key generate, EC",
        "key generate --name nouvelle --type ec --curve P-256",
    ),
    change(
        "key generate, Ed25519",
        "key generate --name nouvelle --type ed25519",
    ),
    writing(
        "key export",
        "key export cle --out cle.pem --export-password-file export-password.txt",
        "cle.pem",
        Shape::Pem,
        true,
    ),
    change(
        "request create",
        "request create --name nouvelle --key cle --reuse-key --subject C=FR,O=Essai,CN=nouvelle",
    ),
    writing(
        "certreq",
        "certreq essai.inf --out essai.req",
        "essai.req",
        Shape::Pem,
        false,
    ),
    change("import, one certificate", "import feuille.crt"),
    importing("import, a chain", "import chaine.p7b"),
    importing(
        "import, several files",
        "import chaine.p7b feuille.crt autre-cle.pem",
    ),
    importing("import, many certificates", "import beaucoup.pem"),
    Scenario {
        setup: DELIVERABLE,
        ..importing("import, a revocation list", "import liste.crl")
    },
    importing(
        "import, PKCS#12",
        "import portail.p12 --import-password-file export-password.txt",
    ),
    importing(
        "import, a database of XCA",
        "import xca.xdb --import-password-file xca-password.txt",
    ),
    after(
        "trust always",
        &["import chaine.p7b"],
        "trust AC%RACINE%ESSAI always",
    ),
    after(
        "trust never",
        &["import chaine.p7b"],
        "trust AC%RACINE%ESSAI never",
    ),
    writing(
        "order start",
        "order start --name nouvelle --offer ORG --use AUTH_CLI --request-out nouvelle.pem",
        "nouvelle.pem",
        Shape::Pem,
        false,
    ),
    change(
        "order submitted",
        "order submitted commande --reference 6397",
    ),
    change(
        "order revocation-code",
        "order revocation-code commande --generate",
    ),
    Scenario {
        setup: DELIVERABLE,
        ..writing(
            "order deliver, PKCS#12",
            "order deliver commande --out livraison.p12 --export-password-file export-password.txt",
            "livraison.p12",
            Shape::Der,
            true,
        )
    },
    Scenario {
        setup: DELIVERABLE,
        ..writing(
            "order deliver, JKS",
            "order deliver commande --format jks --out livraison.jks --export-password-file export-password.txt",
            "livraison.jks",
            Shape::Jks,
            true,
        )
    },
    change("rename", "rename --kind key cle autre-nom"),
    change("comment", "comment --kind key cle une-remarque"),
    change("delete", "delete --kind key ancienne"),
    change("delete, several", "delete --kind key ancienne vieille"),
    Scenario {
        past: Past::Days,
        ..change(
            "comment, with the day's copy",
            "comment --kind key cle une-remarque",
        )
    },
    Scenario {
        past: Past::BinOver,
        ..after(
            // it only reads: what changes is that the unlock empties the bin, or leaves that for the next
            "list, after the bin's days",
            &["delete --kind key ancienne vieille"],
            "list keys",
        )
    },
    after(
        "bin purge",
        &["delete --kind key ancienne vieille"],
        "bin purge --force ancienne",
    ),
    after(
        "bin empty",
        &["delete --kind key ancienne vieille"],
        "bin empty --force",
    ),
    after(
        "vault restore",
        &[
            "vault backup copie.bicle",
            "delete --kind key ancienne",
            "rename --kind key cle autre-nom",
        ],
        "vault restore copie.bicle --force",
    ),
    after(
        "restore",
        &["delete --kind key ancienne"],
        "restore --kind key ancienne",
    ),
];

/// What is written from a vault that stays as it is: how these files are born is looked at too.
pub const EXPORTS: &[Scenario] = &[
    writing_delivered(
        "certificate export, PKCS#12",
        "certificate export INSI-AUTO --format pkcs12 --out sortie.p12 --export-password-file export-password.txt",
        "sortie.p12",
        Shape::Der,
        true,
    ),
    writing_delivered(
        "certificate export, PEM with the key in clear",
        "certificate export INSI-AUTO --format pem-key --cipher none --out sortie.pem",
        "sortie.pem",
        Shape::Pem,
        true,
    ),
    writing_delivered(
        "certificate export, JKS",
        "certificate export INSI-AUTO --format jks --out sortie.jks --export-password-file export-password.txt",
        "sortie.jks",
        Shape::Jks,
        true,
    ),
    writing(
        "key export, in clear",
        "key export cle --cipher none --encoding der --out cle.der",
        "cle.der",
        Shape::Der,
        true,
    ),
    // what the vault holds is sealed there: a list of it is not for everybody either
    writing(
        "list, for a spreadsheet",
        "list keys --csv cles.csv",
        "cles.csv",
        Shape::Text,
        true,
    ),
];

const fn writing_delivered(
    name: &'static str,
    command: &'static str,
    file: &'static str,
    shape: Shape,
    is_secret: bool,
) -> Scenario {
    Scenario {
        setup: DELIVERABLE,
        ..writing(name, command, file, shape, is_secret)
    }
}

/// An order's certificate has come, and its issuers are trusted.
const DELIVERABLE: &[&str] = &[
    "import chaine.p7b feuille.crt",
    "trust AC%RACINE%ESSAI always",
];

/// The vaults that the commands begin with: one folder for each scenario.
#[derive(Debug)]
pub struct Prepared {
    stage: Stage,
}

impl Prepared {
    /// Makes them, with a certification authority of the test and everything a command may need.
    ///
    /// # Panics
    /// When a command or openssl refuses.
    #[must_use]
    pub fn new(scenarios: &[Scenario]) -> Prepared {
        let stage = Stage::new();
        let base = Stage::new();
        base.put_passwords();
        prepare(&base);
        for (index, scenario) in scenarios.iter().enumerate() {
            let work = Stage::new();
            work.set(&base.home());
            for words in scenario.setup {
                must(&work, words);
            }
            match scenario.past {
                Past::Fresh => {}
                Past::Days => age(&work, 3),
                Past::BinOver => {
                    age(&work, 32);
                    // it was opened here yesterday: a clock alone does not empty the bin
                    must(&work, "list");
                    opened_a_day_earlier(&work);
                }
            }
            copy_folder(&work.home(), &stage.path(&index.to_string()));
        }
        Prepared { stage }
    }

    /// The folder that a scenario begins with, by its place in the list.
    #[must_use]
    pub fn folder(&self, index: usize) -> PathBuf {
        self.stage.path(&index.to_string())
    }
}

/// Makes the vault one of so many days ago, with the same records; what is in its bin is there since then.
fn age(stage: &Stage, days: u64) {
    let path = stage.path(VAULT);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("a clock after 1970");
    let then_unix = now.as_secs() - days * 86_400;
    let password = SecretText::copy_of(PASSWORD);
    with_vault(|| {
        let vault = LockedVault::open(&path).expect("the vault opens");
        let vault = vault.unlock(&password).map_err(|(error, _)| error);
        let vault = vault.expect("its password");
        let summaries = vault.summaries().expect("its records");
        let records = summaries
            .into_iter()
            .map(|sealed| Change::Insert {
                body: vault.body(sealed.id).expect("a body"),
                summary: deleted_at(&sealed.summary, then_unix),
            })
            .collect();
        let kdf = vault.kdf();
        drop(vault);
        std::fs::remove_file(&path).expect("the old one goes");
        let then_unix = i64::try_from(then_unix).expect("a year of our time");
        UnlockedVault::create(&path, &password, kdf, then_unix, records).expect("another vault");
    });
}

/// What this computer remembers of its openings is a day older.
fn opened_a_day_earlier(stage: &Stage) {
    let path = stage.path("config").join("bicle/memory.json");
    let bytes = std::fs::read(&path).expect("the memory");
    let mut memory: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let openings = memory["openings"].as_object_mut().expect("the openings");
    for opening in openings.values_mut() {
        *opening = (opening.as_i64().expect("a moment") - 86_400).into();
    }
    std::fs::write(&path, memory.to_string()).expect("the memory");
}

/// The summary of a record, in the bin since that moment if it is there at all.
fn deleted_at(summary: &SecretBytes, unix: u64) -> SecretBytes {
    let mut fields: serde_json::Value =
        serde_json::from_slice(summary.expose()).expect("a summary is JSON");
    if let Some(deleted) = fields.get_mut("deleted") {
        *deleted = unix.into();
    }
    SecretBytes::new(fields.to_string().into_bytes())
}

fn must(stage: &Stage, words: &str) {
    let ending = stage.run(VAULT, words);
    assert_eq!(ending.status, Some(0), "{words}: {}", ending.said);
}

fn prepare(stage: &Stage) {
    must(stage, "vault create");
    for name in ["cle", "ancienne", "vieille"] {
        must(
            stage,
            &format!("key generate --name {name} --type ec --curve P-256"),
        );
    }
    must(
        stage,
        "order start --name commande --offer ORG --use AUTH_CLI --request-out commande.pem",
    );
    let authority = TestAuthority::new();
    let request = std::fs::read(stage.path("commande.pem")).expect("the request");
    let write = |name: &str, bytes: &[u8]| std::fs::write(stage.path(name), bytes).expect("a file");
    write("chaine.p7b", &authority.chain_pkcs7());
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    write("feuille.crt", &leaf);
    write("liste.crl", &authority.revocation_list(&[&leaf]));
    let (keystore, _) = authority.portal_pkcs12(Product::OrgSign, branch, EXPORT_PASSWORD);
    write("portail.p12", &keystore);
    let xca = workspace_root().join("crates/bicle-xca/tests/samples/sample1.xdb");
    write("xca.xdb", &std::fs::read(xca).expect("the sample"));
    write("xca-password.txt", b"motdepasse\n");
    write(
        "essai.inf",
        b"[NewRequest]\r\nSubject = \"CN=essai\"\r\nExportable = TRUE\r\nKeyAlgorithm = ECDSA_P256\r\n",
    );
    let ec = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";
    write("autre-cle.pem", &openssl(ec).accepts().stdout);
    let mut many = Vec::new();
    for number in 0..MANY {
        let made =
            openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 900")
                .arg("-subj")
                .arg(format!("/C=FR/O=Essai/CN=certificat {number}"))
                .words("-keyout /dev/null")
                .accepts();
        many.extend(made.stdout);
    }
    write("beaucoup.pem", &many);
}
