//! Locks that do not panic.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, poisoned or not: no code panics while it holds a lock, so no value behind one is half-changed.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
