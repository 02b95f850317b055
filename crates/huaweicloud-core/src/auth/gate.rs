//! The gate before each access key pair: failures in a row lock a key, so that one which may be wrong is tried with care.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::credentials::Credentials;
use crate::clock;
use crate::config::KEY_REFUSED;

/// How many requests with a key may wait for their answers while none was accepted. Five failures lock the key.
const MOST_IN_FLIGHT: u32 = 4;
/// How long there must be no answer before one more request is sent.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long nothing is sent with a key that was refused: as long as the service locks a key.
const HELD_FOR: Duration = Duration::from_secs(5 * 60);
/// How many keys of one provider are known at once.
const MOST_KEYS: usize = 8;

/// The gates of the keys that a provider gave last.
#[derive(Default)]
pub(crate) struct Gates(Mutex<Vec<(Arc<Credentials>, Arc<Gate>)>>);

impl Gates {
    /// The gate of a key.
    pub(crate) fn of(&self, credentials: &Arc<Credentials>) -> Arc<Gate> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, gate)) = gates.iter().find(|(key, _)| key == credentials) {
            return Arc::clone(gate);
        }
        if gates.len() == MOST_KEYS {
            gates.remove(0);
        }
        let gate = Arc::<Gate>::default();
        gates.push((Arc::clone(credentials), Arc::clone(&gate)));
        gate
    }
}

/// Counts the requests with one key until it is accepted, and holds all back after it is refused.
#[derive(Default)]
pub(crate) struct Gate {
    /// Whether the key was accepted: then nothing else is looked at.
    is_open: AtomicBool,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    in_flight: u32,
    /// When the first of them was sent, or the last answer came.
    since: Option<Instant>,
    held: Option<(Refusal, Instant)>,
}

/// What the service said of a key.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) request_id: Option<String>,
}

/// Why a call got no place before its limit.
#[derive(Debug)]
pub(crate) enum Closed {
    /// The service refused the key a moment ago.
    Held(Refusal),
    /// No response has accepted the key yet.
    TimedOut,
}

/// A request's place. It is given up when this is dropped.
pub(crate) struct Place {
    gate: Arc<Gate>,
    is_counted: bool,
}

impl Gate {
    /// Waits for a place, or says by `limit` why there is none.
    pub(crate) async fn pass(self: Arc<Self>, limit: Instant) -> Result<Place, Closed> {
        loop {
            let changed = self.changed.notified();
            if let Some(place) = self.open() {
                return Ok(place);
            }
            let now = clock::instant();
            if now >= limit {
                return Err(Closed::TimedOut);
            }
            let entered = self.state().enter(now);
            let more_at = match entered {
                Ok(()) => return Ok(self.place(true)),
                Err(NoPlace::Held(refusal)) => return Err(Closed::Held(refusal)),
                Err(NoPlace::Until(more_at)) => more_at,
            };
            // Either is a reason to look again.
            let _ = timeout_at(more_at.map_or(limit, |at| at.min(limit)), changed).await;
        }
    }

    /// A place at once, if the key was accepted.
    pub(crate) fn open(self: &Arc<Self>) -> Option<Place> {
        self.is_open
            .load(Ordering::Acquire)
            .then(|| self.place(false))
    }

    fn place(self: &Arc<Self>, is_counted: bool) -> Place {
        Place {
            gate: Arc::clone(self),
            is_counted,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no place now.
enum NoPlace {
    Held(Refusal),
    /// When one more request may go out though no answer comes. None if there are as many as there may be.
    Until(Option<Instant>),
}

impl State {
    /// Takes a place.
    fn enter(&mut self, now: Instant) -> Result<(), NoPlace> {
        match &self.held {
            Some((refusal, until)) if now < *until => return Err(NoPlace::Held(refusal.clone())),
            _ => self.held = None,
        }
        let since = self.since.filter(|_| self.in_flight > 0).unwrap_or(now);
        let more_at = since + PATIENCE * self.in_flight;
        if self.in_flight == MOST_IN_FLIGHT {
            return Err(NoPlace::Until(None));
        }
        if now < more_at {
            return Err(NoPlace::Until(Some(more_at)));
        }
        self.since = Some(since);
        self.in_flight += 1;
        Ok(())
    }
}

impl Place {
    /// The key was accepted: there was an answer other than 401.
    pub(crate) fn accepted(self) {
        if self.is_counted {
            let state = self.gate.state();
            // Another request with it may have been refused meanwhile.
            let is_open = state.held.is_none();
            self.gate.is_open.store(is_open, Ordering::Release);
        }
    }

    /// There was a 401 that no other clock cures, with this code.
    pub(crate) fn refused(self, code: Option<String>, request_id: Option<String>) {
        let mut state = self.gate.state();
        state.since = Some(clock::instant());
        if let Some(code) = code.filter(|code| KEY_REFUSED.contains(&code.as_str())) {
            state.held = Some((Refusal { code, request_id }, clock::after(HELD_FOR)));
            self.gate.is_open.store(false, Ordering::Release);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_counted {
            self.gate.state().in_flight -= 1;
            self.gate.changed.notify_waiters();
        }
    }
}
