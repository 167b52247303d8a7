//! A user at work: a display, a home with what was chosen there before, the window and the command
//! line over the same default vault.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::display::{Display, Opened};
use crate::peer::Peer;
use crate::program::program;

/// The vault's password.
pub const PASSWORD: &str = "le mot de passe du coffre 4271";

/// The window's title while no vault is open (« Biclé »): xdotool's expressions know ASCII alone.
pub const CLOSED: &str = "^Bicl";

/// The window's title while our vault is open (« coffre — Biclé »).
pub const UNLOCKED: &str = "^coffre .*Bicl";

/// A display with a user's home.
#[derive(Debug)]
pub struct Desk {
    /// the display
    pub display: Display,
    pictures: String,
}

impl Desk {
    /// A fresh home where the theme (`light`, `dark`) and the language (`fr`, `en`) are chosen. `pictures`
    /// begins the name of every picture.
    ///
    /// # Panics
    /// When the display does not start.
    #[must_use]
    #[track_caller]
    pub fn new(pictures: &str, theme: &str, language: &str) -> Self {
        let display = Display::start(1280, 840);
        let folder = display.home().join("config/bicle");
        std::fs::create_dir_all(&folder).expect("a folder for the settings");
        let settings = json!({"theme": theme, "language": language});
        std::fs::write(folder.join("window.json"), settings.to_string()).expect("the settings");
        std::fs::write(display.home().join("password.txt"), PASSWORD).expect("the password's file");
        Self {
            display,
            pictures: format!("{pictures}-{theme}-{language}"),
        }
    }

    /// Opens the window and waits until it is seen.
    ///
    /// # Panics
    /// When it does not come.
    #[must_use]
    #[track_caller]
    pub fn open(&self) -> Opened {
        let opened = self.display.open(&program("bicle"), &[], &[]);
        let _window = self.display.wait_for_window(CLOSED);
        opened
    }

    /// Types the password and waits until the vault is open.
    ///
    /// # Panics
    /// When it does not open.
    #[track_caller]
    pub fn unlock(&self) {
        self.type_password();
        self.display.press("Return");
        let _window = self.display.wait_for_window(UNLOCKED);
    }

    /// Types the password into what has the focus.
    ///
    /// # Panics
    /// When xdotool refuses.
    #[track_caller]
    pub fn type_password(&self) {
        self.display.type_text(PASSWORD);
    }

    /// Leaves a picture of the display.
    ///
    /// # Panics
    /// When there is nothing to be seen.
    #[track_caller]
    pub fn picture(&self, name: &str) {
        let path = self
            .display
            .screenshot(&format!("{}-{name}", self.pictures));
        let size_bytes = std::fs::metadata(path).expect("a picture").len();
        assert!(size_bytes > 5_000, "{name}: the window is empty");
    }

    /// A path in the user's home.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.display.home().join(name)
    }

    /// The command line, in the same home: the same default vault.
    #[must_use]
    #[track_caller]
    pub fn cli(&self, words: &str) -> Peer {
        let home = self.display.home();
        Peer::new(program("bicle-cli"))
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("BICLE_UNLOCK_TIME_MS", "1")
            .without_env("BICLE_VAULT")
            .in_folder(home)
            .arg("--password-file")
            .arg(home.join("password.txt"))
            .words(words)
    }

    /// The JSON that a command prints.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    #[track_caller]
    pub fn json(&self, words: &str) -> Value {
        self.cli("--json").words(words).accepts().json()
    }

    /// Closes the window as a user does, and waits for the end of the program.
    ///
    /// # Panics
    /// When it does not end, or not well.
    #[track_caller]
    pub fn close(&self, mut opened: Opened) {
        self.display.press("alt+F4");
        assert_eq!(opened.wait(), Some(0), "the program ends well");
        self.display.wait_until_gone("Bicl");
    }
}
