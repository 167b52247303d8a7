//! What the window needs of the machine, behind traits: file dialogs, clipboard, clock, session.

mod clipboard;
mod file_dialogs;
#[cfg(target_os = "linux")]
mod logind;
mod session;
#[cfg(target_os = "linux")]
mod washing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bicle_core::clock::Clock;
use bicle_core::places::Places;
use bicle_platform::secret::SecretText;

pub use clipboard::{SECRET_LIFE_SECONDS, SystemClipboard};
pub use file_dialogs::SystemFileDialogs;
pub use session::{Left, Session, SystemSession};

/// The machine, as the window sees it.
pub struct Services {
    /// The system's file dialogs.
    pub file_dialogs: Box<dyn FileDialogs>,
    /// The system's clipboard.
    pub clipboard: Box<dyn Clipboard>,
    /// Tells when the user has left the machine.
    pub session: Box<dyn Session>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where a new vault is proposed.
    pub default_vault: PathBuf,
    /// Where files are proposed to be saved: the user's documents or home.
    pub documents_folder: PathBuf,
    /// The vaults that were opened on this machine, the last one first.
    pub recent_vaults: Box<dyn Fn() -> Vec<PathBuf>>,
}

impl Services {
    /// The machine's own. A copied secret lives `secret_life_seconds`.
    #[must_use]
    pub fn of_system(
        egui_context: &egui::Context,
        clock: Arc<dyn Clock>,
        places: Places,
        secret_life_seconds: f64,
    ) -> Self {
        let session = SystemSession::start(egui_context.clone(), Arc::clone(&clock));
        Self {
            file_dialogs: Box::new(SystemFileDialogs::new(egui_context.clone())),
            clipboard: Box::new(SystemClipboard::new(secret_life_seconds)),
            session: Box::new(session),
            clock,
            default_vault: places.default_vault(),
            documents_folder: documents_folder(),
            recent_vaults: Box::new(move || places.recent_vaults()),
        }
    }
}

/// The user's documents, else the home folder, else where the program runs.
fn documents_folder() -> PathBuf {
    let Some(home) = std::env::home_dir() else {
        return PathBuf::from(".");
    };
    let documents = home.join("Documents");
    if Path::is_dir(&documents) {
        documents
    } else {
        home
    }
}

/// What is asked of a file dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One file that exists.
    OpenFile,
    /// One or more files that exist.
    OpenFiles,
    /// A file to write.
    SaveFile,
}

/// A file dialog to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRequest {
    /// What for.
    pub purpose: Purpose,
    /// The dialog's title.
    pub title: String,
    /// Where it starts.
    pub folder: Option<PathBuf>,
    /// The proposed name of a file to write.
    pub file_name: Option<String>,
    /// Names of kinds of files, each with its endings.
    pub filters: Vec<(String, Vec<&'static str>)>,
}

/// The number of an open file dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub u64);

/// How far a file dialog is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The user has not answered.
    Waiting,
    /// What was picked. Empty: cancelled, or the system has no file dialog (it says the same for
    /// both, which is why every path can also be typed).
    Paths(Vec<PathBuf>),
}

/// The system's file dialogs, one at a time.
pub trait FileDialogs {
    /// Opens one; `None` while another is open.
    fn open(&mut self, request: FileRequest) -> Option<Ticket>;
    /// Asks each frame; after `Paths` the ticket is used up.
    fn poll(&mut self, ticket: Ticket) -> Picked;
    /// One is open.
    fn is_open(&self) -> bool;
}

/// The system's clipboard.
pub trait Clipboard {
    /// Copies a text that everyone may see. `false`: the system has no clipboard.
    fn copy(&mut self, text: &str) -> bool;
    /// Copies a secret: kept out of the histories that honour the mark, taken away after
    /// [`SECRET_LIFE_SECONDS`] if it is still there. `false`: the system has no clipboard.
    fn copy_secret(&mut self, secret: &SecretText) -> bool;
    /// The text that is there.
    fn text(&mut self) -> Option<String>;
    /// Lets secrets go whose time is over. Call each frame; `now_seconds` only ever grows.
    /// Answers when it wants to be called again, in seconds from now.
    fn tick(&mut self, now_seconds: f64) -> Option<f64>;
    /// Lets a copied secret go at once, if it is still there: the vault is locked, the window closes.
    fn forget_secret(&mut self);
}

/// Fakes for tests. Clones share everything, so a test keeps one and gives one away.
pub mod fakes {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::path::{Path, PathBuf};
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
    use std::time::Duration;

    use bicle_core::clock::{Clock, FixedClock};
    use bicle_core::model::UnixSeconds;
    use bicle_platform::secret::SecretText;

    use super::{Clipboard, FileDialogs, FileRequest, Left, Picked, Services, Session, Ticket};

    /// A clock that the test sets.
    #[derive(Debug)]
    pub struct FakeClock {
        milliseconds: AtomicU64,
        unix_seconds: AtomicI64,
    }

