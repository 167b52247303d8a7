//! The two primes of a key: all threads look for both, and then prove both.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bicle_platform::stack;
use crypto_bigint::{CtGt, Uint};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::search::{Verdict, Window, passes_base_two};

/// FIPS 186-5 §A.1.3 step 5.4: |p - q| must exceed 2^(bits/2 - 100), lest Fermat's factoring finds them.
const DISTANCE_BITS: u32 = 100;

/// What is asked of a number that passed Fermat's test before it is part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The rounds of FIPS 186-5 table B.1.
    Rounds,
    /// Another implementation and another test.
    OtherTest,
}

/// The proofs that two numbers need, the longest first: as many threads as there are proofs work at once.
const PROOFS: [(usize, Proof); 4] = [
    (0, Proof::OtherTest),
    (1, Proof::OtherTest),
    (0, Proof::Rounds),
    (1, Proof::Rounds),
];

/// Two primes that are far enough apart, found on `threads` threads, this one among them; `None` when cancelled.
///
/// A search for both ends at Fermat's test, which next to no composite passes: so all threads search until both are
/// found, and share the proofs then. Had each thread proved what it found, the others would have searched on in vain.
/// `proves` says whether a number passes a proof. One that does not is dropped, and the search goes on for another.
pub(super) fn two_primes<R, F, P, const LIMBS: usize>(
    threads: NonZeroUsize,
    cancelled: &AtomicBool,
    make_rng: &F,
    proves: &P,
) -> Option<[Zeroizing<Uint<LIMBS>>; 2]>
where
    R: CryptoRng,
    F: Fn() -> R + Sync,
    P: Fn(Proof, &Uint<LIMBS>, &mut R) -> bool + Sync,
{
    let mut passers = Vec::with_capacity(2);
    loop {
        let race = Race::new(std::mem::take(&mut passers), cancelled);
        on_threads(threads, || {
            let mut rng = make_rng();
            race.search(&mut rng);
            race.prove(&mut rng, proves);
        });
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        passers = race.proven();
        match <[_; 2]>::try_from(passers) {
            Ok(primes) => return Some(primes),
            Err(fewer) => passers = fewer,
        }
    }
}

/// What the threads share.
struct Race<'a, const LIMBS: usize> {
    cancelled: &'a AtomicBool,
    /// Where primes are looked for and none was found yet.
    windows: Mutex<Vec<Arc<Window<LIMBS>>>>,
    /// What passed Fermat's test: two at most, far apart.
    passers: Mutex<Vec<Zeroizing<Uint<LIMBS>>>>,
    is_complete: AtomicBool,
    /// The place in `PROOFS` of the next one that no thread has begun.
    next_proof: AtomicUsize,
    is_refused: [AtomicBool; 2],
}

