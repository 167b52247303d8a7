//! The part that every dialog with a command has: the job on its way, its progress, what went wrong.

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::fault::Fault;
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;

use super::Answer;
use crate::context::Context;

/// The code of a fault that is no fault: the user asked for it.
const CANCELLED: &str = "cancelled";

/// The code of the fault that a question "replace it?" answers.
const FILE_EXISTS: &str = "file-exists";

/// What became of a form's command so far.
#[derive(Default)]
pub struct Sending {
    job: Option<JobId>,
    cancelled: bool,
    doing: Option<Phrase>,
    fault: Option<Fault>,
    tried: bool,
}

/// What an event meant for the form.
pub enum Told<'a> {
    /// It was about something else, or work goes on.
    Nothing,
    /// The command did not happen; the fault is kept to be shown, unless the user cancelled.
    Failed,
    /// The command is done.
    Done(&'a Outcome),
}

impl Sending {
    /// Hands the command over and forgets the last fault.
    pub fn send(&mut self, context: &mut Context<'_>, command: Command) {
        self.fault = None;
        self.doing = None;
        self.cancelled = false;
        self.job = Some(context.send(command));
    }

    /// Asks the job to stop; the form can be edited at once.
    pub fn cancel(&mut self, context: &Context<'_>) {
        if let Some(job) = self.job {
            context.cancel(job);
            self.cancelled = true;
        }
    }

    /// The user wants out: work that goes on is asked to stop and the form stays, else it closes.
    pub fn dismiss(&mut self, context: &Context<'_>) -> Answer {
        if self.is_running() {
            self.cancel(context);
            return Answer::Stay;
        }
        Answer::Close
    }

    /// The user tried to send the form: from now on its problems are shown.
    pub fn tried(&mut self) {
        self.tried = true;
    }

    /// Problems of empty fields are shown.
    #[must_use]
    pub fn shows_problems(&self) -> bool {
        self.tried
    }

    /// Work goes on and nobody asked it to stop.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.job.is_some() && !self.cancelled
    }

    /// Another command may be sent.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.job.is_none()
    }

    /// What is being done now, where the worker said.
    #[must_use]
    pub fn doing(&self) -> Option<&Phrase> {
        self.doing.as_ref()
    }

    /// What went wrong last.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// A file stands where the command would write.
    #[must_use]
    pub fn asks_to_replace(&self) -> bool {
        self.fault
            .as_ref()
            .is_some_and(|fault| fault.code() == FILE_EXISTS)
    }

    /// What the next command does where a file stands: replaces it once the user was asked, else refuses.
    #[must_use]
    pub fn existing(&self) -> Existing {
        if self.asks_to_replace() {
            Existing::Replace
        } else {
            Existing::Refuse
        }
    }

    /// The fields have changed: the fault is about something that is no more.
    pub fn forget_fault(&mut self) {
        self.fault = None;
    }

    /// Takes in what the worker told.
    pub fn take<'a>(&mut self, event: &'a Event) -> Told<'a> {
        match event {
            Event::Progress { job, doing } if self.job == Some(*job) => {
                self.doing = Some(doing.clone());
                Told::Nothing
            }
            Event::Done { job, outcome } if self.job == Some(*job) => {
                self.job = None;
                Told::Done(outcome)
            }
            Event::Failed { job, fault } if self.job == Some(*job) => {
                self.job = None;
                self.cancelled = false;
                self.fault = (fault.code() != CANCELLED).then(|| fault.clone());
                Told::Failed
            }
            _ => Told::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(job: u64) -> Sending {
        Sending {
            job: Some(JobId(job)),
            ..Sending::default()
        }
    }

    fn failed(job: u64, code: &'static str) -> Event {
        Event::Failed {
            job: JobId(job),
            fault: Fault::refused(Phrase::new(code)),
        }
    }

    #[test]
    fn a_fault_is_kept_and_the_form_is_free_again() {
        let mut sending = sending(3);
        assert!(sending.is_running());
        assert!(matches!(
            sending.take(&failed(3, "error-file-exists")),
            Told::Failed
        ));
        assert!(sending.is_free());
        assert!(sending.asks_to_replace());
        sending.forget_fault();
        assert!(!sending.asks_to_replace());
    }

    #[test]
    fn another_jobs_event_means_nothing() {
        let mut sending = sending(3);
        assert!(matches!(
            sending.take(&failed(4, "error-file-exists")),
            Told::Nothing
        ));
        assert!(sending.is_running());
        assert!(sending.fault().is_none());
    }

    #[test]
    fn what_the_user_cancelled_is_no_fault() {
        let mut sending = sending(3);
        assert!(matches!(
            sending.take(&failed(3, "error-cancelled")),
            Told::Failed
        ));
        assert!(sending.fault().is_none());
        assert!(sending.is_free());
    }

    #[test]
    fn what_was_done_before_the_cancel_counts() {
        let mut sending = sending(3);
        sending.cancelled = true;
        assert!(!sending.is_running());
        assert!(!sending.is_free());
        let event = Event::Done {
            job: JobId(3),
            outcome: Outcome::Done,
        };
        assert!(matches!(sending.take(&event), Told::Done(Outcome::Done)));
    }
}
