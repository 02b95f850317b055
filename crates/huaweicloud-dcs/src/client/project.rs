//! The project that calls are made for: as it was set, or looked up once by the region's name.

use huaweicloud_core::{
    CallOptions, Client as Core, Error, Operation, Response, Result, check_path_value,
};
use huaweicloud_dcs_api::Client;
use huaweicloud_iam::operations::KEYSTONE_LIST_PROJECTS;
use huaweicloud_iam::{projects, types};

use super::MigrationClient;

impl MigrationClient {
    /// The ID of the project that calls are made for: the one that was set, else looked up by the region's name.
    ///
    /// The first call that needs it looks it up, whichever that is; calls side by side wait for one look-up, and all
    /// clones keep what it found. A failure is not kept.
    ///
    /// # Errors
    ///
    /// Those of [`projects`](Self::projects); and [`ErrorKind::Config`](crate::ErrorKind::Config) if no project is named
    /// like the region, or more than one, which the message then lists.
    pub async fn project_id(&self) -> Result<&str> {
        self.api_for(&KEYSTONE_LIST_PROJECTS, [])
            .await
            .map(|(_, id)| id)
    }

    /// The same as far as it is known without a call: None until it has been looked up.
    #[must_use]
    pub fn known_project_id(&self) -> Option<&str> {
        self.0.project.id()
    }

    /// Lists the projects that the credentials can see: those with exactly that name, or all. It needs no project ID.
    ///
    /// `GET /v3/projects` of IAM. The project of a region is named like the region; a sub-project may have the same
    /// name. It is repeated after any failure that may pass; one attempt takes 30 s at most by default. The caller
    /// needs the right to list projects (`iam:projects:listProjects`).
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait); [`Config`](crate::ErrorKind::Config) where neither a region nor an
    /// IAM endpoint was set. It changes nothing, so that nothing can have been applied.
    pub async fn projects(&self, name: Option<&str>) -> Result<Response<Vec<types::Project>>> {
        projects(self.iam()?, name).await
    }

    fn iam(&self) -> Result<&Core> {
        let iam = self.0.iam.as_ref();
        iam.ok_or_else(|| Error::config("no IAM endpoint: set a region or an IAM endpoint"))
    }

    /// What a call of `operation` is made by, and for which project: looked up first where that is not known, within the
    /// time of the call. The ids of the call are checked before a look-up, which nothing must be sent for in vain.
    pub(crate) async fn api_for<const N: usize>(
        &self,
        operation: &Operation,
        ids: [(&'static str, &str); N],
    ) -> Result<(Client, &str)> {
        match self.0.project.id() {
            Some(project_id) => Ok((self.0.api.clone(), project_id)),
            // In a box, so that calls that need no look-up do not make room for one.
            None => Box::pin(self.look_up(operation, &ids)).await,
        }
    }

    async fn look_up(
        &self,
        operation: &Operation,
        ids: &[(&'static str, &str)],
    ) -> Result<(Client, &str)> {
        for (name, id) in ids {
            check_path_value(id)
                .map_err(|why| Error::refused(operation.id, &format!("{name} {why}")))?;
        }
        let core = &self.0.core;
        let deadline = core.deadline();
        let iam = self.iam()?;
        let iam = iam.with_options(CallOptions::default().with_deadline(deadline));
        let region = self.0.region.as_deref();
        let found = self.0.project.find(&iam, region).await;
        let project_id = found.map_err(|failure| {
            Error::unmade(failure, "the project could not be looked up")
                .operation(operation.id)
                .build()
        })?;
        let options = core.options().clone().with_deadline(deadline);
        Ok((Client::new(core.with_options(options)), project_id))
    }
}
