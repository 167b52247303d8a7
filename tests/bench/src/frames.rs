//! What a frame costs the processor: the whole window drawn by egui without a display, over the model of a real vault.
//! The work is that of `App::logic`, `App::ui`, AccessKit's tree and the tessellation; GL's is left out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle::app::{App, Options};
use bicle::backend::fakes::ScriptedBackend;
use bicle::commands::UiCommand;
use bicle::services::fakes;
use bicle::theme::ThemeChoice;
use bicle_core::clock::{Clock as _, SystemClock};
use bicle_core::command::Event as CoreEvent;
use bicle_core::model::Model;
use bicle_text::Language;
use eframe::App as _;
use egui::accesskit::Role;
use egui::{Event, Modifiers, Pos2, Rect, vec2};

use crate::Extent;
use crate::cpu;
use crate::import::thousands;
use crate::job::{self, Told};
use crate::lists;
use crate::report::{Report, time};
use crate::vaults;

pub(crate) const FRAME: Duration = Duration::from_millis(2);
pub(crate) const SORTING: Duration = Duration::from_millis(80);
pub(crate) const FILTERING: Duration = Duration::from_millis(50);

/// What is typed into the search: a tenth of the rows is left, then a tenth of those, and so on.
const TYPED: [&str; 3] = ["hopital-1", "2", "3"];

/// So long a result may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest vault's lists.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let Some(&size) = extent.sizes.iter().max() else {
        return;
    };
    let _made = vaults::vault(size);
    let told = job::run(&["frames", &size.to_string(), &extent.many.to_string()]);
    let has_target = size == 100_000;
    let rows = thousands(size);
    let mut row = |work: &str, name: &str, target: Duration, how: &str| {
        let median = told.median(name);
        let (least, most) = told.samples(name).spread();
        let how = format!(
            "{how} ({}–{}, {})",
            time(least),
            time(most),
            told.samples(name).count()
        );
        let work = format!("{work}, {rows} rows");
        if has_target {
            report.within(&work, median, target, &how);
        } else {
            report.figure(&work, &time(median), &how);
        }
    };
    let how = "CPU of the drawing thread for one frame, AccessKit on, tessellation included";
    row("a frame, certificates as a tree", "tree cpu", FRAME, how);
    row("a frame, certificates flat", "flat cpu", FRAME, how);
    row(
        "a frame while the list is scrolled",
        "scroll cpu",
        FRAME,
        how,
    );
    row(
        "a click on a column's title to the sorted list",
        "sort wall",
        SORTING,
        "wall over all frames until other rows are shown",
    );
    row(
        "all of the tree opened",
        "expand wall",
        SORTING,
        "the arrow key on the collapsed root, wall until the rows are shown",
    );
    row(
        "a keystroke in the filter to the shown result",
        "filter wall",
        FILTERING,
        "wall over all frames until the rows are others: each digit of a name typed and taken back",
    );
    row(
        "the longest frame of a keystroke in the filter",
        "filter frame",
        FRAME,
        "CPU of the drawing thread: work off that thread leaves it short",
    );
    for (work, list, median, target) in lists::slowest(&told) {
        let work = format!("the same of the other lists: {work}, {rows} rows");
        let how = format!(
            "of orders, keys, requests, revocation lists, templates and the bin, each so long, the slowest: {list}"
        );
        if has_target {
            report.within(&work, median, target, &how);
        } else {
            report.figure(&work, &time(median), &how);
        }
    }
    report.figure(
        "egui's own share: the empty window",
        &time(told.median("empty cpu")),
        "the same measure with no vault open",
    );
}

/// `frames SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let model = model_of(size);
    let mut told = Told::default();
    {
        let mut closed = Window::new(None);
        closed.settle();
        for _ in 0..runs {
            told.duration("empty cpu", closed.frame(Vec::new()));
        }
    }
    let mut window = Window::new(Some(model));
    window.command(UiCommand::Certificates);
    window.settle();
    steady(&mut window, runs, "tree cpu", &mut told);
    window.command(UiCommand::Tree);
    window.settle();
    steady(&mut window, runs, "flat cpu", &mut told);
    scroll(&mut window, runs, "", &mut told);
    sort(&mut window, runs.div_ceil(20), "", &mut told);
    filter(&mut window, runs.div_ceil(20), "", &mut told);
    // last: the row that is clicked opens its details beside the list
    window.command(UiCommand::Tree);
    window.settle();
    expand(&mut window, runs.div_ceil(20), &mut told);
    lists::job(size, runs, &mut told);
    told
}

