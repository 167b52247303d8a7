//! The one theme: every colour, space and type size of the window, in a light and a dark set.
#![expect(
    clippy::disallowed_methods,
    reason = "colours are made here and nowhere else"
)]

use bicle_core::model::Status;
use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals,
};
use serde::{Deserialize, Serialize};

/// Which set of colours the user wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// What the system says; light where it says nothing.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl ThemeChoice {
    /// Every choice, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];
}

/// Distances, in points. A gap between two things is one of these.
pub mod space {
    /// Between an icon and its word.
    pub const TINY: f32 = 4.0;
    /// Between things that belong together.
    pub const SMALL: f32 = 8.0;
    /// Between a field and the next.
    pub const MEDIUM: f32 = 12.0;
    /// Between groups; the padding of a panel.
    pub const LARGE: f32 = 16.0;
    /// Around a dialog's or a page's content.
    pub const HUGE: f32 = 24.0;
    /// Between the sections of a page.
    pub const SECTION: f32 = 32.0;
}

/// Sizes, in points.
pub mod size {
    /// Text that is read.
    pub const BODY: f32 = 14.0;
    /// Secondary text: captions, table headers, badges.
    pub const SMALL: f32 = 12.0;
    /// A title within a panel.
    pub const TITLE: f32 = 17.0;
    /// The title of a page or a dialog.
    pub const HEADING: f32 = 22.0;
    /// Fingerprints and serial numbers.
    pub const MONOSPACE: f32 = 13.0;
    /// An icon beside body text.
    pub const ICON: f32 = 18.0;
    /// The icon of an empty page.
    pub const ICON_LARGE: f32 = 48.0;
    /// A row of a list.
    pub const ROW: f32 = 34.0;
    /// A button or a text field.
    pub const CONTROL: f32 = 32.0;
}

/// One set of colours. Text on its own background has a contrast of at least 4.5 (WCAG 2.2, 1.4.3);
/// a test computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// A dark set: light text on dark surfaces.
    pub dark: bool,
    /// Behind everything: bars and navigation.
    pub background: Color32,
    /// Where the content lies: lists, panels, dialogs.
    pub surface: Color32,
    /// A row or button under the pointer.
    pub hover: Color32,
    /// A selected row, a pressed button.
    pub selected: Color32,
    /// Inside text fields.
    pub field: Color32,
    /// Lines between things.
    pub border: Color32,
    /// Around text fields and secondary buttons.
    pub border_strong: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub text_weak: Color32,
    /// The one accent: primary buttons, links, focus.
    pub accent: Color32,
    /// The accent under the pointer.
    pub accent_hover: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Good: trusted, done.
    pub good: Color32,
    /// Behind good.
    pub good_soft: Color32,
    /// To look at: expires soon, not yet trusted.
    pub warning: Color32,
    /// Behind warning.
    pub warning_soft: Color32,
    /// Bad: expired, revoked, failed, destructive.
    pub danger: Color32,
    /// Behind danger.
    pub danger_soft: Color32,
    /// The mark of the TEST branch.
    pub test: Color32,
    /// Behind the mark of the TEST branch.
    pub test_soft: Color32,
    /// Behind neutral badges.
    pub neutral_soft: Color32,
    /// Over the window while a dialog is open.
    pub backdrop: Color32,
    /// The shadow of dialogs, menus and toasts.
    pub shadow: Color32,
}

/// What a colour says: the same in lists, badges, toasts and lines of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing in particular.
    Neutral,
    /// For information.
    Info,
    /// Good.
    Good,
    /// To look at.
    Warning,
    /// Bad.
    Danger,
    /// The TEST branch.
    Test,
}

impl Tone {
    /// What a certificate's worth looks like.
    #[must_use]
    pub fn of_status(status: Status) -> Self {
        match status {
            Status::Trusted => Self::Good,
            Status::Untrusted | Status::NotYetValid => Self::Warning,
            Status::Expired | Status::Revoked => Self::Danger,
        }
    }
}

