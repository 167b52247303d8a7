//! Writes over what the clipboard's connection to the X server still holds of a secret.
//!
//! Another program that pastes a copied secret gets it through the write buffer of arboard's connection, where it
//! stays: what that connection sends next is shorter. Nothing but a longer text that somebody pastes from it writes
//! over it. So a long text of spaces is put into the selection that no program uses (`SECONDARY`, ICCCM section 2.6.1.2),
//! and asked for over a connection of our own.

use std::error::Error;
use std::time::{Duration, Instant};

use arboard::{ClearExtLinux, LinuxClipboardKind, SetExtLinux};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::{COPY_DEPTH_FROM_PARENT, CURRENT_TIME};

/// Longer than any secret that is copied, shorter than the buffer (16 KiB in x11rb 0.13), which longer texts pass by.
const TEXT_BYTES: usize = 8 * 1024;

/// How long the answer is waited for: it takes milliseconds, and the drawing thread waits with it.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two looks for the answer.
const PAUSE: Duration = Duration::from_millis(1);

/// Writes over the buffer. Without an X server (Wayland's clipboard has no such buffer) there is nothing to do.
pub(super) fn wash(clipboard: &mut arboard::Clipboard) {
    let kind = LinuxClipboardKind::Secondary;
    let text = " ".repeat(TEXT_BYTES);
    if clipboard.set().clipboard(kind).text(text).is_err() {
        return;
    }
    // when the server refuses there is nothing else to try
    let _ = ask();
    let _ = clipboard.clear_with().clipboard(kind);
}

/// Asks whoever holds `SECONDARY` for its text, and waits until it was sent.
fn ask() -> Result<(), Box<dyn Error>> {
    let (connection, screen) = x11rb::connect(None)?;
    let setup = connection.setup();
    let root = setup.roots.get(screen).ok_or("no such screen")?.root;
    let window = connection.generate_id()?;
    let class = WindowClass::INPUT_ONLY;
    let settings = CreateWindowAux::new();
    let depth = COPY_DEPTH_FROM_PARENT;
    connection.create_window(depth, window, root, 0, 0, 1, 1, 0, class, 0, &settings)?;
    let target = connection.intern_atom(false, b"UTF8_STRING")?;
    let property = connection.intern_atom(false, b"BICLE_WASHED")?;
    let (target, property) = (target.reply()?.atom, property.reply()?.atom);
    let selection = AtomEnum::SECONDARY.into();
    connection.convert_selection(window, selection, target, property, CURRENT_TIME)?;
    connection.flush()?;
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(Event::SelectionNotify(_)) = connection.poll_for_event()? {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err("no answer".into())
}