/// So many frames of the list, for counting; 0: what precedes them.
pub(crate) fn counted(size: usize, frames: usize) {
    let mut window = Window::new(Some(model_of(size)));
    window.command(UiCommand::Certificates);
    window.settle();
    for _ in 0..frames {
        window.frame(Vec::new());
    }
}

/// The same for keystrokes in the filter.
pub(crate) fn counted_filter(size: usize, keystrokes: usize) {
    let mut window = Window::new(Some(model_of(size)));
    window.command(UiCommand::Certificates);
    window.settle();
    window.command(UiCommand::Search);
    window.settle();
    for typed in TYPED.iter().take(keystrokes) {
        window.until_others(vec![Event::Text((*typed).to_owned())]);
    }
}

pub(crate) fn model_of(size: usize) -> Arc<Model> {
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let open = vaults::unlocked(&vaults::vault(size), &vaults::services(room.path()));
    open.model()
}

pub(crate) fn steady(window: &mut Window, runs: usize, name: &str, told: &mut Told) {
    for _ in 0..runs {
        told.duration(name, window.frame(Vec::new()));
    }
}

pub(crate) fn scroll(window: &mut Window, runs: usize, list: &str, told: &mut Told) {
    window.frame(vec![Event::PointerMoved(window.middle())]);
    for _ in 0..runs {
        let taken = window.frame(vec![wheel(-2_000.0)]);
        told.duration(&format!("{list}scroll cpu"), taken);
    }
    window.settle();
}

pub(crate) fn sort(window: &mut Window, runs: usize, list: &str, told: &mut Told) {
    for _ in 0..runs {
        let click = window.click_on_title();
        let (wall, _) = window.until_others(vec![click]);
        told.duration(&format!("{list}sort wall"), wall);
        window.settle();
    }
}

fn expand(window: &mut Window, runs: usize, told: &mut Told) {
    // to the root, which is the first row
    window.frame(vec![Event::PointerMoved(window.middle())]);
    window.frame(vec![wheel(1e8)]);
    window.settle();
    let first = window.first_row();
    window.click(first);
    window.settle();
    for _ in 0..runs {
        window.until_others(vec![key(egui::Key::ArrowLeft)]);
        window.settle();
        let (wall, _) = window.until_others(vec![key(egui::Key::ArrowRight)]);
        told.duration("expand wall", wall);
        window.settle();
    }
}

/// Types and takes back, with names that begin with `list`.
pub(crate) fn filter(window: &mut Window, runs: usize, list: &str, told: &mut Told) {
    window.command(UiCommand::Search);
    window.settle();
    let mut add = |(wall, longest)| {
        told.duration(&format!("{list}filter wall"), wall);
        told.duration(&format!("{list}filter frame"), longest);
    };
    let (first, rest) = TYPED.split_first().unwrap();
    add(window.until_others(vec![Event::Text((*first).to_owned())]));
    for _ in 0..runs {
        for typed in rest {
            window.settle();
            add(window.until_others(vec![Event::Text((*typed).to_owned())]));
        }
        for _ in rest {
            window.settle();
            add(window.until_others(vec![key(egui::Key::Backspace)]));
        }
    }
    for _ in 0..first.len() {
        window.frame(vec![key(egui::Key::Backspace)]);
    }
}

/// Downwards where the points are negative.
fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    }
}

fn key(key: egui::Key) -> Event {
    Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    }
}

/// What is seen of a list: enough to tell that it changed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    first: String,
    count: usize,
    first_at: Option<Pos2>,
    title: Option<(egui::accesskit::TreeId, egui::accesskit::NodeId)>,
}

impl Seen {
    fn is_other_than(&self, before: &Self) -> bool {
        // a list that gets shorter than it was scrolled has a frame without a row
        self.count > 0 && (&self.first, self.count) != (&before.first, before.count)
    }
}

/// The window's program without its display.
pub(crate) struct Window {
    context: egui::Context,
    app: App,
    frame: eframe::Frame,
    seconds: f64,
    seen: Seen,
    waits: Duration,
    _folder: tempfile::TempDir,
}

