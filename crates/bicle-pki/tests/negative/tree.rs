//! DER as a tree that can be edited: hostile files are made from valid ones.

/// One element.
#[derive(Clone)]
pub struct Node {
    pub tag: u8,
    pub content: Content,
}

/// What an element holds.
#[derive(Clone)]
pub enum Content {
    Octets(Vec<u8>),
    Parts(Vec<Node>),
}

impl Node {
    pub fn octets(tag: u8, octets: &[u8]) -> Node {
        Node {
            tag,
            content: Content::Octets(octets.to_vec()),
        }
    }

    /// The elements one after the other; the input must be valid DER.
    pub fn read_all(mut bytes: &[u8]) -> Vec<Node> {
        let mut nodes = Vec::new();
        while !bytes.is_empty() {
            let (head, length) = head(bytes);
            let body = &bytes[head..head + length];
            let content = if bytes[0] & 0x20 == 0 {
                Content::Octets(body.to_vec())
            } else {
                Content::Parts(Node::read_all(body))
            };
            nodes.push(Node {
                tag: bytes[0],
                content,
            });
            bytes = &bytes[head + length..];
        }
        nodes
    }

    pub fn write(&self) -> Vec<u8> {
        let body = match &self.content {
            Content::Octets(octets) => octets.clone(),
            Content::Parts(parts) => parts.iter().flat_map(Node::write).collect(),
        };
        tlv(self.tag, &body)
    }

    pub fn parts(&mut self) -> &mut Vec<Node> {
        match &mut self.content {
            Content::Parts(parts) => parts,
            Content::Octets(_) => panic!("a primitive element has no parts"),
        }
    }

    pub fn bytes(&mut self) -> &mut Vec<u8> {
        match &mut self.content {
            Content::Octets(octets) => octets,
            Content::Parts(_) => panic!("a constructed element has no octets"),
        }
    }

    fn at(&mut self, path: &[usize]) -> &mut Node {
        path.iter().fold(self, |node, &index| {
            let parts = node.parts();
            assert!(index < parts.len(), "no part {index} of {}", parts.len());
            &mut parts[index]
        })
    }
}

/// The length of the header, and of the content.
pub fn head(bytes: &[u8]) -> (usize, usize) {
    match bytes[1] {
        length @ 0..0x80 => (2, usize::from(length)),
        count => {
            let count = usize::from(count & 0x7f);
            let length = bytes[2..2 + count]
                .iter()
                .fold(0, |sum, &digit| sum << 8 | usize::from(digit));
            (2 + count, length)
        }
    }
}

/// An element of definite length.
pub fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match body.len() {
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let digits = length.to_be_bytes();
            let zeros = digits.iter().take_while(|digit| **digit == 0).count();
            out.push(0x80 | (digits.len() - zeros) as u8);
            out.extend(&digits[zeros..]);
        }
    }
    out.extend(body);
    out
}

/// A constructed element of indefinite length.
pub fn indefinite(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag, 0x80][..], body, &[0, 0]].concat()
}

/// SEQUENCE of these.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// So many levels of this tag around the content, all lengths in four octets.
pub fn nested(tag: u8, levels: usize, content: &[u8]) -> Vec<u8> {
    let mut heads = Vec::new();
    let mut length = content.len();
    for _ in 0..levels {
        let mut head = vec![tag, 0x84];
        head.extend((length as u32).to_be_bytes());
        length += head.len();
        heads.push(head);
    }
    heads.reverse();
    [heads.concat(), content.to_vec()].concat()
}

/// So many levels of this tag with indefinite lengths.
pub fn nested_indefinite(tag: u8, levels: usize, content: &[u8]) -> Vec<u8> {
    [
        [tag, 0x80].repeat(levels),
        content.to_vec(),
        vec![0; 2 * levels],
    ]
    .concat()
}

/// The file with the element at this path edited; all lengths around it are right again.
pub fn edited(seed: &[u8], path: &[usize], edit: impl FnOnce(&mut Node)) -> Vec<u8> {
    let mut nodes = Node::read_all(seed);
    edit(nodes[0].at(path));
    nodes.iter().flat_map(Node::write).collect()
}

/// As [`edited`], of the DER inside the OCTET STRING at `path`.
pub fn edited_inside(
    seed: &[u8],
    path: &[usize],
    inner: &[usize],
    edit: impl FnOnce(&mut Node),
) -> Vec<u8> {
    edited(seed, path, |node| {
        let octets = node.bytes();
        *octets = edited(octets, inner, edit);
    })
}
