//! What a person at a terminal is asked, through a terminal that script(1) makes.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::program::program;
use bicle_tests::{Answer, Cli, Peer, TestAuthority, authority, openssl};
use procedure::VAULT_PASSWORD;

/// `bicle-cli WORDS` at a terminal where these lines are typed.
fn at_terminal(cli: &Cli, words: &str, typed: &[&str]) -> Answer {
    let vault = cli.vault();
    let line = format!(
        "{} --lang fr --vault {} {words}",
        program("bicle-cli").display(),
        vault.display()
    );
    Peer::new("script")
        .words("--quiet --return --command")
        .arg(line)
        .arg("/dev/null")
        .env("XDG_CONFIG_HOME", cli.path("config"))
        .in_folder(cli.folder())
        .input(typed.join("\n") + "\n")
        .answer()
}

#[test]
fn a_new_password_is_asked_twice_and_a_weak_one_is_told() {
    let cli = Cli::without_vault("abc def");
    let differ = at_terminal(&cli, "vault create", &["abc def", "abc deg"]);
    assert_eq!(differ.status, Some(1), "{}", differ.told());
    differ.says("Les deux mots de passe ne sont pas les mêmes");
    assert!(!cli.vault().exists());
    // a weak one wants a second yes
    let left = at_terminal(&cli, "vault create", &["abc def", "abc def", "n"]);
    assert_ne!(left.status, Some(0), "{}", left.told());
    left.says("Le prendre quand même");
    assert!(!cli.vault().exists());
    let made = at_terminal(&cli, "vault create", &["abc def", "abc def", "o"]);
    assert_eq!(made.status, Some(0), "{}", made.told());
    made.says("Encore une fois")
        .says("Ce mot de passe est faible");
    cli.command("list").accepts();
}

#[test]
fn the_password_is_asked_once_and_a_wrong_one_is_status_3() {
    let cli = Cli::new(VAULT_PASSWORD);
    let listed = at_terminal(&cli, "list templates", &[VAULT_PASSWORD]);
    assert_eq!(listed.status, Some(0), "{}", listed.told());
    listed
        .says("Mot de passe du coffre")
        .says("IGC-Santé IHM Générique");
    assert_eq!(at_terminal(&cli, "list", &["pas celui-ci"]).status, Some(3));
}

#[test]
fn an_import_asks_for_the_password_of_its_file() {
    let cli = Cli::new(VAULT_PASSWORD);
    let (product, branch) = (authority::Product::OrgSign, authority::Branch::Production);
    let (p12, _leaf) = TestAuthority::new().portal_pkcs12(product, branch, "motdepasse");
    let file = cli.file("portail.p12", p12);
    let skipped = at_terminal(&cli, "import portail.p12", &[VAULT_PASSWORD, ""]);
    assert_eq!(skipped.status, Some(1), "{}", skipped.told());
    let asked = at_terminal(
        &cli,
        "import portail.p12",
        &[VAULT_PASSWORD, "faux", "motdepasse"],
    );
    assert_eq!(asked.status, Some(0), "{}", asked.told());
    asked
        .says("Un mot de passe protège")
        .says("Ajouté")
        .says(&file.file_name().unwrap().to_string_lossy());
    assert_eq!(cli.json("list keys").as_array().unwrap().len(), 1);
}

#[test]
fn a_slow_file_is_read_on_the_persons_word() {
    let cli = Cli::new(VAULT_PASSWORD);
    let key = cli.file("key.pem", openssl::rsa_key_pem(2048));
    openssl::openssl(
        "pkcs8 -topk8 -v2 aes-256-cbc -iter 5000001 -passout pass:motdepasse -out lent.pem -in",
    )
    .arg(&key)
    .in_folder(cli.folder())
    .accepts();
    let words = "import lent.pem";
    let no = at_terminal(&cli, words, &[VAULT_PASSWORD, "n"]);
    assert_eq!(no.status, Some(1), "{}", no.told());
    no.says("5000001").says("--max-iterations 5000001");
    let yes = at_terminal(&cli, words, &[VAULT_PASSWORD, "oui", "motdepasse"]);
    assert_eq!(yes.status, Some(0), "{}", yes.told());
    yes.says("Ajouté");
}
