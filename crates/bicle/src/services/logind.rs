//! What logind says over D-Bus: the machine goes to sleep, the user's screen is locked.
//!
//! `org.freedesktop.login1(5)`. Without a system bus or without logind nothing is said, and the clocks
//! and the idle time remain.

use std::future::poll_fn;
use std::os::unix::fs::MetadataExt;
use std::pin::Pin;
use std::time::{Duration, Instant};

use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::session::{Left, Watch};

const LOGIND: &str = "org.freedesktop.login1";
const ROOT: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// The sleep is held back so long at most for the vault to close: logind itself waits 5 s
/// (`InhibitDelayMaxSec=`, logind.conf(5)).
const HOLD: Duration = Duration::from_secs(4);
/// Whether the vault is closed is looked at that often meanwhile.
const GLANCE: Duration = Duration::from_millis(20);
/// logind answers within milliseconds; one that does not is no reason to hear nothing more.
const ANSWER: Duration = Duration::from_secs(5);
/// Messages that may wait: logind says little.
const QUEUE: usize = 32;

/// What a message of logind's means here.
#[derive(Debug, PartialEq)]
enum Said {
    GoesToSleep,
    Wakes,
    /// That session's screen is locked.
    Locked(OwnedObjectPath),
}

/// Listens until the window or the bus is gone.
pub(super) fn watch(watch: &Watch) {
    // without a bus, without logind: nothing to hear
    let _silent = pollster::block_on(listen(watch));
}

async fn listen(watch: &Watch) -> zbus::Result<()> {
    let bus = zbus::connection::Builder::system()?
        .method_timeout(ANSWER)
        .build()
        .await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(LOGIND)?
        .path_namespace(ROOT)?
        .build();
    let mut messages = MessageStream::for_match_rule(rule, &bus, Some(QUEUE)).await?;
    let mut hold = inhibit(&bus).await;
    while let Some(said) = next_said(&mut messages).await {
        let heard = match said {
            Said::GoesToSleep => {
                let heard = watch.tell(Left::Sleep);
                wait_until_closed(watch);
                // the machine may sleep now
                hold = None;
                heard
            }
            Said::Wakes => {
                if hold.is_none() {
                    hold = inhibit(&bus).await;
                }
                watch.tell(Left::Slept)
            }
            Said::Locked(session) if is_ours(&bus, &session).await => watch.tell(Left::ScreenLock),
            Said::Locked(_) => true,
        };
        if !heard {
            break;
        }
    }
    drop(hold);
    Ok(())
}

/// The next thing that means something here. A message that cannot be read is passed over: what comes
/// after it may be the lock of the screen. `None`: the bus is gone.
async fn next_said<S>(messages: &mut S) -> Option<Said>
where
    S: Stream<Item = zbus::Result<Message>> + Unpin,
{
    loop {
        let message = poll_fn(|context| Pin::new(&mut *messages).poll_next(context)).await?;
        if let Some(said) = message.ok().as_ref().and_then(meaning) {
            return Some(said);
        }
    }
}

fn meaning(message: &Message) -> Option<Said> {
    let header = message.header();
    let interface = header.interface()?.as_str();
    let path = || Some(OwnedObjectPath::from(header.path()?.to_owned()));
    match (interface, header.member()?.as_str()) {
        (MANAGER, "PrepareForSleep") => {
            let begins: bool = message.body().deserialize().ok()?;
            Some(if begins {
                Said::GoesToSleep
            } else {
                Said::Wakes
            })
        }
        (SESSION, "Lock") => Some(Said::Locked(path()?)),
        // GNOME and KDE lock the screen themselves, then tell logind so
        (PROPERTIES, "PropertiesChanged") => {
            let body = message.body();
            let (of, changed, _): (
                String,
                std::collections::HashMap<String, OwnedValue>,
                Vec<String>,
            ) = body.deserialize().ok()?;
            let locked = changed
                .get("LockedHint")
                .and_then(|value| bool::try_from(value).ok());
            (of == SESSION && locked == Some(true)).then_some(())?;
            Some(Said::Locked(path()?))
        }
        _ => None,
    }
}