impl Tokens {
    /// The light set.
    pub const LIGHT: Self = Self {
        dark: false,
        background: Color32::from_rgb(0xF3, 0xF5, 0xF7),
        surface: Color32::from_rgb(0xFF, 0xFF, 0xFF),
        hover: Color32::from_rgb(0xEC, 0xF0, 0xF3),
        selected: Color32::from_rgb(0xDC, 0xEE, 0xF1),
        field: Color32::from_rgb(0xFF, 0xFF, 0xFF),
        border: Color32::from_rgb(0xE0, 0xE5, 0xEA),
        border_strong: Color32::from_rgb(0xB4, 0xBF, 0xC9),
        text: Color32::from_rgb(0x17, 0x24, 0x2F),
        text_weak: Color32::from_rgb(0x53, 0x63, 0x72),
        accent: Color32::from_rgb(0x0B, 0x6B, 0x7C),
        accent_hover: Color32::from_rgb(0x09, 0x59, 0x68),
        on_accent: Color32::from_rgb(0xFF, 0xFF, 0xFF),
        good: Color32::from_rgb(0x1A, 0x6E, 0x38),
        good_soft: Color32::from_rgb(0xE2, 0xF3, 0xE7),
        warning: Color32::from_rgb(0x84, 0x52, 0x00),
        warning_soft: Color32::from_rgb(0xFD, 0xF0, 0xD9),
        danger: Color32::from_rgb(0xB0, 0x24, 0x1C),
        danger_soft: Color32::from_rgb(0xFC, 0xE8, 0xE6),
        test: Color32::from_rgb(0x66, 0x2D, 0x9B),
        test_soft: Color32::from_rgb(0xF1, 0xE7, 0xFA),
        neutral_soft: Color32::from_rgb(0xE9, 0xED, 0xF1),
        backdrop: Color32::from_rgba_premultiplied(0x08, 0x0C, 0x10, 0x70),
        shadow: Color32::from_black_alpha(0x30),
    };

    /// The dark set.
    pub const DARK: Self = Self {
        dark: true,
        background: Color32::from_rgb(0x11, 0x16, 0x1B),
        surface: Color32::from_rgb(0x19, 0x20, 0x27),
        hover: Color32::from_rgb(0x24, 0x2D, 0x36),
        selected: Color32::from_rgb(0x1C, 0x3D, 0x46),
        field: Color32::from_rgb(0x12, 0x18, 0x1E),
        border: Color32::from_rgb(0x2B, 0x35, 0x3F),
        border_strong: Color32::from_rgb(0x4A, 0x58, 0x65),
        text: Color32::from_rgb(0xE4, 0xEA, 0xEF),
        text_weak: Color32::from_rgb(0xA0, 0xAE, 0xBB),
        accent: Color32::from_rgb(0x5C, 0xC4, 0xD6),
        accent_hover: Color32::from_rgb(0x7D, 0xD4, 0xE3),
        on_accent: Color32::from_rgb(0x05, 0x24, 0x2B),
        good: Color32::from_rgb(0x7B, 0xD4, 0x97),
        good_soft: Color32::from_rgb(0x17, 0x33, 0x22),
        warning: Color32::from_rgb(0xEC, 0xBB, 0x5C),
        warning_soft: Color32::from_rgb(0x3A, 0x2E, 0x14),
        danger: Color32::from_rgb(0xF5, 0x95, 0x8C),
        danger_soft: Color32::from_rgb(0x42, 0x1F, 0x1D),
        test: Color32::from_rgb(0xD2, 0xAF, 0xF3),
        test_soft: Color32::from_rgb(0x34, 0x23, 0x47),
        neutral_soft: Color32::from_rgb(0x2A, 0x33, 0x3D),
        backdrop: Color32::from_rgba_premultiplied(0x00, 0x00, 0x00, 0xA0),
        shadow: Color32::from_black_alpha(0x80),
    };

    /// The set that egui draws with now.
    #[must_use]
    pub fn of(context: &egui::Context) -> &'static Self {
        match context.theme() {
            egui::Theme::Dark => &Self::DARK,
            egui::Theme::Light => &Self::LIGHT,
        }
    }

    /// The colour of words and icons of that tone.
    #[must_use]
    pub fn strong(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.text_weak,
            Tone::Info => self.accent,
            Tone::Good => self.good,
            Tone::Warning => self.warning,
            Tone::Danger => self.danger,
            Tone::Test => self.test,
        }
    }

    /// The colour behind words of that tone.
    #[must_use]
    pub fn soft(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.neutral_soft,
            Tone::Info => self.selected,
            Tone::Good => self.good_soft,
            Tone::Warning => self.warning_soft,
            Tone::Danger => self.danger_soft,
            Tone::Test => self.test_soft,
        }
    }
}

/// The corners of controls and badges, in points.
pub const CORNER: CornerRadius = CornerRadius::same(6);
/// The corners of cards, dialogs and menus, in points.
pub const CORNER_LARGE: CornerRadius = CornerRadius::same(10);

/// A type size between body and heading, for titles within a page.
#[must_use]
pub fn title_style() -> TextStyle {
    TextStyle::Name("title".into())
}

/// Installs fonts and both sets of colours.
pub fn install(context: &egui::Context) {
    context.add_font(egui_material_icons::font_insert());
    context.set_style_of(egui::Theme::Light, style(&Tokens::LIGHT));
    context.set_style_of(egui::Theme::Dark, style(&Tokens::DARK));
    // where the system says nothing (X11), an administration's screen is light
    context.options_mut(|options| options.fallback_theme = egui::Theme::Light);
}

