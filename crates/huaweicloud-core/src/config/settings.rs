//! The settings of a client, and their checks.

use std::sync::Arc;
use std::time::Duration;

use super::endpoint::{Endpoint, beginning, check_http_host};
use super::environment::Environment;
use super::service::Service;
use crate::auth::Source;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::pipeline::{CallOptions, Client, Limits, RetryConfig, Shared, Skew, Target};
use crate::transport::{Connections, HttpSettings, Proxy, Transport};

/// What a [`ClientBuilder`](crate::ClientBuilder) holds. Nothing is checked yet.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) service: &'static Service,
    /// Region, endpoints and project, as code has set them.
    pub(super) set: Environment,
    pub(super) environment: Environment,
    /// The host that plain http is allowed for.
    pub(super) http_host: Option<String>,
    pub(super) credentials: Option<Source>,
    pub(super) limits: Limits,
    pub(super) retry: RetryConfig,
    pub(super) http: HttpSettings,
    /// What the module `testing` puts in place of connections.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Problems that a service crate reported.
    pub(super) problems: Vec<String>,
}

impl Settings {
    pub(super) fn new(service: &'static Service) -> Self {
        Self {
            service,
            set: Environment::default(),
            environment: Environment::default(),
            http_host: None,
            credentials: None,
            limits: Limits {
                call: Duration::from_secs(120),
                read_attempt: Duration::from_secs(30),
            },
            retry: RetryConfig::default(),
            http: HttpSettings {
                connect_timeout: Duration::from_secs(5),
                proxy: Proxy::FromEnv,
                ca_file: None,
                user_agent: concat!("huaweicloud-core/", env!("CARGO_PKG_VERSION")).to_owned(),
            },
            transport: None,
            clock: Arc::new(SystemClock),
            problems: Vec::new(),
        }
    }

    pub(super) fn place(&self) -> Environment {
        self.environment.clone().overridden_by(self.set.clone())
    }

    /// Checks all settings and makes the client.
    pub(super) fn client(self) -> Result<Client> {
        let mut problems = Problems::default();
        let place = self.place();
        let http_host = self.http_host.as_deref();
        problems.note(http_host.map_or(Ok(()), check_http_host));
        let address = match (place.endpoint, place.region) {
            (Some(endpoint), _) => Ok(endpoint),
            (None, Some(region)) => (self.service.endpoint_of)(&region).ok_or_else(|| {
                format!(
                    "region {:?} is not known: check its spelling, or set an endpoint",
                    beginning(&region)
                )
            }),
            (None, None) => Err(format!(
                "no region: set a region or an endpoint ({} or {})",
                Environment::REGION,
                self.service.endpoint_variable
            )),
        };
        let endpoint =
            problems.note(address.and_then(|address| Endpoint::parse(&address, http_host)));
        if let Some(address) = place.iam_endpoint {
            let iam = Endpoint::parse(&address, http_host);
            problems.note(iam.map_err(|problem| format!("IAM {problem}")));
        }
        for problem in self.problems {
            problems.push(problem);
        }
        let fixed = self.credentials.as_ref().and_then(Source::fixed);
        problems.note(fixed.map_or(Ok(()), |fixed| fixed.check()));
        if http_host.is_some() && fixed.is_some_and(|fixed| fixed.as_iam_user().is_some()) {
            problems.push(
                "plain http is allowed for a host: an IAM user's password is not sent then, use a token or a key pair"
                    .to_owned(),
            );
        }
        if self.credentials.is_none() {
            problems.push("no credentials: set credentials or a credentials provider".to_owned());
        }
        let (limits, mut http) = (self.limits, self.http);
        let durations = [limits.call, limits.read_attempt, http.connect_timeout];
        if durations.iter().any(Duration::is_zero) {
            problems.push("a time limit is zero: set it to more".to_owned());
        }
        if self.retry.max_attempts() == 0 {
            problems.push("max_attempts is 0: set 1 for no retries".to_owned());
        }
        http.connect_timeout = connect_limit(http.connect_timeout, limits.call);
        let connections = Connections::new(http, self.transport);
        let target = endpoint
            .and_then(|endpoint| problems.note(Target::new(self.service, endpoint, &connections)));
        let (Some(target), Some(source), true) = (target, self.credentials, problems.0.is_empty())
        else {
            return Err(Error::config(&format!(
                "the client cannot be made: {}",
                problems.0.join("; ")
            )));
        };
        Ok(Client {
            shared: Arc::new(Shared {
                connections,
                limits,
                retry: self.retry,
                clock: self.clock,
                skew: Skew::default(),
                http_host: self.http_host,
            }),
            target: Arc::new(target),
            source,
            options: CallOptions::default(),
        })
    }
}

