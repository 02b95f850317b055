//! Where IAM is, by region, and what is read of it.

use std::sync::Arc;

use huaweicloud_dcs_api::iam::{Client, operations, types};
use tokio::time::Instant;

use crate::call::{Generated, Read, in_span, make, typed};
use crate::error::{Error, Result};
use crate::exchange::CallState;
use crate::inner::Inner;
use crate::outcome::Outcome;
use crate::region;
use crate::response::Response;
use crate::service::Service;

/// What answers for the regions below.
const GLOBAL: &str = "https://iam.myhuaweicloud.com";
/// Regions of DCS with no endpoint of IAM, as of release 3.1.219 of the vendor's SDKs, which ask the global one.
const WITHOUT_ONE: [&str; 6] = [
    "af-north-1",
    "ap-southeast-5",
    "cn-north-11",
    "cn-south-4",
    "cn-southwest-3",
    "ru-northwest-2",
];

/// The address of IAM for a region. None for a region that is not known: it may be another company's, and credentials
/// must not be sent to the wrong one.
pub(crate) fn endpoint_of(region: &str) -> Option<String> {
    if !region::is_known(region) {
        return None;
    }
    Some(match region {
        "eu-west-101" => "https://iam.eu-west-101.myhuaweicloud.eu".to_owned(),
        _ if WITHOUT_ONE.contains(&region) => GLOBAL.to_owned(),
        _ => format!("https://iam.{region}.myhuaweicloud.com"),
    })
}

/// The service, if it is known where it is.
pub(crate) fn service(client: &Inner) -> Result<&Arc<Service>> {
    client
        .iam
        .as_ref()
        .ok_or_else(|| Error::config("no IAM endpoint: set a region or an IAM endpoint".to_owned()))
}

/// Lists the projects that the client's credentials can see, of that name or all.
pub(crate) async fn list_projects(
    client: &Arc<Inner>,
    name: Option<&str>,
    limit: Instant,
) -> Result<Response<Vec<types::Project>>> {
    let operation = &operations::KEYSTONE_LIST_PROJECTS;
    let service = service(client)?;
    in_span(operation, async {
        let state = CallState::new(client, service, limit);
        make(state, operation, projects, |call| async move {
            Client::new_with_client(service.endpoint.as_str(), service.http.clone(), call)
                .keystone_list_projects(None, None, name, None, None, None)
                .await
        })
        .await
    })
    .await
}

fn projects<E>(
    outcome: &Outcome,
    generated: Generated<types::KeystoneListProjectsResponse, E>,
) -> Read<Vec<types::Project>> {
    typed(outcome, generated).map(|answer| answer.projects.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_at(region: &str, endpoint: Option<&str>) {
        assert_eq!(endpoint_of(region).as_deref(), endpoint, "{region}");
    }

    #[test]
    fn a_region_has_an_endpoint_of_its_own_or_the_global_one_and_an_unknown_one_has_none() {
        is_at(
            "cn-north-4",
            Some("https://iam.cn-north-4.myhuaweicloud.com"),
        );
        is_at(
            "eu-west-101",
            Some("https://iam.eu-west-101.myhuaweicloud.eu"),
        );
        for region in WITHOUT_ONE {
            is_at(region, Some(GLOBAL));
        }
        for region in ["", "eu-de", "CN-NORTH-4", "evil.example/#"] {
            is_at(region, None);
        }
    }

    #[test]
    fn twenty_eight_regions_have_an_endpoint_of_their_own() {
        let own = region::REGIONS.iter().filter(|region| {
            endpoint_of(region).is_some_and(|endpoint| endpoint.contains(*region))
        });
        assert_eq!(own.count(), 28);
    }
}
