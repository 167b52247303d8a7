//! Who does the work: the core's worker, or a script in tests.

use bicle_core::command::{Command, Event, JobId};
use bicle_core::worker::Worker;

/// Takes commands and tells what came of them; never blocks.
pub trait Backend {
    /// Hands a command over. Its events carry the number that is returned.
    fn send(&self, command: Command) -> JobId;
    /// Hands a command over that came back as [`Event::PasswordNeeded`], under its number.
    fn send_again(&self, job: JobId, command: Command);
    /// Asks a job to stop: it ends with `Failed` and changes nothing, or is done already.
    fn cancel(&self, job: JobId);
    /// The next thing that happened, if any.
    fn try_event(&self) -> Option<Event>;
}

impl Backend for Worker {
    fn send(&self, command: Command) -> JobId {
        Self::send(self, command)
    }

    fn send_again(&self, job: JobId, command: Command) {
        Self::send_again(self, job, command);
    }

    fn cancel(&self, job: JobId) {
        Self::cancel(self, job);
    }

    fn try_event(&self) -> Option<Event> {
        Self::try_event(self)
    }
}

/// A backend for tests: keeps what was sent, tells what the test says.
pub mod fakes {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::rc::Rc;

    use bicle_core::command::{Command, Event, JobId};

    use super::Backend;

    type Script = Box<dyn FnMut(JobId, &Command) -> Vec<Event>>;

    /// A backend that follows a script. Clones share everything, so a test keeps one and gives one away.
    #[derive(Clone, Default)]
    pub struct ScriptedBackend {
        inner: Rc<Inner>,
    }

    #[derive(Default)]
    struct Inner {
        next_job: Cell<u64>,
        sent: RefCell<Vec<(JobId, Command)>>,
        cancelled: RefCell<Vec<JobId>>,
        events: RefCell<VecDeque<Event>>,
        script: RefCell<Option<Script>>,
    }

    impl ScriptedBackend {
        /// Answers nothing by itself.
        #[must_use]
        pub fn new() -> Self {
            Self::default()
        }

        /// From now on each command is answered by `script` at once.
        pub fn answer(&self, script: impl FnMut(JobId, &Command) -> Vec<Event> + 'static) {
            *self.inner.script.borrow_mut() = Some(Box::new(script));
        }

        /// Lets something happen.
        pub fn push(&self, event: Event) {
            self.inner.events.borrow_mut().push_back(event);
        }

        /// What was sent since the last call, oldest first.
        #[must_use]
        pub fn take_sent(&self) -> Vec<(JobId, Command)> {
            std::mem::take(&mut *self.inner.sent.borrow_mut())
        }

        /// What was cancelled since the last call.
        #[must_use]
        pub fn take_cancelled(&self) -> Vec<JobId> {
            std::mem::take(&mut *self.inner.cancelled.borrow_mut())
        }
    }

    impl Backend for ScriptedBackend {
        fn send(&self, command: Command) -> JobId {
            let job = JobId(self.inner.next_job.get().saturating_add(1));
            self.inner.next_job.set(job.0);
            self.send_again(job, command);
            job
        }

        fn send_again(&self, job: JobId, command: Command) {
            if let Some(script) = self.inner.script.borrow_mut().as_mut() {
                self.inner.events.borrow_mut().extend(script(job, &command));
            }
            self.inner.sent.borrow_mut().push((job, command));
        }

        fn cancel(&self, job: JobId) {
            self.inner.cancelled.borrow_mut().push(job);
        }

        fn try_event(&self) -> Option<Event> {
            self.inner.events.borrow_mut().pop_front()
        }
    }
}
