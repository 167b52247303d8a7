//! A display without a screen (Xvfb), a window manager (openbox) and hands (xdotool).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::peer::{Answer, Peer};

/// How long a window may take to come, or a picture to be still: software drawing on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often the display is looked at.
const GLANCE: Duration = Duration::from_millis(25);

/// A display of the test's own: gone, with all that ran on it, when this is dropped.
#[derive(Debug)]
pub struct Display {
    name: String,
    children: Vec<Child>,
    folder: TempDir,
}

/// A program that was opened on the display: ended when this is dropped.
#[derive(Debug)]
pub struct Opened {
    child: Child,
}

impl Display {
    /// Starts the display with its window manager; it takes a free number by itself.
    ///
    /// # Panics
    /// When Xvfb or openbox is missing or does not start.
    #[must_use]
    #[track_caller]
    pub fn start(width_pixels: u32, height_pixels: u32) -> Self {
        let folder = TempDir::new().expect("a folder for the display");
        let mut xvfb = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-noreset",
                "-screen",
                "0",
            ])
            .arg(format!("{width_pixels}x{height_pixels}x24"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("Xvfb is missing ({error}): `cargo xtask test` installs it")
            });
        let mut number = String::new();
        let stdout = xvfb.stdout.take().expect("standard output was asked for");
        BufReader::new(stdout)
            .read_line(&mut number)
            .expect("Xvfb says its number");
        let number = number.trim().to_owned();
        assert!(!number.is_empty(), "Xvfb did not start");
        let mut display = Self {
            name: format!(":{number}"),
            children: vec![xvfb],
            folder,
        };
        let openbox = display
            .command("openbox")
            .arg("--sm-disable")
            .spawn()
            .unwrap_or_else(|error| {
                panic!("openbox is missing ({error}): `cargo xtask test` installs it")
            });
        display.children.push(openbox);
        display.wait_for("a window manager", |display| {
            let answer = display
                .peer("xprop", "-root _NET_SUPPORTING_WM_CHECK")
                .answer();
            answer.text().contains("window id").then_some(())
        });
        display
    }

    /// The display's name, such as `:99`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A folder that serves as the user's home on this display.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// A program with the display's surroundings: its own home, software drawing, no session bus.
    #[must_use]
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.name)
            .env("HOME", self.home())
            .env("XDG_DATA_HOME", self.home().join("data"))
            .env("XDG_CONFIG_HOME", self.home().join("config"))
            .env("XDG_RUNTIME_DIR", self.home())
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // the floor's protection is enough for a test, and quick to make
            .env("BICLE_UNLOCK_TIME_MS", "1")
            .env("LANG", "C.UTF-8")
            // the test says the language: LANG alone counts
            .env_remove("LC_ALL")
            .env_remove("LANGUAGE")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .env_remove("BICLE_VAULT")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts a program on the display.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    #[track_caller]
    pub fn open(&self, program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Opened {
        let mut command = self.command(program);
        command.args(arguments).envs(environment.iter().copied());
        // a program that does not start says why, in the test's own output
        command.stderr(Stdio::inherit());
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        Opened { child }
    }

    /// Waits for a visible window whose title matches the expression, and returns its id.
    ///
    /// # Panics
    /// When none comes.
    #[must_use]
    #[track_caller]
    pub fn wait_for_window(&self, title: &str) -> String {
        self.wait_for(title, |display| {
            let answer = display
                .peer("xdotool", "search --onlyvisible --name")
                .arg(title)
                .answer();
            answer.text().lines().next().map(str::to_owned)
        })
    }

    /// Waits until no visible window has a title that matches.
    ///
    /// # Panics
    /// When one stays.
    #[track_caller]
    pub fn wait_until_gone(&self, title: &str) {
        self.wait_for("the window's end", |display| {
            let answer = display
                .peer("xdotool", "search --onlyvisible --name")
                .arg(title)
                .answer();
            answer.text().trim().is_empty().then_some(())
        });
    }

    /// `xdotool WORDS`: `key ctrl+n`, `mousemove 10 20 click 1`.
    ///
    /// # Panics
    /// When xdotool is missing or refuses.
    #[track_caller]
    pub fn hands(&self, words: &str) -> Answer {
        self.peer("xdotool", words).accepts()
    }

    /// Presses and releases keys, one after the other: `Tab`, `Return`, `ctrl+v`.
    ///
    /// # Panics
    /// When xdotool refuses.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        self.hands(&format!("key --delay 40 {keys}"));
    }

    /// Types a text into what has the focus.
    ///
    /// # Panics
    /// When xdotool refuses.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.peer("xdotool", "type --delay 25").arg(text).accepts();
    }

    /// Clicks at a point of the display, in pixels from the upper left corner.
    ///
    /// # Panics
    /// When xdotool refuses.
    #[track_caller]
    pub fn click(&self, x_pixels: u32, y_pixels: u32) {
        self.hands(&format!("mousemove --sync {x_pixels} {y_pixels}"));
        self.hands("click 1");
    }

    /// Puts a text into the clipboard, as another program would.
    ///
    /// # Panics
    /// When xclip is missing.
    #[track_caller]
    pub fn set_clipboard(&mut self, text: &str) {
        use std::io::Write;
        let mut xclip = self
            .command("xclip")
            .args(["-quiet", "-selection", "clipboard"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("xclip is missing ({error}): `cargo xtask test` installs it")
            });
        let mut stdin = xclip.stdin.take().expect("standard input was asked for");
        stdin
            .write_all(text.as_bytes())
            .expect("xclip reads the text");
        drop(stdin);
        // it owns the clipboard until it is ended
        self.children.push(xclip);
        self.wait_for("the clipboard", |display| {
            (display.clipboard() == text).then_some(())
        });
    }

    /// The text that is in the clipboard now.
    #[must_use]
    #[track_caller]
    pub fn clipboard(&self) -> String {
        self.peer("xclip", "-selection clipboard -out")
            .answer()
            .text()
    }

    /// The kinds in which the clipboard's content is offered, one a line: marks for histories too.
    #[must_use]
    #[track_caller]
    pub fn clipboard_kinds(&self) -> String {
        self.peer("xclip", "-selection clipboard -out -target TARGETS")
            .answer()
            .text()
    }

    /// Waits until the display stands still, then saves it as a PNG and returns the path: in
    /// `BICLE_SCREENSHOTS` when that is set, else in `target/screenshots`.
    ///
    /// # Panics
    /// When the picture cannot be taken.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = std::env::var_os("BICLE_SCREENSHOTS").map_or_else(
            || crate::program::target_folder().join("screenshots"),
            PathBuf::from,
        );
        std::fs::create_dir_all(&folder).expect("a folder for the pictures");
        self.wait_until_still();
        let path = folder.join(format!("{name}.png"));
        self.peer("import", "-window root").arg(&path).accepts();
        path
    }

    /// Waits until two pictures in a row are the same, but for so much of them as a blinking caret.
    ///
    /// # Panics
    /// When no picture can be taken.
    #[track_caller]
    pub fn wait_until_still(&self) {
        let end = Instant::now() + Duration::from_secs(5);
        let mut before = self.pixels();
        while Instant::now() < end {
            std::thread::sleep(Duration::from_millis(150));
            let now = self.pixels();
            let changed = before
                .iter()
                .zip(&now)
                .filter(|(one, other)| one != other)
                .count();
            if before.len() == now.len() && changed < 600 {
                return;
            }
            before = now;
        }
    }

    #[track_caller]
    fn pixels(&self) -> Vec<u8> {
        self.peer("import", "-window root -depth 8 rgb:-")
            .accepts()
            .stdout
    }

    fn peer(&self, program: &str, words: &str) -> Peer {
        Peer::new(program).env("DISPLAY", &self.name).words(words)
    }

    #[track_caller]
    fn wait_for<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(seen) = look(self) {
                return seen;
            }
            assert!(
                Instant::now() < end,
                "{what} did not come in {PATIENCE:?} on display {}",
                self.name
            );
            std::thread::sleep(GLANCE);
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            end(child);
        }
    }
}

impl Opened {
    /// The program's process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the program to end by itself and returns its status.
    ///
    /// # Panics
    /// When it does not end.
    #[track_caller]
    pub fn wait(&mut self) -> Option<i32> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status.code();
            }
            assert!(Instant::now() < until, "the program does not end");
            std::thread::sleep(GLANCE);
        }
    }

    /// Whether it still runs.
    ///
    /// # Panics
    /// When the system does not say.
    #[must_use]
    #[track_caller]
    pub fn is_running(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("a child can be asked")
            .is_none()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a child and takes its status, so that nothing stays behind.
fn end(child: &mut Child) {
    // both fail only where it has ended by itself
    let _ = child.kill();
    let _ = child.wait();
}
