//! Opens the window.
#![forbid(unsafe_code)]
// no console beside the window on Windows
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use bicle::app::{self, App};
use bicle::settings::Settings;
use bicle_core::clock::SystemClock;
use bicle_core::copies_setting;
use bicle_core::open_vault::Services as CoreServices;
use bicle_core::places::Places;
use bicle_core::worker::Worker;

/// What is freed is wiped: other crates' arithmetic frees parts of keys as they are.
#[global_allocator]
static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;

const HELP: &str = "Usage: bicle [VAULT-FILE]

Opens the window, with VAULT-FILE ready to unlock. `bicle-cli` does the same without a window.";

fn main() -> ExitCode {
    // before any secret is read
    bicle_platform::process::harden();
    bicle_platform::allocator::return_large_blocks();
    match asked(std::env::args_os().skip(1)) {
        Asked::Window(vault) => run(vault),
        Asked::Help => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Asked::Version => {
            println!("bicle {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Asked::Wrong(argument) => {
            eprintln!(
                "bicle: unexpected argument {}\n\n{HELP}",
                bicle_core::shown::shown(&argument.to_string_lossy())
            );
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
enum Asked {
    Window(Option<PathBuf>),
    Help,
    Version,
    Wrong(OsString),
}

fn asked(arguments: impl Iterator<Item = OsString>) -> Asked {
    let mut vault = None;
    for argument in arguments {
        match argument.to_str() {
            Some("--help" | "-h") => return Asked::Help,
            Some("--version" | "-V") => return Asked::Version,
            Some(text) if text.starts_with('-') => return Asked::Wrong(argument),
            _ if vault.is_some() => return Asked::Wrong(argument),
            _ => vault = Some(PathBuf::from(argument)),
        }
    }
    Asked::Window(vault)
}

/// Earlier windows kept the number for themselves: one that was chosen there is given to both programs.
fn adopt_number_of_copies(places: &Places, settings: &Settings) {
    let folder = &places.config_folder;
    let count = settings.automatic_copies;
    let is_chosen = count != bicle::settings::DEFAULT_AUTOMATIC_COPIES;
    if is_chosen && copies_setting::read(folder).is_none() {
        // the default counts where it cannot be written; the settings show it
        let _unkept = copies_setting::write(folder, count);
    }
}

fn run(vault: Option<PathBuf>) -> ExitCode {
    let places = Places::of_platform();
    let settings = Settings::read(&places.config_folder);
    let [width, height] = app::DEFAULT_SIZE;
    let (width, height) = settings.window_size.unwrap_or((width, height));
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id("bicle")
        .with_title("Biclé")
        .with_inner_size([width, height])
        .with_min_inner_size(app::MIN_SIZE);
    if let Some(icon) = bicle::icon::window_icon() {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    };
    let shown = eframe::run_native(
        "bicle",
        options,
        Box::new(|creation| {
            let egui_context = creation.egui_ctx.clone();
            let clock = Arc::new(SystemClock);
            let wake = egui_context.clone();
            adopt_number_of_copies(&places, &settings);
            let core = CoreServices::new(clock.clone(), places.clone());
            let worker = Worker::start(core.with_environment(), move || wake.request_repaint());
            let services = bicle::services::Services::of_system(
                &egui_context,
                clock,
                places.clone(),
                settings.secret_life_seconds(),
            );
            Ok(Box::new(App::new(
                &egui_context,
                app::Options {
                    backend: Box::new(worker),
                    services,
                    config_folder: Some(places.config_folder),
                    vault,
                    language: None,
                    theme: None,
                },
            )))
        }),
    );
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bicle: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Asked {
        asked(arguments.iter().map(OsString::from))
    }

    #[test]
    fn one_file_may_be_named() {
        assert!(matches!(of(&[]), Asked::Window(None)));
        assert!(
            matches!(of(&["a.bicle"]), Asked::Window(Some(path)) if path.as_os_str() == "a.bicle")
        );
        assert!(matches!(of(&["a", "b"]), Asked::Wrong(_)));
        assert!(matches!(of(&["--frobnicate"]), Asked::Wrong(_)));
        assert!(matches!(of(&["-h"]), Asked::Help));
    }
}
