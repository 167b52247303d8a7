//! What a view or a dialog works with: read-only state, and ways to ask for something.

use std::path::PathBuf;
use std::sync::Arc;

use bicle_core::command::{Command, JobId, Source};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::Model;
use bicle_core::phrase::Phrase;
use bicle_text::{Argument, Id, Language, Texts};

use crate::backend::Backend;
use crate::dialogs::Open;
use crate::say;
use crate::services::Services;
use crate::theme::{ThemeChoice, Tokens};
use crate::widgets::toast::Toasts;

/// Borrowed by each view and dialog for one frame.
pub struct Context<'a> {
    /// The words of the language in use.
    pub texts: Texts,
    /// The colours in use.
    pub tokens: &'static Tokens,
    /// The open vault; `None` while there is none.
    pub model: Option<&'a Arc<Model>>,
    /// Short messages that go by themselves.
    pub toasts: &'a mut Toasts,
    /// File dialogs, clipboard, clock, places.
    pub services: &'a mut Services,
    /// What the shell does after this frame's drawing.
    pub actions: &'a mut Vec<Action>,
    /// Jobs sent through this context, for the shell to note who sent them.
    pub sent: &'a mut Vec<JobId>,
    pub(crate) backend: &'a dyn Backend,
}

/// What a view asks of the shell.
pub enum Action {
    /// Open a dialog over the others.
    Open(Open),
    /// Go to the view of that kind.
    GoTo(Page),
    /// Go to the item's view, select it and show its details.
    Select(ItemId),
    /// Send a command for the shell: it shows what comes of it as a toast.
    Send(Command),
    /// Bring in files or pasted content: opens the report when it is done.
    Import(Vec<Source>),
    /// Change the language at once.
    Language(Language),
    /// Change the theme at once.
    Theme(ThemeChoice),
    /// Lock the vault now.
    Lock,
    /// The password was said again: what waited for it goes on.
    PasswordProved,
    /// It was not: what waited for it is called off.
    PasswordNotSaid,
    /// Lock the vault after so many minutes without input; 0: never.
    LockAfter(u16),
    /// Keep so many automatic copies; 0: none.
    AutomaticCopies(u8),
    /// Show the start screen with that vault chosen, ready to unlock.
    ChooseVault(PathBuf),
}

/// The views of an open vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// One kind of item.
    Items(Kind),
    /// The bin.
    Bin,
}

impl Page {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 7] = [
        Self::Items(Kind::Order),
        Self::Items(Kind::Key),
        Self::Items(Kind::Request),
        Self::Items(Kind::Certificate),
        Self::Items(Kind::List),
        Self::Items(Kind::Template),
        Self::Bin,
    ];
}

impl Context<'_> {
    /// A message of the catalogue.
    #[must_use]
    pub fn text(&self, id: Id) -> String {
        self.texts.text(id)
    }

    /// A message of the catalogue with its variables.
    #[must_use]
    pub fn text_with(&self, id: Id, arguments: &[(&str, Argument<'_>)]) -> String {
        self.texts.text_with(id, arguments)
    }

    /// A sentence of the core in the language in use.
    #[must_use]
    pub fn say(&self, phrase: &Phrase) -> String {
        say::phrase(self.texts, phrase)
    }

    /// Hands a command to the worker. What comes of it is told to the sender alone
    /// (`Dialog::event` of an open dialog, else the shell).
    pub fn send(&mut self, command: Command) -> JobId {
        let job = self.backend.send(command);
        self.sent.push(job);
        job
    }

    /// Asks a job to stop.
    pub fn cancel(&self, job: JobId) {
        self.backend.cancel(job);
    }

    /// Asks the shell for something, after this frame.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}
