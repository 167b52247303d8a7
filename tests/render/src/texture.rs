//! A texture as egui announces it, and its colour at a point.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "pixel arithmetic of a test-only crate: coordinates are wrapped into the texture first"
)]

use egui::epaint::{ImageData, ImageDelta};
use egui::{Color32, Pos2, TextureFilter, TextureOptions, TextureWrapMode};

/// A colour while it is computed: red, green, blue, alpha from 0 to 1, gamma-encoded, premultiplied.
pub(crate) type Rgba = [f32; 4];

/// The texels of one texture, with the way they are read between and beyond them.
pub(crate) struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
    options: TextureOptions,
}

impl Texture {
    /// A new texture from a delta that describes all of it.
    pub(crate) fn whole(delta: &ImageDelta) -> Self {
        let ImageData::Color(image) = &delta.image;
        Self {
            width: image.size[0],
            height: image.size[1],
            texels: image.pixels.clone(),
            options: delta.options,
        }
    }

    /// Replaces the part that begins at `position` (column, row); what would lie outside is left out.
    pub(crate) fn patch(&mut self, position: [usize; 2], image: &ImageData) {
        let ImageData::Color(image) = image;
        let width = image.size[0].min(self.width.saturating_sub(position[0]));
        let height = image.size[1].min(self.height.saturating_sub(position[1]));
        for row in 0..height {
            let from = row * image.size[0];
            let to = (position[1] + row) * self.width + position[0];
            self.texels[to..to + width].copy_from_slice(&image.pixels[from..from + width]);
        }
    }

    /// The colour at `uv`, where (0, 0) and (1, 1) are the corners of the texture.
    pub(crate) fn sample(&self, uv: Pos2) -> Rgba {
        let (x, y) = (uv.x * self.width as f32, uv.y * self.height as f32);
        if self.options.magnification == TextureFilter::Nearest {
            return self.texel(x.floor() as i64, y.floor() as i64);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (column, row) = (left as i64, top as i64);
        let upper = mix(
            self.texel(column, row),
            self.texel(column + 1, row),
            x - left,
        );
        let lower = mix(
            self.texel(column, row + 1),
            self.texel(column + 1, row + 1),
            x - left,
        );
        mix(upper, lower, y - top)
    }

    fn texel(&self, column: i64, row: i64) -> Rgba {
        let column = self.wrapped(column, self.width);
        let row = self.wrapped(row, self.height);
        to_rgba(self.texels[row * self.width + column])
    }

    fn wrapped(&self, coordinate: i64, length: usize) -> usize {
        let length = length as i64;
        let inside = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => coordinate.clamp(0, length - 1),
            TextureWrapMode::Repeat => coordinate.rem_euclid(length),
            TextureWrapMode::MirroredRepeat => {
                let phase = coordinate.rem_euclid(2 * length);
                phase.min(2 * length - 1 - phase)
            }
        };
        inside as usize
    }
}

/// The four bytes of a colour as fractions.
pub(crate) fn to_rgba(color: Color32) -> Rgba {
    color.to_array().map(|byte| f32::from(byte) / 255.0)
}

fn mix(from: Rgba, to: Rgba, part: f32) -> Rgba {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * part)
}
