//! Faults and their queue.

use std::{sync::Mutex, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use bytes::Bytes;
use huaweicloud_core::Operation;

use crate::{call::Call, lock::locked};

/// Something that goes wrong with a request, for tests of clients.
///
/// By default, a fault strikes once, at the next request of any operation. It strikes only requests that pass the gateway; all
/// others are refused as always.
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
#[must_use = "a fault has no effect until it is added to a stand-in"]
pub struct Fault {
    pub(crate) target: Target,
    /// How often the fault strikes. `None`: every time.
    pub(crate) times: Option<u32>,
    pub(crate) acts_first: bool,
    pub(crate) delay: Duration,
    pub(crate) reply: Reply,
}

/// The target of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    AnyOperation,
    /// The operation with this ID.
    Operation(&'static str),
    Connection,
}

/// The response of a fault.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Closes the connection without a response.
    Close,
    Answer(Changes),
}

/// Changes to a response. Without a status, the operation is carried out and its own response is changed.
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
    /// Responds with this status and its usual body, and does not carry the operation out.
    pub fn answer(status: StatusCode) -> Self {
        Self::new(Reply::Answer(Changes {
            status: Some(status),
            ..Changes::default()
        }))
    }

    /// Carries the operation out and responds as usual. Use it with a delay or with a change to the response.
    pub fn own_answer() -> Self {
        Self::new(Reply::Answer(Changes::default()))
    }

    /// Reads the request and closes the connection without a response. Does not carry the operation out.
    pub fn close() -> Self {
        Self::new(Reply::Close)
    }

    /// Closes the next connection as soon as it is made, before anything is read.
    ///
    /// It strikes no request, so [`times`](Self::times) and [`always`](Self::always) are the only methods that change it.
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

    /// Strikes only requests of this operation.
    pub fn on(mut self, operation: &Operation) -> Self {
        if self.target != Target::Connection {
            self.target = Target::Operation(operation.id);
        }
        self
    }

    /// Sets how often the fault strikes.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes every time. Faults that are added later for the same requests never strike.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Carries the operation out first. The client can see this only by the state of the task.
    pub fn after_acting(mut self) -> Self {
        self.acts_first = true;
        self
    }

    /// Waits before the operation. With [`after_acting`](Self::after_acting), waits between the operation and the response.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets a header of the response.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|answer| {
            answer.headers.insert(name, value);
        })
    }

    /// Replaces the body. An empty one sends no body. Responses 204 and 304 never have a body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.replace_body(FaultBody::Bytes(body.into()))
    }

    /// Replaces the body by an HTML page, as proxies send it.
    pub fn html(self) -> Self {
        self.replace_body(FaultBody::Html)
    }

    /// Replaces the body by one of 64 MiB, with its length announced.
    pub fn huge(self) -> Self {
        self.replace_body(FaultBody::Huge)
    }

    /// Replaces the body by one that never ends.
    pub fn endless(self) -> Self {
        self.replace_body(FaultBody::Endless)
    }

    /// Announces the whole body, sends about half of it, and closes the connection.
    ///
    /// An empty body does not change. For a [huge](Self::huge) or [endless](Self::endless) body, it sends half of the first piece.
    pub fn truncated(self) -> Self {
        self.change(|answer| answer.is_truncated = true)
    }

    fn replace_body(self, body: FaultBody) -> Self {
        self.change(|answer| answer.body = Some(body))
    }

    /// Does nothing if there is no response to change.
    fn change(mut self, change: impl FnOnce(&mut Changes)) -> Self {
        if let Reply::Answer(answer) = &mut self.reply {
            change(answer);
        }
        self
    }
}

/// The faults that are left to strike, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue(Mutex<Vec<Fault>>);

impl FaultQueue {
    pub(crate) fn add(&self, fault: Fault) {
        if fault.times != Some(0) {
            locked(&self.0).push(fault);
        }
    }

    /// Takes the fault that strikes this call, if any.
    pub(crate) fn take(&self, call: Call) -> Option<Fault> {
        self.take_first(|target| match target {
            Target::AnyOperation => true,
            Target::Operation(id) => id == call.operation().id,
            Target::Connection => false,
        })
    }

    /// Whether a fault strikes a new connection.
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
