//! Pictures of the window for tests, drawn by the processor alone: no GPU, no Vulkan, no display.
//!
//! ```no_run
//! # use egui_kittest::Harness;
//! let mut harness = Harness::builder()
//!     .renderer(bicle_render::CpuRenderer::default())
//!     .build_ui(|ui| { ui.label("Bonjour"); });
//! let picture = harness.render();
//! ```
//!
//! egui's convention is kept: sRGB bytes with premultiplied alpha, interpolated and blended as they
//! are (in gamma space), pixel centres at half units, the top-left rule on shared edges, so that a
//! pixel between two triangles is drawn once. The same shapes give the same bytes at every run.

#![forbid(unsafe_code)]

mod raster;
mod texture;

use std::collections::HashMap;

use egui::epaint::Primitive;
use egui::{Context, FullOutput, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbaImage;

use crate::raster::{Canvas, PixelRect};
use crate::texture::Texture;

/// The widest and highest picture that is drawn, in pixels: a test that asks for more is wrong.
const MAX_SIDE_PIXELS: f32 = 16_384.0;

/// Draws what egui would send to a GPU into an [`RgbaImage`].
///
/// Holds the textures (fonts, images) that egui announced so far.
#[derive(Default)]
pub struct CpuRenderer {
    textures: HashMap<TextureId, Texture>,
}

impl TestRenderer for CpuRenderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            for image in images {
                match image.pos {
                    None => {
                        self.textures.insert(id, Texture::whole(&image));
                    }
                    Some(position) => {
                        if let Some(texture) = self.textures.get_mut(&id) {
                            texture.patch(position, &image.image);
                        }
                    }
                }
            }
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let pixels_per_point = ctx.pixels_per_point();
        let size = (ctx.content_rect().size() * pixels_per_point).round();
        if size.max_elem() > MAX_SIDE_PIXELS {
            return Err(format!(
                "a picture of {size} pixels is larger than {MAX_SIDE_PIXELS} on a side"
            ));
        }
        let mut canvas = Canvas::new(raster::whole_pixels(size.x), raster::whole_pixels(size.y));
        for clipped in ctx.tessellate(output.shapes.clone(), pixels_per_point) {
            let Primitive::Mesh(mesh) = &clipped.primitive else {
                return Err("a paint callback cannot be drawn without a GPU".to_owned());
            };
            let Some(texture) = self.textures.get(&mesh.texture_id) else {
                return Err(format!("texture {:?} was never announced", mesh.texture_id));
            };
            let clip = PixelRect::from_points(clipped.clip_rect, pixels_per_point);
            canvas.draw(mesh, texture, clip, pixels_per_point)?;
        }
        canvas.into_image()
    }
}
