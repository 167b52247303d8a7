//! The steps of an order, in the order in which a user lives them (the agency's guide, §7.1 to §7.8).

/// One step of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Make the key and its request, and save the request as PEM (§7.1, §7.2).
    Request,
    /// Sign in on the portal with a card of the CPS family (§7.3).
    Connect,
    /// On the portal, load the request and finish (§7.3).
    LoadRequest,
    /// Wait for the mail, and note the reference number that it gives (§7.4).
    AwaitMail,
    /// On the portal, "Retirer": the revocation code twice, accept, finish (§7.5).
    Withdraw,
    /// On the portal, "Télécharger" (§7.5).
    Download,
    /// Bring the certificate in: key, request and issuer are found (§7.7).
    Import,
    /// Export the pair for its consumer (§7.7, §11, §12).
    Deliver,
}

/// Where a step happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this application.
    Here,
    /// On the portal.
    Portal,
    /// In the user's mail.
    Mail,
}

/// What a step needs or gives: the field to show with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The PEM file of the request, given to the portal.
    RequestFile,
    /// The number in the mail, typed here.
    ReferenceNumber,
    /// The code made here, typed twice on the portal.
    RevocationCode,
    /// The certificate's file, got from the portal.
    CertificateFile,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 8] = [
        Self::Request,
        Self::Connect,
        Self::LoadRequest,
        Self::AwaitMail,
        Self::Withdraw,
        Self::Download,
        Self::Import,
        Self::Deliver,
    ];

    /// The middle of its catalogue keys `step-…-title` and `step-…-text`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Connect => "connect",
            Self::LoadRequest => "load-request",
            Self::AwaitMail => "await-mail",
            Self::Withdraw => "withdraw",
            Self::Download => "download",
            Self::Import => "import",
            Self::Deliver => "deliver",
        }
    }

    /// Where the step happens.
    #[must_use]
    pub fn place(self) -> Place {
        match self {
            Self::Request | Self::Import | Self::Deliver => Place::Here,
            Self::Connect | Self::LoadRequest | Self::Withdraw | Self::Download => Place::Portal,
            Self::AwaitMail => Place::Mail,
        }
    }

    /// What to show with the step, if anything.
    #[must_use]
    pub fn field(self) -> Option<Field> {
        match self {
            Self::LoadRequest => Some(Field::RequestFile),
            Self::AwaitMail => Some(Field::ReferenceNumber),
            Self::Withdraw => Some(Field::RevocationCode),
            Self::Download | Self::Import => Some(Field::CertificateFile),
            Self::Request | Self::Connect | Self::Deliver => None,
        }
    }
}
