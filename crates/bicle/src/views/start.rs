//! The first page: make a vault, choose one, unlock it.

use std::path::{Path, PathBuf};

use bicle_core::command::{Command, Event, JobId, Outcome, UnlockWith};
use bicle_core::fault::{Fault, FaultClass};
use bicle_text::{Id, id};
use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use egui_material_icons::icons::{
    ICON_ADD, ICON_FOLDER_OPEN, ICON_LOCK, ICON_LOCK_OPEN, ICON_SETTINGS_BACKUP_RESTORE,
    ICON_VISIBILITY,
};

use crate::context::{Action, Context};
use crate::dialogs::Open;
use crate::say;
use crate::theme::{CORNER_LARGE, Tone, size, space};
use crate::widgets::secret_field::SecretField;
use crate::widgets::{button, field, icon, link, notice};

/// The width of the card, in points.
const CARD: f32 = 440.0;
/// A password that comes from a vault's recent list has so many neighbours at most.
const OTHERS: usize = 4;

/// What is being typed on the first page.
#[derive(Default)]
pub struct StartScreen {
    vault: Option<PathBuf>,
    recent: Option<Vec<PathBuf>>,
    with_recovery_key: bool,
    secret: SecretField,
    job: Option<JobId>,
    fault: Option<Fault>,
    focus: bool,
    /// Why the vault is locked, where nobody asked for it.
    why: Option<Id>,
}

impl StartScreen {
    /// Starts with that vault, else the last one, else the default place if a file is there.
    #[must_use]
    pub fn new(vault: Option<PathBuf>) -> Self {
        Self {
            vault,
            focus: true,
            ..Self::default()
        }
    }

    /// Chooses a vault, ready to unlock.
    pub fn choose(&mut self, vault: PathBuf) {
        *self = Self::new(Some(vault));
    }

    /// The vault is locked: the page is shown again, with nothing typed.
    pub fn locked(&mut self) {
        *self = Self::new(self.vault.take());
    }

    /// A secret is typed, or a vault is being opened.
    #[must_use]
    pub fn holds_something(&self) -> bool {
        !self.secret.is_empty() || self.is_opening()
    }

