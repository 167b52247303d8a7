//! The window stays out of screenshots and shared screens while it shows a secret (Windows, macOS).

use raw_window_handle::HasWindowHandle as _;

/// Where egui keeps the frame that showed a secret last.
fn last_shown() -> egui::Id {
    egui::Id::unique("a secret was shown")
}

/// What is drawn now shows a secret: a password in letters, a recovery key, a revocation code.
pub fn secret_is_shown(egui_context: &egui::Context) {
    let frame = egui_context.cumulative_pass_nr();
    egui_context.data_mut(|data| data.insert_temp(last_shown(), frame));
}

/// Whether the present frame shows a secret, so far as it is drawn.
#[must_use]
pub fn shows_secret(egui_context: &egui::Context) -> bool {
    let frame = egui_context.cumulative_pass_nr();
    egui_context.data(|data| data.get_temp::<u64>(last_shown())) == Some(frame)
}

/// What the system was told last.
#[derive(Debug, Default)]
pub struct Capture {
    hidden: bool,
}

impl Capture {
    /// Tells the system once per change, at the end of a frame.
    pub fn follow(&mut self, egui_context: &egui::Context, frame: &eframe::Frame) {
        let wanted = shows_secret(egui_context);
        if wanted == self.hidden {
            return;
        }
        self.hidden = wanted;
        if let Ok(window) = frame.window_handle() {
            // a system that has no such thing (Linux) answers so: docs/known-issues.md tells the user
            let _done = bicle_platform::screen::hide_from_capture(window, wanted);
        }
    }

    /// The window is kept out of captures where the system can.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }
}
