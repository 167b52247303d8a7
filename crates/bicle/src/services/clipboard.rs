//! The system's clipboard, through arboard.

use std::hash::{BuildHasher, RandomState};

use bicle_platform::secret::SecretText;

use super::Clipboard;

/// A copied secret is taken away after that long: enough to paste it, short enough not to forget it
/// (password managers use 10 to 90 seconds).
pub const SECRET_LIFE_SECONDS: f64 = 30.0;

/// arboard, opened at the first use.
pub struct SystemClipboard {
    clipboard: Option<arboard::Clipboard>,
    secret: Option<CopiedSecret>,
    life_seconds: f64,
    /// SipHash under a key of this process alone: what it makes of a secret says nothing about it
    /// elsewhere, and two texts agree by chance once in 2^64.
    digest: RandomState,
}

/// What was copied, without a copy of it.
struct CopiedSecret {
    digest: u64,
    /// `None` until the first tick after the copy.
    until_seconds: Option<f64>,
}

impl SystemClipboard {
    /// The clipboard; a copied secret lives `life_seconds`.
    #[must_use]
    pub fn new(life_seconds: f64) -> Self {
        Self {
            clipboard: None,
            secret: None,
            life_seconds,
            digest: RandomState::new(),
        }
    }

    fn clipboard(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.clipboard.is_none() {
            self.clipboard = arboard::Clipboard::new().ok();
        }
        self.clipboard.as_mut()
    }
}

impl Default for SystemClipboard {
    fn default() -> Self {
        Self::new(SECRET_LIFE_SECONDS)
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&mut self, text: &str) -> bool {
        self.secret = None;
        self.clipboard()
            .is_some_and(|clipboard| clipboard.set_text(text).is_ok())
    }

    fn copy_secret(&mut self, secret: &SecretText) -> bool {
        let digest = self.digest.hash_one(secret.expose());
        let Some(clipboard) = self.clipboard() else {
            return false;
        };
        if mark_secret(clipboard.set()).text(secret.expose()).is_err() {
            return false;
        }
        self.secret = Some(CopiedSecret {
            digest,
            until_seconds: None,
        });
        true
    }

    fn text(&mut self) -> Option<String> {
        self.clipboard()?.get_text().ok()
    }

    fn tick(&mut self, now_seconds: f64) -> Option<f64> {
        let life_seconds = self.life_seconds;
        let copied = self.secret.as_mut()?;
        let until = *copied
            .until_seconds
            .get_or_insert(now_seconds + life_seconds);
        if now_seconds < until {
            return Some(until - now_seconds);
        }
        self.forget_secret();
        None
    }

    fn forget_secret(&mut self) {
        let Some(copied) = self.secret.take() else {
            return;
        };
        let Some(clipboard) = self.clipboard() else {
            return;
        };
        // what another has put there since is not ours to take away
        let there = clipboard.get_text().map(SecretText::new);
        let still_ours =
            there.is_ok_and(|text| self.digest.hash_one(text.expose()) == copied.digest);
        if still_ours && let Some(clipboard) = self.clipboard() {
            // when the system refuses there is nothing else to try
            let _ = clipboard.clear();
        }
        #[cfg(target_os = "linux")]
        if let Some(clipboard) = self.clipboard() {
            super::washing::wash(clipboard);
        }
    }
}

impl Drop for SystemClipboard {
    fn drop(&mut self) {
        self.forget_secret();
    }
}

/// `x-kde-passwordManagerHint`, which Klipper, GPaste, CopyQ and GNOME's histories honour.
#[cfg(target_os = "linux")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

/// `org.nspasteboard.ConcealedType`.
#[cfg(target_os = "macos")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}

/// `ExcludeClipboardContentFromMonitorProcessing`: neither the history nor the cloud.
#[cfg(target_os = "windows")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtWindows::exclude_from_monitoring(set)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set
}
