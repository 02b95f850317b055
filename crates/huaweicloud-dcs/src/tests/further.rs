//! Further clients over the same connections: for another project or another region.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;

use super::tokens::{WRONG_PASSWORD, asked, granted, tokens_sent, user};
use super::*;
use crate::ErrorKind;

const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn found(region: &str) -> Step {
    let project = format!(r#"{{"name":"{region}","id":"{OTHER}"}}"#);
    says(200, format!(r#"{{"projects":[{project}]}}"#))
}

/// Host, path and `X-Project-Id` of each request.
fn calls(script: &Script) -> Vec<(String, String, String)> {
    let seen = script.seen().into_iter();
    seen.map(|seen| {
        let header = |name| {
            let value = seen.headers.get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        (header("host"), seen.path.clone(), header("x-project-id"))
    })
    .collect()
}

fn call(host: &str, path: &str, project: &str) -> (String, String, String) {
    (host.to_owned(), path.to_owned(), project.to_owned())
}

fn stop_of(project: &str) -> String {
    format!("/v2/{project}/migration-task/{TASK}/sync-stop")
}

#[tokio::test(start_paused = true)]
async fn with_project_id_changes_path_and_header_of_the_new_client() {
    let script = Script::new([stopped(), stopped()]);
    let client = client(&script);
    let other = client.with_project_id(OTHER).unwrap();
    assert_eq!(other.known_project_id(), Some(OTHER));
    other.stop_sync(TASK).await.unwrap();
    client.stop_sync(TASK).await.unwrap();
    let here = "127.0.0.1:9";
    assert_eq!(
        calls(&script),
        [OTHER, PROJECT].map(|project| call(here, &stop_of(project), project))
    );
}

#[tokio::test(start_paused = true)]
async fn with_project_id_that_changes_the_path_is_refused() {
    let error = client(&Script::default())
        .with_project_id("../x")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("project_id holds"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn with_region_moves_endpoints_and_looks_up_project() {
    // A client without an IAM endpoint, and one with an IAM endpoint elsewhere.
    for settings in [settings(), settings().iam_endpoint("http://127.0.0.1:8")] {
        let script = Script::new([found("cn-north-4"), stopped()]);
        let client = client_with(settings, &script);
        let moved = client.with_region("cn-north-4").unwrap();
        assert_eq!(
            (moved.region(), moved.endpoint(), moved.known_project_id()),
            (
                Some("cn-north-4"),
                "https://dcs.cn-north-4.myhuaweicloud.com",
                None
            )
        );
        assert_eq!(client.endpoint(), "http://127.0.0.1:9");
        moved.stop_sync(TASK).await.unwrap();
        assert_eq!(
            calls(&script),
            [
                call("iam.cn-north-4.myhuaweicloud.com", "/v3/projects", ""),
                call("dcs.cn-north-4.myhuaweicloud.com", &stop_of(OTHER), OTHER),
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn with_project_id_after_with_region_stays_in_the_region() {
    let script = Script::new([stopped()]);
    let moved = client(&script).with_region("cn-north-4").unwrap();
    let set = moved.with_project_id(PROJECT).unwrap();
    assert_eq!(set.region(), Some("cn-north-4"));
    set.stop_sync(TASK).await.unwrap();
    let host = "dcs.cn-north-4.myhuaweicloud.com";
    assert_eq!(calls(&script), [call(host, &stop_of(PROJECT), PROJECT)]);
}

#[tokio::test(start_paused = true)]
async fn with_region_unknown_is_refused_in_a_bounded_line() {
    for region in ["cn-north-5", "", "evil.example/#", &"\n任务".repeat(10_000)] {
        let error = client(&Script::default()).with_region(region).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let line = error.to_string();
        assert!(line.contains("is not known: check its spelling"), "{line}");
        assert!(line.len() < 1024 && !line.contains('\n'), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_project_id_of_an_iam_user_gets_a_token_for_that_project() {
    let steps = [granted("token-1"), stopped(), granted("token-2"), stopped()];
    let script = Script::new(steps.into_iter().chain([stopped(), stopped()]));
    let client = client_with(user(), &script);
    client.stop_sync(TASK).await.unwrap();
    let other = client.with_project_id(OTHER).unwrap();
    for client in [&other, &client, &other] {
        client.stop_sync(TASK).await.unwrap();
    }
    let sent = ["token-1", "token-2", "token-1", "token-2"];
    assert_eq!(tokens_sent(&script), sent);
    assert_eq!(asked(&script), 2);
    let seen = script.seen();
    for (seen, project) in [(&seen[0], PROJECT), (&seen[2], OTHER)] {
        let scope = format!(r#""scope":{{"project":{{"id":"{project}"}}}}"#);
        assert!(seen.body.contains(&scope), "{}", seen.body);
        assert_eq!(seen.header("host"), "127.0.0.1:8");
    }
}

#[tokio::test(start_paused = true)]
async fn with_region_of_an_iam_user_gets_a_token_of_that_region() {
    let script = Script::new([granted("token-1"), found("cn-north-4"), stopped()]);
    let client = client_with(user(), &script);
    let moved = client.with_region("cn-north-4").unwrap();
    moved.stop_sync(TASK).await.unwrap();
    let seen = &script.seen()[0];
    assert_eq!(
        (seen.header("host"), seen.path.as_str()),
        ("iam.cn-north-4.myhuaweicloud.com", "/v3/auth/tokens")
    );
    let scope = r#""scope":{"project":{"name":"cn-north-4"}}"#;
    assert!(seen.body.contains(scope), "{}", seen.body);
    assert_eq!(tokens_sent(&script), ["token-1", "token-1"]);
}

#[tokio::test(start_paused = true)]
async fn refused_key_is_held_back_in_further_clients() {
    let refused = r#"{"error_code":"APIGW.0303","error_msg":"Incorrect app authentication."}"#;
    let script = Script::new([says(401, refused)]);
    let client = client(&script);
    let others = [
        client.with_project_id(OTHER).unwrap(),
        client.with_region("cn-north-4").unwrap(),
    ];
    client.stop_sync(TASK).await.unwrap_err();
    for other in others {
        let error = other.stop_sync(TASK).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_password_is_not_sent_by_further_clients() {
    let refused = r#"{"error":{"code":401,"message":"Incorrect password."}}"#;
    let script = Script::new([says(401, refused)]);
    let client = client_with(user(), &script);
    let other = client.with_project_id(OTHER).unwrap();
    for client in [client, other] {
        let error = client.stop_sync(TASK).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_password_is_sent_once_by_concurrent_clients() {
    let wrong = Step::response(answer(401, WRONG_PASSWORD)).after(Duration::from_secs(1));
    let script = Script::new([wrong]);
    let client = client_with(user(), &script);
    let others = (0..20).map(|number| client.with_project_id(format!("p{number}")).unwrap());
    let results = join_all(others.map(|other| async move { other.stop_sync(TASK).await })).await;
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn wait_for_another_clients_token_ends_at_the_deadline() {
    let script = Script::new([Step::silence()]);
    let limit = Duration::from_secs(10);
    let client = client_with(user().timeout(limit), &script);
    let other = client.with_project_id(OTHER).unwrap();
    let began = clock::instant();
    let (first, second) = tokio::join!(client.stop_sync(TASK), other.stop_sync(TASK));
    for result in [first, second] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.may_have_been_applied() && error.is_retryable());
    }
    assert_eq!(clock::since(began), limit);
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn further_clients_keep_the_on_retry_callback() {
    let script = Script::new([refused_for_now(429), stopped()]);
    let reports = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&reports);
    let client = client(&script).on_retry(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let other = client.with_project_id(OTHER).unwrap();
    other.stop_sync(TASK).await.unwrap();
    assert_eq!(reports.load(Ordering::Relaxed), 1);
}
