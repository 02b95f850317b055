//! Requests to IAM.

use std::sync::Arc;

use huaweicloud_core::testing::{Body, Script, Seen, Step};
use huaweicloud_core::{Client as Core, Credentials, RetryConfig, Service};
use huaweicloud_iam::{Client, types};
use serde_json::{Value, json};

static SERVICE: Service = Service {
    name: "IAM",
    endpoint_variable: "IAM_ENDPOINT",
    endpoint_of: |_| None,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "",
};

/// A client that gets these responses, and the script that records its requests.
fn client(answers: &[(u16, &'static str)]) -> (Client, Script) {
    let steps = answers.iter().map(|(status, body)| {
        let answer = http::Response::builder().status(*status);
        let answer = answer.header("X-Subject-Token", "tokenInvented");
        Step::response(answer.body(Body::from(*body)).unwrap())
    });
    let script = Script::new(steps);
    let core = Core::builder(&SERVICE)
        .endpoint("https://iam.example.com")
        .credentials(Credentials::token("tokenInvented"))
        .retry(RetryConfig::disabled())
        .transport(Arc::new(script.clone()))
        .build();
    (Client::new(core.unwrap()), script)
}

/// The only request.
fn only(script: &Script) -> Seen {
    let [seen] = <[_; 1]>::try_from(script.seen()).unwrap();
    seen
}

#[tokio::test]
async fn project_look_up_queries_by_name() {
    let (client, script) = client(&[(503, r#"{"error": {"code": 503}}"#)]);

    let refusal = client
        .keystone_list_projects(None, Some(true), Some("eu-west-0"), None, None, None)
        .await
        .unwrap_err();

    assert_eq!((refusal.status(), refusal.code()), (Some(503), Some("503")));
    let seen = only(&script);
    assert_eq!((&*seen.method, &*seen.path), ("GET", "/v3/projects"));
    assert_eq!(seen.query, "enabled=true&name=eu-west-0");
}

#[tokio::test]
async fn token_request_has_password_and_no_auth_header() {
    let token = r#"{"token": {"expires_at": "2026-02-12T08:30:12Z"}}"#;
    let (client, script) = client(&[(201, token)]);
    let domain = types::TokenUserDomain::new("example-account");
    let user = types::TokenUser::new(domain, "migrator", "Invented-Passw0rd");
    let password = types::TokenPassword::new(user);
    let identity = types::TokenIdentity::new(["password".to_owned()], password);
    let project = types::TokenScopeProject::default().with_name("eu-west-0");
    let auth = types::TokenAuth::new(identity).with_scope(types::TokenScope::new(project));
    let body = types::TokenRequest::new(auth);

    let answer = client
        .keystone_create_user_token_by_password(Some("true"), &body)
        .await
        .unwrap();

    let token = answer.into_body().token.unwrap();
    assert_eq!(token.expires_at.as_deref(), Some("2026-02-12T08:30:12Z"));
    let seen = only(&script);
    assert_eq!((&*seen.method, &*seen.path), ("POST", "/v3/auth/tokens"));
    assert_eq!(seen.query, "nocatalog=true");
    assert!(!seen.headers.contains_key("x-auth-token"));
    let sent: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(
        sent,
        json!({"auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {
                    "name": "migrator",
                    "password": "Invented-Passw0rd",
                    "domain": {"name": "example-account"},
                }},
            },
            "scope": {"project": {"name": "eu-west-0"}},
        }})
    );
}