/// Follows the user's choice at once.
pub fn choose(context: &egui::Context, choice: ThemeChoice) {
    context.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
}

fn style(tokens: &Tokens) -> Style {
    let mut style = Style {
        visuals: visuals(tokens),
        ..Style::default()
    };
    style.text_styles = [
        (
            TextStyle::Small,
            FontId::new(size::SMALL, FontFamily::Proportional),
        ),
        (
            TextStyle::Body,
            FontId::new(size::BODY, FontFamily::Proportional),
        ),
        (
            TextStyle::Button,
            FontId::new(size::BODY, FontFamily::Proportional),
        ),
        (
            title_style(),
            FontId::new(size::TITLE, FontFamily::Proportional),
        ),
        (
            TextStyle::Heading,
            FontId::new(size::HEADING, FontFamily::Proportional),
        ),
        (
            TextStyle::Monospace,
            FontId::new(size::MONOSPACE, FontFamily::Monospace),
        ),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = egui::vec2(space::SMALL, space::SMALL);
    spacing.button_padding = egui::vec2(space::MEDIUM, 6.0);
    spacing.interact_size = egui::vec2(size::CONTROL, size::CONTROL);
    spacing.window_margin = Margin::same(24);
    spacing.menu_margin = Margin::same(6);
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = space::SMALL;
    spacing.combo_width = 160.0;
    spacing.text_edit_width = 320.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = egui::style::ScrollStyle {
        bar_width: 8.0,
        ..egui::style::ScrollStyle::floating()
    };
    style.animation_time = 0.1;
    style
}

fn visuals(tokens: &Tokens) -> Visuals {
    let mut visuals = if tokens.dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let widget = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: CORNER,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: widget(tokens.surface, tokens.border, tokens.text),
        inactive: widget(tokens.surface, tokens.border_strong, tokens.text),
        hovered: widget(tokens.hover, tokens.accent, tokens.text),
        active: widget(tokens.selected, tokens.accent, tokens.text),
        open: widget(tokens.hover, tokens.accent, tokens.text),
    };
    visuals.selection = Selection {
        bg_fill: tokens.selected,
        stroke: Stroke::new(1.5, tokens.accent),
    };
    visuals.weak_text_color = Some(tokens.text_weak);
    visuals.hyperlink_color = tokens.accent;
    visuals.faint_bg_color = tokens.background;
    visuals.extreme_bg_color = tokens.field;
    visuals.text_edit_bg_color = Some(tokens.field);
    visuals.code_bg_color = tokens.neutral_soft;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.danger;
    visuals.window_corner_radius = CORNER_LARGE;
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.window_fill = tokens.surface;
    visuals.window_stroke = Stroke::new(1.0, tokens.border);
    visuals.panel_fill = tokens.background;
    visuals.window_shadow = Shadow {
        offset: [0, 8],
        blur: 28,
        spread: 0,
        color: tokens.shadow,
    };
    visuals.popup_shadow = Shadow {
        offset: [0, 4],
        blur: 14,
        spread: 0,
        color: tokens.shadow,
    };
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    // a blinking caret costs a twentieth of a core under software GL
    visuals.text_cursor.blink = false;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances.
    fn contrast(one: Color32, other: Color32) -> f32 {
        let luminance = |color: Color32| {
            let channel = |byte: u8| {
                let value = f32::from(byte) / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_is_readable_on_its_background() {
        for tokens in [Tokens::LIGHT, Tokens::DARK] {
            for behind in [
                tokens.background,
                tokens.surface,
                tokens.field,
                tokens.hover,
                tokens.selected,
            ] {
                assert!(contrast(tokens.text, behind) >= 7.0, "{behind:?}");
                assert!(contrast(tokens.text_weak, behind) >= 4.5, "{behind:?}");
                assert!(contrast(tokens.accent, behind) >= 4.5, "{behind:?}");
            }
            assert!(contrast(tokens.on_accent, tokens.accent) >= 4.5);
            assert!(contrast(tokens.on_accent, tokens.accent_hover) >= 4.5);
            for tone in [
                Tone::Neutral,
                Tone::Info,
                Tone::Good,
                Tone::Warning,
                Tone::Danger,
                Tone::Test,
            ] {
                let strong = tokens.strong(tone);
                assert!(contrast(strong, tokens.soft(tone)) >= 4.5, "{tone:?}");
                assert!(contrast(strong, tokens.surface) >= 4.5, "{tone:?}");
            }
        }
    }
}