    /// A vault is being opened.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.job.is_some()
    }

    /// Forgets the secret that was typed: its user has left.
    pub fn wipe(&mut self) {
        self.secret.clear();
        self.secret.show(false);
    }

    /// Says why the vault is locked.
    pub fn say(&mut self, why: Option<Id>) {
        self.why = why;
    }

    /// Notes which vault is open, to propose it at the next lock.
    pub fn opened(&mut self, vault: &Path) {
        *self = Self::new(Some(vault.to_owned()));
    }

    /// An event of the unlocking. `false`: it is for the shell.
    pub fn event(&mut self, event: &Event, context: &mut Context<'_>) -> bool {
        match event {
            Event::Done {
                job,
                outcome: Outcome::Opened { warnings },
            } if Some(*job) == self.job => {
                self.job = None;
                self.secret.clear();
                crate::dialogs::say_phrases(context, warnings);
                true
            }
            Event::Failed { job, fault } if Some(*job) == self.job => {
                self.job = None;
                if fault.class == FaultClass::WrongPassword {
                    self.secret.clear();
                }
                self.fault = Some(fault.clone());
                self.focus = true;
                true
            }
            _ => false,
        }
    }

    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let recent = self
            .recent
            .get_or_insert_with(|| (context.services.recent_vaults)())
            .clone();
        if self.vault.is_none() {
            let default = context.services.default_vault.clone();
            self.vault = recent
                .first()
                .cloned()
                .or_else(|| default.is_file().then_some(default));
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.vertical_centered(|ui| {
                let free = ui.available_height() - 460.0;
                ui.add_space((free / 2.5).max(space::HUGE));
                ui.set_max_width(CARD);
                match self.vault.clone() {
                    Some(vault) => self.unlock_ui(ui, context, &vault, &recent),
                    None => welcome_ui(ui, context),
                }
                ui.add_space(space::HUGE);
            });
        });
    }

    fn unlock_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        vault: &Path,
        recent: &[PathBuf],
    ) {
        let tokens = context.tokens;
        card(ui, context, |ui, context| {
            ui.horizontal(|ui| {
                icon::decoration_sized(ui, ICON_LOCK, tokens.accent, 28.0);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.add(Label::new(RichText::new(name_of(vault)).heading()).truncate());
                    let folder = vault.parent().unwrap_or(vault).display().to_string();
                    let folder = RichText::new(say::escaped(&folder).as_ref())
                        .size(size::SMALL)
                        .color(tokens.text_weak);
                    ui.add(Label::new(folder).truncate());
                });
            });
            ui.add_space(space::MEDIUM);
            if let Some(why) = self.why {
                notice::notice(ui, tokens, Tone::Info, &context.text(why), None);
                ui.add_space(space::SMALL);
            }
            let label = context.text(if self.with_recovery_key {
                id::WINDOW_START_RECOVERY_KEY
            } else {
                id::WINDOW_START_PASSWORD
            });
            let busy = self.job.is_some();
            let response = ui
                .add_enabled_ui(!busy, |ui| {
                    self.secret
                        .ui(ui, tokens, context.texts, &label, None, None)
                })
                .inner;
            if response.changed() {
                self.fault = None;
            }
            if std::mem::take(&mut self.focus) {
                response.request_focus();
            }
            let entered =
                response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let mut read_only = false;
            if let Some(fault) = &self.fault {
                notice::fault(ui, tokens, context.texts, fault);
                ui.add_space(space::TINY);
                read_only = way_out_ui(ui, context, vault, fault, busy || self.secret.is_empty());
            }
            let clicked = ui
                .with_layout(Layout::top_down_justified(Align::Center), |ui| {
                    let label = context.text(if busy {
                        id::WINDOW_START_UNLOCKING
                    } else {
                        id::WINDOW_START_UNLOCK
                    });
                    ui.add_enabled_ui(!busy && !self.secret.is_empty(), |ui| {
                        button::primary(ui, tokens, Some(ICON_LOCK_OPEN), &label)
                    })
                    .inner
                })
                .inner
                .clicked();
            let whole = !self.secret.is_empty() && self.secret.problem().is_none();
            if (clicked || entered || read_only) && !busy && whole {
                self.unlock(context, vault, read_only);
            }
            ui.add_space(space::TINY);
            let other = context.text(if self.with_recovery_key {
                id::WINDOW_START_WITH_PASSWORD
            } else {
                id::WINDOW_START_WITH_RECOVERY_KEY
            });
            if link::plain(ui, context, &other).clicked() {
                self.with_recovery_key = !self.with_recovery_key;
                self.secret.clear();
                self.fault = None;
                self.focus = true;
            }
        });
        ui.add_space(space::LARGE);
        let others: Vec<&PathBuf> = recent
            .iter()
            .filter(|path| *path != vault)
            .take(OTHERS)
            .collect();
        if !others.is_empty() {
            field::help_line(ui, tokens, &context.text(id::WINDOW_START_RECENT));
        }
        for path in others {
            if link::plain(ui, context, &name_of(path))
                .on_hover_text(say::escaped_value(&path.display().to_string()).as_ref())
                .clicked()
            {
                context.act(Action::ChooseVault(path.clone()));
            }
        }
        ui.horizontal(|ui| {
            // two quiet ways out, centred below the card
            let width = 330.0;
            ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
            ways_ui(ui, context, false);
        });
    }

    fn unlock(&mut self, context: &mut Context<'_>, vault: &Path, read_only: bool) {
        let secret = self.secret.secret();
        let with = if self.with_recovery_key {
            UnlockWith::RecoveryKey(secret)
        } else {
            UnlockWith::Password(secret)
        };
        self.fault = None;
        self.job = Some(context.send(Command::Unlock {
            path: vault.to_owned(),
            with,
            read_only,
        }));
    }
}

