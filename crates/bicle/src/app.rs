//! The window: takes what happens, draws the page, does what the user asks for.

mod bar;
mod events;
mod input;
mod leaving;
mod navigation;
mod page;
mod perform;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bicle_core::command::{Command, JobId};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::Model;
use bicle_core::phrase::Phrase;
use bicle_text::{Language, Texts};
use egui::{CentralPanel, Panel, Ui};

use crate::backend::Backend;
use crate::capture::Capture;
use crate::commands::Environment;
use crate::context::{Action, Context, Page};
use crate::dialogs::Host;
use crate::services::Services;
use crate::settings::Settings;
use crate::theme::{self, ThemeChoice, Tokens, Tone, space};
use crate::views::details::DetailsPanel;
use crate::views::list::Lists;
use crate::views::order::OrderScreen;
use crate::views::start::StartScreen;
use crate::widgets::toast::{ToastId, Toasts};

/// The size of the window when it opens for the first time, in points.
pub const DEFAULT_SIZE: [f32; 2] = [1200.0, 760.0];
/// Smaller than this the panels cover each other.
pub const MIN_SIZE: [f32; 2] = [900.0, 600.0];

/// What the window is made with.
pub struct Options {
    /// Who does the work.
    pub backend: Box<dyn Backend>,
    /// File dialogs, clipboard, clock.
    pub services: Services,
    /// Where the settings are kept; `None`: nowhere.
    pub config_folder: Option<PathBuf>,
    /// The vault to propose first.
    pub vault: Option<PathBuf>,
    /// The language, in place of the settings'.
    pub language: Option<Language>,
    /// The theme, in place of the settings'.
    pub theme: Option<ThemeChoice>,
}

/// The window.
pub struct App {
    shared: Shared,
    settings: Settings,
    config_folder: Option<PathBuf>,
    host: Host,
    lists: Lists,
    page: Page,
    filter: String,
    focus_search: bool,
    start: StartScreen,
    details: DetailsPanel,
    order: OrderScreen,
    jobs: HashMap<JobId, Owner>,
    /// What is being done, in the words of the last progress event.
    doing: HashMap<JobId, Phrase>,
    undo: HashMap<ToastId, Vec<ItemId>>,
    title: String,
    closing: bool,
    /// The lock that was asked for and has not happened yet: an act is let finish first.
    locking: Option<JobId>,
    /// When the last input came, in the clock's monotonic time.
    active_at: Duration,
    /// The dialogs that a lock has interrupted.
    drafts: Option<leaving::Drafts>,
    /// What came of acts that ended while the vault was being closed.
    untold: Option<leaving::Untold>,
    /// The user left while a vault was being opened: it is locked as soon as it is open.
    left_while_opening: Option<bicle_text::Id>,
    /// Acts that wait for the password to be said again.
    refused: Vec<(JobId, Box<Command>)>,
    capture: Capture,
    /// The day for which the verdicts were asked anew, in days since 1970 UTC.
    refreshed_day: i64,
}

/// Who has sent a job and is told what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Start,
    Details,
    Order,
    Dialog,
    Shell,
}

/// What a context is lent from.
struct Shared {
    texts: Texts,
    model: Option<Arc<Model>>,
    toasts: Toasts,
    services: Services,
    backend: Box<dyn Backend>,
    actions: Vec<Action>,
    sent: Vec<JobId>,
}

impl Shared {
    fn context(&mut self, tokens: &'static Tokens) -> Context<'_> {
        Context {
            texts: self.texts,
            tokens,
            model: self.model.as_ref(),
            toasts: &mut self.toasts,
            services: &mut self.services,
            actions: &mut self.actions,
            sent: &mut self.sent,
            backend: self.backend.as_ref(),
        }
    }
}

impl App {
    /// Makes the window: fonts, colours, settings.
    #[must_use]
    pub fn new(egui_context: &egui::Context, options: Options) -> Self {
        let settings = options
            .config_folder
            .as_deref()
            .map(Settings::read)
            .unwrap_or_default();
        theme::install(egui_context);
        theme::choose(egui_context, options.theme.unwrap_or(settings.theme));
        let language = options.language.unwrap_or_else(|| settings.language());
        let active_at = options.services.clock.monotonic();
        let mut lists = Lists::default();
        lists.flat = settings.certificates_flat;
        for page in Page::ALL {
            if let Some((column, descending)) = settings.sorting.get(page_word(page)) {
                lists.set_sorting(
                    page,
                    crate::views::list::Sorting {
                        column: *column,
                        descending: *descending,
                    },
                );
            }
        }
        Self {
            shared: Shared {
                texts: Texts::new(language),
                model: None,
                toasts: Toasts::default(),
                services: options.services,
                backend: options.backend,
                actions: Vec::new(),
                sent: Vec::new(),
            },
            settings,
            config_folder: options.config_folder,
            host: Host::default(),
            lists,
            page: Page::Items(Kind::Order),
            filter: String::new(),
            focus_search: false,
            start: StartScreen::new(options.vault),
            details: DetailsPanel::default(),
            order: OrderScreen::default(),
            jobs: HashMap::new(),
            doing: HashMap::new(),
            undo: HashMap::new(),
            title: String::new(),
            closing: false,
            locking: None,
            active_at,
            drafts: None,
            untold: None,
            left_while_opening: None,
            refused: Vec::new(),
            capture: Capture::default(),
            refreshed_day: 0,
        }
    }

