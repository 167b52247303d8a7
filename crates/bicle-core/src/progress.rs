//! How a running act is watched and stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::Fault;
use crate::phrase::Phrase;

/// Told to every act that may take long.
pub struct Progress {
    cancelled: Arc<AtomicBool>,
    tell: Box<dyn Fn(Phrase) + Send>,
}

impl Progress {
    /// Nobody watches, nobody cancels.
    #[must_use]
    pub fn unwatched() -> Self {
        Self {
            cancelled: Arc::default(),
            tell: Box::new(|_| {}),
        }
    }

    /// `cancelled` stops the act when it becomes true; `tell` hears what is being done.
    pub fn watched(cancelled: Arc<AtomicBool>, tell: impl Fn(Phrase) + Send + 'static) -> Self {
        Self {
            cancelled,
            tell: Box::new(tell),
        }
    }

    pub(crate) fn tell(&self, doing: Phrase) {
        (self.tell)(doing);
    }

    pub(crate) fn cancelled(&self) -> &AtomicBool {
        &self.cancelled
    }

    /// Refuses to go on once the act is cancelled.
    pub(crate) fn go_on(&self) -> Result<(), Fault> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Fault::refused(Phrase::new("error-cancelled")));
        }
        Ok(())
    }
}
