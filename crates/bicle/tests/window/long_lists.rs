//! Lists of 100,000 rows: nothing in proportion to them is done on the thread that draws.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::id::Kind;
use bicle_core::model::{DeletedItem, Model, UnixSeconds};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::{Wanted, Window};
use crate::{click_row, names};

const COUNT: i64 = 100_000;

/// A root, sixteen authorities, and what they signed; as many keys, requests, orders and deleted ones.
fn model() -> Arc<Model> {
    let sample = sample::model();
    let id = |number| sample::id(Kind::Certificate, number);
    let certificates = (0..COUNT).map(|number| {
        let mut made = sample.certificates[0].parts();
        made.item.id = id(number);
        made.item.name = match number {
            0 => String::from("AC racine"),
            1..=16 => format!("AC {number:02}"),
            _ => format!("hopital-{:05}", (number * 7_919) % COUNT),
        }
        .into();
        made.not_after = UnixSeconds(sample::NOW.0 + (number % 1_000) * 86_400);
        made.issuer_id = Some(match number {
            0..=16 => id(0),
            _ => id(1 + number % 16),
        });
        made.key = None;
        made.into()
    });
    let numbered = |kind, number: i64| {
        let mut item = sample.keys[0].item.clone();
        item.id = sample::id(kind, number);
        item.name = format!("element-{:05}", (number * 7_919) % COUNT).into();
        item
    };
    let keys = (0..COUNT).map(|number| {
        let mut made = sample.keys[0].clone();
        made.item = numbered(Kind::Key, number);
        made
    });
    let requests = (0..COUNT).map(|number| {
        let mut made = sample.requests[0].clone();
        made.item = numbered(Kind::Request, number);
        made
    });
    let orders = (0..COUNT).map(|number| {
        let mut made = sample.orders[0].clone();
        made.item = numbered(Kind::Order, number);
        made
    });
    let bin = (0..COUNT).map(|number| DeletedItem::new(numbered(Kind::Key, number), sample::NOW));
    Arc::new(Model::assemble(
        sample.vault.clone(),
        sample::NOW,
        keys.collect(),
        requests.collect(),
        certificates.collect(),
        Vec::new(),
        Vec::new(),
        orders.collect(),
        bin.collect(),
    ))
}

/// Frames until that holds; a build for tests on a busy machine takes its time.
fn until(window: &mut Window, what: &str, holds: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    window.run();
    while !holds(window) {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
        window.run();
    }
}

fn count(window: &Window, role: Role) -> usize {
    let row = window
        .harness
        .query_all_by_role(role)
        .find_map(|node| node.accesskit_node().data().size_of_set());
    row.unwrap_or(0)
}

fn first(window: &Window, role: Role) -> String {
    names(window, role).into_iter().next().unwrap_or_default()
}

#[test]
fn long_lists_are_sorted_searched_and_opened_by_another_thread() {
    let mut window = Window::open(Wanted {
        model: Some(model()),
        ..Wanted::default()
    });
    let all = usize::try_from(COUNT).unwrap();

    // every kind of list, sorted both ways
    for page in [Kind::Order, Kind::Key, Kind::Request]
        .map(Page::Items)
        .into_iter()
        .chain([Page::Bin])
    {
        let tab = bicle::commands::UiCommand::of_page(page).text();
        let tab = window.text(tab);
        window
            .harness
            .get_by_role_and_label(Role::Tab, &tab)
            .click();
        let role = Role::ListBoxOption;
        until(&mut window, "the list", |window| {
            window.harness.state().page() == page
                && count(window, role) == all
                && first(window, role) == "element-00000"
        });
        window
            .harness
            .get_by_role_and_label(Role::ColumnHeader, "Nom, tri croissant")
            .click();
        until(&mut window, "turned round", |window| {
            first(window, role) == "element-99999"
        });
    }

    // the tree, closed and opened
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    let role = Role::TreeItem;
    until(&mut window, "the tree", |window| count(window, role) == all);
    click_row(&mut window, role, "AC racine");
    let selected = window.harness.state().selection().to_vec();
    assert_eq!(selected, [sample::id(Kind::Certificate, 0)]);
    window.harness.key_press(Key::ArrowLeft);
    until(&mut window, "closed", |window| count(window, role) == 1);
    window.harness.key_press(Key::ArrowRight);
    until(&mut window, "opened", |window| count(window, role) == all);
    // the cursor is where it was
    window.harness.key_press(Key::ArrowDown);
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Certificate, 1)]
    );

    // what is selected stays so, whatever is typed and however it is sorted
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    for typed in ["hopital-", "0", "1", "2"] {
        window.harness.get_by_label("Rechercher").type_text(typed);
        window.run();
    }
    until(&mut window, "found", |window| {
        // ten certificates to a hundred, under their authorities and the root
        (101..=117).contains(&count(window, role))
    });
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Nom, tri croissant")
        .click();
    until(&mut window, "sorted", |window| {
        names(window, role)
            .get(1)
            .is_some_and(|name| name == "AC 16")
    });
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Certificate, 1)]
    );

    assert_eq!(
        window.harness.state().rows_made_at_once(),
        0,
        "a long list was made by the thread that draws"
    );
}
