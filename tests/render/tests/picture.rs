//! Pictures of small interfaces, looked at pixel by pixel.
#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use bicle_render::CpuRenderer;
use egui::{Color32, Rect, pos2, vec2};
use egui_kittest::Harness;
use image::{Rgba, RgbaImage};

fn picture_of(size: egui::Vec2, scale: f32, ui: impl FnMut(&mut egui::Ui)) -> RgbaImage {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(egui::Theme::Light)
        .renderer(CpuRenderer::default())
        .build_ui(ui);
    harness.run();
    harness.render().unwrap()
}

/// The number of pixels of this very colour.
fn count(picture: &RgbaImage, color: [u8; 4]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == color).count()
}

#[test]
fn a_filled_rectangle_has_its_colour_and_its_size() {
    let picture = picture_of(vec2(40.0, 30.0), 1.0, |ui| {
        let rect = Rect::from_min_max(pos2(10.0, 5.0), pos2(30.0, 15.0));
        ui.painter()
            .rect_filled(rect, 0.0, Color32::from_rgb(200, 30, 60));
    });
    assert_eq!(picture.dimensions(), (40, 30));
    assert_eq!(picture.get_pixel(10, 5), &Rgba([200, 30, 60, 255]));
    assert_eq!(picture.get_pixel(29, 14), &Rgba([200, 30, 60, 255]));
    assert_ne!(picture.get_pixel(9, 5), &Rgba([200, 30, 60, 255]));
    assert_ne!(picture.get_pixel(30, 14), &Rgba([200, 30, 60, 255]));
}

#[test]
fn a_half_transparent_colour_is_blended_once_also_on_the_diagonal_of_its_rectangle() {
    let picture = picture_of(vec2(40.0, 40.0), 1.0, |ui| {
        let rect = Rect::from_min_size(pos2(4.0, 4.0), vec2(32.0, 32.0));
        ui.painter().rect_filled(rect, 0.0, Color32::WHITE);
        ui.painter()
            .rect_filled(rect, 0.0, Color32::from_rgba_unmultiplied(0, 0, 255, 128));
    });
    let blended = picture.get_pixel(5, 6).0;
    assert!(
        (126..=128).contains(&blended[0]),
        "gamma blending of half blue on white: {blended:?}"
    );
    assert_eq!(blended[2], 255);
    // a pixel drawn by both triangles, or by none, would have another colour
    assert!(
        count(&picture, blended) >= 30 * 30,
        "{}",
        count(&picture, blended)
    );
}

#[test]
fn nothing_is_drawn_outside_the_clip_rectangle() {
    let red = Color32::from_rgb(255, 0, 0);
    let picture = picture_of(vec2(60.0, 60.0), 2.0, |ui| {
        let clip = Rect::from_min_max(pos2(10.0, 10.0), pos2(20.0, 25.0));
        let everywhere = Rect::from_min_size(pos2(-100.0, -100.0), vec2(500.0, 500.0));
        ui.painter()
            .with_clip_rect(clip)
            .rect_filled(everywhere, 0.0, red);
    });
    assert_eq!(picture.dimensions(), (120, 120));
    assert_eq!(count(&picture, red.to_array()), 20 * 30);
    assert_eq!(picture.get_pixel(20, 20).0, red.to_array());
    assert_eq!(picture.get_pixel(39, 49).0, red.to_array());
}

#[test]
fn a_nearest_texture_keeps_its_texels() {
    let texels = egui::ColorImage::new(
        [2, 1],
        vec![Color32::from_rgb(1, 2, 3), Color32::from_rgb(250, 120, 60)],
    );
    let mut texture = None;
    let picture = picture_of(vec2(40.0, 40.0), 1.0, move |ui| {
        let texture = texture.get_or_insert_with(|| {
            ui.ctx()
                .load_texture("two", texels.clone(), egui::TextureOptions::NEAREST)
        });
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(20.0, 10.0));
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), rect, all, Color32::WHITE);
    });
    assert_eq!(count(&picture, [1, 2, 3, 255]), 100);
    assert_eq!(count(&picture, [250, 120, 60, 255]), 100);
}

#[test]
fn text_and_button_are_drawn_the_same_at_every_run() {
    let draw = || {
        picture_of(vec2(300.0, 160.0), 2.0, |ui| {
            ui.heading("Nouvelle commande");
            ui.label("Clé privée RSA 2048, demande SHA-256 : « prête »");
            let _ = ui.button("Commander…");
            ui.add(egui::ProgressBar::new(0.4).text("40 %"));
            ui.checkbox(&mut true, "Branche de test");
            ui.colored_label(Color32::from_rgb(180, 0, 0), "Refusé");
        })
    };
    let picture = draw();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    picture.save(folder.join("render.png")).unwrap();
    assert_eq!(picture, draw());
    let dark = picture
        .pixels()
        .filter(|pixel| u32::from(pixel.0[0]) < 140)
        .count();
    assert!(
        dark > 500,
        "text leaves dark pixels on a light ground: {dark}"
    );
    let button = picture.get_pixel(40, 136).0;
    assert_eq!(
        button,
        egui::Visuals::light()
            .widgets
            .inactive
            .weak_bg_fill
            .to_array()
    );
}
