//! A field for a password: our own, over egui's primitives, because egui's text field keeps its text in an
//! undo history, in a cache of laid-out text, and in what it tells screen readers.
//!
//! Here the text lives in one place that is wiped ([`SecretText`], in locked memory where there is any).
//! Dots are painted as circles; characters that are shown are laid out one by one, so that no cache holds
//! the text. What is typed or pasted passes through events of winit and egui: it is taken out of egui's and
//! wiped at once, and the heap is wiped as winit frees its own (allocator.rs).

use bicle_platform::secret::SecretText;
use bicle_text::{Id, Texts, id};
use egui::accesskit::{Action, ActionData};
use egui::{Event, EventFilter, FontId, ImeEvent, Key, Rect, Response, Sense, TextStyle, Ui, vec2};
use egui_material_icons::icons::{ICON_VISIBILITY, ICON_VISIBILITY_OFF};
use zeroize::Zeroize;

use super::secret_edit::{Move, SecretEdit};
use super::{button, field};
use crate::theme::{Tokens, size, space};

/// Between the border and the text, in points: as the other fields.
const MARGIN: f32 = 10.0;
/// From one dot to the next, in points.
const DOT_STEP: f32 = 8.0;
/// Radius of a dot, in points.
const DOT_RADIUS: f32 = 2.6;

/// A text that is being typed and must not be left in memory.
#[derive(Default)]
pub struct SecretField {
    edit: SecretEdit,
    shown: bool,
    /// How far the text is scrolled to the left, in points.
    scrolled: f32,
    /// When it was last touched, in egui's seconds: the caret blinks from then.
    touched: f64,
}

impl SecretField {
    /// What was typed, as a copy that wipes itself.
    #[must_use]
    pub fn secret(&self) -> SecretText {
        SecretText::copy_of(self.expose())
    }

