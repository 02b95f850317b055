//! A stop in a child process with an environment of its own. The environment of the tests never changes.

use std::ffi::OsStr;
use std::io;
use std::time::Duration;

use huaweicloud_dcs::{Credentials, Error, MigrationClient, Response, RetryConfig};
use serde_json::{Value, json};
use tokio::process::Command;
use tracing_subscriber::filter::LevelFilter;

/// Makes a process of this program a child. The value is the endpoint for its stop.
const ENDPOINT: &str = "FAULTS_ENDPOINT";
/// If set, the child uses an IAM user and gets the token from this endpoint.
pub(crate) const IAM_ENDPOINT: &str = "FAULTS_IAM_ENDPOINT";
/// If set, the child's client ignores proxy variables.
pub(crate) const NO_PROXY_FROM_ENV: &str = "FAULTS_NO_PROXY_FROM_ENV";
/// If set, the child's client uses this proxy.
pub(crate) const PROXY: &str = "FAULTS_PROXY";
/// The start of the report's line.
const REPORT: &str = "outcome of the stop: ";
/// Variables of the machine that a child must not inherit.
const UNSET: [&str; 10] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// The outcome of a child's stop.
pub(crate) struct Report {
    facts: Value,
    /// All output: the report, the error's `Debug`, and the logs of all crates at TRACE.
    pub(crate) written: String,
}

impl Report {
    /// The kind of the error, or `None` for a success.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.facts["kind"].as_str()
    }

    /// The status of the response.
    pub(crate) fn status(&self) -> Option<u64> {
        self.facts["status"].as_u64()
    }

    /// Whether the stop got 204.
    pub(crate) fn stopped(&self) -> bool {
        self.facts["status"] == 204 && self.kind().is_none()
    }

    pub(crate) fn attempts(&self) -> u64 {
        self.facts["attempts"].as_u64().unwrap()
    }

    pub(crate) fn may_have_been_applied(&self) -> bool {
        self.facts["may_have_been_applied"].as_bool().unwrap()
    }

    pub(crate) fn is_retryable(&self) -> bool {
        self.facts["is_retryable"].as_bool().unwrap()
    }

    /// The one line of the error.
    pub(crate) fn line(&self) -> &str {
        self.facts["line"].as_str().unwrap()
    }

    /// The causes of the error, one a line.
    pub(crate) fn causes(&self) -> &str {
        self.facts["causes"].as_str().unwrap()
    }
}

/// Runs a child that sends one stop to `endpoint`, with these variables.
pub(crate) async fn stop<V: AsRef<OsStr>>(endpoint: &str, variables: &[(&str, V)]) -> Report {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "--nocapture",
        "child::report_gives_the_outcome_of_a_stop",
    ]);
    for name in UNSET {
        command.env_remove(name);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    let command = command.env(ENDPOINT, endpoint).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(30), command.output())
        .await
        .unwrap()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let written = text(output.stdout) + &text(output.stderr);
    assert!(output.status.success(), "{written}");
    let facts = written.lines().find_map(|line| line.split_once(REPORT));
    Report {
        facts: serde_json::from_str(facts.unwrap().1).unwrap(),
        written,
    }
}

async fn attempt(endpoint: &str) -> Result<Response<()>, Error> {
    let builder = MigrationClient::builder();
    let builder = match std::env::var(IAM_ENDPOINT) {
        Ok(iam) => builder.iam_endpoint(iam).credentials(Credentials::iam_user(
            "account",
            "user",
            "passwordInvented",
        )),
        Err(_) => builder.credentials(Credentials::ak_sk("AKINVENTED", "skInvented")),
    };
    let builder = match std::env::var(PROXY) {
        Ok(proxy) => builder.proxy(proxy),
        Err(_) => builder.proxy_from_env(std::env::var_os(NO_PROXY_FROM_ENV).is_none()),
    };
    builder
        .endpoint(endpoint)
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .timeout(Duration::from_secs(20))
        .retry(RetryConfig::default().with_initial_backoff(Duration::from_millis(1)))
        .build()?
        .stop_sync("6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31")
        .await
}

fn facts(result: Result<Response<()>, Error>) -> Value {
    match result {
        Ok(response) => json!({ "status": response.status(), "attempts": response.attempts() }),
        Err(error) => {
            let first: &dyn std::error::Error = &error;
            let causes = std::iter::successors(first.source(), |error| error.source());
            let causes: Vec<_> = causes.map(ToString::to_string).collect();
            json!({
                "kind": error.kind().as_str(),
                "status": error.status(),
                "attempts": error.attempts(),
                "may_have_been_applied": error.may_have_been_applied(),
                "is_retryable": error.is_retryable(),
                "line": error.to_string(),
                "causes": causes.join("\n"),
                "debug": format!("{error:?}"),
            })
        }
    }
}

/// The only test that a child runs. Outside a child, it tests the report itself.
#[tokio::test]
async fn report_gives_the_outcome_of_a_stop() {
    if let Ok(endpoint) = std::env::var(ENDPOINT) {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(io::stderr)
            .init();
        println!("{REPORT}{}", facts(attempt(&endpoint).await));
        return;
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let report = stop::<&str>(&endpoint, &[]).await;
    assert_eq!((report.kind(), report.attempts()), (Some("connect"), 3));
    assert!(report.is_retryable() && !report.may_have_been_applied() && !report.stopped());
    assert!(report.line().contains("no connection") && report.causes().contains("refused"));
    // The output holds the logs of the libraries, so the tests would notice a secret in them.
    for library in ["reqwest::connect", "hyper_util::client"] {
        assert!(report.written.contains(library), "{}", report.written);
    }
}