impl Window {
    pub(crate) fn new(model: Option<Arc<Model>>) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let (services, _, _) = fakes::services(folder.path(), SystemClock.now());
        let backend = ScriptedBackend::new();
        if let Some(model) = model {
            backend.push(CoreEvent::Model(model));
        }
        let context = egui::Context::default();
        context.enable_accesskit();
        let options = Options {
            backend: Box::new(backend),
            services,
            config_folder: None,
            vault: None,
            language: Some(Language::French),
            theme: Some(ThemeChoice::Light),
        };
        let app = App::new(&context, options);
        Self {
            context,
            app,
            frame: eframe::Frame::_new_kittest(),
            seconds: 0.0,
            seen: Seen::default(),
            waits: Duration::ZERO,
            _folder: folder,
        }
    }

    /// One frame; the CPU that this thread took for it.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.seconds += 1.0 / 60.0;
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1200.0, 760.0))),
            time: Some(self.seconds),
            focused: true,
            events,
            ..egui::RawInput::default()
        };
        let before = cpu::of_this_thread();
        let output = self.context.run_ui(input, |ui| {
            self.app.logic(ui.ctx(), &mut self.frame);
            self.app.ui(ui, &mut self.frame);
        });
        let drawn = self
            .context
            .tessellate(output.shapes, output.pixels_per_point);
        let taken = cpu::of_this_thread() - before;
        drop(drawn);
        self.waits = output
            .viewport_output
            .values()
            .map(|viewport| viewport.repaint_delay)
            .min()
            .unwrap_or(Duration::MAX);
        if let Some(update) = output.platform_output.accesskit_update {
            self.seen = seen(&update);
        }
        taken
    }

    /// Frames until nothing moves any more, and no answer of another thread is awaited.
    pub(crate) fn settle(&mut self) {
        for _ in 0..1_000 {
            self.frame(Vec::new());
            if self.waits > Duration::from_millis(100) {
                return;
            }
            if self.waits > Duration::ZERO {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// The event, then frames until the list shows something else: wall in all, and the longest frame's CPU.
    fn until_others(&mut self, events: Vec<Event>) -> (Duration, Duration) {
        let before = self.seen.clone();
        let start = Instant::now();
        let mut longest = self.frame(events);
        while !self.seen.is_other_than(&before) {
            assert!(
                start.elapsed() < PATIENCE,
                "the list stays as it is: {before:?}"
            );
            if self.waits > Duration::ZERO {
                std::thread::sleep(Duration::from_millis(1));
            }
            longest = longest.max(self.frame(Vec::new()));
        }
        (start.elapsed(), longest)
    }

    pub(crate) fn command(&mut self, command: UiCommand) {
        let shortcut = command.shortcut().unwrap();
        let event = Event::Key {
            key: shortcut.logical_key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: shortcut.modifiers,
        };
        self.frame(vec![event]);
    }

    fn click(&mut self, at: Pos2) {
        self.frame(vec![Event::PointerMoved(at)]);
        for pressed in [true, false] {
            self.frame(vec![Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            }]);
        }
    }

    fn first_row(&self) -> Pos2 {
        self.seen.first_at.expect("a row is seen")
    }

    /// A click on the first column's title, as a screen reader does it.
    fn click_on_title(&self) -> Event {
        let (target_tree, target_node) = self.seen.title.expect("a title is seen");
        Event::AccessKitActionRequest(egui::accesskit::ActionRequest {
            action: egui::accesskit::Action::Click,
            target_tree,
            target_node,
            data: None,
        })
    }

    fn middle(&self) -> Pos2 {
        self.first_row() + vec2(0.0, 200.0)
    }
}

/// The first row, how many there are, and where the first row and the first column's title stand.
fn seen(update: &egui::accesskit::TreeUpdate) -> Seen {
    let rows = update.nodes.iter().map(|(_, node)| node).filter(|node| {
        matches!(node.role(), Role::TreeItem | Role::ListBoxOption)
            && node.position_in_set().is_some()
    });
    let first = rows.min_by_key(|node| node.position_in_set());
    let middle = |node: &egui::accesskit::Node| {
        let bounds = node.bounds()?;
        Some(egui::pos2(
            f64_to_f32(bounds.x0.midpoint(bounds.x1)),
            f64_to_f32(bounds.y0.midpoint(bounds.y1)),
        ))
    };
    let titles = update.nodes.iter();
    let title = titles
        .filter(|(_, node)| node.role() == Role::ColumnHeader)
        .min_by(|(_, one), (_, other)| {
            let left = |node: &egui::accesskit::Node| node.bounds().map_or(0.0, |bounds| bounds.x0);
            left(one).total_cmp(&left(other))
        });
    Seen {
        first: first
            .and_then(|node| node.label())
            .unwrap_or_default()
            .to_owned(),
        count: first.and_then(|node| node.size_of_set()).unwrap_or(0),
        first_at: first.and_then(middle),
        title: title.map(|(id, _)| (update.tree_id, *id)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
fn f64_to_f32(number: f64) -> f32 {
    number as f32
}
