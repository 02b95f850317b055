//! Settings, checked all at once.

use std::sync::Arc;
use std::time::Duration;

use crate::client::MigrationClient;
use crate::clock::SystemClock;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::environment::{self, Environment};
use crate::error::{Error, Result};
use crate::iam;
use crate::inner::{Inner, Limits};
use crate::project::Project;
use crate::proxy;
use crate::region;
use crate::retry::RetryConfig;
use crate::service::{Api, Service};
use crate::skew::Skew;
use crate::source::Source;
use crate::transport;

/// Settings of a [`MigrationClient`]. Each is checked by [`build`](Self::build), and none before.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until build() is called"]
pub struct ClientBuilder {
    /// What code has set.
    place: Environment,
    environment: Environment,
    credentials: Option<Source>,
    timeout: Duration,
    read_timeout: Duration,
    connect_timeout: Duration,
    retry: RetryConfig,
    proxy_from_env: bool,
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
            credentials: None,
            timeout: Duration::from_secs(120),
            read_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            retry: RetryConfig::default(),
            proxy_from_env: true,
        }
    }
}

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
        self.credentials = Some(Source::Fixed(Arc::new(credentials), Arc::default()));
        self
    }

    /// Sets where credentials come from, asked for every attempt of every call.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Source::Provider(Arc::new(provider), Arc::default()));
        self
    }

    /// Sets how long a whole call may take, pauses and repeats included. Default 120 s: a stop may be answered only
    /// when the task has stopped.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets how long one attempt of a call that only reads may take. Default 30 s.
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// Sets how long connecting may take, TLS included. Default 5 s, and never more than half of
    /// [`timeout`](Self::timeout): a limit on connecting says that nothing was sent, one on the call cannot. For the same
    /// reason a call that changes something is not sent with less time left than this, be it the first attempt or a
    /// later one: it ends with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and was not applied.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how often a call is tried and how long the pauses are. Default [`RetryConfig::default`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Whether the proxy variables of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case) are
    /// followed. Default true. Loopback is reached directly either way. [`build`](Self::build) refuses a variable that
    /// cannot be followed for the service or for IAM: an unusable proxy variable is never bypassed.
    pub fn proxy_from_env(mut self, follow: bool) -> Self {
        self.proxy_from_env = follow;
        self
    }

    /// Checks all settings and makes the client. Nothing is sent; the roots that the machine trusts are loaded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), one line that names every setting that is missing or wrong.
    pub fn build(self) -> Result<MigrationClient> {
        let mut problems = Problems::default();
        let place = self.environment.overridden_by(self.place);
        let address = match (&place.endpoint, &place.region) {
            (Some(endpoint), _) => Ok(endpoint.clone()),
            (None, Some(region)) => region::endpoint_of(region),
            (None, None) => Err("no region: set .region() or .endpoint()".to_owned()),
        };
        let endpoint = problems.note(address.and_then(|address| Endpoint::parse(&address)));
        let iam_address = place
            .iam_endpoint
            .or_else(|| iam::endpoint_of(place.region.as_deref()?));
        let is_user = matches!(&self.credentials, Some(Source::Fixed(credentials, _)) if credentials.is_user());
        let project = problems.note(match (place.project_id, &place.region, &iam_address) {
            (Some(id), ..) => Project::of(id),
            // Enough to list projects, unless a token has to be got, which is for one. Other calls say what is missing.
            (None, None, Some(_)) if !is_user => Ok(Project::default()),
            (None, None, _) => Err(
                "no project id: set .project_id(), or .region() to have it looked up".to_owned(),
            ),
            // What is wrong with the region is said already.
            (None, Some(_), None) if endpoint.is_some() => Err(
                "no project id: set .project_id(), or .iam_endpoint() to have it looked up"
                    .to_owned(),
            ),
            (None, Some(_), _) => Ok(Project::default()),
        });
        let iam_is_known = iam_address.is_some();
        let iam_endpoint = iam_address.and_then(|address| {
            problems.note(Endpoint::parse(&address).map_err(|problem| format!("IAM {problem}")))
        });
        let credentials = problems.note(match self.credentials {
            None => Err("no credentials: set .credentials()".to_owned()),
            Some(Source::Fixed(credentials, _)) => match credentials.check() {
                // What is wrong with the region is said already.
                Ok(()) if credentials.is_user() && !iam_is_known && endpoint.is_some() => {
                    Err("no IAM endpoint for the user: set .iam_endpoint()".to_owned())
                }
                checked => checked.map(|()| Source::of(credentials)),
            },
            Some(provider) => Ok(provider),
        });
        if self.timeout.is_zero() || self.read_timeout.is_zero() || self.connect_timeout.is_zero() {
            problems.push("a time limit is zero: nothing could be done in it".to_owned());
        }
        if self.retry.max_attempts() == 0 {
            problems.push("max_attempts is 0: 1 is the least, and means no repeats".to_owned());
        }
        let connect = connect_limit(self.connect_timeout, self.timeout);
        let mut http = HttpClients {
            connect_timeout: connect,
            proxy_from_env: self.proxy_from_env,
            last: None,
        };
        let migration =
            endpoint.and_then(|endpoint| problems.note(http.service(Api::Migration, endpoint)));
        let iam = iam_endpoint.and_then(|endpoint| problems.note(http.service(Api::Iam, endpoint)));
        let (Some(migration), Some(project), Some(credentials), true) =
            (migration, project, credentials, problems.0.is_empty())
        else {
            return Err(Error::config(format!(
                "the client cannot be made: {}",
                problems.0.join("; ")
            )));
        };
        let inner = Inner {
            region: place.region,
            migration,
            iam,
            project,
            credentials,
            limits: Limits {
                call: self.timeout,
                read_attempt: self.read_timeout,
                connect,
            },
            retry: self.retry,
            clock: Arc::new(SystemClock),
            skew: Skew::default(),
        };
        Ok(MigrationClient(Arc::new(inner), None))
    }
}

