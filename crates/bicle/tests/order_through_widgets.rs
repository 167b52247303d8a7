//! The whole order through the widgets of the real window over the real worker, by label, in both
//! languages: from the first window to a delivered PKCS#12, judged by openssl.
//!
//! It counts what the user does. XCA 2.4 takes 36 clicks and 13 typed fields for the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle::app::{App, Options};
use bicle::services::fakes::{self, FakeClipboard, FakeFileDialogs};
use bicle::theme::ThemeChoice;
use bicle_core::clock::{Clock as _, SystemClock};
use bicle_core::model::{Model, OrderState, Status};
use bicle_core::open_vault::Services as CoreServices;
use bicle_core::places::Places;
use bicle_core::worker::Worker;
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl::openssl;
use bicle_text::{Argument, Id, Language, Texts, id};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, Node};

/// What the aim of the product allows: clicks, names, passwords.
const MOST_CLICKS: u32 = 10;
/// A key of 2048 bits takes a second or two on a busy machine; this is patience, not a measure.
const PATIENCE: Duration = Duration::from_secs(60);

const VAULT_PASSWORD: &str = "agrafe cheval pile correcte";
const FILE_PASSWORD: &str = "Export-2026-cabinet";

/// A user in front of the window, and what it has cost them.
struct User {
    harness: Harness<'static, App>,
    texts: Texts,
    file_dialogs: FakeFileDialogs,
    clipboard: FakeClipboard,
    folder: tempfile::TempDir,
    clicks: u32,
    picked: u32,
    passwords: u32,
    names: u32,
    other_fields: u32,
}

impl User {
    fn at_the_first_window(language: Language) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let (mut services, file_dialogs, clipboard) =
            fakes::services(folder.path(), SystemClock.now());
        services.default_vault = places.default_vault();
        let options = |context: &egui::Context| {
            let wake = context.clone();
            let core = CoreServices {
                clock: Arc::new(SystemClock),
                places,
            };
            Options {
                backend: Box::new(Worker::start(core, move || wake.request_repaint())),
                services,
                config_folder: None,
                vault: None,
                language: Some(language),
                theme: Some(ThemeChoice::Light),
            }
        };
        let harness = Harness::builder()
            .with_size(egui::vec2(1200.0, 900.0))
            .with_theme(egui::Theme::Light)
            .with_max_steps(8)
            .renderer(bicle_render::CpuRenderer::default())
            .build_eframe(|creation| {
                let options = options(&creation.egui_ctx);
                App::new(&creation.egui_ctx, options)
            });
        let texts = Texts::new(language);
        let mut user = Self {
            harness,
            texts,
            file_dialogs,
            clipboard,
            folder,
            clicks: 0,
            picked: 0,
            passwords: 0,
            names: 0,
            other_fields: 0,
        };
        user.look();
        user
    }

    /// Draws until nothing moves.
    fn look(&mut self) {
        let _ = self.harness.run_ok();
    }

    /// Waits until it is so, drawing meanwhile.
    fn wait(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !so(self) {
            if Instant::now() >= until {
                self.picture("timeout");
                panic!("still waiting: {what}");
            }
            self.harness.step();
            std::thread::sleep(Duration::from_millis(10));
        }
        self.look();
    }

    fn sees(&self, label: Id) -> bool {
        self.reads(&self.texts.text(label))
    }

    fn reads(&self, text: &str) -> bool {
        self.harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }

    /// Scrolls to a button where it is out of sight, and clicks on it.
    fn click(&mut self, label: Id) {
        let label = self.texts.text(label);
        self.button(&label).scroll_to_me();
        self.look();
        self.button(&label).click();
        self.clicks += 1;
        self.look();
    }

    /// The button of that name; the last one where there are several: that of the dialog on top.
    fn button<'a>(&'a self, label: &'a str) -> Node<'a> {
        let buttons = self
            .harness
            .query_all_by_role_and_label(Role::Button, label);
        buttons
            .last()
            .unwrap_or_else(|| panic!("no button {label}"))
    }

    /// A click into a field.
    fn click_field(&mut self, label: Id) {
        let label = self.texts.text(label);
        self.harness
            .get_by_role_and_label(Role::TextInput, &label)
            .click();
        self.clicks += 1;
        self.look();
    }

    /// Types where the focus is, then Enter.
    fn type_and_enter(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.look();
        self.harness.key_press(egui::Key::Enter);
        self.look();
    }

    fn password_twice(&mut self, password: &str) {
        self.passwords += 1;
        self.type_and_enter(password);
        self.type_and_enter(password);
    }

    fn model(&self) -> Arc<Model> {
        Arc::clone(self.harness.state().model().expect("an open vault"))
    }

    fn file(&self, ending: &str) -> PathBuf {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .collect();
        assert_eq!(
            files.len(),
            1,
            "one .{ending} beside the documents: {files:?}"
        );
        files.remove(0)
    }

    /// Keeps a picture where `BICLE_PICTURES` says so.
    fn picture(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("BICLE_PICTURES").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            let name = format!("whole-{name}-{}.png", self.texts.language().code());
            self.harness
                .render()
                .unwrap()
                .save(folder.join(name))
                .unwrap();
        }
    }
}

/// What the portal does: issues a certificate for the request that was saved.
fn portal(authority: &TestAuthority, request: &Path, folder: &Path) -> Vec<PathBuf> {
    let pem = std::fs::read(request).unwrap();
    openssl("req -verify -noout -in").arg(request).accepts();
    let leaf = authority.issue(&pem, Product::OrgAuthCli, Branch::Production, Validity::Now);
    let (certificate, chain) = (folder.join("6397.crt"), folder.join("chaine.p7b"));
    std::fs::write(&certificate, leaf).unwrap();
    std::fs::write(&chain, authority.chain_pkcs7()).unwrap();
    vec![certificate, chain]
}

