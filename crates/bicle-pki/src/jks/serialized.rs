//! Where a serialized Java object ends (Java Object Serialization Specification, chapter 6).
//!
//! A JCEKS file holds secret keys as serialized objects without their length in front. Nothing is
//! made of such an object: only its shape is followed, to find what stands after it. Each byte is
//! passed once, and the recursion is at most [`MAX_DEPTH`] deep.

use super::read::Cursor;
use super::{JksError, text};

/// Objects in objects. A SealedObject has two levels, its class one parent.
const MAX_DEPTH: u8 = 16;

/// Classes and objects that one stream may number. A SealedObject has about 10.
const MAX_HANDLES: usize = 1024;

/// Fields of one class. A SealedObject has 4.
const MAX_FIELDS: u16 = 256;

const MAGIC_AND_VERSION: [u8; 4] = [0xac, 0xed, 0, 5];
const FIRST_HANDLE: u32 = 0x007e_0000;
const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const BLOCK: u8 = 0x77;
const END_OF_BLOCKS: u8 = 0x78;
const LONG_BLOCK: u8 = 0x7a;
const LONG_STRING: u8 = 0x7c;

// classDescFlags
const WRITES_ITSELF: u8 = 1;
const SERIALIZABLE: u8 = 2;

/// Passes one stream with one object.
pub(super) fn skip(cursor: &mut Cursor<'_>) -> Result<(), JksError> {
    if cursor.array()? != MAGIC_AND_VERSION {
        return Err(cursor.malformed());
    }
    let mut stream = Stream {
        cursor,
        handles: Vec::new(),
    };
    stream.content(0)
}

struct Stream<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    /// What the stream may refer back to; the description where it is a class.
    handles: Vec<Option<Class>>,
}

/// A class, as far as the length of its objects depends on it.
#[derive(Clone)]
struct Class {
    /// For an array `[B`: the type of its elements.
    element: Option<u8>,
    flags: u8,
    /// The types of its fields: a letter of the specification each.
    fields: Vec<u8>,
    /// The handle of the class above it.
    parent: Option<usize>,
}

impl Stream<'_, '_> {
    fn byte(&mut self) -> Result<u8, JksError> {
        let [byte] = self.cursor.array()?;
        Ok(byte)
    }

    fn malformed(&self) -> JksError {
        self.cursor.malformed()
    }

    fn pass(&mut self, bytes: u64) -> Result<(), JksError> {
        let length = usize::try_from(bytes).map_err(|_| self.malformed())?;
        self.cursor.take(length).map(|_| ())
    }

    fn number(&mut self, class: Option<Class>) -> Result<usize, JksError> {
        if self.handles.len() >= MAX_HANDLES {
            return Err(JksError::TooLarge);
        }
        self.handles.push(class);
        Ok(self.handles.len() - 1)
    }

    fn reference(&mut self) -> Result<usize, JksError> {
        let handle = self.cursor.u32()?;
        handle
            .checked_sub(FIRST_HANDLE)
            .and_then(|index| usize::try_from(index).ok())
            .filter(|index| *index < self.handles.len())
            .ok_or(self.malformed())
    }

    /// An object, a string, an array, null, a reference, or blocks of data.
    fn content(&mut self, depth: u8) -> Result<(), JksError> {
        let kind = self.byte()?;
        self.content_of(kind, depth)
    }

    fn content_of(&mut self, kind: u8, depth: u8) -> Result<(), JksError> {
        if depth >= MAX_DEPTH {
            return Err(self.malformed());
        }
        match kind {
            NULL => Ok(()),
            REFERENCE => self.reference().map(|_| ()),
            STRING => {
                self.number(None)?;
                let length = u16::from_be_bytes(self.cursor.array()?);
                self.pass(u64::from(length))
            }
            LONG_STRING => {
                self.number(None)?;
                let length = u64::from_be_bytes(self.cursor.array()?);
                self.pass(length)
            }
            BLOCK => {
                let length = self.byte()?;
                self.pass(u64::from(length))
            }
            LONG_BLOCK => {
                let length = self.cursor.u32()?;
                self.pass(u64::from(length))
            }
            OBJECT => {
                let class = self.class(depth + 1)?;
                self.number(None)?;
                self.values(class, depth + 1)
            }
            ARRAY => {
                let class = self.class(depth + 1)?;
                self.number(None)?;
                let element = class
                    .and_then(|index| self.handles.get(index)?.as_ref()?.element)
                    .ok_or(self.malformed())?;
                let count = self.cursor.u32()?;
                for _ in 0..count {
                    if element == b'B' {
                        return self.pass(u64::from(count));
                    }
                    self.value(element, depth + 1)?;
                }
                Ok(())
            }
            CLASS => self.class_of(CLASS, depth).map(|_| ()),
            _ => Err(self.malformed()),
        }
    }

    /// classDesc; `None` is null.
    fn class(&mut self, depth: u8) -> Result<Option<usize>, JksError> {
        let kind = self.byte()?;
        self.class_of(kind, depth)
    }

