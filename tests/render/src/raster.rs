//! Triangles on a canvas.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "pixel arithmetic of a test-only crate: coordinates are clipped to the canvas first"
)]

use egui::epaint::{Mesh, Vertex};
use egui::{Pos2, Rect};
use image::RgbaImage;

use crate::texture::{Rgba, Texture, to_rgba};

/// Vertices are rounded to this part of a pixel, as GPUs do (8 bits): sums of edges are then exact.
const UNITS_PER_PIXEL: i64 = 256;

/// Pixels from (`left`, `top`) inclusive to (`right`, `bottom`) exclusive.
#[derive(Clone, Copy)]
pub(crate) struct PixelRect {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl PixelRect {
    /// The whole pixels nearest to a rectangle in points.
    pub(crate) fn from_points(rect: Rect, pixels_per_point: f32) -> Self {
        let pixel = |points: f32| (points * pixels_per_point).round() as i64;
        Self {
            left: pixel(rect.min.x),
            top: pixel(rect.min.y),
            right: pixel(rect.max.x),
            bottom: pixel(rect.max.y),
        }
    }

    fn intersect(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }
}

/// A length in pixels, as the integer that it is.
pub(crate) fn whole_pixels(length: f32) -> usize {
    length.max(1.0) as usize
}

/// The picture while it is drawn: transparent black at first.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Canvas {
    /// An empty canvas of so many pixels.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            bytes: vec![0; width * height * 4],
        }
    }

    /// Draws the mesh's triangles in their order, inside `clip` alone.
    pub(crate) fn draw(
        &mut self,
        mesh: &Mesh,
        texture: &Texture,
        clip: PixelRect,
        pixels_per_point: f32,
    ) -> Result<(), String> {
        let clip = clip.intersect(PixelRect {
            left: 0,
            top: 0,
            right: self.width as i64,
            bottom: self.height as i64,
        });
        for corners in mesh.indices.chunks_exact(3) {
            let vertex = |corner: usize| mesh.vertices.get(corners[corner] as usize).copied();
            let (Some(a), Some(b), Some(c)) = (vertex(0), vertex(1), vertex(2)) else {
                return Err("a triangle names a corner that the mesh does not have".to_owned());
            };
            self.triangle([a, b, c], texture, clip, pixels_per_point);
        }
        Ok(())
    }

    /// The finished picture.
    pub(crate) fn into_image(self) -> Result<RgbaImage, String> {
        RgbaImage::from_raw(self.width as u32, self.height as u32, self.bytes)
            .ok_or_else(|| "the canvas does not have the size of its picture".to_owned())
    }

    fn triangle(
        &mut self,
        vertices: [Vertex; 3],
        texture: &Texture,
        clip: PixelRect,
        pixels_per_point: f32,
    ) {
        let mut vertices = vertices;
        let mut corners = vertices.map(|vertex| Corner::new(vertex.pos, pixels_per_point));
        let mut double_area = edge(corners[0], corners[1], corners[2]);
        if double_area == 0 {
            return;
        }
        if double_area < 0 {
            // egui winds its triangles both ways
            vertices.swap(1, 2);
            corners.swap(1, 2);
            double_area = -double_area;
        }
        let bounds = bounds(corners).intersect(clip);
        let edges = [
            Edge::new(corners[1], corners[2]),
            Edge::new(corners[2], corners[0]),
            Edge::new(corners[0], corners[1]),
        ];
        let paint = Paint::new(vertices, texture, 1.0 / double_area as f32);
        for row in bounds.top..bounds.bottom {
            for column in bounds.left..bounds.right {
                let weights = edges.map(|edge| edge.at_pixel(column, row));
                if weights
                    .iter()
                    .zip(&edges)
                    .all(|(weight, edge)| edge.holds(*weight))
                {
                    self.blend(column as usize, row as usize, paint.color(weights));
                }
            }
        }
    }

    /// Puts a premultiplied colour over what is there.
    fn blend(&mut self, column: usize, row: usize, source: Rgba) {
        let start = (row * self.width + column) * 4;
        let rest = 1.0 - source[3];
        for (byte, value) in self.bytes[start..start + 4].iter_mut().zip(source) {
            let under = f32::from(*byte) / 255.0;
            *byte = ((value + under * rest).clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    }
}

/// A corner in parts of a pixel.
#[derive(Clone, Copy)]
struct Corner {
    x: i64,
    y: i64,
}

impl Corner {
    fn new(position: Pos2, pixels_per_point: f32) -> Self {
        let unit =
            |points: f32| (points * pixels_per_point * UNITS_PER_PIXEL as f32).round() as i64;
        Self {
            x: unit(position.x),
            y: unit(position.y),
        }
    }
}

/// One side of a triangle: how far a point is on its inner side, and whether the line itself is in.
#[derive(Clone, Copy)]
struct Edge {
    from: Corner,
    to: Corner,
    least: i64,
}

impl Edge {
    fn new(from: Corner, to: Corner) -> Self {
        // the top-left rule: a pixel centre on a shared line belongs to one of the two triangles
        let top = from.y == to.y && to.x > from.x;
        let left = to.y < from.y;
        Self {
            from,
            to,
            least: i64::from(!(top || left)),
        }
    }

    fn at_pixel(&self, column: i64, row: i64) -> i64 {
        let centre = Corner {
            x: column * UNITS_PER_PIXEL + UNITS_PER_PIXEL / 2,
            y: row * UNITS_PER_PIXEL + UNITS_PER_PIXEL / 2,
        };
        edge(self.from, self.to, centre)
    }

    fn holds(&self, weight: i64) -> bool {
        weight >= self.least
    }
}

/// Twice the signed area of the triangle `a`, `b`, `c`.
fn edge(a: Corner, b: Corner, c: Corner) -> i64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn bounds(corners: [Corner; 3]) -> PixelRect {
    let [a, b, c] = corners;
    PixelRect {
        left: a.x.min(b.x).min(c.x).div_euclid(UNITS_PER_PIXEL),
        top: a.y.min(b.y).min(c.y).div_euclid(UNITS_PER_PIXEL),
        right: a.x.max(b.x).max(c.x).div_euclid(UNITS_PER_PIXEL) + 1,
        bottom: a.y.max(b.y).max(c.y).div_euclid(UNITS_PER_PIXEL) + 1,
    }
}

/// What fills a triangle: corner colours times the texture.
struct Paint<'a> {
    vertices: [Vertex; 3],
    colors: [Rgba; 3],
    texture: &'a Texture,
    /// one colour for all of it, as in most of an interface: no texture to look up at each pixel
    flat: Option<Rgba>,
    inverse_double_area: f32,
}

