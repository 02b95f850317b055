//! Tokens of an IAM user: when the client gets one, how long it keeps it, and what a failure means.

use std::fmt::Write as _;

use futures_util::future::join_all;

use super::*;
use crate::ErrorKind;

pub(super) const PASSWORD: &str = r#"pass"word\Invented"#;
pub(super) const WRONG_PASSWORD: &str = r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#;

pub(super) fn user() -> ClientBuilder {
    settings()
        .iam_endpoint("http://127.0.0.1:8")
        .credentials(Credentials::iam_user("account", "user", PASSWORD))
}

/// The response with a token that expires this many seconds after the start of the test.
pub(super) fn grant(token: &str, seconds: u64) -> http::Response<Body> {
    let end = jiff::Timestamp::try_from(beginning() + Duration::from_secs(seconds)).unwrap();
    let mut answer = answer(201, format!(r#"{{"token":{{"expires_at":"{end}"}}}}"#));
    answer
        .headers_mut()
        .insert("x-subject-token", token.parse().unwrap());
    answer
}

pub(super) fn granted(token: &str) -> Step {
    Step::response(grant(token, 24 * 60 * 60))
}

/// The tokens of the calls to the service, in order.
pub(super) fn tokens_sent(script: &Script) -> Vec<String> {
    script
        .seen()
        .iter()
        .filter(|seen| seen.path != "/v3/auth/tokens")
        .map(|seen| seen.header("x-auth-token").to_owned())
        .collect()
}

/// The number of token requests.
pub(super) fn asked(script: &Script) -> usize {
    let seen = script.seen();
    seen.iter()
        .filter(|seen| seen.path == "/v3/auth/tokens")
        .count()
}

#[tokio::test(start_paused = true)]
async fn token_is_requested_unsigned_once_and_then_sent() {
    let script = Script::new([granted("token-1"), stopped(), stopped()]);
    let client = client_with(user(), &script);
    client.stop_sync(TASK).await.unwrap();
    let response = client.clone().stop_sync(TASK).await.unwrap();
    assert_eq!(response.attempts(), 1);
    assert_eq!(tokens_sent(&script), ["token-1", "token-1"]);

    let seen = &script.seen()[0];
    assert_eq!(
        (
            seen.method.as_str(),
            seen.path.as_str(),
            seen.query.as_str()
        ),
        ("POST", "/v3/auth/tokens", "nocatalog=true")
    );
    assert_eq!(seen.header("host"), "127.0.0.1:8");
    for absent in [
        "authorization",
        "x-auth-token",
        "x-sdk-date",
        "x-project-id",
    ] {
        assert!(!seen.headers.contains_key(absent), "{absent}");
    }
    let body: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
    let expected = serde_json::json!({"auth": {
        "identity": {"methods": ["password"], "password": {"user": {
            "domain": {"name": "account"}, "name": "user", "password": PASSWORD,
        }}},
        "scope": {"project": {"id": PROJECT}},
    }});
    assert_eq!(body, expected);
}

#[tokio::test(start_paused = true)]
async fn token_without_project_is_scoped_by_region_name() {
    let projects = format!(r#"{{"projects":[{{"name":"ap-southeast-1","id":"{PROJECT}"}}]}}"#);
    let unset = || {
        MigrationClient::builder()
            .region("ap-southeast-1")
            .endpoint("http://127.0.0.1:9")
            .iam_endpoint("http://127.0.0.1:8")
            .credentials(Credentials::iam_user("account", "user", PASSWORD))
    };
    let steps = [granted("token-1"), says(200, projects)];
    let script = Script::new(steps.into_iter().chain((0..100).map(|_| stopped())));
    let client = client_with(unset(), &script);
    let ended = join_all((0..100).map(|_| client.stop_sync(TASK))).await;
    assert!(ended.iter().all(Result::is_ok));
    // One token, one look-up and a hundred stops.
    assert_eq!((asked(&script), script.count()), (1, 102));
    assert!(tokens_sent(&script).iter().all(|token| token == "token-1"));
    assert!(
        script.seen()[0]
            .body
            .contains(r#""scope":{"project":{"name":"ap-southeast-1"}}"#)
    );

    let script = Script::new([says(401, WRONG_PASSWORD)]);
    let error = client_with(unset(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let line = error.to_string();
    assert!(
        line.contains("the project could not be looked up: no token from IAM: The username"),
        "{line}"
    );
}

#[tokio::test(start_paused = true)]
async fn hundred_concurrent_calls_get_one_token() {
    let late = Step::response(grant("token-1", 3600)).after(Duration::from_secs(1));
    let script = Script::new([late].into_iter().chain((0..100).map(|_| stopped())));
    let client = client_with(user(), &script);
    let ended = join_all((0..100).map(|_| client.stop_sync(TASK))).await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!((asked(&script), script.count()), (1, 101));
}

#[tokio::test(start_paused = true)]
async fn token_is_renewed_5_minutes_early_or_at_half_life() {
    for (life, renewed_after) in [(24 * 60 * 60, 24 * 60 * 60 - 300), (60, 30)] {
        let script = Script::new([
            Step::response(grant("token-1", life)),
            stopped(),
            stopped(),
            granted("token-2"),
            stopped(),
        ]);
        let client = client_with(user(), &script);
        client.stop_sync(TASK).await.unwrap();
        sleep(Duration::from_secs(renewed_after - 1)).await;
        client.stop_sync(TASK).await.unwrap();
        sleep(Duration::from_secs(2)).await;
        client.stop_sync(TASK).await.unwrap();
        assert_eq!(tokens_sent(&script), ["token-1", "token-1", "token-2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn token_that_lives_0_s_is_used_for_30_s() {
    let granted = || Step::response(grant("token-1", 0));
    let round = || [granted()].into_iter().chain((0..5).map(|_| stopped()));
    let script = Script::new(round().chain(round()));
    let client = client_with(user(), &script);
    for pause in [31, 0] {
        for _ in 0..5 {
            client.stop_sync(TASK).await.unwrap();
        }
        sleep(Duration::from_secs(pause)).await;
    }
    assert_eq!((asked(&script), script.count()), (2, 12));
}

#[tokio::test(start_paused = true)]
async fn wrong_password_is_sent_once_in_15_minutes() {
    let mut wrong = answer(401, WRONG_PASSWORD);
    wrong.headers_mut().remove("x-request-id");
    wrong
        .headers_mut()
        .insert("x-iam-trace-id", "trace-1".parse().unwrap());
    let script = Script::new([
        Step::response(wrong).after(Duration::from_secs(1)),
        granted("token-1"),
        stopped(),
    ]);
    let client = client_with(user(), &script);
    let mut ended = join_all((0..100).map(|_| client.stop_sync(TASK))).await;
    sleep(Duration::from_secs(15 * 60 - 1)).await;
    ended.push(client.stop_sync(TASK).await);
    for error in ended.into_iter().map(Result::unwrap_err) {
        assert_eq!(
            error.to_string(),
            "StopMigrationTaskSync: HTTP 401: no token from IAM: The username or password is wrong. \
             [request trace-1]: check account, user, password and project; too many wrong passwords lock the user"
        );
        assert_eq!(
            (error.kind(), error.status(), error.request_id()),
            (ErrorKind::Credentials, Some(401), Some("trace-1"))
        );
        assert!(!error.may_have_been_applied() && !error.is_retryable());
    }
    assert_eq!(script.count(), 1);
    sleep(Duration::from_secs(2)).await;
    client.stop_sync(TASK).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn token_call_is_retried_after_transient_failures() {
    let script = Script::new([
        Step::not_sent(),
        says(429, ""),
        granted("token-1"),
        stopped(),
    ]);
    client_with(user(), &script).stop_sync(TASK).await.unwrap();

    // A token call changes nothing, so it is retried after a lost response, too.
    for lost in [
        (|| Step::lost()) as fn() -> Step,
        || Step::silence(),
        || says(408, ""),
        || says(500, ""),
        || says(502, ""),
        || says(503, ""),
    ] {
        let script = Script::new([lost(), lost(), granted("token-1"), stopped()]);
        client_with(user(), &script).stop_sync(TASK).await.unwrap();
        let script = Script::new([lost(), lost(), lost()]);
        let settings = user().timeout(Duration::from_secs(300));
        let stop = client_with(settings, &script);
        let error = stop.stop_sync(TASK).await.unwrap_err();
        assert!(
            error.is_retryable() && !error.may_have_been_applied(),
            "{error}"
        );
        assert_eq!(script.count(), 3);
    }

    for (step, kind, retryable) in [
        (says(400, ""), ErrorKind::Credentials, false),
        (says(403, ""), ErrorKind::Credentials, false),
        (says(201, "{}"), ErrorKind::Decode, false),
        (says(201, "nonsense"), ErrorKind::Decode, false),
        (Step::fail(SendCause::Tls), ErrorKind::Connect, false),
    ] {
        let script = Script::new([step]);
        let error = client_with(user(), &script)
            .stop_sync(TASK)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.is_retryable(), error.attempts()),
            (kind, retryable, 1),
            "{error}"
        );
        assert_eq!(error.operation(), Some("StopMigrationTaskSync"));
        assert!(!error.may_have_been_applied(), "{error}");
        assert!(
            !error.to_string().contains("may have been applied"),
            "{error}"
        );
        assert!(error.to_string().contains("no token from IAM"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn silent_iam_ends_at_the_deadline_and_is_not_applied() {
    let script = Script::new([Step::silence()]);
    let client = client_with(user().timeout(Duration::from_secs(10)), &script);
    let began = clock::instant();
    let (one, other) = tokio::join!(client.stop_sync(TASK), client.stop_sync(TASK));
    assert_eq!((clock::instant() - began).as_secs(), 10);
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.may_have_been_applied());
    }
}

#[tokio::test(start_paused = true)]
async fn password_and_token_are_redacted() {
    let escaped = PASSWORD.replace('\\', "\\\\").replace('"', "\\\"");
    let echo = format!(r#"{{"error":{{"message":"you sent {escaped}"}}}}"#);
    let script = Script::new([
        says(403, echo.clone()),
        says(403, format!("not JSON: {escaped} {PASSWORD}")),
        granted("tokenInvented"),
        says(500, r#"{"error_code":"X","error_msg":"tokenInvented"}"#),
    ]);
    let settings = user();
    let client = client_with(settings.clone(), &script);
    let mut shown = format!("{settings:?} {client:?}");
    for _ in 0..3 {
        let error = client.stop_sync(TASK).await.unwrap_err();
        let body = String::from_utf8_lossy(error.body());
        let source = std::error::Error::source(&error);
        write!(shown, "{error} {error:?} {body} {source:?}").unwrap();
    }
    write!(shown, "{client:?}").unwrap();
    for secret in [PASSWORD, &escaped, "word\\\\", "tokenInvented"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("[redacted]"), "{shown}");
    assert!(script.seen()[3].headers["x-auth-token"].is_sensitive());
}
