//! Where in a source file a change can stand: the expressions, functions and arms of a match, with the bytes that
//! they take.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Block, Expr, Meta, Pat, ReturnType, Signature, Token, Type};

/// An operator with its operands.
#[derive(Debug)]
pub struct Binary {
    /// The whole of it.
    pub range: Range<usize>,
    /// The operator alone.
    pub operator: Range<usize>,
    /// The longest chain of operators, without brackets between them, that it is part of. Another operator may
    /// bind otherwise: `a && b && c` with one `||` is another tree.
    pub chain: Range<usize>,
    /// An `&&` beside a `let`: nothing else can stand there.
    pub joins_let: bool,
}

/// A function's body.
#[derive(Debug)]
pub struct Body {
    /// With its braces.
    pub range: Range<usize>,
    /// It can run while the compiler runs, where no surroundings are.
    pub is_const: bool,
    /// Its return type is known by its body alone: a `return` of something else does not compile.
    pub returns_impl: bool,
}

/// An arm of a match.
#[derive(Debug)]
pub struct Arm {
    /// Its first byte.
    pub start: usize,
    /// Behind its pattern, the guard not counted.
    pub pattern_end: usize,
    /// The condition behind `if`, and whether it has a `let`.
    pub guard: Option<(Range<usize>, bool)>,
}

/// What was found in a file.
#[derive(Debug, Default)]
pub struct Places {
    /// Operators between two operands, assignments too.
    pub binaries: Vec<Binary>,
    /// Operators before one.
    pub unaries: Vec<Range<usize>>,
    /// Values of a struct, field by field.
    pub structs: Vec<Range<usize>>,
    /// Functions.
    pub bodies: Vec<Body>,
    /// Arms.
    pub arms: Vec<Arm>,
    /// What the compiler computes.
    pub constants: Vec<Range<usize>>,
    /// What is not built on this system.
    pub elsewhere: Vec<Range<usize>>,
    chain: Option<Range<usize>>,
    joins_let: bool,
}

/// Reads a source file.
///
/// # Errors
///
/// What syn cannot read.
pub fn found(source: &str) -> Result<Places, syn::Error> {
    let file = syn::parse_file(source)?;
    let mut places = Places::default();
    places.visit_file(&file);
    Ok(places)
}

/// The innermost match that matches what stands at that byte.
#[must_use]
pub fn match_of(source: &str, byte: usize) -> Option<Range<usize>> {
    struct Finder(usize, Option<Range<usize>>);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
            if bytes(node.expr.span()).contains(&self.0) {
                self.1 = Some(bytes(node.span()));
            }
            visit::visit_expr_match(self, node);
        }
    }
    let mut finder = Finder(byte, None);
    finder.visit_file(&syn::parse_file(source).ok()?);
    finder.1
}

impl Places {
    fn note_function(&mut self, signature: &Signature, block: &Block) {
        self.bodies.push(Body {
            range: bytes(block.span()),
            is_const: signature.constness.is_some(),
            returns_impl: match &signature.output {
                ReturnType::Type(_, kind) => mentions_impl(kind),
                ReturnType::Default => false,
            },
        });
    }

    fn note_attributes(&mut self, attributes: &[Attribute], span: Span) {
        let built = attributes.iter().all(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => {
                list.parse_args().map_or(None, |rule| holds(&rule)) != Some(false)
            }
            _ => true,
        });
        if !built {
            self.elsewhere.push(bytes(span));
        }
    }

    /// Visits an operand: the chain goes on where it is itself an operator.
    fn visit_operand(&mut self, operand: &Expr, chain: Range<usize>, joins_let: bool) {
        let goes_on = matches!(operand, Expr::Binary(_)) && (!joins_let || is_and(operand));
        self.chain = goes_on.then_some(chain);
        self.joins_let = goes_on && joins_let;
        self.visit_expr(operand);
        self.chain = None;
        self.joins_let = false;
    }
}