    /// The open vault.
    #[must_use]
    pub fn model(&self) -> Option<&Arc<Model>> {
        self.shared.model.as_ref()
    }

    /// The page that is shown.
    #[must_use]
    pub fn page(&self) -> Page {
        self.page
    }

    /// What is selected on the page.
    #[must_use]
    pub fn selection(&self) -> &[ItemId] {
        self.lists.selection(self.page)
    }

    /// The language of the words.
    #[must_use]
    pub fn language(&self) -> Language {
        self.shared.texts.language()
    }

    /// Whether a dialog is open.
    #[must_use]
    pub fn dialog_open(&self) -> bool {
        self.host.is_open()
    }

    /// Whether the window shows a secret, and is kept out of captures where the system can.
    #[must_use]
    pub fn hidden_from_capture(&self) -> bool {
        self.capture.is_hidden()
    }

    /// How often the list's rows were made.
    #[must_use]
    pub fn rows_made(&self) -> u64 {
        self.lists.rows_made()
    }

    /// How often on the thread that draws: short lists alone are made there.
    #[must_use]
    pub fn rows_made_at_once(&self) -> u64 {
        self.lists.rows_made_at_once()
    }

    /// The messages on screen.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.shared
            .toasts
            .messages()
            .map(|toast| toast.message.as_str())
    }