    fn class_of(&mut self, kind: u8, depth: u8) -> Result<Option<usize>, JksError> {
        if depth >= MAX_DEPTH {
            return Err(self.malformed());
        }
        match kind {
            NULL => return Ok(None),
            REFERENCE => return self.reference().map(Some),
            CLASS => {}
            _ => return Err(self.malformed()),
        }
        let length = u16::from_be_bytes(self.cursor.array()?);
        let name = text::decode(self.cursor.take(usize::from(length))?).ok_or(self.malformed())?;
        self.pass(8)?;
        let handle = self.number(None)?;
        let flags = self.byte()?;
        let count = u16::from_be_bytes(self.cursor.array()?);
        if count > MAX_FIELDS {
            return Err(JksError::TooLarge);
        }
        let mut fields = Vec::new();
        for _ in 0..count {
            let kind = self.byte()?;
            let length = u16::from_be_bytes(self.cursor.array()?);
            self.pass(u64::from(length))?;
            if matches!(kind, b'[' | b'L') {
                // the name of the field's class: a string
                self.content(depth + 1)?;
            }
            fields.push(kind);
        }
        self.annotation(depth + 1)?;
        let parent = self.class(depth + 1)?;
        let element = name
            .strip_prefix('[')
            .and_then(|rest| rest.bytes().next())
            .filter(|_| name.len() >= 2);
        if let Some(place) = self.handles.get_mut(handle) {
            *place = Some(Class {
                element,
                flags,
                fields,
                parent,
            });
        }
        Ok(Some(handle))
    }

    /// classdata: the values of each class of an object, from the top down.
    fn values(&mut self, class: Option<usize>, depth: u8) -> Result<(), JksError> {
        let mut line = Vec::new();
        let mut next = class;
        while let Some(index) = next {
            let class = self.handles.get(index).cloned().flatten();
            let class = class
                .filter(|_| line.len() < usize::from(MAX_DEPTH))
                .ok_or(self.malformed())?;
            next = class.parent;
            line.push(class);
        }
        for class in line.iter().rev() {
            if class.flags & SERIALIZABLE == 0 {
                // an Externalizable writes what it likes
                return Err(self.malformed());
            }
            for field in &class.fields {
                self.value(*field, depth)?;
            }
            if class.flags & WRITES_ITSELF != 0 {
                self.annotation(depth)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, kind: u8, depth: u8) -> Result<(), JksError> {
        match kind {
            b'B' | b'Z' => self.pass(1),
            b'C' | b'S' => self.pass(2),
            b'F' | b'I' => self.pass(4),
            b'D' | b'J' => self.pass(8),
            b'[' | b'L' => self.content(depth),
            _ => Err(self.malformed()),
        }
    }

    /// Contents up to the mark of their end.
    fn annotation(&mut self, depth: u8) -> Result<(), JksError> {
        loop {
            let kind = self.byte()?;
            if kind == END_OF_BLOCKS {
                return Ok(());
            }
            self.content_of(kind, depth)?;
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;

    fn passed(bytes: &[u8]) -> Option<usize> {
        let mut cursor = Cursor { bytes, at: 0 };
        skip(&mut cursor).ok().map(|()| cursor.at)
    }

    /// class name, its serialVersionUID, flags, fields; no annotation.
    fn class(name: &str, flags: u8, fields: &[u8]) -> Vec<u8> {
        let mut bytes = vec![CLASS, 0, name.len() as u8];
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&[7; 8]);
        bytes.push(flags);
        bytes.extend_from_slice(fields);
        bytes.push(END_OF_BLOCKS);
        bytes
    }

    #[test]
    fn an_object_with_a_parent_an_array_and_a_reference_is_passed() {
        let stream = [
            &MAGIC_AND_VERSION[..],
            &[OBJECT],
            // two fields: [B a; I n
            &class(
                "Child",
                SERIALIZABLE,
                &[
                    0, 2, b'[', 0, 1, b'a', STRING, 0, 2, b'[', b'B', b'I', 0, 1, b'n',
                ],
            ),
            // one field: [B b, whose type is the string of above
            &class(
                "Parent",
                SERIALIZABLE | WRITES_ITSELF,
                &[0, 1, b'[', 0, 1, b'b', REFERENCE, 0, 0x7e, 0, 1],
            ),
            &[NULL],
            // the parent's array, and what it wrote besides
            &[ARRAY],
            &class("[B", SERIALIZABLE, &[0, 0]),
            &[NULL, 0, 0, 0, 3, 1, 2, 3],
            &[BLOCK, 2, 9, 9, END_OF_BLOCKS],
            // the child's array, of the class that was described: handle 4
            &[ARRAY, REFERENCE, 0, 0x7e, 0, 4, 0, 0, 0, 1, 5],
            &[0, 0, 0, 42],
        ]
        .concat();
        assert_eq!(passed(&[&stream[..], b"rest"].concat()), Some(stream.len()));
        for length in 0..stream.len() {
            assert_eq!(passed(&stream[..length]), None, "cut to {length}");
        }
    }

    #[test]
    fn depth_and_numbers_that_lie_end_at_once() {
        let head = [&MAGIC_AND_VERSION[..], &[OBJECT]].concat();
        // parents without end
        let nested = class("X", SERIALIZABLE, &[0, 0]).repeat(10_000);
        assert_eq!(passed(&[&head[..], &nested].concat()), None);
        // a class that is its own parent
        let own = class("X", SERIALIZABLE, &[0, 0]);
        let own = [&head[..], &own, &[REFERENCE, 0, 0x7e, 0, 0], &[0; 64]].concat();
        assert_eq!(passed(&own), None);
        // four thousand million elements
        for element in ["[B", "[I", "[L"] {
            let array = [
                &MAGIC_AND_VERSION[..],
                &[ARRAY],
                &class(element, SERIALIZABLE, &[0, 0]),
                &[NULL, 0xff, 0xff, 0xff, 0xff],
                &[NULL; 1000],
            ];
            assert_eq!(passed(&array.concat()), None);
        }
        let fields = class("X", SERIALIZABLE, &[0xff, 0xff]);
        assert_eq!(passed(&[&head[..], &fields, &[0; 99]].concat()), None);
    }
}
