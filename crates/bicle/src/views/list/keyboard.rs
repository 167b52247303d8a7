//! The keyboard of a list: one stop for the Tab key, arrows within.

use bicle_core::id::ItemId;
use egui::{Event, InputState, Key, Modifiers};

use super::fold::fold;
use super::rows::Rows;
use super::{PageState, Toggled};

/// What a key did besides moving the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyAct {
    /// Show the details of that item.
    Open(ItemId),
    /// Open or close that branch of the tree.
    Toggle(Toggled),
    /// Show the context menu at the cursor.
    Menu,
}

/// Reads the keys that the list understands. Call it while the list has the focus.
pub(super) fn read(
    input: &mut InputState,
    state: &mut PageState,
    rows: &Rows,
    page_rows: usize,
) -> Vec<KeyAct> {
    let mut acts = Vec::new();
    let last = rows.len().checked_sub(1);
    let Some(last) = last else { return acts };
    let place = state.cursor.and_then(|cursor| rows.place(cursor));
    let extend = input.modifiers.shift;
    let mut pressed = |key: Key| {
        input.consume_key(Modifiers::NONE, key) || input.consume_key(Modifiers::SHIFT, key)
    };

    let mut target = None;
    if pressed(Key::ArrowDown) {
        target = Some(place.map_or(0, |place| place.saturating_add(1).min(last)));
    }
    if pressed(Key::ArrowUp) {
        target = Some(place.map_or(0, |place| place.saturating_sub(1)));
    }
    if pressed(Key::PageDown) {
        target = Some(place.unwrap_or(0).saturating_add(page_rows).min(last));
    }
    if pressed(Key::PageUp) {
        target = Some(place.unwrap_or(0).saturating_sub(page_rows));
    }
    if pressed(Key::Home) {
        target = Some(0);
    }
    if pressed(Key::End) {
        target = Some(last);
    }

    let row = place.and_then(|place| Some((rows.line(place)?, rows.id(place)?)));
    if let Some((line, item)) = row {
        let toggled = |was_expanded| KeyAct::Toggle(Toggled { item, was_expanded });
        if pressed(Key::ArrowRight) {
            match line.expanded {
                Some(false) => acts.push(toggled(false)),
                Some(true) => target = place.map(|place| place.saturating_add(1).min(last)),
                None => {}
            }
        }
        if pressed(Key::ArrowLeft) {
            match line.expanded {
                Some(true) => acts.push(toggled(true)),
                _ => target = place.and_then(|place| rows.parent(place)).or(target),
            }
        }
        if pressed(Key::Enter) {
            acts.push(KeyAct::Open(item));
        }
        if input.consume_key(Modifiers::NONE, Key::Space)
            || input.consume_key(Modifiers::COMMAND, Key::Space)
        {
            toggle(state, item);
        }
    }
    if input.consume_key(Modifiers::NONE, Key::Menu)
        || input.consume_key(Modifiers::SHIFT, Key::F10)
    {
        acts.push(KeyAct::Menu);
    }
    if input.consume_key(Modifiers::COMMAND, Key::A) {
        state.selected.set(rows.ids().collect());
    }
    if let Some(target) = target.or_else(|| typed(input, place, rows)) {
        move_to(state, rows, target, extend);
    }
    acts
}

/// Puts the cursor on a row; `extend` selects everything since the anchor.
pub(super) fn move_to(state: &mut PageState, rows: &Rows, place: usize, extend: bool) {
    let Some(item) = rows.id(place) else {
        return;
    };
    state.cursor = Some(item);
    state.reveal = true;
    let anchor = state.anchor.and_then(|anchor| rows.place(anchor));
    match anchor.filter(|_| extend) {
        Some(anchor) => {
            let range = anchor.min(place)..=anchor.max(place);
            state.selected.set(rows.ids_of(range));
        }
        None => {
            state.selected.set(vec![item]);
            state.anchor = Some(item);
        }
    }
}

/// Adds an item to the selection, or takes it out.
pub(super) fn toggle(state: &mut PageState, item: ItemId) {
    state.selected.toggle(item);
    state.cursor = Some(item);
    state.anchor = Some(item);
}

/// A typed letter goes to the next name that begins with it.
fn typed(input: &InputState, place: Option<usize>, rows: &Rows) -> Option<usize> {
    let text = input.events.iter().find_map(|event| match event {
        Event::Text(text) if !text.trim().is_empty() => Some(fold(text)),
        _ => None,
    })?;
    let count = rows.len();
    let start = place.map_or(0, |place| place.saturating_add(1));
    (0..count)
        .map(|step| start.wrapping_add(step) % count)
        .find(|place| rows.begins_with(*place, &text))
}
