//! Work on all cores: opening many records, checking many signatures.

use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// More threads than this gain nothing: the one that feeds them reads a file.
const MOST_THREADS: usize = 8;

/// So many pieces wait for each thread at most: the feeder is not far ahead of them, so that little memory is
/// held at once.
const AHEAD_PER_THREAD: usize = 2;

/// Does `work` on every piece that `feed` hands out, on all cores; gives what `feed` gave, and what came of
/// the pieces in their order. A single piece is done where it is.
pub(crate) fn on_all<T: Send, R: Send, O>(
    work: impl Fn(T) -> R + Sync,
    feed: impl FnOnce(&mut dyn FnMut(T)) -> O,
) -> (O, Vec<R>) {
    let mut done: Vec<(usize, R)> = Vec::new();
    let fed = on_all_as_done(work, feed, |number, result| done.push((number, result)));
    done.sort_unstable_by_key(|(number, _)| *number);
    (fed, done.into_iter().map(|(_, result)| result).collect())
}

/// The same; what came of each piece, numbered from 0, is given to `take` as soon as it is there, in any order: so that
/// little of it stands between what is kept.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the core that spreads work over threads; they end before it returns"
)]
pub(crate) fn on_all_as_done<T: Send, R: Send, O>(
    work: impl Fn(T) -> R + Sync,
    feed: impl FnOnce(&mut dyn FnMut(T)) -> O,
    mut take: impl FnMut(usize, R),
) -> O {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = cores.min(MOST_THREADS);
    let (give, pieces) = mpsc::sync_channel(threads.saturating_mul(AHEAD_PER_THREAD));
    let (back, results) = mpsc::channel();
    // the threads alone have it: should all of them end by a panic, nobody gives in vain for ever
    let mut pieces = Some(Arc::new(Mutex::new(pieces)));
    thread::scope(|scope| {
        let mut start = || {
            let pieces = pieces.take();
            let started = (0..threads).filter(|_| {
                let (back, pieces, work) = (back.clone(), pieces.clone(), &work);
                let running = move || {
                    if let Some(pieces) = pieces {
                        run(&pieces, &back, work);
                    }
                };
                thread::Builder::new().spawn_scoped(scope, running).is_ok()
            });
            started.count()
        };
        let mut number = 0_usize;
        let mut first = None;
        let mut running = None;
        let fed = feed(&mut |piece| {
            if number == 0 {
                // perhaps the only one
                first = Some(piece);
            } else if *running.get_or_insert_with(&mut start) == 0 {
                let _ = back.send((number, work(piece)));
            } else {
                if let Some(waiting) = first.take() {
                    let _ = give.send((0, waiting));
                }
                let _ = give.send((number, piece));
            }
            number += 1;
            for (number, result) in results.try_iter() {
                take(number, result);
            }
        });
        if let Some(alone) = first {
            let _ = back.send((0, work(alone)));
        }
        // the threads end when nobody gives and all is taken
        drop((give, back));
        for (number, result) in results {
            take(number, result);
        }
        fed
    })
}

/// Takes pieces until there are no more.
fn run<T, R>(
    pieces: &Mutex<Receiver<(usize, T)>>,
    back: &Sender<(usize, R)>,
    work: &impl Fn(T) -> R,
) {
    loop {
        let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, piece)) = next else { return };
        if back.send((number, work(piece))).is_err() {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        let (fed, results) = on_all(
            |number: u64| number * number,
            |give| {
                (0..1000).for_each(&mut *give);
                "fed"
            },
        );
        assert_eq!(fed, "fed");
        let expected: Vec<u64> = (0..1000).map(|number| number * number).collect();
        assert_eq!(results, expected);
        let (_, none) = on_all(|number: u64| number, |_| ());
        assert!(none.is_empty());
        let own = thread::current().id();
        let (_, alone) = on_all(|()| thread::current().id() == own, |give| give(()));
        assert_eq!(alone, [true]);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn work_that_panics_ends_all_of_it() {
        on_all(
            |_: u64| -> u64 { panic!("on purpose") },
            |give| (0..1000).for_each(give),
        );
    }
}