/// Makes HTTP clients: one for both services where it can be, since loading the machine's roots takes long.
struct HttpClients {
    connect_timeout: Duration,
    proxy_from_env: bool,
    last: Option<(Needs, reqwest::Client)>,
}

/// What of an address decides on the client: whether it needs TLS, and whether it is this machine.
type Needs = (bool, bool);

impl HttpClients {
    fn service(
        &mut self,
        api: Api,
        endpoint: Endpoint,
    ) -> std::result::Result<Arc<Service>, String> {
        // For each endpoint, though both may share a client: the variables may except one of them.
        let proxy = if self.proxy_from_env && !endpoint.is_loopback() {
            proxy::check(&endpoint, &environment::process_or_empty)?
        } else {
            None
        };
        let needs = (endpoint.is_https(), endpoint.is_loopback());
        let client = match &self.last {
            Some((made_for, client)) if *made_for == needs => client.clone(),
            _ => transport::http_client(&endpoint, self.connect_timeout, self.proxy_from_env)?,
        };
        self.last = Some((needs, client.clone()));
        Service::new(api, endpoint, client, proxy)
    }
}

/// What is wrong with the settings, all of it.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note<T>(&mut self, result: std::result::Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }

    /// Adds a problem once: a bad variable is one problem, though two endpoints have it.
    fn push(&mut self, problem: String) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }
}

/// A limit of the call that passes while connecting leaves open what was sent; one on connecting does not.
fn connect_limit(wanted: Duration, call: Duration) -> Duration {
    wanted.min(call / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_never_takes_more_than_half_of_a_call() {
        let seconds = Duration::from_secs;
        assert_eq!(connect_limit(seconds(5), seconds(120)), seconds(5));
        assert_eq!(connect_limit(seconds(5), seconds(4)), seconds(2));
    }
}
