//! A secret text under the user's hands: a caret, a selection, and nothing of the past.

use bicle_platform::secret::SecretText;

/// Taken at once, so that typing never moves the text and leaves a copy behind. As long as the command
/// line takes (`bicle-cli`, secrets.rs): longer texts are cut, and the field says so.
const CAPACITY_BYTES: usize = 4096;

/// Where the caret goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// A character to the left.
    Left,
    /// A character to the right.
    Right,
    /// Before the first character.
    Start,
    /// After the last one.
    End,
    /// Before the character of that number.
    To(usize),
}

/// The text, with its caret and the other end of the selection, in bytes.
pub(super) struct SecretEdit {
    text: SecretText,
    caret: usize,
    anchor: usize,
    cut: bool,
}

impl Default for SecretEdit {
    fn default() -> Self {
        Self {
            text: SecretText::with_capacity(CAPACITY_BYTES),
            caret: 0,
            anchor: 0,
            cut: false,
        }
    }
}

impl SecretEdit {
    pub(super) fn expose(&self) -> &str {
        self.text.expose()
    }

    /// The number of characters before the caret, and before the other end of the selection.
    pub(super) fn selection(&self) -> (usize, usize) {
        (
            self.count_before(self.caret),
            self.count_before(self.anchor),
        )
    }

    /// Forgets the text.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        (self.caret, self.anchor) = (0, 0);
        self.cut = false;
    }

    /// Not all that was typed or pasted had room: what is here is not what its user means. So until the
    /// text is empty again.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Puts characters in place of the selection. Those that no line holds (ends of lines, tabs) are left out: a
    /// copied password often brings its end of line along. What follows the first character without room is left
    /// out too. Answers whether anything changed.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let mut changed = self.remove_selection();
        let mut bytes = [0; 4];
        for character in text.chars().filter(|character| !character.is_control()) {
            let count = self
                .text
                .insert(self.caret, character.encode_utf8(&mut bytes));
            self.caret = self.caret.saturating_add(count);
            changed |= count > 0;
            if count == 0 {
                // the field says so
                changed |= !self.cut;
                self.cut = true;
                break;
            }
        }
        bytes.fill(0);
        self.anchor = self.caret;
        changed
    }

    /// Takes the selection out, else what lies between the caret and there.
    pub(super) fn remove(&mut self, to: Move) -> bool {
        if self.caret == self.anchor {
            self.anchor = self.place_of(to);
        }
        self.remove_selection()
    }

    /// Moves the caret. `extend`: the other end of the selection stays. Without it the left and right keys leave a
    /// selection at its end of that side.
    pub(super) fn go(&mut self, to: Move, extend: bool) {
        let selected = self.caret != self.anchor && !extend;
        self.caret = match to {
            Move::Left if selected => self.caret.min(self.anchor),
            Move::Right if selected => self.caret.max(self.anchor),
            to => self.place_of(to),
        };
        if !extend {
            self.anchor = self.caret;
        }
    }

    pub(super) fn select_all(&mut self) {
        self.anchor = 0;
        self.caret = self.expose().len();
    }

    fn remove_selection(&mut self) -> bool {
        let range = self.caret.min(self.anchor)..self.caret.max(self.anchor);
        let some = !range.is_empty();
        self.caret = range.start;
        self.anchor = range.start;
        self.text.remove(range);
        self.cut &= !self.expose().is_empty();
        some
    }

    fn place_of(&self, to: Move) -> usize {
        let text = self.expose();
        let (before, after) = text.split_at_checked(self.caret).unwrap_or((text, ""));
        let length = |character: Option<char>| character.map_or(0, char::len_utf8);
        match to {
            Move::Left => self
                .caret
                .saturating_sub(length(before.chars().next_back())),
            Move::Right => self.caret.saturating_add(length(after.chars().next())),
            Move::Start => 0,
            Move::End => text.len(),
            Move::To(number) => text
                .char_indices()
                .nth(number)
                .map_or(text.len(), |(place, _)| place),
        }
    }

    fn count_before(&self, place: usize) -> usize {
        let before = self.expose().get(..place).unwrap_or_default();
        before.chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> SecretEdit {
        let mut edit = SecretEdit::default();
        assert!(edit.insert(text));
        edit
    }

    #[test]
    fn the_caret_moves_by_characters_and_typing_goes_where_it_is() {
        let mut edit = typed("clé");
        edit.go(Move::Left, false);
        edit.insert("x");
        assert_eq!(edit.expose(), "clxé");
        edit.go(Move::Start, false);
        edit.insert("é");
        assert_eq!(edit.expose(), "éclxé");
        assert!(edit.remove(Move::Left));
        assert!(!edit.remove(Move::Left));
        assert!(edit.remove(Move::Right));
        assert_eq!(edit.expose(), "lxé");
        edit.go(Move::End, false);
        assert!(!edit.remove(Move::Right));
        assert!(edit.remove(Move::Left));
        assert_eq!((edit.expose(), edit.selection()), ("lx", (2, 2)));
    }

    #[test]
    fn a_selection_is_replaced_removed_and_left_at_its_end() {
        let mut edit = typed("abcdef");
        edit.go(Move::Left, true);
        edit.go(Move::Left, true);
        assert_eq!(edit.selection(), (4, 6));
        edit.insert("X");
        assert_eq!(edit.expose(), "abcdX");
        edit.select_all();
        edit.go(Move::Left, false);
        assert_eq!(edit.selection(), (0, 0));
        edit.go(Move::To(2), true);
        edit.go(Move::Right, false);
        assert_eq!(edit.selection(), (2, 2));
        edit.select_all();
        assert!(edit.remove(Move::Left));
        assert_eq!(edit.expose(), "");
        assert!(!edit.insert(""));
    }

    #[test]
    fn ends_of_lines_are_left_out_and_the_room_is_never_left() {
        let mut edit = typed("one\r\ntwo\t");
        assert_eq!(edit.expose(), "onetwo");
        edit.clear();
        edit.insert(&"é".repeat(2_048));
        assert_eq!(edit.expose().len(), CAPACITY_BYTES);
        assert!(!edit.is_cut());
        assert!(edit.insert("é"), "that it is cut has changed");
        assert!(!edit.insert("é"));
        assert!(edit.is_cut());
    }

    #[test]
    fn a_text_is_cut_at_the_first_character_without_room_and_says_so_until_it_is_gone() {
        let mut edit = typed(&"a".repeat(CAPACITY_BYTES - 1));
        // the second would have room
        edit.insert("éb");
        assert_eq!(edit.expose().len(), CAPACITY_BYTES - 1);
        assert!(edit.is_cut());
        assert!(edit.remove(Move::Left));
        assert!(edit.is_cut());
        edit.select_all();
        edit.insert("whole");
        assert_eq!((edit.expose(), edit.is_cut()), ("whole", false));
    }
}
