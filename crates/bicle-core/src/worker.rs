//! The one thread that owns the vault: commands in, events and read models out.
//!
//! A face sends a command and goes on drawing. Acts are done one after the other, whole or not at
//! all; a long one is stopped by [`Worker::cancel`].

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::command::{Command, Event, JobId, Outcome};
use crate::fault::Fault;
use crate::open_vault::{OpenVault, Services};
use crate::progress::Progress;
use crate::proof::{self, Proof};
use crate::refusal;
use crate::restore;

/// The thread and the ways to it. Dropped: the running act is cancelled where it can be and else
/// finished, the vault is locked, the thread has ended.
pub struct Worker {
    orders: Option<Sender<(JobId, Command)>>,
    events: Mutex<Receiver<Event>>,
    flags: Flags,
    next_job: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

/// The cancel flags of the acts that wait or run.
type Flags = Arc<Mutex<HashMap<JobId, Arc<AtomicBool>>>>;

impl Worker {
    /// Starts the thread. `wake` is called after each event: a window asks for a frame there.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that starts a thread"
    )]
    pub fn start(services: Services, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (orders, inbox) = mpsc::channel();
        let (outbox, events) = mpsc::channel();
        let flags = Flags::default();
        let desk = Desk {
            services,
            outbox: Outbox {
                events: outbox,
                wake: Arc::new(wake),
            },
            flags: Arc::clone(&flags),
            open: None,
            proof: Proof::default(),
        };
        let thread = thread::Builder::new()
            .name("vault".into())
            .spawn(|| desk.serve(inbox));
        // without a thread every command is answered by the closed channel
        let thread = thread.ok();
        Self {
            orders: Some(orders),
            events: Mutex::new(events),
            flags,
            next_job: AtomicU64::new(1),
            thread,
        }
    }

    /// Queues an act. Never waits.
    pub fn send(&self, command: Command) -> JobId {
        let job = JobId(self.next_job.fetch_add(1, Ordering::Relaxed));
        self.send_again(job, command);
        job
    }

    /// Queues an act that came back as [`Event::PasswordNeeded`], under the number that it had.
    pub fn send_again(&self, job: JobId, command: Command) {
        locked(&self.flags).insert(job, Arc::default());
        if let Some(orders) = &self.orders {
            // a closed channel: the thread is gone, `is_running` tells
            let _closed = orders.send((job, command));
        }
    }

    /// Asks an act to stop. One that has not begun is dropped; one that cannot stop is finished.
    pub fn cancel(&self, job: JobId) {
        if let Some(flag) = locked(&self.flags).get(&job) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// The next thing that happened, if any.
    pub fn try_event(&self) -> Option<Event> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_recv()
            .ok()
    }

    /// No act waits or runs.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        locked(&self.flags).is_empty()
    }

    /// The thread serves.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        for flag in locked(&self.flags).values() {
            flag.store(true, Ordering::Relaxed);
        }
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // what panicked was told as an event already
            let _ended = thread.join();
        }
    }
}

fn locked(flags: &Flags) -> std::sync::MutexGuard<'_, HashMap<JobId, Arc<AtomicBool>>> {
    flags.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone)]
struct Outbox {
    events: Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    fn tell(&self, event: Event) {
        // nobody listens any more: the face is closing
        let _closed = self.events.send(event);
        (self.wake)();
    }
}

/// The thread's side.
struct Desk {
    services: Services,
    outbox: Outbox,
    flags: Flags,
    open: Option<OpenVault>,
    proof: Proof,
}

