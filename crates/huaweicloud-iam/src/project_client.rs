//! The client of any service for one project. The wrappers of services are built on it.

use std::fmt;
use std::sync::Arc;

use huaweicloud_core::{
    CallOptions, Client as Core, ClientBuilder, Error, FromBuilder, Operation, Response, Result,
    Service, check_path_value, shown_address,
};

use crate::generated::{operations::KEYSTONE_LIST_PROJECTS, types};
use crate::project::{self, Project};
use crate::service::SERVICE;
use crate::tokens::{IamUser, UserTokens};

/// The client of any service for one project. It looks up the project and gets tokens for an IAM user. The service
/// crate makes its calls with the client and the project from [`for_call`](Self::for_call).
///
/// Clones share connections, tokens and the project.
#[derive(Clone)]
pub struct ProjectClient(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    /// Makes the calls of the service.
    core: Core,
    /// None if neither a region of Huawei Cloud nor an IAM endpoint was set.
    iam: Option<Core>,
    project: Arc<Project>,
    region: Option<String>,
    /// The client as it was built, without tokens: further clients are made over it.
    origin: Core,
    /// The IAM user, whose tokens are for one project.
    user: Option<Arc<IamUser>>,
}

impl ProjectClient {
    /// Starts the settings of a client.
    pub fn builder(service: &'static Service) -> ClientBuilder<Self> {
        ClientBuilder::new(service)
    }

    /// The client that makes the calls of the service.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.0.core
    }

    /// The region that was set, even beside an endpoint.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The ID of the project: the one that was set, else the one that is named like the region, looked up once for all
    /// clones. After a failed look-up, the next call tries again.
    ///
    /// # Errors
    ///
    /// Those of [`projects`](Self::projects). [`ErrorKind::Config`](huaweicloud_core::ErrorKind::Config) if no project, or
    /// more than one, is named like the region.
    pub async fn project_id(&self) -> Result<&str> {
        let (_, project_id) = self.for_call(&KEYSTONE_LIST_PROJECTS, []).await?;
        Ok(project_id)
    }

    /// The ID of the project, if it was set or has been looked up.
    #[must_use]
    pub fn known_project_id(&self) -> Option<&str> {
        self.0.project.id()
    }

    /// Lists the projects that the credentials can see: those with exactly that name, or all. It needs no project.
    ///
    /// # Errors
    ///
    /// Those of any call that only reads. [`ErrorKind::Config`](huaweicloud_core::ErrorKind::Config) if neither a region
    /// nor an IAM endpoint was set.
    pub async fn projects(&self, name: Option<&str>) -> Result<Response<Vec<types::Project>>> {
        project::projects(self.iam()?, name).await
    }

    /// Returns the client and the project ID for a call of `operation`. It looks up the project if needed. Look-up and
    /// call share one deadline. The IDs in the path are checked first: with an invalid ID nothing is sent.
    ///
    /// # Errors
    ///
    /// Those of [`project_id`](Self::project_id), as errors of `operation`, which was not sent.
    /// [`ErrorKind::Config`](huaweicloud_core::ErrorKind::Config) if an ID is invalid.
    pub async fn for_call<const N: usize>(
        &self,
        operation: &Operation,
        ids: [(&'static str, &str); N],
    ) -> Result<(Core, &str)> {
        match self.0.project.id() {
            Some(project_id) => Ok((self.0.core.clone(), project_id)),
            // In a box, so that calls that need no look-up do not make room for one.
            None => Box::pin(self.look_up(operation, &ids)).await,
        }
    }

    async fn look_up(
        &self,
        operation: &Operation,
        ids: &[(&'static str, &str)],
    ) -> Result<(Core, &str)> {
        for (name, id) in ids {
            check_path_value(id)
                .map_err(|why| Error::refused(operation.id, &format!("{name} {why}")))?;
        }
        let core = &self.0.core;
        let deadline = core.deadline();
        let iam = self.iam()?;
        let iam = iam.with_options(CallOptions::default().with_deadline(deadline));
        let found = self.0.project.find(&iam, self.region()).await;
        let project_id = found.map_err(|failure| {
            Error::unmade(failure, "the project could not be looked up")
                .operation(operation.id)
                .build()
        })?;
        let options = core.options().clone().with_deadline(deadline);
        Ok((core.with_options(options), project_id))
    }

    fn iam(&self) -> Result<&Core> {
        let iam = self.0.iam.as_ref();
        iam.ok_or_else(|| Error::config("no IAM endpoint: set a region or an IAM endpoint"))
    }

    /// A clone whose calls of the service are made with these options.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self(Arc::new(Inner {
            core: self.0.core.with_options(options),
            ..(*self.0).clone()
        }))
    }

    /// A client for another project at the same endpoints, with the same settings over the same connections. An IAM user
    /// gets tokens for that project. A password that IAM refused is held back in all of these clients.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](huaweicloud_core::ErrorKind::Config) if the ID is invalid.
    pub fn with_project_id(&self, project_id: impl Into<String>) -> Result<Self> {
        let project = Project::of(project_id.into()).map_err(|why| Error::config(&why))?;
        let iam = self.0.iam.as_ref().map(Core::endpoint);
        self.further(self.0.origin.clone(), iam, project, self.0.region.clone())
    }

    /// A client for another region of Huawei Cloud, with the same settings. Its calls go to the region's endpoints of the
    /// service and of IAM. It has the project that is named like the region, until
    /// [`with_project_id`](Self::with_project_id) sets one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](huaweicloud_core::ErrorKind::Config) if the region is not known, or a proxy variable is
    /// unusable.
    pub fn with_region(&self, region: impl Into<String>) -> Result<Self> {
        let region = region.into();
        let service = self.0.origin.service();
        let address = (service.endpoint_of)(&region).ok_or_else(|| {
            Error::config(&format!(
                "region {:?} is not known: check its spelling, or build a client with .endpoint()",
                shown_address(&region)
            ))
        })?;
        let origin = self.0.origin.to(service, &address)?;
        let iam = (SERVICE.endpoint_of)(&region);
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
        Ok(client.with_options(self.0.core.options().clone()))
    }

    /// A client over the connections of `origin`, which knows no tokens. An IAM user gets tokens of the client's own: a
    /// token is good for one project.
    fn over(
        origin: Core,
        user: Option<Arc<IamUser>>,
        iam: Option<&str>,
        project: Project,
        region: Option<String>,
    ) -> Result<Self> {
        let project = Arc::new(project);
        let mut core = origin.clone();
        let mut iam = iam.map(|at| core.to(&SERVICE, at)).transpose()?;
        if let (Some(user), Some(at)) = (&user, &iam) {
            let (user, project) = (user.clone(), Arc::clone(&project));
            let tokens = Arc::new(UserTokens::new(user, at.clone(), project, region.clone()));
            iam = iam.map(|iam| iam.with_resolver(tokens.clone()));
            core = core.with_resolver(tokens);
        }
        Ok(Self(Arc::new(Inner {
            core,
            iam,
            project,
            region,
            origin,
            user,
        })))
    }
}

