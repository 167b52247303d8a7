//! The application's icon.

use egui::{ColorImage, IconData, Image, TextureHandle, TextureOptions, Ui};

/// The icon, large enough for a screen of twice the usual density.
const PNG: &[u8] = include_bytes!("../../../assets/icon/bicle-128.png");

/// Draws the icon; its name stands beside it or in the title.
pub fn draw(ui: &mut Ui, points: f32) {
    let kept = egui::Id::unique("application-icon");
    let texture: Option<TextureHandle> = ui.data(|data| data.get_temp(kept)).or_else(|| {
        let icon = window_icon()?;
        let size = [
            usize::try_from(icon.width).ok()?,
            usize::try_from(icon.height).ok()?,
        ];
        let image = ColorImage::from_rgba_unmultiplied(size, &icon.rgba);
        let options = TextureOptions {
            mipmap_mode: Some(egui::TextureFilter::Linear),
            ..TextureOptions::LINEAR
        };
        let texture = ui.ctx().load_texture("application-icon", image, options);
        ui.data_mut(|data| data.insert_temp(kept, texture.clone()));
        Some(texture)
    });
    if let Some(texture) = texture {
        ui.add(Image::new(&texture).fit_to_exact_size(egui::Vec2::splat(points)));
    }
}

/// The icon for the window manager; `None` where the system takes it from the desktop entry.
#[must_use]
pub fn window_icon() -> Option<IconData> {
    eframe::icon_data::from_png_bytes(PNG).ok()
}

#[cfg(test)]
mod tests {
    use super::window_icon;

    #[test]
    fn the_icon_is_a_square_picture() {
        let icon = window_icon();
        assert!(icon.is_some_and(|icon| icon.width == 128 && icon.height == 128));
    }
}
