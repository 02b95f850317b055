//! A small state machine of the service, enough for a cut-over. Requests and time change its state.

use super::*;

/// How long a stop or an exchange takes.
const UNDER_WAY: Duration = Duration::from_secs(25);
/// How long a request travels, and then its response.
const ON_THE_WIRE: Duration = Duration::from_millis(10);

#[derive(Clone, Debug)]
pub(super) struct Fake(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    status: &'static str,
    task_status: &'static str,
    lag: u64,
    /// How many more changes it refuses for now.
    refusals: u32,
    /// When the current stop or exchange finishes.
    done_at: Option<Instant>,
    changes: Vec<String>,
}

impl Fake {
    pub(super) fn in_incremental_phase() -> Self {
        Self(Arc::new(Mutex::new(State {
            status: "INCRMIGEATING",
            task_status: "",
            lag: 5,
            refusals: 0,
            done_at: None,
            changes: Vec::new(),
        })))
    }

    /// Refuses this many changes for now before it accepts one.
    pub(super) fn refusing(self, refusals: u32) -> Self {
        self.0.lock().unwrap().refusals = refusals;
        self
    }

    pub(super) fn client(&self) -> MigrationClient {
        client_over(settings(), self)
    }

    /// The changing requests that arrived, by the last segment of their path.
    pub(super) fn changes(&self) -> Vec<String> {
        self.0.lock().unwrap().changes.clone()
    }

    pub(super) fn state(&self) -> (&'static str, &'static str) {
        let state = self.0.lock().unwrap();
        (state.status, state.task_status)
    }
}

impl State {
    fn pass_time(&mut self) {
        if self
            .done_at
            .is_some_and(|done_at| clock::instant() >= done_at)
        {
            self.done_at = None;
            (self.status, self.task_status) = match self.task_status {
                "EXCHANGING" => ("TERMINATED", "EXCHANGE_SUCCESS"),
                "EXCHANGE_SUCCESS" => ("TERMINATED", "ROLLBACK_SUCCESS"),
                other => ("TERMINATED", other),
            };
        }
    }

    fn act(&mut self, call: &str) -> http::Response<Body> {
        self.pass_time();
        let State {
            status,
            task_status,
            lag,
            ..
        } = *self;
        let is_ready = status == "INCRMIGEATING" && self.done_at.is_none();
        let (to, may_change) = match call {
            "stats" => {
                self.lag = lag.saturating_sub(1);
                let stats = format!(r#"{{"offset":"{lag}","is_migrating":{is_ready}}}"#);
                return answer(200, stats);
            }
            "sync-stop" => (("TERMINATING", task_status), is_ready),
            "exchange-ip" => ((status, "EXCHANGING"), is_ready && task_status.is_empty()),
            "rollback-ip" => (
                (status, task_status),
                task_status == "EXCHANGE_SUCCESS" && self.done_at.is_none(),
            ),
            _ => {
                let task = format!(r#"{{"status":"{status}","task_status":"{task_status}"}}"#);
                return answer(200, task);
            }
        };
        if let Some(left) = self.refusals.checked_sub(1) {
            self.refusals = left;
            return answer(503, NOT_NOW);
        }
        self.changes.push(call.to_owned());
        if !may_change {
            return answer(400, r#"{"error_code":"DCS.4957"}"#);
        }
        (self.status, self.task_status) = to;
        self.done_at = Some(clock::instant() + UNDER_WAY);
        answer(204, "")
    }
}

impl Transport for Fake {
    fn send(&self, request: Request<Bytes>) -> Reply<'_> {
        let path = request.uri().path().to_owned();
        let call = path.rsplit('/').next().unwrap().to_owned();
        Box::pin(async move {
            sleep(ON_THE_WIRE).await;
            let answer = self.0.lock().unwrap().act(&call);
            sleep(ON_THE_WIRE).await;
            Ok(answer)
        })
    }
}
