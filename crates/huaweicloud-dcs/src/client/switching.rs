//! Calls that exchange the addresses of source and target, and take that back.

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations;

use super::MigrationClient;
use crate::types;

impl MigrationClient {
    /// Begins to exchange the IP addresses of source and target, so that clients reach the target where they reached the
    /// source. The synchronization stops by itself.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/exchange-ip`. The task must be in its incremental phase; its
    /// `task_status` shows `EXCHANGING`, then `EXCHANGE_SUCCESS`. By the user guide the instance is read-only for about
    /// a minute, connections break for seconds, and both ends must be DCS instances of Redis 4.0 or later with one port,
    /// one password and no public access.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ExchangeInstanceIp.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, read the task before you exchange again.
    pub async fn exchange_ip(
        &self,
        task_id: &str,
        exchange: &types::IpExchangeRequest,
    ) -> Result<Response<()>> {
        let (api, project_id) = self
            .api_for_id(&operations::EXCHANGE_INSTANCE_IP, "task_id", task_id)
            .await?;
        api.exchange_instance_ip(project_id, task_id, exchange)
            .await
    }

    /// Begins to give source and target the addresses back that [`exchange_ip`](Self::exchange_ip) exchanged.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/rollback-ip`. The exchange must be done; the task's `task_status`
    /// shows `ROLLBACK_SUCCESS` at the end. The synchronization does not begin again.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/RollbackExchangeInstanceIp.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, read the task before you roll back again.
    pub async fn rollback_ip(&self, task_id: &str) -> Result<Response<()>> {
        let (api, project_id) = self
            .api_for_id(
                &operations::ROLLBACK_EXCHANGE_INSTANCE_IP,
                "task_id",
                task_id,
            )
            .await?;
        api.rollback_exchange_instance_ip(project_id, task_id).await
    }
}
