//! Which steps of an order are done, which are to do now and which come later: derived from the order's
//! state alone, without egui.

use bicle_core::model::OrderState;
use bicle_text::{Id, id};

/// One step of an order, as the user lives it (the agency's guide, §7.1 to §7.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Make the key and its request.
    Request,
    /// Sign in on the portal.
    Connect,
    /// Load the request there.
    LoadRequest,
    /// Wait for the mail and note its number.
    AwaitMail,
    /// Withdraw the product with a revocation code.
    Withdraw,
    /// Download the certificate.
    Download,
    /// Bring the certificate in.
    Import,
    /// Export the pair for its consumer.
    Deliver,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is behind.
    Done,
    /// It is what to do now.
    Now,
    /// It comes after.
    Later,
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

    /// Its title.
    #[must_use]
    pub fn title(self) -> Id {
        match self {
            Self::Request => id::STEP_REQUEST_TITLE,
            Self::Connect => id::STEP_CONNECT_TITLE,
            Self::LoadRequest => id::STEP_LOAD_REQUEST_TITLE,
            Self::AwaitMail => id::STEP_AWAIT_MAIL_TITLE,
            Self::Withdraw => id::STEP_WITHDRAW_TITLE,
            Self::Download => id::STEP_DOWNLOAD_TITLE,
            Self::Import => id::STEP_IMPORT_TITLE,
            Self::Deliver => id::STEP_DELIVER_TITLE,
        }
    }

    /// What to do.
    #[must_use]
    pub fn words(self) -> Id {
        match self {
            Self::Request => id::STEP_REQUEST_TEXT,
            Self::Connect => id::STEP_CONNECT_TEXT,
            Self::LoadRequest => id::STEP_LOAD_REQUEST_TEXT,
            Self::AwaitMail => id::STEP_AWAIT_MAIL_TEXT,
            Self::Withdraw => id::STEP_WITHDRAW_TEXT,
            Self::Download => id::STEP_DOWNLOAD_TEXT,
            Self::Import => id::STEP_IMPORT_TEXT,
            Self::Deliver => id::STEP_DELIVER_TEXT,
        }
    }

    /// Where it happens: here, on the portal, in the user's mail.
    #[must_use]
    pub fn place(self) -> Id {
        match self {
            Self::Request | Self::Import | Self::Deliver => id::PLACE_HERE,
            Self::Connect | Self::LoadRequest | Self::Withdraw | Self::Download => id::PLACE_PORTAL,
            Self::AwaitMail => id::PLACE_MAIL,
        }
    }

    /// How far the step is in an order of that state. What happens on the portal leaves no trace here
    /// before its number or its certificate comes back, so those steps are "now" together.
    #[must_use]
    pub fn progress(self, state: OrderState) -> Progress {
        let (first_now, last_now) = match state {
            OrderState::Key => (Self::Request, Self::Request),
            OrderState::Requested => (Self::Connect, Self::AwaitMail),
            OrderState::Submitted => (Self::Withdraw, Self::Import),
            OrderState::Issued | OrderState::Trusted => (Self::Deliver, Self::Deliver),
            OrderState::Delivered => return Progress::Done,
        };
        if self < first_now {
            Progress::Done
        } else if self <= last_now {
            Progress::Now
        } else {
            Progress::Later
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_steps_done_to_do_and_to_come_in_that_order() {
        let states = [
            (OrderState::Key, 0, 1),
            (OrderState::Requested, 1, 3),
            (OrderState::Submitted, 4, 3),
            (OrderState::Issued, 7, 1),
            (OrderState::Trusted, 7, 1),
            (OrderState::Delivered, 8, 0),
        ];
        for (state, done, now) in states {
            let progress: Vec<Progress> =
                Step::ALL.iter().map(|step| step.progress(state)).collect();
            let mut expected = vec![Progress::Done; done];
            expected.extend(vec![Progress::Now; now]);
            expected.resize(Step::ALL.len(), Progress::Later);
            assert_eq!(progress, expected, "{state:?}");
        }
    }
}
