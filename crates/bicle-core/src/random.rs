//! The system's randomness.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

/// The system's generator. A system without randomness cannot make keys: it stops the act
/// (the worker catches it), rather than go on with something weaker.
pub(crate) fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
