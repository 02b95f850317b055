//! Looks at a task: where it stands.

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::options::CutOver;
use super::standing::Standing;
use crate::wait::failure;
use crate::wait::watch::{ended, seen};

const HAS_FAILED: &str = "nothing was applied: read its log, then restart it or make a new one";

/// Where a task stands, and how it was read.
pub(crate) type Looked = (Standing, MigrationTaskDetail);

impl CutOver {
    /// Reads the task, which must be somewhere on the way.
    pub(crate) async fn look(&self) -> Result<Looked> {
        self.stand(Box::pin(self.client.show(&self.task_id)).await?)
            .await
    }

    /// Where a task stands that was read; an error where it is nowhere on the way.
    pub(crate) async fn stand(&self, answer: Response<MigrationTaskDetail>) -> Result<Looked> {
        let operation = &SHOW_MIGRATION_TASK;
        match Standing::of(&self.way, answer.body()) {
            Standing::Astray(advice) => {
                let seen = seen(Some(answer.body()));
                let message = format!("the task cannot be cut over: {seen}");
                Err(ended(operation, &message, Some(&answer), advice, None))
            }
            Standing::Failed => {
                let message = failure::sentence(&self.client, &self.task_id, answer.body()).await;
                Err(ended(operation, &message, Some(&answer), HAS_FAILED, None))
            }
            standing => Ok((standing, answer.into_body())),
        }
    }
}
