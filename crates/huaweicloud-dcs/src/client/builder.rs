//! Settings, checked all at once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{
    Client as Core, ClientBuilder as CoreBuilder, Credentials, ProvideCredentials, Result,
    RetryConfig, check_endpoint,
};
use huaweicloud_dcs_api::Client;
use huaweicloud_iam::{IamUser, Project, SERVICE as IAM, UserTokens};

use super::{Environment, Inner, MigrationClient};
use crate::service::SERVICE;

/// Settings of a [`MigrationClient`]. Each is checked by [`build`](Self::build), and none before.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until build() is called"]
pub struct ClientBuilder {
    /// What code has set.
    place: Environment,
    environment: Environment,
    core: CoreBuilder,
}

impl MigrationClient {
    /// Begins a client. It needs credentials and a region, or an endpoint and a project ID in its place.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            place: Environment::default(),
            environment: Environment::default(),
            core: Core::builder(&SERVICE).user_agent(USER_AGENT),
        }
    }
}

const USER_AGENT: &str = concat!("huaweicloud-dcs/", env!("CARGO_PKG_VERSION"));

impl ClientBuilder {
    /// Takes what the environment says of region, endpoints and project, where code says nothing: what the other
    /// methods set wins, whether it is set before or after.
    ///
    /// Region and endpoint are one choice: where code sets either, the environment's are both left out. A region that
    /// code sets chooses IAM, too.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the region, by its ID, such as `cn-north-4`: calls go to its public endpoint, unless an
    /// [`endpoint`](Self::endpoint) is set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.place.region = Some(region.into());
        self
    }

    /// Sets the address that calls go to: `https://`, host and port alone; `http://` for loopback only. It wins over a
    /// [`region`](Self::region).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.place.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the address of IAM, which looks projects up and makes tokens: what an [`endpoint`](Self::endpoint) may be. Default that
    /// of the region, if it is one of Huawei Cloud's.
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.place.iam_endpoint = Some(endpoint.into());
        self
    }

    /// Sets the project whose tasks are meant, by its ID: 32 hexadecimal digits in the public cloud; what is checked is
    /// that it is one segment of a path, 1 to 64 letters, digits, `-` and `_`. Default the project that is named like the
    /// region, looked up once when it is first needed; that takes the right to list projects. With an IAM endpoint and
    /// neither a project nor a region, [`projects`](MigrationClient::projects) can be called, and calls that need a
    /// project end with [`ErrorKind::Config`](crate::ErrorKind::Config); an IAM user needs one of them.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.place.project_id = Some(project_id.into());
        self
    }

    /// Sets credentials that stay the same for the life of the client; for an IAM user it gets tokens.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.core = self.core.credentials(credentials);
        self
    }

    /// Sets where credentials come from, asked for every attempt of every call.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.core = self.core.credentials_provider(provider);
        self
    }

    /// Sets how long a whole call may take, pauses and repeats included. Default 120 s: a stop may be answered only
    /// when the task has stopped.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.core = self.core.timeout(limit);
        self
    }

    /// Sets how long one attempt of a call that only reads may take. Default 30 s.
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.core = self.core.read_timeout(limit);
        self
    }

    /// Sets how long connecting may take, TLS included. Default 5 s, and never more than half of
    /// [`timeout`](Self::timeout): a limit on connecting says that nothing was sent, one on the call cannot. For the same
    /// reason a call that changes something is not sent with less time left than this, be it the first attempt or a
    /// later one: it ends with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and was not applied.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.core = self.core.connect_timeout(limit);
        self
    }

    /// Sets how often a call is tried and how long the pauses are. Default [`RetryConfig::default`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.core = self.core.retry(retry);
        self
    }

    /// Whether the proxy variables of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case) are
    /// followed. Default true. Loopback is reached directly either way. [`build`](Self::build) refuses a variable that
    /// cannot be followed for the service or for IAM: an unusable proxy variable is never bypassed.
    pub fn proxy_from_env(mut self, follow: bool) -> Self {
        self.core = self.core.proxy_from_env(follow);
        self
    }

    /// Sets the proxy that requests go through: `http://HOST:PORT` or `https://HOST:PORT`. The variables of the
    /// environment are not looked at then. Loopback is reached directly. Default none but the environment's.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.core = self.core.proxy(address);
        self
    }

    /// Sets a file of certificates in PEM that are trusted besides those of the machine, such as that of a company's
    /// proxy. [`build`](Self::build) reads it. Default none.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.core = self.core.ca_file(path);
        self
    }

    /// Adds a product to the header `User-Agent`, in front of this crate's, such as `my-program/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.core = self.core.user_agent(product);
        self
    }

    /// Sends everything to a transport of a test's own, see [`testing`](crate::testing).
    #[cfg(any(test, feature = "test-util"))]
    pub fn transport(mut self, transport: Arc<dyn huaweicloud_core::testing::Transport>) -> Self {
        self.core = self.core.transport(transport);
        self
    }

    /// Dates signatures by a clock of a test's own.
    #[cfg(any(test, feature = "test-util"))]
    pub fn clock(mut self, clock: impl huaweicloud_core::testing::Clock + 'static) -> Self {
        self.core = self.core.clock(clock);
        self
    }

    /// Checks all settings and makes the client. Nothing is sent; the roots that the machine trusts are loaded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), one line that names every setting that is missing or wrong.
    pub fn build(self) -> Result<MigrationClient> {
        let mut core = self.core;
        let place = self.environment.overridden_by(self.place);
        let user = core.fixed_credentials().and_then(IamUser::of);
        let iam_of_region = || (IAM.endpoint_of)(place.region.as_deref()?);
        let iam_address = place.iam_endpoint.clone().or_else(iam_of_region);
        // What is wrong with the region is said already.
        let region_is_wrong = place.endpoint.is_none()
            && place
                .region
                .as_deref()
                .and_then(SERVICE.endpoint_of)
                .is_none();
        let project = match (place.project_id, &place.region, &iam_address) {
            (Some(id), ..) => Project::of(id),
            // Enough to list projects, unless a token has to be got, which is for one. Other calls say what is missing.
            (None, None, Some(_)) if user.is_none() => Ok(Project::default()),
            (None, None, _) => {
                Err("no project id: set a project id, or a region to look it up by".to_owned())
            }
            (None, Some(_), None) if !region_is_wrong => Err(
                "no project id: set a project id, or an IAM endpoint to look it up at".to_owned(),
            ),
            (None, Some(_), _) => Ok(Project::default()),
        };
        if let Some(problem) = iam_address
            .as_deref()
            .and_then(|at| check_endpoint(at).err())
        {
            core = core.problem(format!("IAM {problem}"));
        }
        if user.is_some() && iam_address.is_none() && !region_is_wrong {
            core = core.problem("no IAM endpoint for the user: set an IAM endpoint");
        }
        let project = match project {
            Ok(project) => project,
            Err(problem) => {
                core = core.problem(problem);
                Project::default()
            }
        };
        if let Some(endpoint) = place.endpoint {
            core = core.endpoint(endpoint);
        }
        if let Some(region) = &place.region {
            core = core.region(region);
        }
        let core = core.build()?;
        MigrationClient::over(core, user, iam_address.as_deref(), project, place.region)
    }
}

impl MigrationClient {
    /// A client over the connections of `origin`, which knows no tokens. An IAM user gets tokens of the client's own: a
    /// token is good for one project.
    pub(super) fn over(
        origin: Core,
        user: Option<IamUser>,
        iam_address: Option<&str>,
        project: Project,
        region: Option<String>,
    ) -> Result<Self> {
        let project = Arc::new(project);
        let mut core = origin.clone();
        let mut iam = iam_address.map(|at| core.to(&IAM, at)).transpose()?;
        if let (Some(user), Some(at)) = (&user, &iam) {
            let (user, project) = (user.clone(), Arc::clone(&project));
            let tokens = Arc::new(UserTokens::new(user, at.clone(), project, region.clone()));
            iam = iam.map(|iam| iam.with_resolver(tokens.clone()));
            core = core.with_resolver(tokens);
        }
        Ok(Self(Arc::new(Inner {
            api: Client::new(core.clone()),
            core,
            iam,
            project,
            region,
            origin,
            user,
        })))
    }
}
