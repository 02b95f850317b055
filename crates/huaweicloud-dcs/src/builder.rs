//! Settings, checked all at once.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::client::MigrationClient;
use crate::clock::SystemClock;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::identifier;
use crate::inner::{Inner, Limits};
use crate::region;
use crate::retry::RetryConfig;
use crate::skew::Skew;
use crate::source::Source;
use crate::transport;

/// Settings of a [`MigrationClient`]. Each is checked by [`build`](Self::build), and none before.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until build() is called"]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint: Option<String>,
    project_id: Option<String>,
    credentials: Option<Source>,
    timeout: Duration,
    read_timeout: Duration,
    connect_timeout: Duration,
    retry: RetryConfig,
    proxy_from_env: bool,
}

impl MigrationClient {
    /// Begins a client. It needs a region or an endpoint, a project id and credentials.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            region: None,
            endpoint: None,
            project_id: None,
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
    /// Takes what the environment says of region, endpoint and project. What it does not say stays as it was.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.region = environment.region.or(self.region);
        self.endpoint = environment.endpoint.or(self.endpoint);
        self.project_id = environment.project_id.or(self.project_id);
        self
    }

    /// Sets the region, by its ID, such as `cn-north-4`: calls go to its public endpoint, unless an
    /// [`endpoint`](Self::endpoint) is set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the address that calls go to: `https://`, host and port alone; `http://` for loopback only. It wins over a
    /// [`region`](Self::region).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the project whose tasks are meant, by its ID: 32 hexadecimal digits.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Sets credentials that stay the same for the life of the client.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(Source::Fixed(Arc::new(credentials)));
        self
    }

    /// Sets where credentials come from, asked for every attempt of every call.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Source::Provider(Arc::new(provider)));
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
    /// [`timeout`](Self::timeout): a limit on connecting says that nothing was sent, one on the call cannot.
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
    /// followed. Default true. Loopback is reached directly either way.
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
        let address = match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => Ok(endpoint.clone()),
            (None, Some(region)) => region::endpoint_of(region),
            (None, None) => Err("no region: set .region() or .endpoint()".to_owned()),
        };
        let endpoint = problems.note(address.and_then(|address| Endpoint::parse(&address)));
        let project_id = problems.note(match self.project_id {
            None => Err("no project id: set .project_id()".to_owned()),
            Some(id) => identifier::check(&id)
                .map(|()| id)
                .map_err(|why| format!("project_id {why}")),
        });
        let credentials = problems.note(match self.credentials {
            None => Err("no credentials: set .credentials()".to_owned()),
            Some(Source::Fixed(credentials)) => {
                credentials.check().map(|()| Source::Fixed(credentials))
            }
            Some(provider) => Ok(provider),
        });
        if self.timeout.is_zero() || self.read_timeout.is_zero() || self.connect_timeout.is_zero() {
            problems
                .0
                .push("a time limit is zero: nothing could be done in it".to_owned());
        }
        if self.retry.max_attempts() == 0 {
            problems
                .0
                .push("max_attempts is 0: 1 is the least, and means no repeats".to_owned());
        }
        let http = endpoint.as_ref().and_then(|endpoint| {
            let connect_timeout = connect_limit(self.connect_timeout, self.timeout);
            problems.note(transport::http_client(
                endpoint,
                connect_timeout,
                self.proxy_from_env,
            ))
        });
        let (Some(endpoint), Some(project_id), Some(credentials), Some(http), true) = (
            endpoint,
            project_id,
            credentials,
            http,
            problems.0.is_empty(),
        ) else {
            return Err(Error::config(format!(
                "the client cannot be made: {}",
                problems.0.join("; ")
            )));
        };
        let header = |text: &str| {
            HeaderValue::try_from(text).map_err(|error| Error::config(error.to_string()))
        };
        Ok(MigrationClient(Arc::new(Inner {
            region: self.region,
            host: header(endpoint.host())?,
            endpoint,
            project_header: header(&project_id)?,
            project_id,
            credentials,
            limits: Limits {
                call: self.timeout,
                read_attempt: self.read_timeout,
            },
            retry: self.retry,
            transport: Arc::new(http.clone()),
            http,
            clock: Arc::new(SystemClock),
            skew: Skew::default(),
        })))
    }
}

/// What is wrong with the settings, all of it.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note<T>(&mut self, result: std::result::Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
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
