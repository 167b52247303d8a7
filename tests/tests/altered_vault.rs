//! A vault that was changed behind the program's back: noticed wherever the change is, and left as it is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::Cli;
use procedure::VAULT_PASSWORD;

#[test]
fn a_byte_changed_anywhere_is_noticed_by_the_check() {
    const PLACES: usize = 24;
    let cli = Cli::new(VAULT_PASSWORD);
    let whole = std::fs::read(cli.vault()).unwrap();
    let mut noticed = 0;
    for place in 0..PLACES {
        // what SQLite leaves free is zero (secure_delete): a byte that is not holds something
        let middle = whole.len() * (2 * place + 1) / (2 * PLACES);
        let at = (middle..whole.len())
            .find(|at| whole[*at] != 0)
            .expect("a byte that is not 0");
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        std::fs::write(cli.vault(), &changed).unwrap();
        let answer = cli.command("--json --lang en vault check").answer();
        assert_eq!(
            std::fs::read(cli.vault()).unwrap(),
            changed,
            "byte {at}: the check wrote"
        );
        match answer.status {
            Some(4) => {
                noticed += 1;
                let report = answer.json();
                let verdict = report["verdict"].as_str().unwrap();
                assert!(
                    ["altered", "damaged"].contains(&verdict),
                    "byte {at}: {report:#}"
                );
            }
            // the password's slot or its salt: the password opens it no more
            status => assert_eq!(status, Some(3), "byte {at}: {}", answer.told()),
        }
    }
    // the slot of the password is a small part of the file
    assert!(
        noticed > PLACES * 3 / 4,
        "only {noticed} of {PLACES} were noticed"
    );
}