/// All problems of the settings.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note<T>(&mut self, result: std::result::Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }

    /// Adds a problem once: a bad proxy variable is one problem for two endpoints.
    fn push(&mut self, problem: String) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }
}

/// A connect timeout proves that nothing was sent; a call timeout does not. So connecting gets half of a call at most.
fn connect_limit(wanted: Duration, call: Duration) -> Duration {
    wanted.min(call / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    static SERVICE: Service = Service {
        name: "ECS",
        endpoint_variable: "ECS_ENDPOINT",
        endpoint_of: |_| None,
        code_prefixes: &[],
        codes: &[],
        look_first: |_| "",
    };

    #[test]
    fn debug_shows_addresses_without_their_passwords() {
        let settings = Client::builder(&SERVICE)
            .endpoint("https://user:hidden@api.example.com")
            .proxy("http://user:hidden@proxy.example.com:8080");
        let shown = format!("{settings:?}");
        for host in ["@api.example.com", "@proxy.example.com:8080"] {
            assert!(shown.contains(host), "{shown}");
        }
        assert!(!shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn ca_file_with_a_strange_name_is_refused_in_one_line() {
        let settings = Client::builder(&SERVICE)
            .endpoint("https://api.example.com")
            .credentials(Credentials::token("tokenInvented"))
            .proxy_from_env(false)
            .ca_file("missing\n\u{1b}[2J.pem");
        let line = settings.build().unwrap_err().to_string();
        assert!(line.contains("the CA file"), "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }

    fn http_allowed_for(host: &str, credentials: Credentials) -> Result<Client> {
        let settings = Client::builder(&SERVICE)
            .endpoint("http://stand-in:8080")
            .iam_endpoint("http://stand-in:8081")
            .proxy("http://proxy.example.com:8080")
            .credentials(credentials);
        settings.danger_allow_http(host).build()
    }

    #[test]
    fn http_host_in_code_is_allowed_for_all_its_services() {
        let client = http_allowed_for("stand-in", Credentials::ak_sk("AK", "sk")).unwrap();
        assert_eq!(client.endpoint(), "http://stand-in:8080");
        assert_eq!(client.target.route, "host stand-in:8080");
        let to = |address| client.to(&SERVICE, address);
        assert_eq!(
            to("http://stand-in:9").unwrap().endpoint(),
            "http://stand-in:9"
        );
        assert!(to("http://other").is_err());
    }

    #[test]
    fn http_to_a_host_that_is_not_allowed_is_refused() {
        let error = http_allowed_for("other", Credentials::token("t")).unwrap_err();
        let line = error.to_string();
        assert_eq!(line.matches("in clear").count(), 2, "{line}");
        assert!(line.contains("IAM endpoint"), "{line}");
    }

    #[test]
    fn http_host_with_an_iam_user_is_refused() {
        let user = Credentials::iam_user("account", "user", "hidden");
        let line = http_allowed_for("stand-in", user).unwrap_err().to_string();
        assert!(line.contains("IAM user's password"), "{line}");
        assert!(!line.contains("hidden"), "{line}");
    }

    #[test]
    fn missing_region_names_setting_and_variables() {
        let line = Client::builder(&SERVICE).build().unwrap_err().to_string();
        for words in [
            "set a region or an endpoint",
            "HW_REGION_NAME",
            "ECS_ENDPOINT",
            "set credentials",
        ] {
            assert!(line.contains(words), "{line}");
        }
    }

    #[test]
    fn connecting_never_takes_more_than_half_of_a_call() {
        let seconds = Duration::from_secs;
        assert_eq!(connect_limit(seconds(5), seconds(120)), seconds(5));
        assert_eq!(connect_limit(seconds(5), seconds(4)), seconds(2));
    }
}