impl<'ast> Visit<'ast> for Places {
    fn visit_expr(&mut self, node: &'ast Expr) {
        let (chain, joins_let) = (self.chain.take(), std::mem::take(&mut self.joins_let));
        match node {
            Expr::Binary(binary) => {
                let range = bytes(node.span());
                let joins_let = joins_let || has_let(node);
                let chain = chain.unwrap_or(range.clone());
                self.binaries.push(Binary {
                    range: range.clone(),
                    operator: bytes(binary.op.span()),
                    chain: chain.clone(),
                    joins_let,
                });
                if assigns(&binary.op) {
                    self.visit_expr(&binary.left);
                    self.visit_expr(&binary.right);
                } else {
                    self.visit_operand(&binary.left, chain.clone(), joins_let);
                    self.visit_operand(&binary.right, chain, joins_let);
                }
                return;
            }
            Expr::Unary(_) => self.unaries.push(bytes(node.span())),
            Expr::Struct(_) => self.structs.push(bytes(node.span())),
            Expr::Const(_) => self.constants.push(bytes(node.span())),
            Expr::Repeat(repeat) => self.constants.push(bytes(repeat.len.span())),
            Expr::Block(block) => self.note_attributes(&block.attrs, node.span()),
            _ => {}
        }
        visit::visit_expr(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.note_attributes(&node.attrs, node.span());
        let (pattern, guard) = match &node.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&guarded.guard)),
            pattern => (pattern, None),
        };
        self.arms.push(Arm {
            start: bytes(node.span()).start,
            pattern_end: bytes(pattern.span()).end,
            guard: guard.map(|guard| (bytes(guard.span()), has_let(guard))),
        });
        visit::visit_arm(self, node);
    }

    fn visit_item(&mut self, node: &'ast syn::Item) {
        use syn::Item;
        let attributes = match node {
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            _ => return visit::visit_item(self, node),
        };
        self.note_attributes(attributes, node.span());
        visit::visit_item(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.note_function(&node.sig, &node.block);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.note_attributes(&node.attrs, node.span());
        self.note_function(&node.sig, &node.block);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.note_attributes(&node.attrs, node.span());
        if let Some(block) = &node.default {
            self.note_function(&node.sig, block);
        }
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        self.note_attributes(&node.attrs, node.span());
        visit::visit_local(self, node);
    }

    fn visit_item_const(&mut self, node: &'ast syn::ItemConst) {
        self.constants.push(bytes(node.span()));
        visit::visit_item_const(self, node);
    }

    fn visit_impl_item_const(&mut self, node: &'ast syn::ImplItemConst) {
        self.constants.push(bytes(node.span()));
        visit::visit_impl_item_const(self, node);
    }

    fn visit_item_static(&mut self, node: &'ast syn::ItemStatic) {
        self.constants.push(bytes(node.span()));
        visit::visit_item_static(self, node);
    }

    fn visit_type_array(&mut self, node: &'ast syn::TypeArray) {
        self.constants.push(bytes(node.span()));
        visit::visit_type_array(self, node);
    }

    fn visit_variant(&mut self, node: &'ast syn::Variant) {
        self.constants.push(bytes(node.span()));
        visit::visit_variant(self, node);
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range()
}

fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn is_and(expression: &Expr) -> bool {
    matches!(expression, Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)))
}

fn assigns(operator: &BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        operator,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

fn mentions_impl(kind: &Type) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_type(kind);
    finder.0
}

/// Whether a rule of `cfg` holds on this system; none where the system alone does not decide.
fn holds(rule: &Meta) -> Option<bool> {
    match rule {
        Meta::Path(path) if path.is_ident("unix") => Some(cfg!(unix)),
        Meta::Path(path) if path.is_ident("windows") => Some(cfg!(windows)),
        Meta::NameValue(pair) if pair.path.is_ident("target_os") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(name) => Some(name.value() == std::env::consts::OS),
                _ => None,
            },
            _ => None,
        },
        Meta::List(list) => {
            let rules = list
                .parse_args_with(syn::punctuated::Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let parts: Vec<Option<bool>> = rules.iter().map(holds).collect();
            if list.path.is_ident("not") {
                return parts.first().copied().flatten().map(|part| !part);
            }
            // what decides alone, and what is left where nothing did
            let decisive = list.path.is_ident("any");
            if parts.contains(&Some(decisive)) {
                Some(decisive)
            } else {
                parts
                    .iter()
                    .all(|part| *part == Some(!decisive))
                    .then_some(!decisive)
            }
        }
        _ => None,
    }
}