impl<'a, const LIMBS: usize> Race<'a, LIMBS> {
    fn new(passers: Vec<Zeroizing<Uint<LIMBS>>>, cancelled: &'a AtomicBool) -> Self {
        Self {
            cancelled,
            windows: Mutex::default(),
            passers: Mutex::new(passers),
            is_complete: AtomicBool::new(false),
            next_proof: AtomicUsize::new(0),
            is_refused: [AtomicBool::new(false), AtomicBool::new(false)],
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Looks for what passes Fermat's test, until there are two.
    fn search(&self, rng: &mut impl CryptoRng) {
        let stop = || self.is_cancelled() || self.is_complete.load(Ordering::Relaxed);
        let mut joins = false;
        while !stop() {
            let window = self.window(joins, rng);
            while !stop()
                && let Some(candidate) = window.take()
            {
                let stop = || stop() || window.is_closed();
                if passes_base_two(&candidate, &stop) == Verdict::ProbablyPrime {
                    window.close();
                    self.add(candidate);
                }
            }
            // at its end too
            window.close();
            joins = true;
        }
    }

    /// Where to look: in a window of another thread if there is one and this thread is through with its own, so that
    /// two are sieved for a key and not three; else in a new one.
    fn window(&self, joins: bool, rng: &mut impl CryptoRng) -> Arc<Window<LIMBS>> {
        if joins {
            let mut windows = lock(&self.windows);
            windows.retain(|window| !window.is_closed());
            if let Some(window) = windows.last() {
                return Arc::clone(window);
            }
        }
        let window = Arc::new(Window::draw(rng));
        lock(&self.windows).push(Arc::clone(&window));
        window
    }

    fn add(&self, passer: Zeroizing<Uint<LIMBS>>) {
        let mut passers = lock(&self.passers);
        if passers.len() < 2 && passers.iter().all(|other| are_far_apart(other, &passer)) {
            passers.push(passer);
        }
        if passers.len() == 2 {
            self.is_complete.store(true, Ordering::Relaxed);
        }
    }

    /// Takes proofs from the list until none is left or one failed.
    fn prove<R>(&self, rng: &mut R, proves: &impl Fn(Proof, &Uint<LIMBS>, &mut R) -> bool) {
        while !self.is_cancelled() {
            let place = self.next_proof.fetch_add(1, Ordering::Relaxed);
            let Some(&(which, proof)) = PROOFS.get(place) else {
                return;
            };
            let passer = lock(&self.passers).get(which).cloned();
            let Some((passer, is_refused)) = passer.zip(self.is_refused.get(which)) else {
                return;
            };
            if !proves(proof, &passer, rng) {
                is_refused.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What no proof refused.
    fn proven(self) -> Vec<Zeroizing<Uint<LIMBS>>> {
        let passers = self.passers.into_inner();
        let passers = passers.unwrap_or_else(PoisonError::into_inner);
        let verdicts = passers.into_iter().zip(self.is_refused);
        verdicts
            .filter(|(_, is_refused)| !is_refused.load(Ordering::Relaxed))
            .map(|(passer, _)| passer)
            .collect()
    }
}

/// The same work on so many threads, this one among them.
fn on_threads(threads: NonZeroUsize, work: impl Fn() + Sync) {
    let work = || {
        work();
        // the arithmetic leaves primes on the stack, and the stack outlives the thread
        stack::wipe();
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the RSA search is one of the two places that start threads"
    )]
    std::thread::scope(|scope| {
        for _ in 1..threads.get() {
            // A machine that refuses a thread still has this one.
            let _ = std::thread::Builder::new()
                .name("rsa-search".to_owned())
                .spawn_scoped(scope, work);
        }
        work();
    });
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Is |p - q| > 2^(bits/2 - 100)?
fn are_far_apart<const LIMBS: usize>(first: &Uint<LIMBS>, second: &Uint<LIMBS>) -> bool {
    let (larger, smaller) = if bool::from(first.ct_gt(second)) {
        (first, second)
    } else {
        (second, first)
    };
    let distance = Zeroizing::new(larger.wrapping_sub(smaller));
    distance.bits() > Uint::<LIMBS>::BITS.saturating_sub(DISTANCE_BITS)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]
mod tests {
    use super::*;
    use crypto_bigint::U256;
    use crypto_primes::Flavor;
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    type Number = Uint<{ U256::LIMBS }>;

    fn threads() -> impl Iterator<Item = NonZeroUsize> {
        [1, 2, 5].into_iter().filter_map(NonZeroUsize::new)
    }

    fn rng() -> UnwrapErr<SysRng> {
        UnwrapErr(SysRng)
    }

    #[test]
    fn primes_that_are_near_each_other_are_refused() {
        let low = Uint::<16>::MAX.wrapping_shr(1);
        let near = low.wrapping_add(&Uint::ONE.wrapping_shl(1024 - 101));
        let far = low.wrapping_add(&Uint::ONE.wrapping_shl(1024 - 99));
        assert!(!are_far_apart(&low, &low));
        assert!(!are_far_apart(&low, &near));
        assert!(are_far_apart(&low, &far) && are_far_apart(&far, &low));
    }

    #[test]
    fn each_prime_passes_each_proof_once_on_any_number_of_threads() {
        for threads in threads() {
            let asked = Mutex::new(Vec::new());
            let proves = |proof: Proof, number: &Number, _: &mut UnwrapErr<SysRng>| {
                lock(&asked).push((*number, proof));
                true
            };
            let cancelled = AtomicBool::new(false);
            let primes = two_primes(threads, &cancelled, &rng, &proves).unwrap();
            let mut asked = asked.into_inner().unwrap();
            assert_eq!(asked.len(), 4, "{asked:?}");
            asked.sort_by_key(|(number, proof)| (*number, *proof == Proof::Rounds));
            asked.dedup();
            assert_eq!(asked.len(), 4, "{asked:?}");
            for prime in &primes {
                assert!(crypto_primes::is_prime(Flavor::Any, &**prime));
                assert!(asked.contains(&(**prime, Proof::OtherTest)));
                assert!(asked.contains(&(**prime, Proof::Rounds)));
            }
        }
    }

    #[test]
    fn what_fails_a_proof_is_dropped_and_another_is_looked_for() {
        for (threads, refusing) in threads().flat_map(|threads| {
            [Proof::Rounds, Proof::OtherTest].map(move |refusing| (threads, refusing))
        }) {
            // the first three numbers fail that proof, whenever they are asked about
            let refused = Mutex::new(Vec::new());
            let proves = |proof: Proof, number: &Number, _: &mut UnwrapErr<SysRng>| {
                let mut refused = lock(&refused);
                if proof == refusing && !refused.contains(number) && refused.len() < 3 {
                    refused.push(*number);
                }
                proof != refusing || !refused.contains(number)
            };
            let cancelled = AtomicBool::new(false);
            let primes = two_primes(threads, &cancelled, &rng, &proves).unwrap();
            let refused = refused.into_inner().unwrap();
            assert_eq!(refused.len(), 3);
            assert!(primes.iter().all(|prime| !refused.contains(prime)));
            assert!(are_far_apart(&primes[0], &primes[1]));
        }
    }

    #[test]
    fn one_that_is_proven_is_kept_while_another_is_looked_for() {
        let seen = Mutex::new(Vec::new());
        let first = |number: &Number| lock(&seen).first() == Some(number);
        let proves = |_: Proof, number: &Number, _: &mut UnwrapErr<SysRng>| {
            if !lock(&seen).contains(number) {
                lock(&seen).push(*number);
            }
            // the first two are asked about before any is refused; the first alone is
            !first(number)
        };
        let cancelled = AtomicBool::new(false);
        let primes = two_primes(NonZeroUsize::MIN, &cancelled, &rng, &proves).unwrap();
        let seen = seen.into_inner().unwrap();
        assert_eq!(seen.len(), 3);
        assert_eq!(primes.map(|prime| *prime), [seen[1], seen[2]]);
    }

    #[test]
    fn a_cancelled_search_or_proof_gives_nothing() {
        for threads in threads() {
            let cancelled = AtomicBool::new(true);
            let never = |_: Proof, _: &Number, _: &mut UnwrapErr<SysRng>| unreachable!();
            assert!(two_primes(threads, &cancelled, &rng, &never).is_none());
            // called off while it is proved
            let cancelled = AtomicBool::new(false);
            let cancels = |_: Proof, _: &Number, _: &mut UnwrapErr<SysRng>| {
                cancelled.store(true, Ordering::Relaxed);
                false
            };
            assert!(two_primes(threads, &cancelled, &rng, &cancels).is_none());
        }
    }

    #[test]
    fn a_thread_that_is_through_with_its_window_joins_that_of_another() {
        let cancelled = AtomicBool::new(false);
        let race = Race::<{ U256::LIMBS }>::new(Vec::new(), &cancelled);
        let first = race.window(false, &mut rng());
        let second = race.window(false, &mut rng());
        assert!(!Arc::ptr_eq(&first, &second));
        second.close();
        assert!(Arc::ptr_eq(&race.window(true, &mut rng()), &first));
        first.close();
        let third = race.window(true, &mut rng());
        assert!(!Arc::ptr_eq(&third, &first) && !Arc::ptr_eq(&third, &second));
    }
}