impl FromBuilder for ProjectClient {
    fn from_builder(mut builder: ClientBuilder) -> Result<Self> {
        let (service, place) = (builder.service(), builder.place());
        let user = builder
            .fixed_credentials()
            .and_then(IamUser::of)
            .map(Arc::new);
        let region = place.region.as_deref();
        let iam = place
            .iam_endpoint
            .or_else(|| (SERVICE.endpoint_of)(region?));
        // The builder reports that itself.
        let region_is_wrong =
            place.endpoint.is_none() && region.and_then(service.endpoint_of).is_none();
        let project = match (place.project_id, region, &iam) {
            (Some(id), ..) => Project::of(id),
            // Listing projects needs no project, but a token is for one.
            (None, None, Some(_)) if user.is_none() => Ok(Project::default()),
            (None, None, _) => Err(project::missing("a region to look it up by")),
            (None, Some(_), None) if !region_is_wrong => {
                Err(project::missing("an IAM endpoint to look it up at"))
            }
            (None, Some(_), _) => Ok(Project::default()),
        };
        if let Err(problem) = &project {
            builder = builder.problem(problem);
        }
        if user.is_some() && iam.is_none() && !region_is_wrong {
            builder = builder.problem("no IAM endpoint for the user: set an IAM endpoint");
        }
        let (core, project) = (builder.build()?, project.unwrap_or_default());
        Self::over(core, user, iam.as_deref(), project, place.region)
    }
}

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for ProjectClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectClient")
            .field("core", &self.0.core)
            .field("project_id", &self.0.project)
            .finish_non_exhaustive()
    }
}
