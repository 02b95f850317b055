//! Takes an exchange of IP addresses back, and sees that confirmed.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::operations::{ROLLBACK_EXCHANGE_INSTANCE_IP, SHOW_MIGRATION_TASK};
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use crate::client::MigrationClient;
use crate::wait::WaitConfig;
use crate::wait::confirm::{Goal, Verdict, confirm};
use crate::wait::sent::Sent;
use crate::wait::watch::{ended, exchange_of, seen};

/// How a roll back ended.
#[derive(Debug)]
pub struct RollBackOutcome {
    end: RollBackEnd,
    sent: Option<Sent>,
    task: MigrationTaskDetail,
}

/// Who took the exchange back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RollBackEnd {
    /// This call sent the roll back, and the task shows `ROLLBACK_SUCCESS`.
    RolledBack,
    /// It had been rolled back before, or the roll back was refused because another one was under way.
    AlreadyRolledBack,
}

impl RollBackEnd {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RolledBack => "rolled_back",
            Self::AlreadyRolledBack => "already_rolled_back",
        }
    }
}

impl RollBackOutcome {
    fn already(task: MigrationTaskDetail) -> Self {
        Self {
            end: RollBackEnd::AlreadyRolledBack,
            sent: None,
            task,
        }
    }

    /// Who took the exchange back.
    #[must_use]
    pub fn end(&self) -> RollBackEnd {
        self.end
    }

    /// What became of the roll back itself; nothing if none was sent.
    #[must_use]
    pub fn roll_back(&self) -> Option<std::result::Result<&Response<()>, &Error>> {
        self.sent.as_ref().map(Sent::answer)
    }

    /// The task as it was last read.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }
}

const NOT_YET: &str = "nothing was sent: wait until the IPs are exchanged, then roll back";
const NOTHING_TO_TAKE_BACK: &str =
    "nothing was sent: there is no finished exchange to take back: read the task";

impl MigrationClient {
    /// Gives source and target their IP addresses back after an exchange, once, and waits until the task shows it:
    /// `task_status` `ROLLBACK_SUCCESS`. What was written to the target since is not on the source.
    ///
    /// The exchange must be finished (`EXCHANGE_SUCCESS`), or nothing is sent; nor is it if the exchange has been taken
    /// back. A roll back whose answer was lost is looked for and never sent a second time. The limit of `wait` begins
    /// with the answer. As no page says how a roll back under way shows, do not begin another one while the first
    /// may be: wait for [`Condition::IpsRolledBack`](crate::Condition::IpsRolledBack).
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/RollbackExchangeInstanceIp.html>
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) if there is no finished exchange, or if the roll back is not confirmed;
    /// the error of the roll back if it was refused. **May it have been applied?** See
    /// [`Error::may_have_been_applied`].
    pub async fn roll_back(&self, task_id: &str, wait: WaitConfig) -> Result<RollBackOutcome> {
        let (is_to_send, task) = self.before_roll_back(task_id).await?;
        if !is_to_send {
            return Ok(RollBackOutcome::already(task));
        }
        let result = Box::pin(self.rollback_ip(task_id)).await;
        let sent = Sent::sort(&ROLLBACK_EXCHANGE_INSTANCE_IP, result)?;
        let goal = RollBack {
            status_before: task.status,
        };
        let (sent, task) = confirm(self, task_id, &wait, sent, &goal).await?;
        tracing::info!(task_id, "roll back confirmed");
        let end = if sent.is_refused() {
            RollBackEnd::AlreadyRolledBack
        } else {
            RollBackEnd::RolledBack
        };
        Ok(RollBackOutcome {
            end,
            sent: Some(sent),
            task,
        })
    }

    /// Says what [`roll_back`](Self::roll_back) would do now, without sending anything: nothing if it would send the roll
    /// back, else how it would end.
    ///
    /// # Errors
    ///
    /// Those with which `roll_back` would end before it sent anything. Nothing can have been applied.
    pub async fn roll_back_dry_run(&self, task_id: &str) -> Result<Option<RollBackOutcome>> {
        let (is_to_send, task) = self.before_roll_back(task_id).await?;
        Ok((!is_to_send).then(|| RollBackOutcome::already(task)))
    }

    /// Reads the task, and says whether the roll back is to be sent: not if it is done.
    async fn before_roll_back(&self, task_id: &str) -> Result<(bool, MigrationTaskDetail)> {
        let answer = Box::pin(self.show(task_id)).await?;
        let advice = match exchange_of(answer.body()) {
            Some("EXCHANGE_SUCCESS") => return Ok((true, answer.into_body())),
            Some("ROLLBACK_SUCCESS") => return Ok((false, answer.into_body())),
            Some("EXCHANGING") => NOT_YET,
            _ => NOTHING_TO_TAKE_BACK,
        };
        let message = format!(
            "the task's IPs cannot be rolled back: {}",
            seen(Some(answer.body()))
        );
        Err(ended(
            &SHOW_MIGRATION_TASK,
            &message,
            Some(&answer),
            advice,
            None,
        ))
    }
}

/// A roll back, which is sent once.
struct RollBack {
    /// The synchronization had ended before; only a new failure is one of the roll back.
    status_before: Option<TaskStatus>,
}

impl Goal for RollBack {
    fn aim(&self) -> &'static str {
        "have its IPs rolled back"
    }

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        let is_new = task.status != self.status_before;
        match (exchange_of(task), &task.status) {
            (Some("ROLLBACK_SUCCESS"), _) => Verdict::Done,
            (_, Some(status)) if is_new && status.is_failure() => Verdict::Failed,
            (_, Some(TaskStatus::Deleted)) if is_new => Verdict::WrongEnd,
            (Some("EXCHANGE_SUCCESS"), _) => Verdict::AsBefore,
            _ => Verdict::Unclear,
        }
    }
}