impl Desk {
    fn serve(mut self, inbox: Receiver<(JobId, Command)>) {
        for (job, command) in inbox {
            let flag = locked(&self.flags).get(&job).cloned().unwrap_or_default();
            let outbox = self.outbox.clone();
            let progress = Progress::watched(flag, move |doing| {
                outbox.tell(Event::Progress { job, doing });
            });
            // the vault that stays open for hours asks again; who unlocks for each act never comes here
            let asks_again = self.open.is_some() && proof::is_wanted(&command);
            if asks_again && !self.proof.is_fresh(self.services.clock.monotonic()) {
                locked(&self.flags).remove(&job);
                self.outbox.tell(Event::PasswordNeeded {
                    job,
                    command: Box::new(command),
                    fault: refusal::refused("error-password-needed"),
                });
                continue;
            }
            let proves = proof::is_given_by(&command);
            let before = self.open.as_ref().map(OpenVault::model);
            let result = match progress.go_on() {
                Ok(()) => self.act(command, &progress),
                Err(cancelled) => Err(cancelled),
            };
            // signing, sealing and unsealing leave parts of keys on this thread's stack
            bicle_platform::stack::wipe();
            let after = self.open.as_ref().map(OpenVault::model);
            match (&before, &after) {
                (Some(_), None) => self.outbox.tell(Event::Locked),
                (before, Some(model))
                    if !before
                        .as_ref()
                        .is_some_and(|before| Arc::ptr_eq(before, model)) =>
                {
                    self.outbox.tell(Event::Model(Arc::clone(model)));
                }
                _ => {}
            }
            if self.open.is_none() {
                self.proof = Proof::default();
            } else if proves && result.is_ok() {
                self.proof = Proof::at(self.services.clock.monotonic());
            }
            for warning in self.open.iter_mut().flat_map(OpenVault::take_warnings) {
                self.outbox.tell(Event::Warning(warning));
            }
            locked(&self.flags).remove(&job);
            let leaves_room = (before.is_some() && after.is_none()) || took_room(&result);
            drop((before, after));
            self.outbox.tell(match result {
                Ok(outcome) => Event::Done { job, outcome },
                Err(fault) => Event::Failed { job, fault },
            });
            if leaves_room {
                bicle_platform::allocator::return_free_pages();
            }
        }
    }

    /// A panic is a defect of ours: the act has failed (the vault's transaction did not commit), the
    /// vault is closed so that nothing half-done in memory is shown, and the user is told.
    fn act(&mut self, command: Command, progress: &Progress) -> Result<Outcome, Fault> {
        catch_unwind(AssertUnwindSafe(|| self.dispatch(command, progress))).unwrap_or_else(|_| {
            self.open = None;
            Err(refusal::refused("error-internal"))
        })
    }

    fn dispatch(&mut self, command: Command, progress: &Progress) -> Result<Outcome, Fault> {
        match command {
            Command::CreateVault(asked) => {
                // the vault that is open stays so until the new one is
                let created = OpenVault::create(&asked, self.services.clone())?;
                self.open = Some(created);
                Ok(Outcome::Opened {
                    warnings: Vec::new(),
                })
            }
            Command::Unlock {
                path,
                with,
                read_only,
            } => {
                progress.tell(crate::phrase::Phrase::new("progress-opening-vault"));
                let same = self.open.as_ref().is_some_and(|open| open.is_at(&path));
                if same {
                    self.open = None;
                }
                let services = self.services.clone();
                let (open, warnings) = match read_only {
                    true => OpenVault::unlock_read_only(&path, &with, services),
                    false => OpenVault::unlock(&path, &with, services),
                }?;
                self.open = Some(open);
                Ok(Outcome::Opened { warnings })
            }
            Command::RestoreBackup { path, with } => {
                progress.tell(crate::phrase::Phrase::new("progress-restoring"));
                let (kept, warnings) = restore::restore(&mut self.open, &path, &with)?;
                Ok(Outcome::Restored {
                    kept: Some(kept),
                    warnings,
                })
            }
            Command::RestoreUnsound { target, path, with } => {
                progress.tell(crate::phrase::Phrase::new("progress-restoring"));
                let services = self.services.clone();
                let restored = restore::restore_unsound(&target, &path, &with, services, false)?;
                self.open = Some(restored.vault);
                Ok(Outcome::Restored {
                    kept: restored.kept,
                    warnings: restored.warnings,
                })
            }
            Command::KeepCopies(count) => {
                let kept = self.services.keep_copies(count);
                if let Some(open) = &mut self.open {
                    open.services.automatic_copies = self.services.automatic_copies;
                }
                kept.map(|()| Outcome::Done)
            }
            Command::Lock => {
                self.open = None;
                Ok(Outcome::Done)
            }
            other => match &mut self.open {
                Some(open) => open.execute(other, progress),
                None => Err(refusal::refused("error-no-vault-open")),
            },
        }
    }
}

/// Whether an act took much more memory for a while than it leaves: for a derivation, or for files that it read.
fn took_room(result: &Result<Outcome, Fault>) -> bool {
    matches!(
        result,
        Ok(Outcome::Opened { .. } | Outcome::Restored { .. } | Outcome::Imported(_))
    )
}