/// What can be done about a vault that does not open: look at it, restore a copy. Answers whether it is
/// to be opened only to be looked at.
fn way_out_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    vault: &Path,
    fault: &Fault,
    resting: bool,
) -> bool {
    let tokens = context.tokens;
    match fault.class {
        FaultClass::VaultInUse => {
            let label = context.text(id::WINDOW_START_READ_ONLY);
            let button = |ui: &mut Ui| button::secondary(ui, tokens, Some(ICON_VISIBILITY), &label);
            ui.with_layout(Layout::top_down_justified(Align::Center), |ui| {
                ui.add_enabled_ui(!resting, button).inner.clicked()
            })
            .inner
        }
        // a newer vault is whole: another version opens it
        FaultClass::VaultUnsound if fault.code() != "vault-newer" => {
            let label = context.text(id::WINDOW_COMMAND_RESTORE_COPY);
            let icon = Some(ICON_SETTINGS_BACKUP_RESTORE);
            let button = |ui: &mut Ui| button::secondary(ui, tokens, icon, &label);
            let response = ui.with_layout(Layout::top_down_justified(Align::Center), button);
            if response.inner.clicked() {
                context.act(Action::Open(Open::RestoreUnsound(vault.to_owned())));
            }
            false
        }
        _ => false,
    }
}

fn welcome_ui(ui: &mut Ui, context: &mut Context<'_>) {
    let tokens = context.tokens;
    card(ui, context, |ui, context| {
        ui.vertical_centered(|ui| {
            crate::icon::draw(ui, 72.0);
            ui.add_space(space::SMALL);
            ui.heading(context.text(id::WINDOW_START_WELCOME));
            let line = RichText::new(context.text(id::WINDOW_START_WHAT)).color(tokens.text_weak);
            ui.add(Label::new(line).wrap());
            ui.add_space(space::LARGE);
        });
        ways_ui(ui, context, true);
        ui.add_space(space::SMALL);
        let place = context.services.default_vault.display().to_string();
        let help = context.text_with(
            id::WINDOW_START_PLACE,
            &[("path", say::escaped(&place).as_ref().into())],
        );
        ui.vertical_centered(|ui| field::help_line(ui, tokens, &help));
    });
}

/// "Create" and "open"; where there is no vault yet, "create" is what the page is for.
fn ways_ui(ui: &mut Ui, context: &mut Context<'_>, first: bool) {
    let tokens = context.tokens;
    let (create, open) = (
        context.text(id::WINDOW_COMMAND_CREATE_VAULT),
        context.text(id::WINDOW_COMMAND_OPEN_VAULT),
    );
    let (mut created, mut opened) = (false, false);
    if first {
        ui.with_layout(Layout::top_down_justified(Align::Center), |ui| {
            created = button::primary(ui, tokens, Some(ICON_ADD), &create).clicked();
            opened = button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &open).clicked();
        });
    } else {
        opened = button::quiet(ui, tokens, Some(ICON_FOLDER_OPEN), &open).clicked();
        created = button::quiet(ui, tokens, Some(ICON_ADD), &create).clicked();
    }
    if created {
        let path = context.services.default_vault.clone();
        context.act(Action::Open(Open::CreateVault { path }));
    }
    if opened {
        context.act(Action::Open(Open::FindVault));
    }
}

fn card<R>(
    ui: &mut Ui,
    context: &mut Context<'_>,
    content: impl FnOnce(&mut Ui, &mut Context<'_>) -> R,
) -> R {
    egui::Frame::new()
        .fill(context.tokens.surface)
        .stroke(egui::Stroke::new(1.0, context.tokens.border))
        .corner_radius(CORNER_LARGE)
        .inner_margin(space::SECTION)
        .show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.set_width(ui.available_width());
                content(ui, context)
            })
            .inner
        })
        .inner
}

fn name_of(vault: &Path) -> String {
    let name = vault
        .file_stem()
        .unwrap_or(vault.as_os_str())
        .to_string_lossy();
    say::escaped(&name).into_owned()
}