    /// What was typed, for a look: strength, comparison.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.edit.expose()
    }

    /// Nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// It was cut: it must not be sent.
    #[must_use]
    pub fn problem(&self) -> Option<Id> {
        self.edit.is_cut().then_some(id::DIALOG_PROBLEM_SECRET_CUT)
    }

    /// Replaces what was typed: a generated password.
    pub fn set(&mut self, secret: &SecretText) {
        self.clear();
        let _ = self.edit.insert(secret.expose());
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        self.edit.clear();
    }

    /// Shows the characters, or dots.
    pub fn show(&mut self, shown: bool) {
        self.shown = shown;
    }

    /// The characters can be read on the screen.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown && !self.is_empty()
    }

    /// Draws it with its label, the eye that shows the characters, and what is wrong with it. The
    /// response is the text field's: `changed`, `lost_focus`.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        tokens: &Tokens,
        texts: Texts,
        label: &str,
        help: Option<&str>,
        fault: Option<&str>,
    ) -> Response {
        let cut = self.problem().map(|cut| texts.text(cut));
        let fault = cut.as_deref().or(fault);
        field::field(ui, tokens, label, help, fault, |ui| {
            ui.horizontal(|ui| {
                let eye_width = size::CONTROL + space::TINY;
                ui.spacing_mut().item_spacing.x = space::TINY;
                let width = ui.available_width() - eye_width;
                let response = self.edit_ui(ui, width);
                let (icon, name) = if self.shown {
                    (ICON_VISIBILITY_OFF, id::WINDOW_SECRET_HIDE)
                } else {
                    (ICON_VISIBILITY, id::WINDOW_SECRET_SHOW)
                };
                if button::icon(ui, tokens, icon, &texts.text(name)).clicked() {
                    self.shown = !self.shown;
                }
                response
            })
            .inner
        })
    }

    fn edit_ui(&mut self, ui: &mut Ui, width: f32) -> Response {
        let wanted = vec2(width.max(size::CONTROL), size::CONTROL);
        let (rect, mut response) = ui.allocate_exact_size(wanted, Sense::click_and_drag());
        // the space bar types a space, it does not click
        response.flags -= egui::response::Flags::FAKE_PRIMARY_CLICKED;
        let inner = rect.shrink2(vec2(MARGIN, 0.0));
        let font = TextStyle::Body.resolve(ui.style());
        if ui.is_enabled() && self.take_input(ui, &mut response, inner, &font) {
            response.mark_changed();
            self.touched = ui.input(|input| input.time);
        }
        if response.hovered() {
            ui.set_cursor_icon(egui::CursorIcon::Text);
        }
        // what the application asks before it takes a key or a paste for itself
        let typing = egui::text_edit::TextEditState::default();
        typing.store(ui.ctx(), response.id);
        if self.is_shown() {
            crate::capture::secret_is_shown(ui.ctx());
        }
        if ui.is_rect_visible(rect) {
            self.paint(ui, &response, rect, inner, &font);
        }
        let enabled = ui.is_enabled();
        response.widget_info(|| egui::WidgetInfo {
            enabled,
            ..egui::WidgetInfo::new(egui::Role::PasswordInput)
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            // neither value nor length: a screen reader needs only to know that it is a password
            node.set_role(egui::Role::PasswordInput);
            node.add_action(Action::SetValue);
            node.add_action(Action::ReplaceSelectedText);
        });
        response
    }

    /// Takes clicks, keys and texts. Answers whether the text has changed.
    fn take_input(&mut self, ui: &Ui, response: &mut Response, inner: Rect, font: &FontId) -> bool {
        let own = response.id;
        if let Some(pointer) = response.interact_pointer_pos() {
            let here = Move::To(self.character_at(ui, font, pointer.x - inner.left()));
            let shift = ui.input(|input| input.modifiers.shift);
            if response.double_clicked() {
                self.edit.select_all();
            } else if response.drag_started() || response.clicked() {
                self.edit.go(here, shift);
            } else if response.dragged() {
                self.edit.go(here, true);
            }
            if response.clicked() || response.drag_started() {
                response.request_focus();
                self.touched = ui.input(|input| input.time);
            }
        }
        let focused = response.has_focus();
        if focused {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(own, filter));
        }
        let under_pointer = response.contains_pointer();
        let mut changed = false;
        let mut ended = false;
        ui.input_mut(|input| {
            for event in &mut input.events {
                let before = self.edit.selection();
                changed |= self.take_event(event, own, focused && !ended, under_pointer);
                ended |= focused && is_enter(event);
                if before != self.edit.selection() {
                    self.touched = input.time;
                }
            }
            if focused {
                // egui keeps a second copy of the frame's events
                for event in &mut input.raw.events {
                    wipe(event);
                }
            }
        });
        if ended {
            response.surrender_focus();
        }
        changed
    }

    fn take_event(&mut self, event: &mut Event, own: egui::Id, focused: bool, under: bool) -> bool {
        let changed = match event {
            Event::AccessKitActionRequest(request) if request.target_node == own.accesskit_id() => {
                let Some(ActionData::Value(value)) = &request.data else {
                    return false;
                };
                if request.action == Action::SetValue {
                    self.edit.select_all();
                }
                let changed = self.edit.insert(value);
                // freed at once, and wiped by the heap
                request.data = None;
                return changed;
            }
            Event::MiddleClickPaste { text, .. } if under => self.edit.insert(text),
            _ if !focused => return false,
            Event::Text(text) | Event::Paste(text) | Event::Ime(ImeEvent::Commit(text)) => {
                !text.is_empty() && self.edit.insert(text)
            }
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => self.take_key(*key, *modifiers),
            _ => false,
        };
        wipe(event);
        changed
    }

    /// Words of a hidden text are not to be guessed by jumping from one to the next: a jump goes to the end.
    fn take_key(&mut self, key: Key, modifiers: egui::Modifiers) -> bool {
        let jump = modifiers.ctrl || modifiers.alt || modifiers.command;
        let (left, right) = if jump {
            (Move::Start, Move::End)
        } else {
            (Move::Left, Move::Right)
        };
        match key {
            Key::ArrowLeft => self.edit.go(left, modifiers.shift),
            Key::ArrowRight => self.edit.go(right, modifiers.shift),
            Key::Home | Key::ArrowUp => self.edit.go(Move::Start, modifiers.shift),
            Key::End | Key::ArrowDown => self.edit.go(Move::End, modifiers.shift),
            Key::A if modifiers.command => self.edit.select_all(),
            Key::Backspace => return self.edit.remove(left),
            Key::Delete => return self.edit.remove(right),
            _ => {}
        }
        false
    }

    /// Where each character begins, and where the last one ends, in points from the first.
    fn places(&self, ui: &Ui, font: &FontId) -> Vec<f32> {
        let mut x = 0.0;
        let mut places = vec![x];
        for character in self.expose().chars() {
            x += if self.shown {
                ui.fonts_mut(|fonts| fonts.glyph_width(font, character))
            } else {
                DOT_STEP
            };
            places.push(x);
        }
        places
    }

    /// The number of the character that begins nearest to `x`, in points from the field's inner left.
    fn character_at(&self, ui: &Ui, font: &FontId, x: f32) -> usize {
        let x = x + self.scrolled;
        let distance = |place: &f32| (place - x).abs();
        self.places(ui, font)
            .iter()
            .enumerate()
            .min_by(|one, other| distance(one.1).total_cmp(&distance(other.1)))
            .map_or(0, |(number, _)| number)
    }

    fn paint(&mut self, ui: &Ui, response: &Response, rect: Rect, inner: Rect, font: &FontId) {
        let focused = response.has_focus();
        let look = ui.style().interact(response);
        let stroke = if focused {
            ui.visuals().selection.stroke
        } else {
            look.bg_stroke
        };
        let fill = ui.visuals().text_edit_bg_color();
        let kind = egui::StrokeKind::Inside;
        ui.painter()
            .rect(rect, look.corner_radius, fill, stroke, kind);

        let places = self.places(ui, font);
        let x_of = |number: usize| places.get(number).copied().unwrap_or_default();
        let (caret, anchor) = self.edit.selection();
        let whole = places.last().copied().unwrap_or_default();
        if focused {
            // the caret stays in sight
            let least = x_of(caret) - inner.width();
            self.scrolled = self.scrolled.clamp(least.max(0.0), x_of(caret).max(0.0));
        }
        self.scrolled = self.scrolled.min((whole - inner.width()).max(0.0));
        let left = inner.left() - self.scrolled;
        // a point more, for the caret at either end
        let painter = ui.painter_at(rect.shrink2(vec2(MARGIN - 1.0, 0.0)));
        let line = ui.fonts_mut(|fonts| fonts.row_height(font));
        let row = |from: f32, to: f32| {
            Rect::from_min_max(
                egui::pos2(left + from, inner.center().y - line / 2.0),
                egui::pos2(left + to, inner.center().y + line / 2.0),
            )
        };
        if focused && caret != anchor {
            let (from, to) = (x_of(caret.min(anchor)), x_of(caret.max(anchor)));
            painter.rect_filled(row(from, to), 0.0, ui.visuals().selection.bg_fill);
        }
        let color = ui
            .visuals()
            .override_text_color
            .unwrap_or_else(|| look.text_color());
        for (character, x) in self.expose().chars().zip(&places) {
            let place = egui::pos2(left + x, inner.center().y);
            if self.shown {
                // one galley a character: egui's cache of them never holds the text
                let align = egui::Align2::LEFT_CENTER;
                painter.text(place, align, character, font.clone(), color);
            } else {
                let center = place + vec2(DOT_STEP / 2.0, 0.0);
                painter.circle_filled(center, DOT_RADIUS, color);
            }
        }
        if focused && ui.is_enabled() {
            let caret = row(x_of(caret), x_of(caret));
            let (now, viewport_focused) = ui.input(|input| (input.time, input.focused));
            if viewport_focused {
                let since = now - self.touched;
                egui::text_selection::visuals::paint_text_cursor(ui, &painter, caret, since);
            }
            let to_global = ui
                .ctx()
                .layer_transform_to_global(ui.layer_id())
                .unwrap_or_default();
            ui.output_mut(|output| {
                output.ime = Some(egui::output::IMEOutput {
                    purpose: egui::IMEPurpose::Password,
                    rect: to_global * rect,
                    cursor_rect: to_global * caret,
                    should_interrupt_composition: false,
                });
            });
        }
    }
}

fn is_enter(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Enter,
            pressed: true,
            ..
        }
    )
}

/// Leaves of a typed or pasted text nothing but that there was one.
fn wipe(event: &mut Event) {
    match event {
        Event::Text(text)
        | Event::Paste(text)
        | Event::MiddleClickPaste { text, .. }
        | Event::Ime(ImeEvent::Commit(text) | ImeEvent::Preedit { text, .. }) => text.zeroize(),
        _ => {}
    }
}