impl<'a> Paint<'a> {
    fn new(vertices: [Vertex; 3], texture: &'a Texture, inverse_double_area: f32) -> Self {
        let [a, b, c] = vertices;
        let colors = vertices.map(|vertex| to_rgba(vertex.color));
        let is_flat = a.uv == b.uv && b.uv == c.uv && a.color == b.color && b.color == c.color;
        Self {
            vertices,
            colors,
            texture,
            flat: is_flat.then(|| multiplied(colors[0], texture.sample(a.uv))),
            inverse_double_area,
        }
    }

    fn color(&self, weights: [i64; 3]) -> Rgba {
        if let Some(color) = self.flat {
            return color;
        }
        let parts = weights.map(|weight| weight as f32 * self.inverse_double_area);
        let sum =
            |values: [f32; 3]| values[0] * parts[0] + values[1] * parts[1] + values[2] * parts[2];
        let uv = Pos2::new(
            sum(self.vertices.map(|vertex| vertex.uv.x)),
            sum(self.vertices.map(|vertex| vertex.uv.y)),
        );
        let color = std::array::from_fn(|channel| sum(self.colors.map(|color| color[channel])));
        multiplied(color, self.texture.sample(uv))
    }
}

fn multiplied(left: Rgba, right: Rgba) -> Rgba {
    std::array::from_fn(|channel| left[channel] * right[channel])
}
