//! One migration task: what it is, and which calls its state allows.

use std::time::SystemTime;

use huaweicloud_dcs_api::TaskStatus;
use serde_json::{Value, json};

use crate::{
    history::{EXCHANGED, Event, History},
    service_error::ServiceError,
    time::Moment,
};

#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    /// The job that creates it; none for an import, and for a task that was there from the beginning.
    pub(crate) job: Option<String>,
    pub(crate) kind: Kind,
    /// What `show` tells of it, apart from what its history says. It holds no password.
    pub(crate) details: Value,
    pub(crate) created: SystemTime,
    pub(crate) history: History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Import,
    /// An online task, and whether it has an incremental phase once it is configured.
    Online {
        is_incremental: Option<bool>,
    },
}

type Allowed = Result<(), ServiceError>;

impl Task {
    pub(crate) fn status(&self, now: Moment) -> TaskStatus {
        self.history.status(now)
    }

    pub(crate) fn is_online(&self) -> bool {
        matches!(self.kind, Kind::Online { .. })
    }

    /// Takes source, target and method, and starts to copy.
    pub(crate) fn configure(
        &mut self,
        now: Moment,
        is_incremental: bool,
        settings: &Value,
    ) -> Allowed {
        allow(self.is_online() && self.status(now) == TaskStatus::Running)?;
        self.kind = Kind::Online {
            is_incremental: Some(is_incremental),
        };
        self.change_details(settings);
        self.history.add(now, Event::Started { is_incremental });
        Ok(())
    }

    pub(crate) fn stop(&mut self, now: Moment) -> Allowed {
        allow(self.status(now).is_running())?;
        self.history.add(now, Event::Stopped);
        Ok(())
    }

    pub(crate) fn restart(&mut self, now: Moment) -> Allowed {
        let status = self.status(now);
        let has_ended = status == TaskStatus::Terminated || status.is_failure();
        match self.kind {
            Kind::Online {
                is_incremental: Some(is_incremental),
            } if has_ended => {
                self.history.add(now, Event::Started { is_incremental });
                Ok(())
            }
            _ => Err(ServiceError::WRONG_STATE),
        }
    }

    pub(crate) fn exchange_ip(&mut self, now: Moment) -> Allowed {
        allow(self.status(now) == TaskStatus::IncrementalMigrating)?;
        self.history.add(now, Event::ExchangedIp);
        Ok(())
    }

    pub(crate) fn roll_back_ip(&mut self, now: Moment) -> Allowed {
        let is_exchanged = self.history.exchange_status(now).as_deref() == Some(EXCHANGED);
        // One that is being taken back is still called exchanged.
        let is_rolled_back = self
            .history
            .latest(now)
            .find_map(|event| match event {
                Event::RolledBackIp => Some(true),
                Event::ExchangedIp | Event::SetExchangeStatus(_) => Some(false),
                _ => None,
            })
            .unwrap_or(false);
        allow(is_exchanged && !is_rolled_back)?;
        self.history.add(now, Event::RolledBackIp);
        Ok(())
    }

    pub(crate) fn change_details(&mut self, changes: &Value) {
        for (name, value) in changes.as_object().into_iter().flatten() {
            self.details[name] = value.clone();
        }
    }

    /// Why it failed, while it is in a status that says so.
    pub(crate) fn error_message(&self, now: Moment) -> Option<&str> {
        if !self.status(now).is_failure() {
            return None;
        }
        self.history.latest(now).find_map(|event| match event {
            Event::Failed(message) => Some(message.as_str()),
            _ => None,
        })
    }

    /// The answer about the job that creates it.
    pub(crate) fn job(&self, now: Moment) -> Value {
        let end = self
            .history
            .statuses(now)
            .into_iter()
            .find(|change| change.to != TaskStatus::Creating);
        let status = match end.as_ref().map(|change| &change.to) {
            None => "RUNNING",
            Some(status) if status.is_failure() || *status == TaskStatus::Deleted => "FAIL",
            Some(_) => "SUCCESS",
        };
        json!({
            "job_id": self.job,
            "job_type": null,
            "status": status,
            "begin_time": milliseconds(self.created),
            "end_time": end.map(|change| milliseconds(change.at.day)),
            "fail_reason": (status == "FAIL").then(|| self.error_message(now)).flatten(),
        })
    }
}

fn allow(is_allowed: bool) -> Allowed {
    if is_allowed {
        Ok(())
    } else {
        Err(ServiceError::WRONG_STATE)
    }
}

/// Since 1970, as text.
fn milliseconds(day: SystemTime) -> String {
    let since = day.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_millis().to_string()
}
