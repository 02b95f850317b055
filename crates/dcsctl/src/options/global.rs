//! The options of every command, and the client built from them and the environment.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::{ArgAction, Args};
use huaweicloud_dcs::{Credentials, Environment, MigrationClient, RetryConfig, SERVICE};

use crate::outcome::Failure;
use crate::output::Format;
use crate::text::masked;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Region ID, such as ap-southeast-1
    #[arg(
        long,
        global = true,
        value_name = "REGION",
        conflicts_with = "endpoint"
    )]
    pub(crate) region: Option<String>,

    /// Service address in place of the region's, as https://host:port; http is for loopback only
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// IAM address in place of the region's; IAM looks up projects and issues tokens
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) iam_endpoint: Option<String>,

    /// Project ID: 1 to 64 letters, digits, - and _; in the public cloud 32 hexadecimal digits
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project_id: Option<String>,

    /// Output format: text, or json with one object per line
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide_possible_values = true, value_name = "text|json")]
    pub(crate) output: Format,

    /// Time limit of one call, retries included; a stop can take long
    #[arg(long, global = true, value_parser = humantime::parse_duration, default_value = "120s", value_name = "DURATION")]
    pub(crate) timeout: Duration,

    /// Maximum attempts per call; a call is retried only where it cannot act twice
    #[arg(long, global = true, default_value = "3", value_name = "N")]
    pub(crate) max_attempts: NonZeroU32,

    /// Ignore the proxy environment variables
    #[arg(long, global = true)]
    pub(crate) no_proxy: bool,

    /// Log calls to standard error; -vv logs everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl GlobalOptions {
    /// Builds the client. The error names all that is missing or wrong in one line. Sends nothing.
    pub(crate) fn client(&self) -> Result<MigrationClient, Failure> {
        self.client_at(missing_project)
    }

    /// Builds the client for IAM calls, which need no project.
    pub(crate) fn client_for_iam(&self) -> Result<MigrationClient, Failure> {
        self.client_at(missing_iam)
    }

    fn client_at(
        &self,
        missing_project: impl Fn(&Environment) -> Option<String>,
    ) -> Result<MigrationClient, Failure> {
        let settings = settings(self, Environment::read(&SERVICE));
        let credentials = Credentials::from_env();

        let mut problems: Vec<_> = missing_region(&settings)
            .into_iter()
            .chain(missing_project(&settings))
            .collect();
        problems.extend(credentials.as_ref().err().map(ToString::to_string));
        let credentials = match credentials {
            Ok(credentials) if problems.is_empty() => credentials,
            _ => return Err(Failure::usage(problems.join("; "))),
        };

        MigrationClient::builder()
            .environment(settings)
            .credentials(credentials)
            .timeout(self.timeout)
            .retry(RetryConfig::default().with_max_attempts(self.max_attempts.get()))
            .proxy_from_env(!self.no_proxy)
            .build()
            .map_err(|error| Failure::usage(error.to_string()))
    }
}

/// Merges the options with the environment; options win.
fn settings(options: &GlobalOptions, environment: Environment) -> Environment {
    let mut set = Environment::default();
    set.region.clone_from(&options.region);
    set.endpoint.clone_from(&options.endpoint);
    set.iam_endpoint.clone_from(&options.iam_endpoint);
    set.project_id.clone_from(&options.project_id);
    let mut settings = environment.overridden_by(set);
    // No valid setting has a `=`. One that has is refused, and shown without the text after it, which may be a secret.
    for text in [
        &mut settings.region,
        &mut settings.endpoint,
        &mut settings.iam_endpoint,
        &mut settings.project_id,
    ] {
        *text = text.as_deref().map(masked);
    }
    settings
}

/// Says that neither region nor endpoint is set.
fn missing_region(settings: &Environment) -> Option<String> {
    let is_missing = settings.region.is_none() && settings.endpoint.is_none();
    let (region, endpoint) = (Environment::REGION, SERVICE.endpoint_variable);
    is_missing
        .then(|| format!("no region: pass --region or --endpoint, or set {region} or {endpoint}"))
}

/// Says that the project is neither set nor can be looked up.
fn missing_project(settings: &Environment) -> Option<String> {
    let is_missing = settings.project_id.is_none() && settings.region.is_none();
    let names = Environment::PROJECT_IDS.join(" or ");
    is_missing.then(|| {
        format!("no project ID: pass --project-id, or set {names}; with a region it is looked up")
    })
}

/// Says that the IAM endpoint is neither set nor known from a region.
fn missing_iam(settings: &Environment) -> Option<String> {
    let is_missing = settings.iam_endpoint.is_none() && settings.region.is_none();
    let name = Environment::IAM_ENDPOINT;
    is_missing.then(|| format!("no IAM endpoint: pass --region or --iam-endpoint, or set {name}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        global: GlobalOptions,
    }

    fn environment(
        region: Option<&str>,
        endpoint: Option<&str>,
        project_id: Option<&str>,
    ) -> Environment {
        let mut environment = Environment::default();
        environment.region = region.map(str::to_owned);
        environment.endpoint = endpoint.map(str::to_owned);
        environment.project_id = project_id.map(str::to_owned);
        environment
    }

    fn find(line: &str) -> Environment {
        let line = format!("dcsctl {line}");
        let options = Program::try_parse_from(line.split_whitespace())
            .unwrap()
            .global;
        let mut environment = environment(Some("r"), Some("e"), Some("p"));
        environment.iam_endpoint = Some("i".to_owned());
        settings(&options, environment)
    }

    #[test]
    fn options_win_over_environment() {
        for (line, region, endpoint, iam_endpoint, project_id) in [
            ("", Some("r"), Some("e"), Some("i"), "p"),
            ("--region R", Some("R"), None, None, "p"),
            ("--endpoint E", None, Some("E"), Some("i"), "p"),
            ("--iam-endpoint I", Some("r"), Some("e"), Some("I"), "p"),
            (
                "--region R --iam-endpoint I",
                Some("R"),
                None,
                Some("I"),
                "p",
            ),
            ("--project-id P", Some("r"), Some("e"), Some("i"), "P"),
        ] {
            let mut expected = environment(region, endpoint, Some(project_id));
            expected.iam_endpoint = iam_endpoint.map(str::to_owned);
            assert_eq!(find(line), expected, "{line}");
        }
    }

    #[test]
    fn missing_setting_is_named_by_option_and_variable() {
        let missing = |settings: &Environment| -> Vec<String> {
            let all = [missing_region(settings), missing_project(settings)];
            all.into_iter().flatten().collect()
        };
        let nothing = missing(&Environment::default()).join("; ");
        for name in [
            "--region",
            "--endpoint",
            "HW_REGION_NAME",
            "DCS_ENDPOINT",
            "--project-id",
            "HUAWEICLOUD_SDK_PROJECT_ID",
            "HW_PROJECT_ID",
        ] {
            assert!(nothing.contains(name), "{nothing}");
        }
        assert_eq!(missing(&environment(None, Some("e"), Some("p"))), [""; 0]);
        assert_eq!(missing(&environment(Some("r"), None, None)), [""; 0]);
    }
}
