//! The client: settings and projects. Its calls are in the files beside this one, by purpose.
#![allow(
    clippy::missing_errors_doc,
    reason = "the client's docs say it for all calls"
)]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{
    CallOptions, Error, FromBuilder, Operation, Response, Result, RetryHook, check_path_value,
};
use huaweicloud_dcs_api::Client;
use huaweicloud_iam::ProjectClient;

mod batch;
mod creating;
mod queries;
mod reading;
mod stopping;
mod switching;

pub use batch::TaskResult;
pub(crate) use queries::MOST_TASKS;
pub use queries::{LogQuery, TaskQuery};

use crate::service::SERVICE;
use crate::types;

/// Settings of a [`MigrationClient`], documented at [`huaweicloud_core::ClientBuilder`]. [`MigrationClient::builder`]
/// starts them.
pub type ClientBuilder = huaweicloud_core::ClientBuilder<MigrationClient>;

/// Calls the data migration API of one project at one endpoint.
///
/// | To | call |
/// |---|---|
/// | read | [`show`](Self::show), [`stats`](Self::stats), [`list`](Self::list), [`list_all`](Self::list_all), [`logs`](Self::logs), [`logs_all`](Self::logs_all), [`show_job`](Self::show_job) |
/// | begin | [`create_import`](Self::create_import), [`create_online`](Self::create_online), [`configure`](Self::configure), [`update`](Self::update), [`restart_many`](Self::restart_many) |
/// | end | [`stop_sync`](Self::stop_sync), [`stop_sync_and_wait`](Self::stop_sync_and_wait), [`stop`](Self::stop), [`stop_many`](Self::stop_many), [`delete`](Self::delete) |
/// | wait | [`wait_until`](Self::wait_until), [`wait_for_job`](Self::wait_for_job) |
/// | cut over | [`cut_over`](Self::cut_over), [`roll_back`](Self::roll_back) |
/// | switch | [`exchange_ip`](Self::exchange_ip), [`rollback_ip`](Self::rollback_ip) |
/// | find the project | [`projects`](Self::projects), [`project_id`](Self::project_id) |
/// | go elsewhere | [`with_project_id`](Self::with_project_id), [`with_region`](Self::with_region) |
///
/// Building a client loads the root certificates of the machine, which takes longer than a call. Build one client and
/// clone it: clones share connections. They need no lock and no `Arc`. Futures are `Send` and need a tokio runtime with
/// time and I/O enabled.
///
/// Use one runtime: connections owned by an idle runtime stall until they time out. Dropping the future of a call
/// closes its connection; the service may still act on the request.
///
/// # Errors
///
/// A call returns a [`Response`], or an [`Error`] of any [`kind`](Error::kind) except [`Wait`](crate::ErrorKind::Wait).
/// [`Error::is_not_found`] says that there is no such task. [`Error::is_wrong_status`] says that the task's status
/// forbids the call (`DCS.4957`).
///
/// **May it have been applied?** [`Error::may_have_been_applied`] is true if the request may have reached the service and no
/// response proved that it was refused. Then read the task before you call again. It is false for every call that only
/// reads.
///
/// # Retries
///
/// A call that only reads is retried after any failure that may pass. A call that changes something is retried only if
/// the failure proves that the service did not act. Proof is that nothing was sent, a 429, or a 408 or 503 with an error
/// code of its own. A second [`delete`](Self::delete) does no harm: it is retried like a read.
#[derive(Clone)]
pub struct MigrationClient(ProjectClient);

impl FromBuilder for MigrationClient {
    fn from_builder(builder: huaweicloud_core::ClientBuilder) -> Result<Self> {
        ProjectClient::from_builder(builder).map(Self)
    }
}

impl MigrationClient {
    /// Starts the settings of a client. It needs credentials and a region. An endpoint with a project ID can replace
    /// the region.
    ///
    /// ```
    /// use huaweicloud_dcs::{Credentials, MigrationClient};
    ///
    /// # fn example() -> huaweicloud_dcs::Result<MigrationClient> {
    /// MigrationClient::builder().from_env().credentials(Credentials::from_env()?).build()
    /// # }
    /// ```
    pub fn builder() -> ClientBuilder {
        let product = concat!("huaweicloud-dcs/", env!("CARGO_PKG_VERSION"));
        ClientBuilder::new(&SERVICE).user_agent(product)
    }

    /// Checks that a text can be the ID of a task: 1 to 64 letters, digits, `-` and `_`. Every call does this before it
    /// sends anything. Use this method to check a list of IDs before the first call.
    ///
    /// ```
    /// # use huaweicloud_dcs::MigrationClient;
    /// assert!(MigrationClient::check_task_id("6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31").is_ok());
    /// assert!(MigrationClient::check_task_id("../other").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which says what is wrong.
    pub fn check_task_id(task_id: &str) -> Result<()> {
        check_path_value(task_id).map_err(|why| Error::config(&format!("task_id {why}")))
    }