    fn environment(&self) -> Environment<'_> {
        Environment {
            model: self.shared.model.as_deref(),
            page: self.page,
            selection: self.lists.selection(self.page),
            dialog_open: self.host.is_open(),
        }
    }

    /// Notes who has sent the jobs since the last call.
    fn claim(&mut self, owner: Owner) {
        for job in self.shared.sent.drain(..) {
            self.jobs.insert(job, owner);
        }
    }

    fn draw(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui.ctx());
        let frame = |fill, margin: f32| egui::Frame::new().fill(fill).inner_margin(margin);
        Panel::top("bar")
            .exact_size(56.0)
            .resizable(false)
            .frame(frame(tokens.background, 0.0).inner_margin(egui::Margin::symmetric(16, 10)))
            .show(ui, |ui| self.bar_ui(ui, tokens));
        if self.shared.model.is_none() {
            CentralPanel::no_frame()
                .frame(frame(tokens.background, 0.0))
                .show(ui, |ui| {
                    let mut context = self.shared.context(tokens);
                    self.start.ui(ui, &mut context);
                });
            self.claim(Owner::Start);
            return;
        }
        if self.shared.model.as_ref().is_some_and(|it| it.read_only) {
            Panel::top("read-only")
                .exact_size(44.0)
                .resizable(false)
                .frame(
                    frame(tokens.soft(Tone::Warning), 0.0)
                        .inner_margin(egui::Margin::symmetric(16, 4)),
                )
                .show(ui, |ui| self.read_only_ui(ui, tokens));
        }
        Panel::bottom("status")
            .exact_size(30.0)
            .resizable(false)
            .frame(frame(tokens.background, 0.0).inner_margin(egui::Margin::symmetric(16, 4)))
            .show(ui, |ui| self.status_ui(ui, tokens));
        Panel::left("navigation")
            .exact_size(200.0)
            .resizable(false)
            .show_separator_line(true)
            .frame(frame(tokens.background, 0.0).inner_margin(egui::Margin::symmetric(8, 12)))
            .show(ui, |ui| self.navigation_ui(ui, tokens));
        if let Some(item) = self.shown_item() {
            let wide = item.kind == Kind::Order;
            Panel::right(if wide { "order" } else { "details" })
                .resizable(true)
                .default_size(if wide { 500.0 } else { 400.0 })
                .size_range(340.0..=(ui.available_width() - 300.0).max(360.0))
                .frame(frame(tokens.surface, space::LARGE))
                .show(ui, |ui| self.side_ui(ui, tokens, item));
        }
        CentralPanel::no_frame()
            .frame(frame(tokens.surface, 0.0))
            .show(ui, |ui| self.page_ui(ui, tokens));
    }

    /// The item whose details stand beside the list: the only one that is selected.
    fn shown_item(&self) -> Option<ItemId> {
        match (self.page, self.lists.selection(self.page)) {
            (Page::Items(_), [only]) => self.shared.model.as_ref()?.item(*only).map(|item| item.id),
            _ => None,
        }
    }

    /// A code that is shown goes with its page, and after its time.
    fn watch_code(&mut self, egui_context: &egui::Context) {
        let (shown, now) = (self.shown_item(), self.shared.services.clock.monotonic());
        if let Some(left) = self.order.watch_code(shown, now) {
            egui_context.request_repaint_after(left);
        }
    }

    fn side_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens, item: ItemId) {
        let mut context = self.shared.context(tokens);
        let chosen = if item.kind == Kind::Order {
            let chosen = egui::ScrollArea::vertical()
                .id_salt(("order", item))
                .auto_shrink(false)
                .show(ui, |ui| {
                    let chosen = self.details.head_ui(ui, &mut context, item);
                    self.order.ui(ui, item, &mut context);
                    ui.add_space(space::LARGE);
                    chosen
                })
                .inner;
            self.claim(Owner::Order);
            chosen
        } else {
            let chosen = self.details.ui(ui, &mut context, item);
            self.claim(Owner::Details);
            chosen
        };
        if let Some(command) = chosen {
            self.run(command, ui.ctx());
        }
    }

    fn tell_title(&mut self, egui_context: &egui::Context) {
        let name = bicle_text::id::WINDOW_APPLICATION;
        let title = match &self.shared.model {
            Some(model) => {
                let vault = bar::vault_name(&model.vault.path);
                format!("{vault} — {}", self.shared.texts.text(name))
            }
            None => self.shared.texts.text(name),
        };
        if title != self.title {
            self.title.clone_from(&title);
            egui_context.send_viewport_cmd(egui::ViewportCommand::Title(title));
        }
    }

    fn keep_settings(&mut self) {
        self.settings.certificates_flat = self.lists.flat;
        self.settings.sorting = Page::ALL
            .into_iter()
            .map(|page| (page, self.lists.sorting(page)))
            .filter(|(_, sorting)| *sorting != crate::views::list::Sorting::default())
            .map(|(page, sorting)| {
                (
                    page_word(page).to_owned(),
                    (sorting.column, sorting.descending),
                )
            })
            .collect();
        if let Some(folder) = &self.config_folder {
            // a machine that keeps no settings still opens its vaults
            let _unkept = self.settings.write(folder);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, egui_context: &egui::Context, _frame: &mut eframe::Frame) {
        self.take_events(egui_context);
        self.watch_closing(egui_context);
        self.watch_leaving(egui_context);
        self.watch_day(egui_context);
        // egui's own time stands still while the window is hidden
        let now_seconds = self.shared.services.clock.monotonic().as_secs_f64();
        if let Some(wait) = self.shared.services.clipboard.tick(now_seconds) {
            egui_context.request_repaint_after(std::time::Duration::from_secs_f64(wait.max(0.1)));
        }
        self.watch_code(egui_context);
        self.tell_title(egui_context);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let egui_context = ui.ctx().clone();
        self.note_activity(&egui_context);
        self.take_input(&egui_context);
        self.draw(ui);
        let tokens = Tokens::of(&egui_context);
        let mut context = self.shared.context(tokens);
        self.host.ui(&egui_context, &mut context);
        self.claim(Owner::Dialog);
        input::drop_overlay(
            &egui_context,
            tokens,
            self.shared.texts,
            self.shared.model.is_some(),
        );
        let pressed = self
            .shared
            .toasts
            .ui(&egui_context, tokens, self.shared.texts);
        if let Some(items) = pressed.and_then(|toast| self.undo.remove(&toast)) {
            self.shared
                .actions
                .push(Action::Send(bicle_core::command::Command::Restore(items)));
        }
        self.perform(&egui_context);
        self.capture.follow(&egui_context, frame);
        if let Some(size) = egui_context.input(|input| input.viewport().inner_rect) {
            self.settings.window_size = Some((size.width(), size.height()));
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.keep_settings();
        // not every platform drops the window at its end
        self.shared.services.clipboard.forget_secret();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn page_word(page: Page) -> &'static str {
    match page {
        Page::Items(kind) => kind.word(),
        Page::Bin => "bin",
    }
}
