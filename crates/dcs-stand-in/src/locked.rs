//! Locks that do not panic.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The value behind the lock. No code panics while it holds one, so a poisoned lock has nothing half-done behind it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
