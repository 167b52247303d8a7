//! `cargo xtask screenshots`: pictures of the real window on a display of its own.

use crate::command::{Failure, cargo, run_shown, target_folder};
use crate::{system, test};

/// Opens the real program as the smoke test does and leaves its pictures in `target/screenshots`.
pub(crate) fn screenshots() -> Result<(), Failure> {
    system::provide(&[system::WINDOW, system::DISPLAY])?;
    let folder = target_folder().join("screenshots");
    let mut command = cargo();
    command.args([
        "test",
        "--package",
        "bicle-tests",
        "--test",
        "smoke",
        "--test",
        "dialogs_on_a_display",
        "--locked",
    ]);
    command.args(["--", "--nocapture", "--test-threads=1"]);
    test::quiet_surroundings(&mut command);
    run_shown(command.env("BICLE_SCREENSHOTS", &folder))?;
    println!("the pictures are in {}", folder.display());
    Ok(())
}
