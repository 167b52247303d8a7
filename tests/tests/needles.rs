//! What was put in a vault is searched for in its file, in its journal while it is written, and in
//! all that lies beside it: in clear, in other encodings, as DER. A search of the opened content
//! shows that the search finds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bicle_platform::secret::SecretText;
use bicle_tests::Cli;
use bicle_tests::openssl::{openssl, rsa_key_pem};
use bicle_vault::LockedVault;

const PASSWORD: &str = "mot de passe Xochimilco 4271";
const EXPORT_PASSWORD: &str = "Chapultepec-export-99";
const COMMENT: &str = "Échéance à rappeler : Popocatépetl au printemps";

/// As many journals are kept as hold something else than those before: there are some for each commit.
const MOST_JOURNALS: usize = 64;

/// Where a needle must be found by the same search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    /// The vault holds it: in what is read once it is open.
    Content,
    /// No vault holds it (a password, an armour): in the files and answers of this test.
    Outside,
}

struct Needle {
    what: &'static str,
    control: Control,
    forms: BTreeSet<Vec<u8>>,
}

impl Needle {
    fn text(what: &'static str, control: Control, text: &str) -> Self {
        let mut forms = BTreeSet::new();
        for text in [text.to_owned(), text.to_lowercase(), text.to_uppercase()] {
            forms.insert(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            forms.insert(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            // Latin-1, as old files have it, and JSON's escapes
            forms.insert(text.chars().map(|letter| letter as u8).collect());
            let escaped = text.chars().map(|letter| match letter {
                ' '..='~' => letter.to_string(),
                _ => format!("\\u{:04x}", u32::from(letter)),
            });
            forms.insert(escaped.collect::<String>().into_bytes());
            encodings(text.as_bytes(), &mut forms);
        }
        Self {
            what,
            control,
            forms,
        }
    }

    fn bytes(what: &'static str, control: Control, bytes: &[u8]) -> Self {
        let mut forms = BTreeSet::new();
        encodings(bytes, &mut forms);
        Self {
            what,
            control,
            forms,
        }
    }

    /// A moment: `YYYYMMDDHHMMSS`, in every notation that files use.
    fn time(what: &'static str, digits: &str, unix: i64) -> Self {
        let part = |from: usize, to: usize| &digits[from..to];
        let (date, clock) = (
            format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
            format!("{}:{}:{}", part(8, 10), part(10, 12), part(12, 14)),
        );
        let french = format!("{}/{}/{}", part(6, 8), part(4, 6), part(0, 4));
        let mut needle = Self::text(what, Control::Content, &format!("{}Z", &digits[2..]));
        for text in [
            format!("{digits}Z"),
            format!("{date}T{clock}"),
            format!("{date} {clock}"),
            date,
            french,
            unix.to_string(),
        ] {
            needle
                .forms
                .extend(Self::text(what, Control::Content, &text).forms);
        }
        needle.forms.insert(unix.to_be_bytes().to_vec());
        needle.forms.insert(unix.to_le_bytes().to_vec());
        needle
    }
}

/// As it is, in hexadecimal, and in base64 wherever it may begin in a group of three.
fn encodings(bytes: &[u8], forms: &mut BTreeSet<Vec<u8>>) {
    forms.insert(bytes.to_vec());
    let mut reversed = bytes.to_vec();
    reversed.reverse();
    forms.insert(reversed);
    let hex = |separator: &str| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.join(separator)
    };
    for text in [hex(""), hex(":"), hex(" ")] {
        forms.insert(text.to_uppercase().into_bytes());
        forms.insert(text.into_bytes());
    }
    for offset in 0..3 {
        let padded = [&vec![0; offset][..], bytes].concat();
        // what depends on the bytes around is left out
        let whole = padded.len() / 3 * 4;
        let from = [0, 2, 3][offset];
        let text = base64(&padded);
        if whole > from + 4 {
            forms.insert(text.as_bytes()[from..whole].to_vec());
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for shift in [18, 12, 6, 0] {
            text.push(char::from(LETTERS[(bits >> shift & 63) as usize]));
        }
    }
    text
}

/// Every form of every needle, by its first four bytes.
struct Search<'a> {
    needles: &'a [Needle],
    index: HashMap<[u8; 4], Vec<(usize, &'a [u8])>>,
}

impl<'a> Search<'a> {
    fn new(needles: &'a [Needle]) -> Self {
        let mut index: HashMap<[u8; 4], Vec<(usize, &[u8])>> = HashMap::new();
        for (number, needle) in needles.iter().enumerate() {
            for form in &needle.forms {
                let first = form[..4].try_into().expect("four bytes");
                index.entry(first).or_default().push((number, form));
            }
        }
        Self { needles, index }
    }

    /// How often each needle is there.
    fn counts(&self, bytes: &[u8]) -> Vec<usize> {
        let mut counts = vec![0; self.needles.len()];
        for (at, first) in bytes.array_windows::<4>().enumerate() {
            for (number, form) in self.index.get(first).map_or(&[][..], Vec::as_slice) {
                counts[*number] += usize::from(bytes[at..].starts_with(form));
            }
        }
        counts
    }
}

/// Copies the journal, and the vault as it is while there is one, again and again.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<(Vec<u8>, usize)>,
}

impl Watch {
    fn start(vault: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, vault) = (Arc::clone(&stop), vault.to_owned());
        let thread = std::thread::spawn(move || {
            let mut journal = vault.clone().into_os_string();
            journal.push("-journal");
            let mut seen = BTreeSet::new();
            let mut all = Vec::new();
            while !told.load(Ordering::Relaxed) {
                match std::fs::read(&journal) {
                    Ok(found) if !found.is_empty() && seen.len() < MOST_JOURNALS => {
                        if seen.insert(found.clone()) {
                            all.extend(found);
                            all.extend(std::fs::read(&vault).unwrap_or_default());
                        }
                    }
                    _ => std::thread::sleep(Duration::from_micros(300)),
                }
            }
            (all, seen.len())
        });
        Self { stop, thread }
    }