    /// A clone whose calls report each failed attempt before they retry it: its error and the backoff. Nothing is in flight
    /// during the backoff.
    ///
    /// The callback should return at once: the call waits for it. Calls that get a token or look up the project do not
    /// report.
    ///
    /// ```
    /// # fn report(client: &huaweicloud_dcs::MigrationClient) {
    /// let client = client.on_retry(|error, backoff| {
    ///     eprintln!("request {:?}: next attempt in {backoff:?}", error.request_id());
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn on_retry(&self, report: impl Fn(&Error, Duration) + Send + Sync + 'static) -> Self {
        self.with_options(CallOptions::default().with_retry_hook(Arc::new(OnRetry(report))))
    }

    /// Returns the ID of the project that calls are made for: the one that was set, else the one named like the region.
    ///
    /// The first call that needs a project looks it up, once for all clones. After a failed look-up, the next call
    /// tries again.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// println!("project {}", client.project_id().await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`projects`](Self::projects). [`ErrorKind::Config`](crate::ErrorKind::Config) if no project is named like
    /// the region, or several are; the message lists them.
    pub async fn project_id(&self) -> Result<&str> {
        self.0.project_id().await
    }

    /// Returns the ID of the project if it was set or has been looked up. It makes no call.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_dcs::MigrationClient) {
    /// println!("project {}", client.known_project_id().unwrap_or("not looked up yet"));
    /// # }
    /// ```
    #[must_use]
    pub fn known_project_id(&self) -> Option<&str> {
        self.0.known_project_id()
    }

    /// Lists the projects that the credentials can see: those with exactly that name, or all. It needs no project ID.
    ///
    /// `GET /v3/projects` of IAM. The project of a region is named like the region; a sub-project may have the same
    /// name. It needs the permission to list projects (`iam:projects:listProjects`).
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// for project in client.projects(None).await?.body() {
    ///     println!("{:?} {:?}", project.id, project.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors), and [`Config`](crate::ErrorKind::Config) if neither a region nor an IAM endpoint was set.
    /// [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html).
    pub async fn projects(&self, name: Option<&str>) -> Result<Response<Vec<types::Project>>> {
        self.0.projects(name).await
    }

    /// Makes a client for another project at the same endpoint, with the same settings over the same connections.
    ///
    /// An IAM user gets tokens for that project. A password that IAM refused is held back in all of these clients.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let other = client.with_project_id("fedcba9876543210fedcba9876543210")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the ID is invalid: see
    /// [`project_id`](huaweicloud_core::ClientBuilder::project_id).
    pub fn with_project_id(&self, project_id: impl Into<String>) -> Result<Self> {
        self.0.with_project_id(project_id).map(Self)
    }

    /// Makes a client for another region of Huawei Cloud, with the same settings. Its calls go to the region's endpoints of
    /// DCS and IAM, even if this client's endpoints were set.
    ///
    /// It uses the project named like the region, unless [`with_project_id`](Self::with_project_id) sets one. It shares
    /// the connections, unless this client calls loopback or a host of plain http.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let other = client.with_region("eu-west-101")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the region is not known, or a proxy variable is unusable.
    pub fn with_region(&self, region: impl Into<String>) -> Result<Self> {
        self.0.with_region(region).map(Self)
    }

    /// The address that calls go to: scheme, host and port.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_dcs::MigrationClient) {
    /// println!("calls go to {}", client.endpoint());
    /// # }
    /// ```
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.core().endpoint()
    }

    /// The region, if one was set, even beside an endpoint.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_dcs::MigrationClient) {
    /// println!("region {}", client.region().unwrap_or("not set"));
    /// # }
    /// ```
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region()
    }

    /// A clone over the same connections that makes its calls with these options.
    #[must_use]
    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        Self(self.0.with_options(options))
    }

    /// The options of its calls.
    pub(crate) fn options(&self) -> &CallOptions {
        self.0.core().options()
    }

    /// The generated client and the project ID for a call about one task.
    async fn api_for_task(&self, operation: &Operation, task_id: &str) -> Result<(Client, &str)> {
        self.api_for(operation, [("task_id", task_id)]).await
    }

    /// The same for any call, with the IDs in its path.
    async fn api_for<const N: usize>(
        &self,
        operation: &Operation,
        ids: [(&'static str, &str); N],
    ) -> Result<(Client, &str)> {
        let (core, project_id) = self.0.for_call(operation, ids).await?;
        Ok((Client::new(core), project_id))
    }
}

/// Reports each attempt that is retried.
struct OnRetry<F>(F);

impl<F: Fn(&Error, Duration) + Send + Sync> RetryHook for OnRetry<F> {
    fn failed(&self, error: &Error, backoff: Option<Duration>) {
        self.0(error, backoff.unwrap_or_default());
    }
}

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for MigrationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MigrationClient").field(&self.0).finish()
    }
}
