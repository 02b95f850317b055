//! The gate of an access key: failures in a row lock a key, so an unproven key is tried with few requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::credentials::Credentials;
use crate::clock;
use crate::config::KEY_REFUSED;

/// How many requests with an unproven key may be in flight. Five failures lock the key.
const MOST_IN_FLIGHT: u32 = 4;
/// How long no response must arrive before one more request is sent.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a refused key is held back: as long as the service locks a key.
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

/// Limits the requests with one key until a response accepts it. Holds all back after a refusal.
#[derive(Default)]
pub(crate) struct Gate {
    /// The key was accepted: nothing else is checked.
    is_open: AtomicBool,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    in_flight: u32,
    /// When the first of them was sent, or the last response arrived.
    since: Option<Instant>,
    /// The refusal that holds the key back, and until when.
    held: Option<(String, Instant)>,
}

/// Why there is no place.
pub(crate) enum Closed {
    /// The service refused the key a moment ago: with this code and request ID.
    Held(String),
    /// No response has accepted the key yet. One more request may be sent at this time, unless the most are in flight.
    Until(Option<Instant>),
}

/// The place of a request, until it is dropped.
pub(crate) struct Place {
    gate: Arc<Gate>,
    is_counted: bool,
}

impl Gate {
    /// Waits for a place until `limit`.
    pub(crate) async fn pass(self: Arc<Self>, limit: Instant) -> Result<Place, Closed> {
        loop {
            let changed = self.changed.notified();
            if let Some(place) = self.open() {
                return Ok(place);
            }
            let now = clock::instant();
            if now >= limit {
                return Err(Closed::Until(None));
            }
            let entered = self.state().enter(now);
            match entered {
                Ok(()) => return Ok(self.place(true)),
                Err(Closed::Until(at)) => {
                    let at = at.map_or(limit, |at| at.min(limit));
                    // A change and the time are both reasons to try again.
                    let _ = timeout_at(at, changed).await;
                }
                Err(held) => return Err(held),
            }
        }
    }

    /// A place at once, if the key was accepted.
    pub(crate) fn open(self: &Arc<Self>) -> Option<Place> {
        let is_open = self.is_open.load(Ordering::Acquire);
        is_open.then(|| self.place(false))
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

impl State {
    /// Takes a place.
    fn enter(&mut self, now: Instant) -> Result<(), Closed> {
        match &self.held {
            Some((refusal, until)) if now < *until => return Err(Closed::Held(refusal.clone())),
            _ => self.held = None,
        }
        let since = self.since.filter(|_| self.in_flight > 0).unwrap_or(now);
        let more_at = since + PATIENCE * self.in_flight;
        if self.in_flight == MOST_IN_FLIGHT {
            return Err(Closed::Until(None));
        }
        if now < more_at {
            return Err(Closed::Until(Some(more_at)));
        }
        self.since = Some(since);
        self.in_flight += 1;
        Ok(())
    }
}

impl Place {
    /// A response other than 401 accepted the key.
    pub(crate) fn accepted(self) {
        if self.is_counted {
            let state = self.gate.state();
            // Another request may have been refused meanwhile.
            let is_open = state.held.is_none();
            self.gate.is_open.store(is_open, Ordering::Release);
        }
    }

    /// A 401 that no corrected clock cures.
    pub(crate) fn refused(self, code: Option<String>, request_id: Option<String>) {
        let mut state = self.gate.state();
        state.since = Some(clock::instant());
        if let Some(code) = code.filter(|code| KEY_REFUSED.contains(&code.as_str())) {
            let request = request_id.map(|id| format!(", request {id}"));
            let refusal = code + &request.unwrap_or_default();
            state.held = Some((refusal, clock::after(HELD_FOR)));
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
