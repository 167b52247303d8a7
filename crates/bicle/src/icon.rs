//! The application's icon.

use egui::{Color32, ColorImage, IconData, Image, TextureHandle, TextureOptions, Ui};

/// The icon, large enough for a screen of twice the usual density.
const PNG: &[u8] = include_bytes!("../../../assets/icon/bicle-128.png");

/// Draws the icon; its name stands beside it or in the title.
pub fn draw(ui: &mut Ui, points: f32) {
    let side = pixels(points * ui.ctx().pixels_per_point());
    // one for each size: a page may show two
    let kept = egui::Id::unique("application-icon").with(side);
    let known: Option<TextureHandle> = ui.data(|data| data.get_temp(kept));
    let texture = known.or_else(|| {
        // made smaller here: mipmaps and their filter cost the start of the window two more shaders
        let image = smaller(&window_icon()?, side)?;
        let options = TextureOptions::LINEAR;
        let texture = ui.ctx().load_texture("application-icon", image, options);
        ui.data_mut(|data| data.insert_temp(kept, texture.clone()));
        Some(texture)
    });
    if let Some(texture) = texture {
        ui.add(Image::new(&texture).fit_to_exact_size(egui::Vec2::splat(points)));
    }
}

/// So many whole pixels, as many as the icon has at most.
fn pixels(wanted: f32) -> usize {
    let fits = |side: &u16| f32::from(*side) >= wanted;
    usize::from((1..128).find(fits).unwrap_or(128))
}

/// The icon of that many pixels a side: each is the mean of those that it stands for, weighed by their opacity.
fn smaller(icon: &IconData, side: usize) -> Option<ColorImage> {
    let width = usize::try_from(icon.width).ok()?;
    let whole =
        ColorImage::from_rgba_unmultiplied([width, usize::try_from(icon.height).ok()?], &icon.rgba);
    let range = |place: usize| {
        let start = place.checked_mul(width)?.checked_div(side)?;
        let end = place.checked_add(1)?.checked_mul(width)?.div_ceil(side);
        Some(start..end)
    };
    let mut pixels = Vec::with_capacity(side.checked_mul(side)?);
    for y in 0..side {
        for x in 0..side {
            let mut sums = [0_u32; 4];
            let mut count = 0_u32;
            for row in range(y)? {
                for column in range(x)? {
                    let at = row.checked_mul(width)?.checked_add(column)?;
                    let pixel = whole.pixels.get(at)?.to_array();
                    for (sum, channel) in sums.iter_mut().zip(pixel) {
                        *sum = sum.checked_add(u32::from(channel))?;
                    }
                    count = count.checked_add(1)?;
                }
            }
            let mean = |sum: u32| {
                let rounded = sum.checked_add(count.checked_div(2)?)?.checked_div(count)?;
                u8::try_from(rounded).ok()
            };
            let [red, green, blue, opacity] = sums;
            pixels.push(premultiplied(
                mean(red)?,
                mean(green)?,
                mean(blue)?,
                mean(opacity)?,
            ));
        }
    }
    Some(ColorImage::new([side, side], pixels))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a picture's own colours, not the theme's"
)]
fn premultiplied(red: u8, green: u8, blue: u8, opacity: u8) -> Color32 {
    Color32::from_rgba_premultiplied(red, green, blue, opacity)
}

/// The icon for the window manager; `None` where the system takes it from the desktop entry.
#[must_use]
pub fn window_icon() -> Option<IconData> {
    eframe::icon_data::from_png_bytes(PNG).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{pixels, smaller, window_icon};

    #[test]
    fn the_icon_is_a_square_picture() {
        let icon = window_icon();
        assert!(icon.is_some_and(|icon| icon.width == 128 && icon.height == 128));
    }

    #[test]
    fn it_is_made_smaller_and_stays_itself() {
        let icon = window_icon().unwrap();
        let (whole, small) = (smaller(&icon, 128).unwrap(), smaller(&icon, 28).unwrap());
        assert_eq!(small.size, [28, 28]);
        let mean = |image: &egui::ColorImage| {
            let sum: u64 = image.pixels.iter().map(|pixel| u64::from(pixel.g())).sum();
            sum / u64::try_from(image.pixels.len()).unwrap()
        };
        assert!(mean(&whole).abs_diff(mean(&small)) <= 3);
        assert_eq!((pixels(28.0), pixels(41.5), pixels(300.0)), (28, 42, 128));
    }
}
