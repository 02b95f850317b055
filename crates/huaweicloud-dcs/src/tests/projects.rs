//! The project look-up: when it happens, how often, and what its errors say.

use futures_util::future::join_all;

use super::*;
use crate::ErrorKind;

const OTHER: &str = "fedcba9876543210fedcba9876543210";

/// Settings without a project, and with a region for the look-up.
fn unset() -> ClientBuilder {
    MigrationClient::builder()
        .region("ap-southeast-1")
        .endpoint("http://127.0.0.1:9")
        .iam_endpoint("http://127.0.0.1:8")
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
}

/// A response with projects of these names and ids. It has a trace id of IAM and no request id.
fn listed(projects: &[(&str, &str)]) -> Step {
    let projects: Vec<_> = projects
        .iter()
        .map(|(name, id)| format!(r#"{{"name":"{name}","id":"{id}","links":{{"self":"x"}}}}"#))
        .collect();
    let body = format!(
        r#"{{"links":{{"next":null}},"projects":[{}]}}"#,
        projects.join(",")
    );
    let mut answer = answer(200, body);
    answer.headers_mut().remove("x-request-id");
    answer
        .headers_mut()
        .insert("x-iam-trace-id", "trace-1".parse().unwrap());
    Step::response(answer)
}

fn found() -> Step {
    listed(&[("ap-southeast-1", PROJECT)])
}

fn paths(script: &Script) -> Vec<String> {
    script.seen().into_iter().map(|seen| seen.path).collect()
}

/// The error of a stop whose look-up gets these responses, and its line. Asserts that no stop was sent.
async fn failed(steps: impl IntoIterator<Item = Step>) -> (String, crate::Error) {
    let script = Script::new(steps);
    let error = client_with(unset(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(script.stops(), 0);
    assert!(!error.may_have_been_applied());
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("StopMigrationTaskSync"), 0)
    );
    (error.to_string(), error)
}

#[tokio::test(start_paused = true)]
async fn first_call_looks_up_project_and_clones_share_it() {
    let script = Script::new([found(), stopped(), stopped()]);
    let client = client_with(unset(), &script);
    assert_eq!(client.known_project_id(), None);
    client.stop_sync(TASK).await.unwrap();
    let clone = client.clone();
    assert_eq!(clone.known_project_id(), Some(PROJECT));
    assert_eq!(clone.project_id().await.unwrap(), PROJECT);
    clone.stop_sync(TASK).await.unwrap();
    let stop = format!("/v2/{PROJECT}/migration-task/{TASK}/sync-stop");
    assert_eq!(paths(&script), ["/v3/projects", &stop, &stop]);

    let seen = script.seen();
    assert_eq!(
        (seen[0].query.as_str(), seen[0].body.as_str()),
        ("name=ap-southeast-1", "")
    );
    assert_eq!(seen[0].header("host"), "127.0.0.1:8");
    assert!(
        seen[0]
            .header("authorization")
            .contains("Access=AKINVENTED, SignedHeaders=content-type;host;x-sdk-date,")
    );
    assert!(!seen[0].headers.contains_key("x-project-id"));
    assert_eq!(seen[1].header("host"), "127.0.0.1:9");
    assert_eq!(seen[1].header("x-project-id"), PROJECT);
}

#[tokio::test(start_paused = true)]
async fn project_that_is_set_is_not_looked_up() {
    let script = Script::new([stopped()]);
    let client = client_with(unset().project_id(PROJECT), &script);
    assert_eq!(client.project_id().await.unwrap(), PROJECT);
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn hundred_concurrent_calls_look_up_once() {
    let late = Step::response(answer(
        200,
        format!(r#"{{"projects":[{{"name":"ap-southeast-1","id":"{PROJECT}"}}]}}"#),
    ))
    .after(Duration::from_secs(1));
    let script = Script::new([late].into_iter().chain((0..100).map(|_| stopped())));
    let client = client_with(unset(), &script);
    let ended = join_all((0..100).map(|_| client.stop_sync(TASK))).await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!((script.count(), script.stops()), (101, 100));
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_share_a_failure_and_the_next_retries() {
    let refusal = Step::response(answer(401, "")).after(Duration::from_secs(1));
    let script = Script::new([refusal, found(), stopped()]);
    let client = client_with(unset(), &script);
    let ended = join_all((0..100).map(|_| client.stop_sync(TASK))).await;
    for error in ended.into_iter().map(Result::unwrap_err) {
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(401), Some("r-1"))
        );
    }
    assert_eq!(script.count(), 1);
    client.stop_sync(TASK).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn dropped_call_leaves_look_up_to_the_next() {
    let script = Script::new([Step::silence(), found(), stopped()]);
    let client = client_with(unset(), &script);
    let dropped = tokio::time::timeout(Duration::from_secs(1), client.stop_sync(TASK));
    let (dropped, other) = tokio::join!(dropped, client.stop_sync(TASK));
    assert!(dropped.is_err());
    other.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_match_advises_a_setting_and_names_the_trace_id() {
    // The other project's name only starts with the region.
    let (line, error) = failed([listed(&[("ap-southeast-1_sub", OTHER)])]).await;
    assert_eq!(
        line,
        "StopMigrationTaskSync: the project could not be looked up: none is named \"ap-southeast-1\" \
         [request trace-1]: check the region, or set the project id"
    );
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test(start_paused = true)]
async fn several_matches_list_up_to_five_ids() {
    let two = [("ap-southeast-1", PROJECT), ("ap-southeast-1", OTHER)];
    let (line, error) = failed([listed(&two)]).await;
    assert_eq!(
        line,
        format!(
            "StopMigrationTaskSync: the project could not be looked up: 2 are named \"ap-southeast-1\": \
             {PROJECT}, {OTHER} [request trace-1]: set the project id to the one that is meant"
        )
    );
    assert_eq!(error.kind(), ErrorKind::Config);
    for (count, cut) in [(5, false), (6, true)] {
        let (line, _) = failed([listed(&vec![("ap-southeast-1", OTHER); count])]).await;
        assert_eq!(line.matches(OTHER).count(), 5, "{line}");
        assert_eq!(line.contains('…'), cut, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn id_that_changes_the_path_is_refused() {
    let (line, _) = failed([listed(&[("ap-southeast-1", "../x")])]).await;
    assert!(line.contains("project_id holds '.'"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn failed_look_up_keeps_status_code_and_request_id() {
    let denied = r#"{"error_msg":"Policy does not allow iam:projects:listProjects to be performed.","error_code":"IAM.0003"}"#;
    let (line, error) = failed([says(403, denied)]).await;
    assert_eq!(
        line,
        "StopMigrationTaskSync: HTTP 403 IAM.0003: the project could not be looked up: Policy does not allow \
         iam:projects:listProjects to be performed. [request r-1]: set the project id, or ask for the right to list \
         projects"
    );
    assert_eq!(error.kind(), ErrorKind::Service);
    let source = std::error::Error::source(&error).unwrap();
    assert!(
        source
            .to_string()
            .starts_with("KeystoneListProjects: HTTP 403"),
        "{source}"
    );
}

#[tokio::test(start_paused = true)]
async fn look_up_is_retried_like_any_read() {
    let script = Script::new([Step::lost(), says(500, ""), found(), stopped()]);
    let response = client_with(unset(), &script).stop_sync(TASK).await.unwrap();
    assert_eq!((response.attempts(), script.count()), (1, 4));
    let (_, error) = failed([(); 3].map(|()| Step::not_sent())).await;
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Connect, true)
    );
}

#[tokio::test(start_paused = true)]
async fn look_up_shares_the_deadline_of_the_call() {
    let slow = Step::response(answer(
        200,
        format!(r#"{{"projects":[{{"name":"ap-southeast-1","id":"{PROJECT}"}}]}}"#),
    ))
    .after(Duration::from_secs(20));
    let script = Script::new([slow, Step::silence()]);
    let began = clock::instant();
    let client = client_with(unset(), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_been_applied());
    assert_eq!((clock::instant() - began).as_secs(), 120);

    let script = Script::new([(); 3].map(|()| Step::silence()));
    let client = client_with(unset().timeout(Duration::from_secs(10)), &script);
    let (one, other) = tokio::join!(client.stop_sync(TASK), client.stop_sync(TASK));
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.may_have_been_applied() && error.is_retryable());
    }
    assert_eq!(script.stops(), 0);
}

#[tokio::test(start_paused = true)]
async fn look_up_timed_out_is_retried_by_call_with_time_left() {
    let late = Duration::from_secs(60);
    let script = Script::new(
        [(); 4]
            .map(|()| Step::silence())
            .into_iter()
            .chain([found(), stopped()]),
    );
    let client = client_with(
        unset().retry(crate::RetryConfig::default().with_max_attempts(9)),
        &script,
    );
    let later = async {
        sleep(late).await;
        client.stop_sync(TASK).await
    };
    let (one, other) = tokio::join!(client.stop_sync(TASK), later);
    assert_eq!(one.unwrap_err().kind(), ErrorKind::Timeout);
    other.unwrap();
}

#[tokio::test(start_paused = true)]
async fn projects_are_listed_without_project_header() {
    let script = Script::new([
        listed(&[("ap-southeast-1", PROJECT), ("a b", OTHER)]),
        listed(&[("a b", OTHER)]),
    ]);
    let client = client_with(unset(), &script);
    let all = client.projects(None).await.unwrap();
    assert_eq!(all.request_id(), Some("trace-1"));
    let ids: Vec<_> = all
        .body()
        .iter()
        .filter_map(|project| project.id.as_deref())
        .collect();
    assert_eq!(ids, [PROJECT, OTHER]);
    client.projects(Some("a b")).await.unwrap();
    assert_eq!(script.seen()[0].query, "");
    assert_eq!(script.seen()[1].query, "name=a%20b");
    assert_eq!(client.known_project_id(), None);

    // A known project is not sent along.
    let script = Script::new([found()]);
    let client = client_with(unset().project_id(PROJECT), &script);
    client.projects(None).await.unwrap();
    assert!(!script.seen()[0].headers.contains_key("x-project-id"));
}

#[tokio::test(start_paused = true)]
async fn projects_without_iam_endpoint_advise_a_setting() {
    let error = client(&Script::default()).projects(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error
            .to_string()
            .contains("set a region or an IAM endpoint"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn project_id_error_names_the_look_up_operation() {
    let client = client_with(unset(), &Script::new([listed(&[])]));
    let error = client.project_id().await.unwrap_err();
    assert_eq!(error.operation(), Some("KeystoneListProjects"));
    assert!(
        format!("{client:?}").contains("not looked up yet"),
        "{client:?}"
    );
}
