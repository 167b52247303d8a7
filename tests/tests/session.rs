//! The machine goes to sleep, its screen is locked: the vault is locked too, before the sleep begins.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bicle_tests::desk::CLOSED;
use bicle_tests::desk::Desk;
use bicle_tests::program::program;
use zbus::Connection;
use zbus::zvariant::OwnedObjectPath;

const ROOT: &str = "/org/freedesktop/login1";
const OURS: &str = "/org/freedesktop/login1/session/_31";
const THEIRS: &str = "/org/freedesktop/login1/session/_32";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";

/// A bus of the test's own: ended when this is dropped.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon: `cargo xtask test` installs it");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ended = self.daemon.kill();
        let _waited = self.daemon.wait();
    }
}

/// Our ends of what holds the sleep back.
type Holds = Arc<Mutex<Vec<UnixStream>>>;

struct Manager(Holds);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::zvariant::OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (ours, theirs) = UnixStream::pair().unwrap();
        self.0.lock().unwrap().push(ours);
        OwnedFd::from(theirs).into()
    }
}

struct OfUser(u32);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl OfUser {
    #[zbus(property)]
    fn user(&self) -> (u32, OwnedObjectPath) {
        (
            self.0,
            OwnedObjectPath::try_from("/org/freedesktop/login1/user/_1").unwrap(),
        )
    }
}

fn logind(bus: &Bus, holds: &Holds) -> Connection {
    let us = std::fs::metadata("/proc/self").unwrap().uid();
    pollster::block_on(async {
        zbus::connection::Builder::address(bus.address.as_str())?
            .serve_at(ROOT, Manager(Arc::clone(holds)))?
            .serve_at(OURS, OfUser(us))?
            .serve_at(THEIRS, OfUser(us + 1))?
            .name("org.freedesktop.login1")?
            .build()
            .await
    })
    .unwrap()
}

fn says<B>(logind: &Connection, path: &str, interface: &str, member: &str, body: &B)
where
    B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType,
{
    pollster::block_on(logind.emit_signal(None::<&str>, path, interface, member, body)).unwrap();
}

fn wait_for(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

#[test]
fn the_vault_is_locked_before_the_machine_sleeps_and_with_the_users_own_screen() {
    let desk = Desk::new("session", "light", "en");
    desk.cli("vault create").accepts();
    let bus = Bus::start();
    let holds = Holds::default();
    let logind = logind(&bus, &holds);
    let environment = [("DBUS_SYSTEM_BUS_ADDRESS", bus.address.as_str())];
    let opened = desk.display.open(&program("bicle"), &[], &environment);
    let _window = desk.display.wait_for_window(CLOSED);
    desk.unlock();
    wait_for("it holds the sleep back", || {
        !holds.lock().unwrap().is_empty()
    });

    // another user's screen is not ours
    says(&logind, THEIRS, SESSION, "Lock", &());
    std::thread::sleep(Duration::from_secs(2));
    let _window = desk.display.wait_for_window(bicle_tests::desk::UNLOCKED);
    says(&logind, OURS, SESSION, "Lock", &());
    let _window = desk.display.wait_for_window(CLOSED);

    desk.unlock();
    says(&logind, ROOT, MANAGER, "PrepareForSleep", &true);
    // the machine may sleep once the program lets go: the vault is closed by then
    let mut hold = holds.lock().unwrap().remove(0);
    hold.set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    assert_eq!(hold.read(&mut [0]).unwrap(), 0);
    let _window = desk.display.wait_for_window(CLOSED);
    says(&logind, ROOT, MANAGER, "PrepareForSleep", &false);
    wait_for("it holds the next sleep back", || {
        !holds.lock().unwrap().is_empty()
    });
    desk.close(opened);
}
