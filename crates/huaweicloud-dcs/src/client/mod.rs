//! The client and what it knows of itself. Its calls are in the files beside this one, by purpose.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{
    CallOptions, Client as Core, Error, Repeats, Result, check_path_value, shown_address,
};
use huaweicloud_dcs_api::Client;
use huaweicloud_iam::{IamUser, Project, SERVICE as IAM};

mod batch;
mod builder;
mod creating;
mod environment;
mod project;
mod queries;
mod reading;
mod stopping;
mod switching;

pub use batch::TaskResult;
pub use builder::ClientBuilder;
pub use environment::Environment;
pub(crate) use queries::MOST_TASKS;
pub use queries::{LogQuery, TaskQuery};

use crate::service::SERVICE;

/// Calls the data migration API of one project at one endpoint.
///
/// | To | call |
/// |---|---|
/// | look | [`show`](Self::show), [`stats`](Self::stats), [`list`](Self::list), [`list_all`](Self::list_all), [`logs`](Self::logs), [`logs_all`](Self::logs_all), [`show_job`](Self::show_job) |
/// | begin | [`create_import`](Self::create_import), [`create_online`](Self::create_online), [`configure`](Self::configure), [`update`](Self::update), [`restart_many`](Self::restart_many) |
/// | end | [`stop_sync`](Self::stop_sync), [`stop_sync_and_wait`](Self::stop_sync_and_wait), [`stop`](Self::stop), [`stop_many`](Self::stop_many), [`delete`](Self::delete) |
/// | wait | [`wait_until`](Self::wait_until), [`wait_for_job`](Self::wait_for_job) |
/// | cut over | [`cut_over`](Self::cut_over), [`roll_back`](Self::roll_back) |
/// | switch | [`exchange_ip`](Self::exchange_ip), [`rollback_ip`](Self::rollback_ip) |
/// | find the project | [`projects`](Self::projects), [`project_id`](Self::project_id) |
/// | go elsewhere | [`with_project_id`](Self::with_project_id), [`with_region`](Self::with_region) |
///
/// It is made by [`builder`](Self::builder). Making one loads the roots that the machine trusts, which takes longer than
/// a call: make one and clone it. Clones share connections; no lock or `Arc` is needed around it. Its futures are `Send`
/// and need a tokio runtime with time and I/O enabled.
///
/// A connection is driven by the runtime that opened it. Use a client in one runtime, or in one after another: where a
/// runtime lives on without being run, calls of another one on its connections end at their limit.
///
/// Dropping the future of a call drops its connection. The service may act on the request all the same.
#[derive(Clone)]
pub struct MigrationClient(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    api: Client,
    /// What `api` makes its calls by.
    core: Core,
    /// None where nothing says where it is.
    iam: Option<Core>,
    project: Arc<Project>,
    region: Option<String>,
    /// What further clients are made over: as it was built, without tokens.
    origin: Core,
    /// The IAM user, whose tokens are for one project.
    user: Option<IamUser>,
}

/// Reports each attempt that is repeated.
struct OnRetry<F>(F);

impl<F: Fn(&Error, Duration) + Send + Sync> Repeats for OnRetry<F> {
    fn failed(&self, error: &Error, pause: Option<Duration>) {
        self.0(error, pause.unwrap_or_default());
    }
}

impl MigrationClient {
    /// Says whether a text can be the ID of a task at all, as every call does before it sends anything: 1 to 64
    /// letters, digits, `-` and `_`. For programs that check all they were given before they begin.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which says what is wrong.
    pub fn check_task_id(task_id: &str) -> Result<()> {
        check_path_value(task_id).map_err(|why| Error::config(&format!("task_id {why}")))
    }

    /// A clone whose calls report each attempt that failed and is repeated: its error, and the pause before the next
    /// attempt. Nothing is in flight during that pause. The callback should return at once: the call stands still
    /// meanwhile. The calls that get a token or look up the project do not report.
    ///
    /// ```
    /// # fn report(client: &huaweicloud_dcs::MigrationClient) {
    /// let client = client.on_retry(|error, pause| {
    ///     eprintln!("request {:?}: next attempt in {pause:?}", error.request_id());
    /// });
    /// # let _ = client;
    /// # }
    /// ```
    #[must_use]
    pub fn on_retry(&self, report: impl Fn(&Error, Duration) + Send + Sync + 'static) -> Self {
        self.with_options(CallOptions::default().with_repeats(Arc::new(OnRetry(report))))
    }

    /// A further client, for another project at the same endpoint. It shares connections, credentials and settings with
    /// this one, and does not load the machine's roots again.
    ///
    /// For an IAM user it gets tokens of its own, which are good for that project. A password that IAM refused is held back
    /// in all of these clients.
    ///
    /// ```
    /// # fn each(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// for project_id in ["0f9c5b1e7a2d4c68b3a1d5e7f9012345", "fedcba9876543210fedcba9876543210"] {
    ///     let client = client.with_project_id(project_id)?;
    ///     # let _ = client;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the ID cannot be one, see [`ClientBuilder::project_id`].
    pub fn with_project_id(&self, project_id: impl Into<String>) -> Result<Self> {
        let project = Project::of(project_id.into()).map_err(|why| Error::config(&why))?;
        let iam = self.0.iam.as_ref().map(Core::endpoint);
        self.further(self.0.origin.clone(), iam, project, self.0.region.clone())
    }

    /// A further client, for another region of Huawei Cloud. Its calls go to the region's endpoints of DCS and IAM, also
    /// where this client's endpoints were set. It shares credentials and settings with this client, and its connections
    /// unless this client calls loopback: then it does not load the machine's roots again.
    ///
    /// A project belongs to one region. So the project is the one that is named like the region, looked up when it is
    /// first needed, unless [`with_project_id`](Self::with_project_id) sets one. An IAM user gets tokens for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the region is not known, or a proxy variable of the environment cannot be followed.
    pub fn with_region(&self, region: impl Into<String>) -> Result<Self> {
        let region = region.into();
        let address = (SERVICE.endpoint_of)(&region).ok_or_else(|| {
            Error::config(&format!(
                "region {:?} is not known: check its spelling, or build a client with .endpoint()",
                shown_address(&region)
            ))
        })?;
        let origin = self.0.origin.to(&SERVICE, &address)?;
        let iam = (IAM.endpoint_of)(&region);
        self.further(origin, iam.as_deref(), Project::default(), Some(region))
    }

    fn further(
        &self,
        origin: Core,
        iam: Option<&str>,
        project: Project,
        region: Option<String>,
    ) -> Result<Self> {
        let client = Self::over(origin, self.0.user.clone(), iam, project, region)?;
        Ok(client.with_options(self.options().clone()))
    }

    /// A clone over the same connections whose calls of the service are made with these options.
    #[must_use]
    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        let core = self.0.core.with_options(options);
        Self(Arc::new(Inner {
            api: Client::new(core.clone()),
            core,
            ..(*self.0).clone()
        }))
    }

    /// The options of its calls.
    pub(crate) fn options(&self) -> &CallOptions {
        self.0.core.options()
    }

    /// The address that calls go to: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.core.endpoint()
    }

    /// The region that was set, also where an endpoint was set beside it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }
}

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for MigrationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrationClient")
            .field("core", &self.0.core)
            .field("project_id", &self.0.project)
            .finish_non_exhaustive()
    }
}
