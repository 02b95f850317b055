//! The project of a client: set, or looked up once by the region's name.

use std::fmt;
use std::sync::{Arc, OnceLock};

use huaweicloud_core::{
    Client as Core, Environment, Error, ErrorKind, Response, Result, check_path_value,
};

use crate::flight::{Flight, SharedError};
use crate::generated::{Client, operations::KEYSTONE_LIST_PROJECTS, types};

/// How many projects of one name an error lists.
const MOST_LISTED: usize = 5;

/// The ID of a client's project, once it is known.
#[derive(Default)]
pub(crate) struct Project {
    known: OnceLock<String>,
    look_up: Flight,
}

impl Project {
    /// A project that was set, or why its ID cannot be one.
    pub(crate) fn of(id: String) -> std::result::Result<Self, String> {
        checked(id).map(|id| Self {
            known: id.into(),
            ..Self::default()
        })
    }

    /// The ID, if it was set or has been looked up.
    pub(crate) fn id(&self) -> Option<&str> {
        self.known.get().map(String::as_str)
    }

    /// The ID, looked up by the region's name if it is not known. Concurrent calls wait for one look-up. After a
    /// failure, the next call tries again.
    pub(crate) async fn find(
        &self,
        iam: &Core,
        region: Option<&str>,
    ) -> std::result::Result<&str, SharedError> {
        let work = async {
            let found = find(iam, region).await.map_err(Arc::new)?;
            Ok(self.known.get_or_init(|| found).as_str())
        };
        let known = || self.id().map(Ok);
        self.look_up.join(iam.deadline(), known, work).await
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id().unwrap_or("(not looked up yet)"))
    }
}

/// What to set if the project is not set and cannot be looked up.
pub(crate) fn missing(or: &str) -> String {
    let [variable, _] = Environment::PROJECT_IDS;
    format!("no project id: set a project id (project_id, or the variable {variable}), or {or}")
}

fn checked(id: String) -> std::result::Result<String, String> {
    match check_path_value(&id) {
        Ok(()) => Ok(id),
        Err(why) => Err(format!("project_id {why}")),
    }
}

/// Lists the projects that the credentials can see, of that name or all.
pub(crate) async fn projects(
    iam: &Core,
    name: Option<&str>,
) -> Result<Response<Vec<types::Project>>> {
    let response = Client::new(iam.clone())
        .keystone_list_projects(None, None, name, None, None, None)
        .await?;
    Ok(response.map(|body| body.projects.unwrap_or_default()))
}

async fn find(iam: &Core, region: Option<&str>) -> Result<String> {
    let Some(region) = region else {
        return Err(Error::config(&missing("a region to look it up by")));
    };
    let response = projects(iam, Some(region)).await.map_err(explain)?;
    let (attempts, request_id) = (
        response.attempts(),
        response.request_id().map(str::to_owned),
    );
    choose(region, response.into_body()).map_err(|(message, advice)| {
        Error::builder(ErrorKind::Config)
            .operation(KEYSTONE_LIST_PROJECTS.id)
            .message(message.as_str())
            .request_id(request_id.as_deref())
            .attempts(attempts)
            .advice(advice)
            .build()
    })
}

/// Adds the advice to set a project ID to the error of a look-up that was not allowed.
fn explain(error: Error) -> Error {
    if error.status() == Some(403) {
        let advice = "set the project id, or ask for the right to list projects";
        error.into_builder().advice(advice).build()
    } else {
        error
    }
}

/// The one project that is named like the region, or what is wrong and what to do.
fn choose(
    region: &str,
    projects: Vec<types::Project>,
) -> std::result::Result<String, (String, &'static str)> {
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
        (Some(id), 0) => checked(id).map_err(|why| (why, "set the project id")),
        (Some(last), others) => {
            ids.push(last);
            let mut shown: Vec<String> = ids
                .iter()
                .take(MOST_LISTED)
                .map(|id| id.chars().take(64).collect())
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