    impl FakeClock {
        /// It is then.
        #[must_use]
        pub fn at(now: UnixSeconds) -> Arc<Self> {
            Arc::new(Self {
                milliseconds: AtomicU64::new(0),
                unix_seconds: AtomicI64::new(now.0),
            })
        }

        /// Time goes by.
        pub fn wait(&self, time: Duration) {
            let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
            self.milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
            self.unix_seconds.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    impl Clock for FakeClock {
        fn now(&self) -> UnixSeconds {
            UnixSeconds(self.unix_seconds.load(Ordering::Relaxed))
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.milliseconds.load(Ordering::Relaxed))
        }
    }

    /// A session in which happens what the test says.
    #[derive(Clone, Default)]
    pub struct FakeSession {
        happened: Rc<Cell<Option<Left>>>,
        open: Rc<Cell<bool>>,
    }

    impl FakeSession {
        /// The user leaves.
        pub fn happens(&self, left: Left) {
            self.happened.set(Some(left));
        }

        /// The window says that a vault is open.
        #[must_use]
        pub fn is_open(&self) -> bool {
            self.open.get()
        }
    }

    impl Session for FakeSession {
        fn poll(&mut self) -> Option<Left> {
            self.happened.take()
        }

        fn set_open(&mut self, open: bool) {
            self.open.set(open);
        }
    }

    /// Answers with what the test has put in line; with nothing in line, as if cancelled.
    #[derive(Clone, Default)]
    pub struct FakeFileDialogs {
        inner: Rc<FakeFileDialogsInner>,
    }

    #[derive(Default)]
    struct FakeFileDialogsInner {
        answers: RefCell<VecDeque<Vec<PathBuf>>>,
        asked: RefCell<Vec<FileRequest>>,
        tickets: Cell<u64>,
    }

    impl FakeFileDialogs {
        /// The next dialog picks these.
        pub fn will_pick(&self, paths: impl IntoIterator<Item = PathBuf>) {
            self.inner
                .answers
                .borrow_mut()
                .push_back(paths.into_iter().collect());
        }

        /// What was asked since the last call.
        #[must_use]
        pub fn take_asked(&self) -> Vec<FileRequest> {
            std::mem::take(&mut *self.inner.asked.borrow_mut())
        }
    }

    impl FileDialogs for FakeFileDialogs {
        fn open(&mut self, request: FileRequest) -> Option<Ticket> {
            self.inner.asked.borrow_mut().push(request);
            let number = self.inner.tickets.get().saturating_add(1);
            self.inner.tickets.set(number);
            Some(Ticket(number))
        }

        fn poll(&mut self, _ticket: Ticket) -> Picked {
            Picked::Paths(
                self.inner
                    .answers
                    .borrow_mut()
                    .pop_front()
                    .unwrap_or_default(),
            )
        }

        fn is_open(&self) -> bool {
            false
        }
    }

    /// A clipboard of its own.
    #[derive(Clone, Default)]
    pub struct FakeClipboard {
        text: Rc<RefCell<Option<String>>>,
        marked_secret: Rc<Cell<bool>>,
    }

    impl FakeClipboard {
        /// What is on it.
        #[must_use]
        pub fn content(&self) -> Option<String> {
            self.text.borrow().clone()
        }

        /// What is on it bears the mark that keeps it out of histories.
        #[must_use]
        pub fn is_marked_secret(&self) -> bool {
            self.marked_secret.get()
        }

        /// Puts a text on it, as another program would.
        pub fn put(&self, text: &str) {
            *self.text.borrow_mut() = Some(text.to_owned());
            self.marked_secret.set(false);
        }
    }

    impl Clipboard for FakeClipboard {
        fn copy(&mut self, text: &str) -> bool {
            self.put(text);
            true
        }

        fn copy_secret(&mut self, secret: &SecretText) -> bool {
            self.put(secret.expose());
            self.marked_secret.set(true);
            true
        }

        fn text(&mut self) -> Option<String> {
            self.content()
        }

        fn tick(&mut self, _now_seconds: f64) -> Option<f64> {
            None
        }

        fn forget_secret(&mut self) {
            if self.marked_secret.take() {
                *self.text.borrow_mut() = None;
            }
        }
    }

    /// Services made of fakes, with the handles that a test keeps.
    #[must_use]
    pub fn services(folder: &Path, now: UnixSeconds) -> (Services, FakeFileDialogs, FakeClipboard) {
        let (file_dialogs, clipboard) = (FakeFileDialogs::default(), FakeClipboard::default());
        let services = Services {
            file_dialogs: Box::new(file_dialogs.clone()),
            clipboard: Box::new(clipboard.clone()),
            session: Box::new(FakeSession::default()),
            clock: Arc::new(FixedClock(now)),
            default_vault: folder.join("bicle.vault"),
            documents_folder: folder.to_owned(),
            recent_vaults: Box::new(Vec::new),
        };
        (services, file_dialogs, clipboard)
    }
}
