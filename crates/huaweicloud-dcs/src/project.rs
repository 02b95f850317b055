//! The project that calls are made for: as it was set, or looked up once by the region's name.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::HeaderValue;
use huaweicloud_dcs_api::Operation;
use huaweicloud_dcs_api::iam::operations::KEYSTONE_LIST_PROJECTS;
use huaweicloud_dcs_api::iam::types;
use tokio::time::Instant;

use crate::client::MigrationClient;
use crate::clock;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::error_body::one_line;
use crate::flight::{Flight, SharedError};
use crate::iam;
use crate::identifier;
use crate::inner::Inner;
use crate::prior;
use crate::response::Response;

/// How many projects of one name are listed in an error.
const MOST_LISTED: usize = 5;

/// The project's ID, once it is known.
#[derive(Default)]
pub(crate) struct Project {
    known: OnceLock<Known>,
    look_up: Flight,
}

struct Known {
    id: String,
    header: HeaderValue,
}

impl Known {
    fn new(id: String) -> std::result::Result<Self, String> {
        identifier::check(&id).map_err(|why| format!("project_id {why}"))?;
        let header = HeaderValue::try_from(&id).map_err(|error| error.to_string())?;
        Ok(Self { id, header })
    }
}

impl Project {
    /// A project that was set.
    pub(crate) fn of(id: String) -> std::result::Result<Self, String> {
        Ok(Self {
            known: Known::new(id)?.into(),
            ..Self::default()
        })
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.known.get().map(|known| known.id.as_str())
    }

    /// The ID as the header that is signed.
    pub(crate) fn header(&self) -> Option<&HeaderValue> {
        self.known.get().map(|known| &known.header)
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id().unwrap_or("(not looked up yet)"))
    }
}

/// The ID, for a call of `operation` that ends at `limit`.
pub(crate) async fn id<'a>(
    client: &'a Arc<Inner>,
    operation: &Operation,
    limit: Instant,
) -> Result<&'a str> {
    if let Some(id) = client.project.id() {
        return Ok(id);
    }
    // In a box, so that calls that need no look-up do not make room for one.
    Box::pin(look_up(client, limit))
        .await
        .map_err(|failure| prior::error(operation, &failure, "the project could not be looked up"))
}

async fn look_up(client: &Arc<Inner>, limit: Instant) -> std::result::Result<&str, SharedError> {
    let project = &client.project;
    let work = async {
        let found = find(client, limit).await.map_err(Arc::new)?;
        Ok(project.known.get_or_init(|| found).id.as_str())
    };
    project
        .look_up
        .join(limit, || project.id().map(Ok), work)
        .await
}

async fn find(client: &Arc<Inner>, limit: Instant) -> Result<Known> {
    let Some(region) = &client.region else {
        return Err(Error::config("no project id: set it".to_owned()));
    };
    let answer = iam::list_projects(client, Some(region), limit)
        .await
        .map_err(explain)?;
    let (attempts, request_id) = (answer.attempts(), answer.request_id().map(str::to_owned));
    choose(region, answer.into_body()).map_err(|(message, advice)| {
        Facts {
            operation: Some(KEYSTONE_LIST_PROJECTS.id()),
            request_id,
            attempts,
            advice,
            ..Facts::new(ErrorKind::Config, message)
        }
        .into()
    })
}

/// Says of a look-up that was not allowed that none is needed.
fn explain(error: Error) -> Error {
    if error.status() == Some(403) {
        error.with_advice("set the project id, or ask for the right to list projects")
    } else {
        error
    }
}

/// The one project that is named like the region, or what is wrong and what to do.
fn choose(
    region: &str,
    projects: Vec<types::Project>,
) -> std::result::Result<Known, (String, &'static str)> {
    let mut ids: Vec<String> = projects
        .into_iter()
        .filter(|project| project.name.as_deref() == Some(region))
        .map(|project| project.id.unwrap_or_default())
        .collect();
    match (ids.pop(), ids.len()) {
        (None, _) => Err((
            format!("none is named {region:?}"),
            "check the region, or set the project id",
        )),
        (Some(id), 0) => Known::new(id).map_err(|why| (why, "set the project id")),
        (Some(last), others) => {
            ids.push(last);
            let mut shown: Vec<String> = ids
                .iter()
                .take(MOST_LISTED)
                .filter_map(|id| one_line(id, 64))
                .collect();
            if others >= MOST_LISTED {
                shown.push("…".to_owned());
            }
            let (count, shown) = (others + 1, shown.join(", "));
            Err((
                format!("{count} are named {region:?}: {shown}"),
                "set the project id to the one that is meant",
            ))
        }
    }
}

impl MigrationClient {
    /// The ID of the project that calls are made for: the one that was set, else looked up by the region's name.
    ///
    /// The first call that needs it looks it up, whichever that is; calls side by side wait for one look-up, and all
    /// clones keep what it found. A failure is not kept.
    ///
    /// # Errors
    ///
    /// Those of [`projects`](Self::projects); and [`ErrorKind::Config`] if no project is named like the region, or more
    /// than one, which the message then lists.
    pub async fn project_id(&self) -> Result<&str> {
        let limit = clock::after(self.0.limits.call);
        id(&self.0, &KEYSTONE_LIST_PROJECTS, limit).await
    }

    /// The same as far as it is known without a call: None until it has been looked up.
    #[must_use]
    pub fn known_project_id(&self) -> Option<&str> {
        self.0.project.id()
    }

    /// Lists the projects that the credentials can see: those with exactly that name, or all. It needs no project ID.
    ///
    /// `GET /v3/projects` of IAM. The project of a region is named like the region; a sub-project may have the same
    /// name. It is repeated after any failure that may pass; one attempt takes 30 s at most by default. The caller
    /// needs the right to list projects (`iam:projects:listProjects`).
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](ErrorKind::Wait); [`Config`](ErrorKind::Config) where neither a region nor an IAM endpoint
    /// was set. It changes nothing, so that nothing can have been applied.
    pub async fn projects(&self, name: Option<&str>) -> Result<Response<Vec<types::Project>>> {
        let limit = clock::after(self.0.limits.call);
        iam::list_projects(&self.0, name, limit).await
    }
}
