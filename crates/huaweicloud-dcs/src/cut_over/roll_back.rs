//! Rolls an exchange of IP addresses back and confirms that.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::operations::ROLLBACK_EXCHANGE_INSTANCE_IP;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::way::{self, Found, Standing};
use crate::client::MigrationClient;
use crate::wait::confirm::{Sent, confirm};
use crate::wait::task::exchange_of;
use crate::wait::{Condition, Verdict, WaitConfig};

/// The result of [`roll_back`](MigrationClient::roll_back).
#[derive(Debug)]
pub struct RollBackOutcome {
    end: RollBackEnd,
    sent: Option<Sent>,
    task: MigrationTaskDetail,
}

/// Whether this call rolled the exchange back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RollBackEnd {
    /// This call sent the roll back, and the task shows `ROLLBACK_SUCCESS`.
    RolledBack,
    /// The exchange was rolled back by somebody else: nothing was sent, or the roll back was refused.
    AlreadyRolledBack,
}

impl RollBackOutcome {
    fn already(task: MigrationTaskDetail) -> Self {
        Self {
            end: RollBackEnd::AlreadyRolledBack,
            sent: None,
            task,
        }
    }

    /// Whether this call rolled the exchange back.
    #[must_use]
    pub fn end(&self) -> RollBackEnd {
        self.end
    }

    /// The response to the roll back, or its error that polling the task resolved; `None` if none was sent.
    #[must_use]
    pub fn response(&self) -> Option<std::result::Result<&Response<()>, &Error>> {
        self.sent.as_ref().map(Sent::result)
    }

    /// The task at the last poll.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }
}

impl MigrationClient {
    /// Rolls back an exchange of IP addresses, and polls the task until its `task_status` is `ROLLBACK_SUCCESS`.
    ///
    /// Writes to the target since the exchange are not on the source.
    ///
    /// Nothing is sent if the exchange is not finished (`EXCHANGE_SUCCESS`) or already rolled back. The roll back is sent
    /// once: if its response is lost, the task is polled. The timeout of `wait` begins with the response. The vendor
    /// documentation does not say how a task shows a roll back under way. Do not send another one meanwhile: wait for
    /// [`Condition::IpsRolledBack`].
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/RollbackExchangeInstanceIp.html>
    ///
    /// ```no_run
    /// # async fn undo(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let outcome = client.roll_back("6f0c4a1e", Default::default()).await?;
    /// println!("{}", outcome.end());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) if there is no finished exchange, or if the roll back is not confirmed.
    /// The refusal if the service refused the roll back. [`Error::may_have_been_applied`] says whether it may have been
    /// applied.
    pub async fn roll_back(&self, task_id: &str, wait: WaitConfig) -> Result<RollBackOutcome> {
        let (standing, before) = self.before_roll_back(task_id).await?;
        if standing == Standing::Done {
            return Ok(RollBackOutcome::already(before));
        }
        let result = Box::pin(self.rollback_ip(task_id)).await;
        let sent = Sent::new(&ROLLBACK_EXCHANGE_INSTANCE_IP, result)?;
        let (condition, before) = (Condition::IpsRolledBack, before.status);
        let judge = |task: &MigrationTaskDetail| judge(task, before.as_ref());
        let (sent, task) = confirm(self, task_id, &wait, sent, condition, &judge).await?;
        tracing::info!(target: "huaweicloud", task_id, "roll back confirmed");
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

    /// Returns what [`roll_back`](Self::roll_back) would do now: `None` if it would send the roll back, else its
    /// outcome. It only reads.
    ///
    /// ```no_run
    /// # async fn check(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let would_send = client.roll_back_dry_run("6f0c4a1e").await?.is_none();
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors with which `roll_back` would end before it sends anything. Nothing can have been applied.
    pub async fn roll_back_dry_run(&self, task_id: &str) -> Result<Option<RollBackOutcome>> {
        let (standing, task) = self.before_roll_back(task_id).await?;
        Ok((standing == Standing::Done).then(|| RollBackOutcome::already(task)))
    }

    /// Reads the task: ready for a roll back, or done.
    async fn before_roll_back(&self, task_id: &str) -> Result<Found> {
        let task = Box::pin(self.show(task_id)).await?;
        let standing = match exchange_of(task.body()) {
            Some("EXCHANGE_SUCCESS") => Standing::Ready,
            Some("ROLLBACK_SUCCESS") => Standing::Done,
            Some("EXCHANGING") => Standing::Astray(
                "nothing was sent: wait until the IPs are exchanged, then roll back",
            ),
            _ => Standing::Astray(
                "nothing was sent: no finished exchange to roll back: read the task",
            ),
        };
        let cannot = "the IPs of the task cannot be rolled back";
        way::find(self, task_id, task, standing, cannot).await
    }
}

/// Whether a task shows the roll back. The synchronization ended before it: only a new failure belongs to the roll
/// back.
fn judge(task: &MigrationTaskDetail, before: Option<&TaskStatus>) -> Verdict {
    let status = task.status.as_ref();
    let is_new = status != before;
    match (exchange_of(task), status) {
        (Some("ROLLBACK_SUCCESS"), _) => Verdict::Done,
        (_, Some(status)) if is_new && status.is_failure() => Verdict::Failed,
        (_, Some(TaskStatus::Deleted)) if is_new => Verdict::WrongEnd,
        (Some("EXCHANGE_SUCCESS"), _) => Verdict::Unchanged,
        _ => Verdict::Unclear,
    }
}
