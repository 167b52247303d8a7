//! The system's clipboard, through arboard.

use bicle_platform::secret::SecretText;

use super::Clipboard;

/// A copied secret is taken away after that long: enough to paste it, short enough not to forget it
/// (password managers use 10 to 90 seconds).
pub const SECRET_LIFE_SECONDS: f64 = 30.0;

/// arboard, opened at the first use.
#[derive(Default)]
pub struct SystemClipboard {
    clipboard: Option<arboard::Clipboard>,
    secret: Option<CopiedSecret>,
}

struct CopiedSecret {
    secret: SecretText,
    /// `None` until the first tick after the copy.
    until_seconds: Option<f64>,
}

impl SystemClipboard {
    fn clipboard(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.clipboard.is_none() {
            self.clipboard = arboard::Clipboard::new().ok();
        }
        self.clipboard.as_mut()
    }

    fn forget_secret(&mut self) {
        let Some(copied) = self.secret.take() else {
            return;
        };
        let Some(clipboard) = self.clipboard() else {
            return;
        };
        let still_there = clipboard
            .get_text()
            .is_ok_and(|text| SecretText::new(text).constant_time_eq(&copied.secret));
        if still_there {
            // when the system refuses there is nothing else to try
            let _ = clipboard.clear();
        }
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&mut self, text: &str) -> bool {
        self.secret = None;
        self.clipboard()
            .is_some_and(|clipboard| clipboard.set_text(text).is_ok())
    }

    fn copy_secret(&mut self, secret: &SecretText) -> bool {
        let copied = SecretText::copy_of(secret.expose());
        let Some(clipboard) = self.clipboard() else {
            return false;
        };
        if mark_secret(clipboard.set()).text(copied.expose()).is_err() {
            return false;
        }
        self.secret = Some(CopiedSecret {
            secret: copied,
            until_seconds: None,
        });
        true
    }

    fn text(&mut self) -> Option<String> {
        self.clipboard()?.get_text().ok()
    }

    fn tick(&mut self, now_seconds: f64) -> Option<f64> {
        let copied = self.secret.as_mut()?;
        let until = *copied
            .until_seconds
            .get_or_insert(now_seconds + SECRET_LIFE_SECONDS);
        if now_seconds < until {
            return Some(until - now_seconds);
        }
        self.forget_secret();
        None
    }
}

impl Drop for SystemClipboard {
    fn drop(&mut self) {
        self.forget_secret();
    }
}

#[cfg(target_os = "linux")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

#[cfg(target_os = "macos")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}

#[cfg(target_os = "windows")]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtWindows::exclude_from_history(set)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn mark_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set
}
