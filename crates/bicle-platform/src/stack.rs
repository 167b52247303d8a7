//! What functions leave behind on the stack: intermediate values of other people's arithmetic, which
//! nobody can wrap in a wiped type.

use zeroize::Zeroize;

/// So much of the stack below the caller is wiped. RSA key generation was seen to leave its primes
/// down to 24 KiB below; a thread has 2 MiB.
const WIPED_BYTES: usize = 256 * 1024;

/// Overwrites the stack below the caller: call it when a function that computed with a secret has
/// returned, and before the thread ends (the C library keeps the stacks of ended threads as they are).
pub fn wipe() {
    wipe_below();
}

/// A frame of its own, as large as what is to be wiped; never merged into the caller's.
#[inline(never)]
fn wipe_below() {
    let mut area = [0_u8; WIPED_BYTES];
    // volatile writes: not optimised away
    area.zeroize();
    std::hint::black_box(&area);
}
