//! What can be made to go wrong, and the queue of what is still to strike.

use std::{sync::Mutex, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use bytes::Bytes;
use huaweicloud_core::Operation;

use crate::{call::Call, lock::locked};

/// Something that goes wrong with a request, for tests of clients.
///
/// It strikes the next request of any operation, once, unless told otherwise. Only requests that are let in by the gateway are
/// struck; the others are refused as always.
///
/// ```
/// use std::time::Duration;
/// use dcs_stand_in::{Fault, StatusCode, operations::STOP_MIGRATION_TASK_SYNC};
///
/// // The gateway gives up on a stop that the service carries out all the same.
/// let fault = Fault::answer(StatusCode::GATEWAY_TIMEOUT)
///     .after_acting()
///     .delay(Duration::from_millis(50))
///     .on(&STOP_MIGRATION_TASK_SYNC);
/// // The same, as text.
/// let same: Fault = "sync-stop:504:after:delay=50ms".parse()?;
/// # Ok::<(), dcs_stand_in::FaultError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault strikes once it is given to a stand-in"]
pub struct Fault {
    pub(crate) target: Target,
    /// How often it strikes; none for every time.
    pub(crate) times: Option<u32>,
    pub(crate) acts_first: bool,
    pub(crate) delay: Duration,
    pub(crate) reply: Reply,
}

/// What a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    AnyOperation,
    /// The operation with this id.
    Operation(&'static str),
    Connection,
}

/// What becomes of the answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// There is none: the connection is closed.
    Close,
    Answer(Changes),
}

/// How an answer is changed. Without a status it is the operation's own answer, which takes the operation to be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<FaultBody>,
    pub(crate) is_truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultBody {
    Bytes(Bytes),
    Html,
    Huge,
    Endless,
}

impl Fault {
    /// Answers with this status, and with the body that gateway or service send with it, instead of acting.
    pub fn answer(status: StatusCode) -> Self {
        Self::new(Reply::Answer(Changes {
            status: Some(status),
            ..Changes::default()
        }))
    }

    /// Acts and answers as always. It is of use with a delay, or with a change to the answer.
    pub fn own_answer() -> Self {
        Self::new(Reply::Answer(Changes::default()))
    }

    /// Reads the request and closes the connection, with neither act nor answer.
    pub fn close() -> Self {
        Self::new(Reply::Close)
    }

    /// Closes the next connection as soon as it is made, before anything is read. It strikes no request, so
    /// [`times`](Self::times) alone changes it.
    pub fn close_connection() -> Self {
        Self {
            target: Target::Connection,
            ..Self::new(Reply::Close)
        }
    }

    fn new(reply: Reply) -> Self {
        Self {
            target: Target::AnyOperation,
            times: Some(1),
            acts_first: false,
            delay: Duration::ZERO,
            reply,
        }
    }

    /// Strikes requests of this operation alone.
    pub fn on(mut self, operation: &Operation) -> Self {
        if self.target != Target::Connection {
            self.target = Target::Operation(operation.id);
        }
        self
    }

    /// Strikes so many times.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes every time, for ever. Faults given later for the same requests never come to strike.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Has the operation carried out first. The client learns of it only from the state of the task.
    pub fn after_acting(mut self) -> Self {
        self.acts_first = true;
        self
    }

    /// Waits before acting or, with [`after_acting`](Self::after_acting), between acting and answering.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets a header of the answer.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|answer| {
            answer.headers.insert(name, value);
        })
    }

    /// Replaces the body; an empty one is sent as none. Answers 204 and 304 have none, whatever is given here.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.replace_body(FaultBody::Bytes(body.into()))
    }

    /// Replaces the body by a page of HTML, as proxies send it.
    pub fn html(self) -> Self {
        self.replace_body(FaultBody::Html)
    }

    /// Replaces the body by 64 MiB, with their length announced.
    pub fn huge(self) -> Self {
        self.replace_body(FaultBody::Huge)
    }

    /// Replaces the body by one that never ends.
    pub fn endless(self) -> Self {
        self.replace_body(FaultBody::Endless)
    }

    /// Announces the whole body, sends about half of it, and closes the connection. An empty body stays as it is; of a
    /// [huge](Self::huge) or [endless](Self::endless) one, half of the first piece is sent.
    pub fn truncated(self) -> Self {
        self.change(|answer| answer.is_truncated = true)
    }

    fn replace_body(self, body: FaultBody) -> Self {
        self.change(|answer| answer.body = Some(body))
    }

    /// Where there is no answer, there is nothing to change.
    fn change(mut self, change: impl FnOnce(&mut Changes)) -> Self {
        if let Reply::Answer(answer) = &mut self.reply {
            change(answer);
        }
        self
    }
}

/// First come, first to strike, among those that fit.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue(Mutex<Vec<Fault>>);

impl FaultQueue {
    pub(crate) fn add(&self, fault: Fault) {
        if fault.times != Some(0) {
            locked(&self.0).push(fault);
        }
    }

    /// The fault that strikes this call, if any.
    pub(crate) fn take(&self, call: Call) -> Option<Fault> {
        self.take_first(|target| match target {
            Target::AnyOperation => true,
            Target::Operation(id) => id == call.operation().id,
            Target::Connection => false,
        })
    }

    /// Whether a fault strikes a connection that was just made.
    pub(crate) fn take_refusal(&self) -> bool {
        self.take_first(|target| target == Target::Connection)
            .is_some()
    }

    fn take_first(&self, fits: impl Fn(Target) -> bool) -> Option<Fault> {
        let mut faults = locked(&self.0);
        let index = faults.iter().position(|fault| fits(fault.target))?;
        match &mut faults[index].times {
            Some(1) => return Some(faults.remove(index)),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(faults[index].clone())
    }
}