fn create_the_vault(user: &mut User) {
    user.click(id::WINDOW_COMMAND_CREATE_VAULT);
    user.password_twice(VAULT_PASSWORD);
    user.wait("the vault", |user| user.sees(id::DIALOG_RECOVERY_KEY_MAKE));
    user.picture("1-recovery-key");
    user.click(id::DIALOG_NOT_NOW);
    let model = user.model();
    let trusted = |name: &str| {
        let found = model
            .certificates
            .iter()
            .find(|found| found.item.name == name);
        found
            .unwrap_or_else(|| panic!("{name} is there"))
            .verdict
            .status
    };
    assert_eq!(
        trusted("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        Status::Trusted
    );
    assert_eq!(
        trusted("TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        Status::Untrusted
    );
    assert_eq!(model.templates.len(), 1);
}

fn order_and_request(user: &mut User) {
    user.click(id::WINDOW_COMMAND_NEW_ORDER);
    user.names += 1;
    user.type_and_enter("INSi du cabinet");
    user.picture("2-searching");
    user.wait("the order", |user| !user.model().orders.is_empty());
    user.wait("the order's screen", |user| {
        user.sees(id::ORDER_SCREEN_REFERENCE_SAVE)
    });
    user.picture("3-order");
    assert_eq!(
        user.model().orders.first().unwrap().state,
        OrderState::Requested
    );
    // the number of the mail, and the code that the portal asks for
    user.click_field(id::ORDER_SCREEN_REFERENCE);
    user.other_fields += 1;
    user.type_and_enter("N° 6397");
    user.wait("the reference", |user| {
        user.model().orders.first().unwrap().reference.as_deref() == Some("6397")
    });
    user.click(id::ORDER_SCREEN_CODE_MAKE);
    user.wait("the code", |user| user.sees(id::ORDER_SCREEN_CODE_HIDE));
    user.click(id::ORDER_SCREEN_CODE_COPY);
    let code = user.clipboard.content().expect("a code on the clipboard");
    assert!(code.chars().count() >= 12, "{code}");
    assert!(code.chars().any(char::is_uppercase), "{code}");
    assert!(
        code.chars().any(|character| !character.is_alphabetic()),
        "{code}"
    );
    user.picture("4-code");
}

fn bring_the_certificate_back(user: &mut User, authority: &TestAuthority) {
    let request = user.file("pem");
    let files = portal(authority, &request, user.folder.path());
    user.file_dialogs.will_pick(files);
    user.picked += 1;
    user.click(id::ORDER_SCREEN_BRING_BACK);
    user.wait("the report", |user| {
        user.sees(id::DIALOG_REPORT_TRUST_ALWAYS)
    });
    let order = [("order", Argument::Text("INSi du cabinet"))];
    let found = user.texts.look_up("import-order-found", &order).unwrap();
    assert!(user.reads(&found), "{found}");
    user.picture("5-report");
    user.click(id::DIALOG_REPORT_TRUST_ALWAYS);
    user.wait("the trust", |user| {
        let model = user.model();
        let found = model
            .orders
            .first()
            .and_then(|order| model.certificate(order.certificate?));
        found.is_some_and(|found| found.verdict.status == Status::Trusted)
    });
    let model = user.model();
    let order = model.orders.first().unwrap();
    let certificate = model.certificate(order.certificate.unwrap()).unwrap();
    assert_eq!(certificate.verdict.status, Status::Trusted);
    assert_eq!(
        (certificate.key, certificate.request),
        (order.key, order.request)
    );
    user.picture("6-trusted");
}

fn deliver(user: &mut User) {
    user.click(id::DIALOG_REPORT_DELIVER);
    user.password_twice(FILE_PASSWORD);
    user.wait("the delivery", |user| {
        user.sees(id::DIALOG_DELIVERED_SENTENCE)
    });
    user.picture("7-delivered");
    let file = user.file("p12");
    for legacy in ["", "-legacy "] {
        let told = openssl(&format!("pkcs12 {legacy}-nokeys -in"))
            .arg(&file)
            .arg("-passin")
            .arg(format!("pass:{FILE_PASSWORD}"))
            .accepts();
        let text = String::from_utf8_lossy(&told.stdout).into_owned();
        assert_eq!(
            text.matches("BEGIN CERTIFICATE").count(),
            3,
            "leaf and chain: {text}"
        );
    }
    user.click(id::DIALOG_CLOSE);
    assert!(!user.harness.state().dialog_open());
    assert_eq!(
        user.model().orders.first().unwrap().state,
        OrderState::Delivered
    );
    user.picture("8-order-delivered");
}

fn whole_order(language: Language) {
    let authority = TestAuthority::new();
    let mut user = User::at_the_first_window(language);
    user.picture("0-first-window");
    create_the_vault(&mut user);
    order_and_request(&mut user);
    bring_the_certificate_back(&mut user, &authority);
    deliver(&mut user);
    println!(
        "{}: {} clicks, {} files picked at once, {} name, {} passwords (each typed twice), {} other field",
        language.code(),
        user.clicks,
        user.picked,
        user.names,
        user.passwords,
        user.other_fields,
    );
    assert!(user.clicks <= MOST_CLICKS, "{} clicks", user.clicks);
    assert_eq!(
        (user.names, user.passwords, user.picked, user.other_fields),
        (1, 2, 1, 1)
    );
}

#[test]
fn from_nothing_to_a_delivered_keystore_in_french() {
    whole_order(Language::French);
}

#[test]
fn from_nothing_to_a_delivered_keystore_in_english() {
    whole_order(Language::English);
}
