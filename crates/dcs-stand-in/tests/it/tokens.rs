//! Tokens that IAM issues.

use std::time::Duration;

use dcs_stand_in::{Builder, Effect, StandIn, iam_operations};
use huaweicloud_iam::types::TokenRequest;
use serde_json::{Value, json};

use crate::{
    client::{Call, PROJECT, TOKEN, builder, now, until},
    generated::{caller_with, other},
};

const ACCOUNT: &str = "example-account";
const USER: &str = "migrator";
const PASSWORD: &str = "Invented-Passw0rd";

fn settings() -> Builder {
    builder().user(ACCOUNT, USER, PASSWORD)
}

fn request(account: &str, user: &str, password: &str, scope: &Value) -> TokenRequest {
    let user = json!({ "name": user, "password": password, "domain": { "name": account } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let mut auth = json!({ "identity": identity });
    if !scope.is_null() {
        auth["scope"] = json!({ "project": scope });
    }
    serde_json::from_value(json!({ "auth": auth })).unwrap()
}

fn good() -> TokenRequest {
    request(
        ACCOUNT,
        USER,
        PASSWORD,
        &json!({ "name": "ap-southeast-1" }),
    )
}

async fn token(stand_in: &StandIn) -> String {
    caller_with(stand_in, None).token(&good()).await.unwrap().0
}

/// The result of a call with this token.
async fn use_token(stand_in: &StandIn, token: &str) -> Result<(), (u16, String)> {
    let caller = caller_with(stand_in, Some(token));
    caller.list((None, None), None).await.map(drop)
}

fn stale() -> Result<(), (u16, String)> {
    Err((401, "APIGW.0307".into()))
}

#[tokio::test]
async fn token_of_user_is_new_each_time_and_accepted() {
    let stand_in = settings().start().await.unwrap();
    let caller = caller_with(&stand_in, None);
    let (first, told) = caller.token(&good()).await.unwrap();
    assert_eq!(
        told.issued_at.as_deref(),
        Some("2026-01-02T03:04:05.000000Z")
    );
    assert_eq!(
        told.expires_at.as_deref(),
        Some("2026-01-03T03:04:05.000000Z")
    );
    assert_eq!(told.project.unwrap().id.as_deref(), Some(PROJECT));
    assert_eq!(told.user.unwrap().name.as_deref(), Some(USER));
    let second = token(&stand_in).await;
    assert_ne!(first, second);
    for token in [&first, &second] {
        assert_eq!(use_token(&stand_in, token).await, Ok(()));
    }
    let issued = stand_in
        .requests()
        .into_iter()
        .filter(|it| it.effect() == Effect::TokenIssued);
    assert_eq!(issued.count(), 2);
    let request = &stand_in.requests()[0];
    let operation = iam_operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD;
    assert_eq!(request.operation(), Some(operation.id));
    assert!(!request.is_authenticated());
}

#[tokio::test]
async fn token_with_wrong_account_or_password_is_401() {
    let stand_in = settings().start().await.unwrap();
    let caller = caller_with(&stand_in, None);
    let scope = &json!({ "name": "ap-southeast-1" });
    for wrong in [
        request("other-account", USER, PASSWORD, scope),
        request(ACCOUNT, "other", PASSWORD, scope),
        request(ACCOUNT, USER, "other", scope),
        request(ACCOUNT, USER, "", scope),
    ] {
        let refused = caller.token(&wrong).await.unwrap_err();
        assert_eq!(refused, (401, "The username or password is wrong.".into()));
    }
    assert!(
        stand_in
            .requests()
            .iter()
            .all(|it| it.effect() == Effect::Nothing)
    );
}

#[tokio::test]
async fn token_scope_is_a_project_by_name_or_id() {
    let other = other(1);
    let settings = settings()
        .project(PROJECT, "ap-southeast-1")
        .project(&other, "eu-west-101");
    let stand_in = settings.start().await.unwrap();
    let caller = caller_with(&stand_in, None);
    let mismatch = Err((401, "DCS.1004".to_owned()));
    for (scope, expected) in [
        (json!({ "name": "ap-southeast-1" }), Ok(())),
        (json!({ "id": PROJECT }), Ok(())),
        (json!({ "name": "eu-west-101" }), mismatch.clone()),
        (json!({ "id": other }), mismatch.clone()),
        (json!(null), mismatch),
    ] {
        let request = request(ACCOUNT, USER, PASSWORD, &scope);
        let (token, told) = caller.token(&request).await.unwrap();
        assert_eq!(told.project.is_some(), request.auth.scope.is_some());
        assert_eq!(use_token(&stand_in, &token).await, expected);
    }
    for unknown in [
        json!({ "name": "nowhere" }),
        json!({ "id": "x" }),
        json!({}),
    ] {
        let request = request(ACCOUNT, USER, PASSWORD, &unknown);
        assert_eq!(caller.token(&request).await.unwrap_err().0, 401);
    }
}

#[tokio::test]
async fn token_after_lifetime_is_refused_and_a_new_one_accepted() {
    let lifetime = Duration::from_secs(600);
    let stand_in = settings().token_lifetime(lifetime).start().await.unwrap();
    let first = token(&stand_in).await;
    stand_in.advance(lifetime / 2);
    let second = token(&stand_in).await;
    assert_eq!(use_token(&stand_in, &first).await, Ok(()));
    stand_in.advance(lifetime / 2);
    assert_eq!(use_token(&stand_in, &first).await, stale());
    assert_eq!(use_token(&stand_in, &second).await, Ok(()));
    assert_eq!(
        use_token(&stand_in, TOKEN).await,
        Ok(()),
        "given beforehand"
    );
}

#[tokio::test]
async fn token_ends_by_the_time_of_day() {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    };
    let passed = Arc::new(AtomicU64::new(0));
    let clock = {
        let passed = passed.clone();
        move || now() + Duration::from_secs(passed.load(Relaxed))
    };
    let stand_in = settings().clock(clock).start().await.unwrap();
    let token = token(&stand_in).await;
    passed.store(24 * 3600 - 1, Relaxed);
    assert_eq!(use_token(&stand_in, &token).await, Ok(()));
    passed.store(24 * 3600, Relaxed);
    assert_eq!(use_token(&stand_in, &token).await, stale());
}

#[tokio::test]
async fn expire_token_ends_one_and_expire_tokens_all() {
    let stand_in = settings().start().await.unwrap();
    let (first, second) = (token(&stand_in).await, token(&stand_in).await);
    stand_in.expire_token(&first);
    assert_eq!(use_token(&stand_in, &first).await, stale());
    assert_eq!(use_token(&stand_in, &second).await, Ok(()));
    stand_in.expire_token("another");
    assert_eq!(use_token(&stand_in, &first).await, stale());
    stand_in.expire_tokens();
    for token in [&second, TOKEN] {
        assert_eq!(use_token(&stand_in, token).await, stale());
    }
    assert_eq!(use_token(&stand_in, &token(&stand_in).await).await, Ok(()));
}

#[tokio::test]
async fn token_request_malformed_is_refused_in_iam_shape() {
    let stand_in = settings().start().await.unwrap();
    let mut other_method = serde_json::to_value(good()).unwrap();
    other_method["auth"]["identity"]["methods"] = json!(["totp"]);
    for body in ["", "{", "{}", &other_method.to_string()] {
        let call = Call::new("POST", "/v3/auth/tokens").body(body);
        let answer = call.send(&stand_in).await;
        let error = json!({ "code": 400, "message": "The request body is invalid.", "title": "Bad Request" });
        assert_eq!(
            (answer.status, answer.json()),
            (400, json!({ "error": error }))
        );
    }
}

#[tokio::test]
async fn token_fault_strikes_and_no_secret_is_recorded() {
    let log = crate::records::Log::default();
    let settings = settings().log(log.clone());
    let shown_settings = format!("{settings:?}");
    let stand_in = settings.start().await.unwrap();
    stand_in.fault("token:503".parse().unwrap());
    let body = serde_json::to_string(&good()).unwrap();
    let call = Call::new("POST", "/v3/auth/tokens?nocatalog=true").body(&body);
    assert_eq!(call.send(&stand_in).await.status, 503);
    let token = token(&stand_in).await;
    until(|| log.text().lines().count() == 2).await;
    for text in [
        format!("{:?}{stand_in:?}", stand_in.requests()),
        shown_settings,
        log.text(),
    ] {
        for secret in [PASSWORD, &token, USER] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
