//! Region, endpoints and project from environment variables.

use std::fmt;

use super::endpoint::shown_address;
use super::service::Service;
use crate::auth::environment_variable;

/// Region, endpoints and project, read from environment variables.
///
/// [`ClientBuilder::from_env`](crate::ClientBuilder::from_env) reads it for you. Read it yourself if your program has
/// options of its own. Apply them with [`overridden_by`](Self::overridden_by), and pass the result to
/// [`ClientBuilder::environment`](crate::ClientBuilder::environment). For credentials, see
/// [`Credentials::from_env`](crate::Credentials::from_env).
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// The region's ID, from [`REGION`](Self::REGION).
    pub region: Option<String>,
    /// The address that calls go to, from the service's [`endpoint_variable`](Service::endpoint_variable).
    pub endpoint: Option<String>,
    /// The address of IAM, from [`IAM_ENDPOINT`](Self::IAM_ENDPOINT).
    pub iam_endpoint: Option<String>,
    /// The project's ID, from the first of [`PROJECT_IDS`](Self::PROJECT_IDS) that is set.
    pub project_id: Option<String>,
}

impl Environment {
    /// The variable of the region.
    pub const REGION: &str = "HW_REGION_NAME";
    /// The variable of the IAM endpoint, as the vendor's SDKs name it.
    pub const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
    /// The variables of the project: of the vendor's SDKs, then of Terraform's provider.
    pub const PROJECT_IDS: [&str; 2] = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"];

    /// Reads the environment of the process for a service. Later changes have no effect. An empty variable counts as
    /// unset.
    #[must_use]
    pub fn read(service: &Service) -> Self {
        Self::read_by(service, &environment_variable)
    }

    fn read_by(service: &Service, get: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            region: get(Self::REGION),
            endpoint: get(service.endpoint_variable),
            iam_endpoint: get(Self::IAM_ENDPOINT),
            project_id: Self::PROJECT_IDS.iter().find_map(|name| get(name)),
        }
    }

    /// Overrides these settings, for example with the options of a program. A setting that `set` leaves out is kept.
    ///
    /// Region and endpoint are one choice: if `set` has either, it replaces both. A region in `set` also replaces the
    /// IAM endpoint. So an endpoint in a shell profile never overrides a region that the user asks for.
    #[must_use]
    pub fn overridden_by(self, set: Self) -> Self {
        let chosen = set.region.is_some() || set.endpoint.is_some();
        let unless = |chosen: bool, text: Option<String>| text.filter(|_| !chosen);
        Self {
            iam_endpoint: set
                .iam_endpoint
                .or_else(|| unless(set.region.is_some(), self.iam_endpoint)),
            region: set.region.or_else(|| unless(chosen, self.region)),
            endpoint: set.endpoint.or_else(|| unless(chosen, self.endpoint)),
            project_id: set.project_id.or(self.project_id),
        }
    }
}

/// Leaves out the user information that an endpoint may hold before `build()` refuses it.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_deref().map(shown_address))
            .field(
                "iam_endpoint",
                &self.iam_endpoint.as_deref().map(shown_address),
            )
            .field("project_id", &self.project_id)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SERVICE: Service = Service {
        name: "ECS",
        endpoint_variable: "ECS_ENDPOINT",
        endpoint_of: |_| None,
        code_prefixes: &[],
        codes: &[],
        look_first: |_| "",
    };

    fn environment(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn environment_has_region_endpoints_and_project() {
        let variables = environment(&[
            ("HW_REGION_NAME", "cn-north-4"),
            ("ECS_ENDPOINT", "https://ecs.example.com"),
            ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://iam.example.com"),
            ("HW_PROJECT_ID", "terraform"),
            ("HUAWEICLOUD_SDK_PROJECT_ID", "vendor"),
        ]);
        let read = Environment::read_by(&SERVICE, &variables);
        assert_eq!(read.region.as_deref(), Some("cn-north-4"));
        assert_eq!(read.endpoint.as_deref(), Some("https://ecs.example.com"));
        assert_eq!(
            read.iam_endpoint.as_deref(),
            Some("https://iam.example.com")
        );
        assert_eq!(read.project_id.as_deref(), Some("vendor"));
    }

    /// Region, endpoint, IAM endpoint and project, with blanks between them and `-` for none.
    fn place(line: &str) -> Environment {
        let mut words = line
            .split(' ')
            .map(|word| (word != "-").then(|| word.to_owned()));
        let mut next = || words.next().unwrap();
        Environment {
            region: next(),
            endpoint: next(),
            iam_endpoint: next(),
            project_id: next(),
        }
    }

    #[test]
    fn overridden_by_takes_region_and_endpoint_as_one_choice() {
        for (code, both) in [
            ("- - - -", "r e i p"),
            ("R - - -", "R - - p"),
            ("- E - -", "- E i p"),
            ("R E - -", "R E - p"),
            ("- - I -", "r e I p"),
            ("R - I P", "R - I P"),
        ] {
            assert_eq!(
                place("r e i p").overridden_by(place(code)),
                place(both),
                "{code}"
            );
        }
    }
}
