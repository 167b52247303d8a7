//! Which columns each page has.

use bicle_core::id::Kind;
use bicle_text::{Id, id};

use crate::context::Page;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The item's name.
    Name,
    /// What a certificate is worth.
    Status,
    /// How far an order is.
    State,
    /// Offer and use of an order.
    Product,
    /// The portal's reference of an order.
    Reference,
    /// The last day of a certificate, or of an order's certificate.
    Until,
    /// Who signed a certificate.
    Issuer,
    /// Whether an authority of the vault has signed a revocation list.
    Signature,
    /// When a newer revocation list is due.
    NextUpdate,
    /// How many certificates a list revokes.
    Entries,
    /// The number of a revocation list.
    Number,
    /// RFC 4514.
    Subject,
    /// `RSA-2048`.
    Algorithm,
    /// What a key is used by.
    Use,
    /// What a request has got.
    Answer,
    /// Where a template comes from.
    Origin,
    /// Which kind of item is in the bin.
    Kind,
    /// When the item came.
    Created,
    /// When the item went into the bin.
    Deleted,
    /// How long the item stays in the bin.
    Left,
}

/// The name never gets less, in points.
pub(super) const NAME_LEAST: f32 = 230.0;

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Width {
    /// That many points at first; the user may change it.
    Points(f32),
    /// What is left.
    Rest,
}

impl Column {
    /// The columns of a page, the name first.
    #[must_use]
    pub fn of(page: Page) -> &'static [Self] {
        match page {
            Page::Items(Kind::Order) => &[
                Self::Name,
                Self::State,
                Self::Until,
                Self::Product,
                Self::Reference,
            ],
            Page::Items(Kind::Key) => &[Self::Name, Self::Algorithm, Self::Use, Self::Created],
            Page::Items(Kind::Request) => &[
                Self::Name,
                Self::Answer,
                Self::Created,
                Self::Algorithm,
                Self::Subject,
            ],
            Page::Items(Kind::Certificate) => {
                &[Self::Name, Self::Status, Self::Until, Self::Issuer]
            }
            Page::Items(Kind::List) => &[
                Self::Name,
                Self::Signature,
                Self::NextUpdate,
                Self::Entries,
                Self::Number,
                Self::Issuer,
            ],
            Page::Items(Kind::Template) => {
                &[Self::Name, Self::Subject, Self::Algorithm, Self::Origin]
            }
            Page::Bin => &[Self::Name, Self::Kind, Self::Deleted, Self::Left],
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> Id {
        match self {
            Self::Name => id::WINDOW_COLUMN_NAME,
            Self::Status => id::WINDOW_COLUMN_STATUS,
            Self::State | Self::Answer => id::WINDOW_COLUMN_STATE,
            Self::Product => id::WINDOW_COLUMN_PRODUCT,
            Self::Reference => id::WINDOW_COLUMN_REFERENCE,
            Self::Until => id::WINDOW_COLUMN_UNTIL,
            Self::Issuer => id::WINDOW_COLUMN_ISSUER,
            Self::Signature => id::WINDOW_COLUMN_SIGNATURE,
            Self::NextUpdate => id::WINDOW_COLUMN_NEXT_UPDATE,
            Self::Entries => id::WINDOW_COLUMN_ENTRIES,
            Self::Number => id::WINDOW_COLUMN_NUMBER,
            Self::Subject => id::WINDOW_COLUMN_SUBJECT,
            Self::Algorithm => id::WINDOW_COLUMN_ALGORITHM,
            Self::Use => id::WINDOW_COLUMN_USE,
            Self::Origin => id::WINDOW_COLUMN_ORIGIN,
            Self::Kind => id::WINDOW_COLUMN_KIND,
            Self::Created => id::WINDOW_COLUMN_CREATED,
            Self::Deleted => id::WINDOW_COLUMN_DELETED,
            Self::Left => id::WINDOW_COLUMN_LEFT,
        }
    }

    /// As many columns, from the left, as fit into a width without cutting the name short. The name
    /// and the column after it are always there.
    pub(super) fn fitting(page: Page, width_points: f32) -> &'static [Self] {
        let columns = Self::of(page);
        let mut used = NAME_LEAST;
        let mut count = 0;
        for column in columns {
            if let Width::Points(points) = column.width() {
                used += points;
            }
            if count >= 2 && used > width_points {
                break;
            }
            count += 1;
        }
        columns.get(..count).unwrap_or(columns)
    }

    pub(super) fn width(self) -> Width {
        match self {
            Self::Name => Width::Rest,
            Self::Status => Width::Points(160.0),
            Self::State => Width::Points(170.0),
            Self::Signature => Width::Points(130.0),
            Self::NextUpdate => Width::Points(176.0),
            Self::Entries | Self::Number => Width::Points(90.0),
            Self::Product => Width::Points(150.0),
            Self::Reference => Width::Points(90.0),
            Self::Until => Width::Points(176.0),
            Self::Issuer | Self::Subject => Width::Points(220.0),
            Self::Algorithm => Width::Points(110.0),
            Self::Use | Self::Answer => Width::Points(190.0),
            Self::Origin | Self::Kind => Width::Points(150.0),
            Self::Created | Self::Deleted | Self::Left => Width::Points(120.0),
        }
    }
}
