//! Waits until a background job is done.

use huaweicloud_core::Result;
use huaweicloud_dcs_api::operations::SHOW_JOB_INFO;
use huaweicloud_dcs_api::types::ShowJobInfoResponse;

use super::config::WaitConfig;
use super::watch::{Watch, ended};
use crate::client::MigrationClient;

impl MigrationClient {
    /// Reads a job, such as the one that creates an online task, until it is done: `SUCCESS`. It only reads. The
    /// progress of `wait` is not told of, since there is no task to show.
    ///
    /// A read that fails but may succeed later is waited through, and so is a status that nobody has documented.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the job ended as `FAIL`, with the reason that the service gives, or if the time is up. Any
    /// other error of [`show_job`](Self::show_job) that no repeat would cure, as it is. Nothing can have been applied.
    pub async fn wait_for_job(
        &self,
        job_id: &str,
        wait: WaitConfig,
    ) -> Result<ShowJobInfoResponse> {
        let mut watch = Watch::begin(&wait);
        let mut last = None;
        loop {
            if let Some(answer) = watch.look(Box::pin(self.show_job(job_id))).await? {
                match answer.body().status.as_deref() {
                    Some("SUCCESS") => return Ok(answer.into_body()),
                    Some("FAIL") => {
                        let reason = answer.body().fail_reason.as_deref().unwrap_or_default();
                        let message = match reason.trim() {
                            "" => "the job failed: the service gives no reason".to_owned(),
                            reason => format!("the job failed: {reason}"),
                        };
                        return Err(ended(&SHOW_JOB_INFO, &message, Some(&answer), FAILED, None));
                    }
                    _ => last = Some(answer),
                }
            }
            if !watch.pause().await {
                let status = last.as_ref().and_then(|last| last.body().status.as_deref());
                let message = format!(
                    "the job is not seen to be done within {:?}: its status is {}",
                    wait.timeout,
                    status.unwrap_or("unknown")
                );
                return Err(ended(
                    &SHOW_JOB_INFO,
                    &message,
                    last.as_ref(),
                    LATE,
                    watch.take_missed(),
                ));
            }
        }
    }
}

const FAILED: &str = "fix what the reason names, then start again";
const LATE: &str = "wait on if it is still on its way";
