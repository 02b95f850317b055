//! Calls that exchange the IP addresses of source and target, and roll that back.

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations;

use super::MigrationClient;
use crate::types;

impl MigrationClient {
    /// Begins to exchange the IP addresses of source and target: clients then reach the target at the address of the
    /// source. The synchronization stops by itself. [`cut_over`](Self::cut_over) waits for the lag first and confirms
    /// the exchange.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/exchange-ip`. The task must be in its incremental phase; its
    /// `task_status` shows `EXCHANGING`, then `EXCHANGE_SUCCESS`. By the user guide, the instance is read-only for
    /// about a minute, and connections break for seconds. Both must be DCS instances of Redis 4.0 or later with one
    /// port, one password and no public access.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// client.exchange_ip(task_id, &Default::default()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task before you exchange again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ExchangeInstanceIp.html).
    pub async fn exchange_ip(
        &self,
        task_id: &str,
        exchange: &types::IpExchangeRequest,
    ) -> Result<Response<()>> {
        let operation = &operations::EXCHANGE_INSTANCE_IP;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.exchange_instance_ip(project_id, task_id, exchange)
            .await
    }

    /// Begins to roll back the exchange of IP addresses that [`exchange_ip`](Self::exchange_ip) made.
    /// [`roll_back`](Self::roll_back) also waits until that is confirmed.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/rollback-ip`. The exchange must be complete. The task's `task_status`
    /// shows `ROLLBACK_SUCCESS` at the end. The synchronization does not resume.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// client.rollback_ip(task_id).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task before you roll back again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/RollbackExchangeInstanceIp.html).
    pub async fn rollback_ip(&self, task_id: &str) -> Result<Response<()>> {
        let operation = &operations::ROLLBACK_EXCHANGE_INSTANCE_IP;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.rollback_exchange_instance_ip(project_id, task_id).await
    }
}
