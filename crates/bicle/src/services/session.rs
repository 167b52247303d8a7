//! The user has left the machine: it goes to sleep, it has slept, its screen is locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use bicle_core::clock::Clock;

/// The clocks are looked at that often: a machine that wakes shows the vault no longer than that.
const GLANCE: Duration = Duration::from_secs(5);
/// Between two looks so much more has passed that the machine must have slept (or this process was
/// stopped): far beyond what a busy machine delays a thread by.
const SLEPT: Duration = Duration::from_secs(30);

/// Why the vault should be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The machine is about to sleep.
    Sleep,
    /// The machine has slept.
    Slept,
    /// The screen is locked.
    ScreenLock,
}

/// Tells when the user has left.
pub trait Session {
    /// What has happened since the last call. Never waits.
    fn poll(&mut self) -> Option<Left>;
    /// Whether a vault is open: a machine that is about to sleep waits a little for it to close.
    fn set_open(&mut self, open: bool);
}

/// The system's session: its clocks everywhere, logind on Linux.
pub struct SystemSession {
    events: Receiver<Left>,
    open: Arc<AtomicBool>,
}

/// What a watching thread has at hand.
#[derive(Clone)]
pub(super) struct Watch {
    events: Sender<Left>,
    wake: egui::Context,
    open: Arc<AtomicBool>,
}

impl Watch {
    /// Tells the window; `false`: it is gone.
    pub(super) fn tell(&self, left: Left) -> bool {
        let heard = self.events.send(left).is_ok();
        self.wake.request_repaint();
        heard
    }

    /// A vault is open.
    #[cfg(target_os = "linux")]
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }
}

impl SystemSession {
    /// Starts watching. A watcher that cannot start is absent: the idle time remains.
    #[must_use]
    pub fn start(wake: egui::Context, clock: Arc<dyn Clock>) -> Self {
        let (sender, events) = channel();
        let open = Arc::new(AtomicBool::new(false));
        let watch = Watch {
            events: sender,
            wake,
            open: Arc::clone(&open),
        };
        #[cfg(target_os = "linux")]
        {
            let watch = watch.clone();
            spawn("logind", move || super::logind::watch(&watch));
        }
        spawn("clocks", move || watch_clocks(&watch, clock.as_ref()));
        Self { events, open }
    }
}

impl Session for SystemSession {
    fn poll(&mut self) -> Option<Left> {
        self.events.try_iter().last()
    }

    fn set_open(&mut self, open: bool) {
        self.open.store(open, Ordering::Release);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it waits for the system all its life and does no work of the vault's"
)]
fn spawn(name: &str, watch: impl FnOnce() + Send + 'static) {
    // a machine without a free thread has other cares
    let _absent = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(watch);
}

fn watch_clocks(watch: &Watch, clock: &dyn Clock) {
    let mut before = Look::at(clock);
    loop {
        std::thread::sleep(GLANCE);
        let now = Look::at(clock);
        if now.slept_since(&before) && !watch.tell(Left::Slept) {
            return;
        }
        before = now;
    }
}

/// What both clocks said at one moment.
#[derive(Clone, Copy, Debug)]
struct Look {
    monotonic: Duration,
    unix_seconds: i64,
}

impl Look {
    fn at(clock: &dyn Clock) -> Self {
        Self {
            monotonic: clock.monotonic(),
            unix_seconds: clock.now().0,
        }
    }

    /// A monotonic clock stands still while the machine sleeps (Linux, macOS) or goes on (Windows):
    /// either way one of the two has jumped. A calendar that was put back says nothing.
    fn slept_since(&self, before: &Self) -> bool {
        let monotonic = self.monotonic.saturating_sub(before.monotonic);
        let calendar = self.unix_seconds.saturating_sub(before.unix_seconds);
        let calendar = Duration::from_secs(u64::try_from(calendar).unwrap_or(0));
        monotonic.max(calendar) >= GLANCE + SLEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_of_either_clock_is_a_sleep_and_a_busy_machine_is_not() {
        let before = Look {
            monotonic: Duration::from_secs(100),
            unix_seconds: 1_800_000_000,
        };
        let after = |monotonic: u64, calendar: i64| Look {
            monotonic: Duration::from_secs(100 + monotonic),
            unix_seconds: 1_800_000_000 + calendar,
        };
        for (monotonic, calendar, slept) in [
            (5, 5, false),
            (20, 21, false),
            (5, 60, true),
            (3600, 3600, true),
            (60, 0, true),
            (5, -7200, false),
        ] {
            let now = after(monotonic, calendar);
            assert_eq!(now.slept_since(&before), slept, "{monotonic} {calendar}");
        }
    }

    #[test]
    fn the_last_thing_that_happened_is_told_once() {
        let (sender, events) = channel();
        let mut session = SystemSession {
            events,
            open: Arc::default(),
        };
        assert_eq!(session.poll(), None);
        assert!(sender.send(Left::Sleep).is_ok());
        assert!(sender.send(Left::Slept).is_ok());
        assert_eq!(session.poll(), Some(Left::Slept));
        assert_eq!(session.poll(), None);
    }
}