/// The session is of the user that runs this program; where logind does not say, it may be.
async fn is_ours(bus: &Connection, session: &OwnedObjectPath) -> bool {
    let asked = bus
        .call_method(
            Some(LOGIND),
            session,
            Some(PROPERTIES),
            "Get",
            &(SESSION, "User"),
        )
        .await;
    let user = asked.ok().and_then(|answer| {
        let value: OwnedValue = answer.body().deserialize().ok()?;
        let (user, _): (u32, OwnedObjectPath) = value.try_into().ok()?;
        Some(user)
    });
    let ours = std::fs::metadata("/proc/self")
        .ok()
        .map(|facts| facts.uid());
    user.is_none() || ours.is_none() || user == ours
}

/// Asks logind to wait for us before it sleeps; it may refuse.
async fn inhibit(bus: &Connection) -> Option<OwnedFd> {
    let asked = ("sleep", "Biclé", "closes the vault", "delay");
    let answer = bus
        .call_method(Some(LOGIND), ROOT, Some(MANAGER), "Inhibit", &asked)
        .await
        .ok()?;
    answer.body().deserialize().ok()
}

fn wait_until_closed(watch: &Watch) {
    let until = Instant::now() + HOLD;
    while watch.is_open() && Instant::now() < until {
        std::thread::sleep(GLANCE);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashMap;

    use zbus::zvariant::Value;

    use super::*;

    /// Messages that have come already.
    struct Come(Vec<zbus::Result<Message>>);

    impl Stream for Come {
        type Item = zbus::Result<Message>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.pop())
        }
    }

    #[test]
    fn a_message_that_cannot_be_read_does_not_end_the_listening() {
        let sleep = Message::signal(ROOT, MANAGER, "PrepareForSleep")
            .unwrap()
            .build(&true)
            .unwrap();
        let mut come = Come(vec![
            Ok(sleep),
            Err(zbus::Error::InvalidReply),
            Err(zbus::Error::IncorrectEndian),
        ]);
        assert_eq!(
            pollster::block_on(next_said(&mut come)),
            Some(Said::GoesToSleep)
        );
        assert_eq!(pollster::block_on(next_said(&mut come)), None);
    }

    fn signal<B>(path: &str, interface: &str, member: &str, body: &B) -> Option<Said>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let message = Message::signal(path, interface, member)
            .unwrap()
            .build(body)
            .unwrap();
        meaning(&message)
    }

    #[test]
    fn sleep_and_the_locks_of_a_screen_are_understood_and_nothing_else() {
        let session = "/org/freedesktop/login1/session/_32";
        let path = OwnedObjectPath::try_from(session).unwrap();
        let sleep = |begins: bool| signal(ROOT, MANAGER, "PrepareForSleep", &begins);
        assert_eq!(sleep(true), Some(Said::GoesToSleep));
        assert_eq!(sleep(false), Some(Said::Wakes));
        assert_eq!(
            signal(session, SESSION, "Lock", &()),
            Some(Said::Locked(path.clone()))
        );
        assert_eq!(signal(session, SESSION, "Unlock", &()), None);
        assert_eq!(signal(ROOT, MANAGER, "PrepareForSleep", &"yes"), None);
        let hint = |of: &str, name: &str, value: bool| {
            let changed = HashMap::from([(name, Value::from(value))]);
            signal(
                session,
                PROPERTIES,
                "PropertiesChanged",
                &(of, changed, Vec::<String>::new()),
            )
        };
        assert_eq!(hint(SESSION, "LockedHint", true), Some(Said::Locked(path)));
        assert_eq!(hint(SESSION, "LockedHint", false), None);
        assert_eq!(hint(SESSION, "IdleHint", true), None);
        assert_eq!(hint(MANAGER, "LockedHint", true), None);
    }
}