    fn end(self) -> (Vec<u8>, usize) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// Every file below a folder but the password's.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.file_name().is_some_and(|name| name != "password.txt") {
            found.push(path);
        }
    }
}

#[test]
fn thirty_needles_put_in_a_vault_are_found_nowhere_in_clear() {
    let cli = Cli::without_vault(PASSWORD);
    let command = |words: &str| cli.command(words).env("BICLE_UNLOCK_TIME_MS", "50");
    let inputs = tempfile::tempdir().unwrap();
    let input = |name: &str| inputs.path().join(name);
    let watch = Watch::start(&cli.vault());
    command("vault create").accepts();

    let key_pem = rsa_key_pem(2048);
    let key_file = input("facture-Uxmal.key");
    std::fs::write(&key_file, &key_pem).unwrap();
    let key_der = openssl("pkcs8 -topk8 -nocrypt -outform DER")
        .input(key_pem.clone())
        .accepts()
        .stdout;
    let certificate_pem = openssl("req -x509 -new -utf8 -days 1234 -sha256")
        .args(["-set_serial", "0x5ac3f1d2907b4e6688aa11bb22cc33dd"])
        .args(["-subj", "/C=FR/O=Clinique Teotihuacan/OU=0002 913754862/CN=Dr Élodie Tenochtitlan"])
        .args(["-addext", "subjectAltName=DNS:mail.chichenitza.example,email:aude@palenque.example,URI:https://tulum.example/chemin"])
        .arg("-key")
        .arg(&key_file)
        .accepts()
        .stdout;
    let certificate_file = input("certificat-Calakmul.pem");
    std::fs::write(&certificate_file, &certificate_pem).unwrap();
    command("import")
        .args([&key_file, &certificate_file])
        .accepts();
    let certificate_der = openssl("x509 -outform DER")
        .input(certificate_pem.clone())
        .accepts()
        .stdout;

    let request_path = input("demande-zanzibar.pem");
    command(
        "order start --branch test --offer ORG --use AUTH_CLI --name Quetzalcoatl --request-out",
    )
    .arg(&request_path)
    .accepts();
    command("order submitted Quetzalcoatl --reference 6397884").accepts();
    let code = command("--json order revocation-code Quetzalcoatl --generate")
        .accepts()
        .text();
    let code_answer: serde_json::Value = serde_json::from_str(&code).unwrap();
    let code = code_answer["revocation_code"]
        .as_str()
        .expect("the code")
        .to_owned();
    command("comment Quetzalcoatl --kind order")
        .arg(COMMENT)
        .accepts();
    command("rename Quetzalcoatl Bonampak --kind order").accepts();
    command("key generate --name Huitzilopochtli --type ec").accepts();
    command("delete Huitzilopochtli").accepts();
    std::fs::write(input("export.txt"), EXPORT_PASSWORD).unwrap();
    command("key export facture-Uxmal --export-password-file")
        .arg(input("export.txt"))
        .arg("--out")
        .arg(input("sortie-Coyoacan.pem"))
        .answer();
    let recovery = command("--json vault recovery-key").accepts().json()["recovery_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let (journals, journal_count) = watch.end();

    // the dates as openssl tells them: "notBefore=Nov 22 21:00:00 2026 GMT"
    let moment = |what: &str| {
        let told = openssl("x509 -noout -dateopt iso_8601")
            .arg(what)
            .input(certificate_pem.clone())
            .accepts()
            .text();
        let digits: String = told.chars().filter(char::is_ascii_digit).collect();
        let unix = std::process::Command::new("date")
            .args(["-u", "+%s", "-d"])
            .arg(told.split('=').nth(1).unwrap().trim())
            .output()
            .unwrap();
        let unix = String::from_utf8(unix.stdout).unwrap();
        (digits, unix.trim().parse::<i64>().unwrap())
    };
    let (before, after) = (moment("-startdate"), moment("-enddate"));
    let middle = |bytes: &[u8]| bytes[bytes.len() / 2..bytes.len() / 2 + 24].to_vec();
    let sha256 = |bytes: &[u8]| {
        let hex = bicle_tests::openssl::sha256_hex(bytes);
        let digits = hex.as_bytes().chunks(2);
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.map(byte).collect::<Vec<u8>>()
    };
    let spki = openssl("pkey -pubout -outform DER")
        .input(key_pem.clone())
        .accepts()
        .stdout;
    let request_der = openssl("req -outform DER")
        .input(std::fs::read(&request_path).unwrap())
        .accepts()
        .stdout;
    let line = |pem: &[u8]| {
        let text = String::from_utf8(pem.to_vec()).unwrap();
        text.lines().nth(5).unwrap().to_owned()
    };

    use Control::{Content, Outside};
    let needles = [
        Needle::text("vault's password", Outside, PASSWORD),
        Needle::text("word of the password", Outside, "Xochimilco"),
        Needle::text("recovery key", Outside, &recovery),
        Needle::text(
            "recovery key, ungrouped",
            Outside,
            &recovery.replace('-', ""),
        ),
        Needle::text("password of an export", Outside, EXPORT_PASSWORD),
        Needle::text("revocation code", Content, &code),
        Needle::text("order's reference", Content, "6397884"),
        Needle::text("name of an order", Content, "Bonampak"),
        Needle::text("name before renaming", Outside, "Quetzalcoatl"),
        Needle::text("name of a deleted key", Content, "Huitzilopochtli"),
        Needle::text("name of a key's file", Content, "facture-Uxmal"),
        Needle::text(
            "name of a certificate's file",
            Outside,
            "certificat-Calakmul",
        ),
        Needle::text("path of the request", Content, "demande-zanzibar"),
        Needle::text("path of an export", Outside, "sortie-Coyoacan"),
        Needle::text("comment", Content, COMMENT),
        Needle::text("word of the comment", Content, "Popocatépetl"),
        Needle::text("common name", Content, "Dr Élodie Tenochtitlan"),
        Needle::text("organization", Content, "Clinique Teotihuacan"),
        Needle::text("organizational unit", Content, "0002 913754862"),
        Needle::text("host name", Content, "mail.chichenitza.example"),
        Needle::text("e-mail address", Content, "aude@palenque.example"),
        Needle::text("address", Content, "https://tulum.example/chemin"),
        Needle::bytes(
            "serial number",
            Content,
            &0x5ac3_f1d2_907b_4e66_88aa_11bb_22cc_33dd_u128.to_be_bytes(),
        ),
        Needle::text(
            "serial number, decimal",
            Outside,
            &0x5ac3_f1d2_907b_4e66_88aa_11bb_22cc_33dd_u128.to_string(),
        ),
        Needle::time("start of validity", &before.0, before.1),
        Needle::time("end of validity", &after.0, after.1),
        Needle::bytes(
            "middle of the certificate",
            Content,
            &middle(&certificate_der),
        ),
        Needle::text("a line of its PEM", Outside, &line(&certificate_pem)),
        Needle::bytes("middle of the private key", Content, &middle(&key_der)),
        Needle::text("a line of its PEM", Outside, &line(&key_pem)),
        Needle::text("armour of a key", Outside, "BEGIN PRIVATE KEY"),
        Needle::bytes("middle of the request", Content, &middle(&request_der)),
        Needle::bytes(
            "fingerprint of the certificate",
            Outside,
            &sha256(&certificate_der),
        ),
        Needle::bytes("identity of the key", Content, &sha256(&spki)),
        Needle::text("template", Content, "IHM Générique"),
        Needle::text("an authority", Content, "AC IGC-SANTE ELEMENTAIRE"),
    ];
    let search = Search::new(&needles);

    let vault = std::fs::read(cli.vault()).unwrap();
    let mut beside = Vec::new();
    files(cli.folder(), &mut beside);
    let left: Vec<u8> = beside
        .iter()
        .filter(|path| **path != cli.vault())
        .flat_map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            [name.into_bytes(), vec![0], std::fs::read(path).unwrap()].concat()
        })
        .collect();
    let open = LockedVault::open(&cli.vault())
        .unwrap()
        .unlock(&SecretText::copy_of(PASSWORD))
        .unwrap();
    let mut content = Vec::new();
    for record in open.summaries().unwrap() {
        content.extend_from_slice(record.summary.expose());
        content.push(0);
        content.extend_from_slice(open.body(record.id).unwrap().expose());
        content.push(0);
    }
    let serial_decimal = 0x5ac3_f1d2_907b_4e66_88aa_11bb_22cc_33dd_u128.to_string();
    let outside = [
        PASSWORD.as_bytes(),
        recovery.as_bytes(),
        recovery.replace('-', "").as_bytes(),
        EXPORT_PASSWORD.as_bytes(),
        b"Quetzalcoatl certificat-Calakmul sortie-Coyoacan ",
        serial_decimal.as_bytes(),
        &certificate_pem,
        &key_pem,
        &sha256(&certificate_der),
    ]
    .concat();

    let (in_vault, in_journals) = (search.counts(&vault), search.counts(&journals));
    let in_rest = search.counts(&left);
    let (in_content, in_outside) = (search.counts(&content), search.counts(&outside));
    println!(
        "vault {} bytes; {journal_count} journals with the vault around them {} bytes; {} files beside it {} bytes; content {} bytes",
        vault.len(),
        journals.len(),
        beside.len() - 1,
        left.len(),
        content.len()
    );
    println!("| needle | forms | vault | journals | beside | control |");
    println!("|---|---|---|---|---|---|");
    let mut total = 0;
    for (number, needle) in needles.iter().enumerate() {
        let (control, place) = match needle.control {
            Control::Content => (in_content[number], "opened"),
            Control::Outside => (in_outside[number], "outside"),
        };
        println!(
            "| {} | {} | {} | {} | {} | {control} {place} |",
            needle.what,
            needle.forms.len(),
            in_vault[number],
            in_journals[number],
            in_rest[number]
        );
        total += in_vault[number] + in_journals[number] + in_rest[number];
        assert!(control > 0, "the search does not find: {}", needle.what);
    }
    assert!(needles.len() >= 30);
    assert!(journal_count > 0, "no journal was seen");
    assert_eq!(total, 0, "something is in clear");
}
