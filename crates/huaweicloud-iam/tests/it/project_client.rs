//! A client for one project, of a service that these crates do not know.

use std::sync::Arc;

use huaweicloud_core::testing::{Script, Step};
use huaweicloud_core::{
    Auth, ClientBuilder, Credentials, Operation, Repeat, Result, Service, SuccessBody,
};
use huaweicloud_iam::ProjectClient;

static ECS: Service = Service {
    name: "ECS",
    endpoint_variable: "ECS_ENDPOINT",
    endpoint_of: |region| Some(format!("https://ecs.{region}.example.com")),
    code_prefixes: &["Ecs."],
    codes: &[],
    look_first: |_| "",
};

static NOWHERE: Service = Service {
    endpoint_of: |_| None,
    ..ECS
};

const STOP: Operation = Operation {
    id: "StopServer",
    method: "POST",
    path: "/v1/{project_id}/servers/{server_id}/stop",
    repeat: Repeat::Never,
    changes: true,
    success: 204,
    success_body: SuccessBody::Empty,
    auth: Auth::Required,
    secrets: &[],
    secret_headers: &[],
    free_text: &[],
};

const PROJECTS: &str = r#"{"projects":[{"name":"eu-west-0","id":"p1"}]}"#;

fn answer(status: u16, body: &'static str) -> Step {
    Step::json(status, body).header("X-Subject-Token", "tokenInvented")
}

fn settings(script: &Script) -> ClientBuilder<ProjectClient> {
    ProjectClient::builder(&ECS)
        .region("eu-west-0")
        .credentials(Credentials::token("tokenInvented"))
        .transport(Arc::new(script.clone()))
}

async fn stop(client: &ProjectClient, server_id: &str) -> Result<()> {
    let ids = [("server_id", server_id)];
    let (core, project_id) = client.for_call(&STOP, ids).await?;
    let request = core.request(&STOP).path("project_id", project_id);
    request.path("server_id", server_id).send::<()>().await?;
    Ok(())
}

fn urls(script: &Script) -> Vec<String> {
    let seen = script.seen().into_iter();
    seen.map(|seen| format!("{}{}", seen.header("host"), seen.path))
        .collect()
}

#[tokio::test]
async fn call_of_any_service_gets_its_project() {
    let script = Script::new([answer(200, PROJECTS), answer(204, ""), answer(204, "")]);
    let client = settings(&script).build().unwrap();
    stop(&client, "s1").await.unwrap();
    let other = client.with_project_id("p2").unwrap();
    stop(&other, "s1").await.unwrap();
    assert_eq!(
        urls(&script),
        [
            "iam.eu-west-0.myhuaweicloud.com/v3/projects",
            "ecs.eu-west-0.example.com/v1/p1/servers/s1/stop",
            "ecs.eu-west-0.example.com/v1/p2/servers/s1/stop",
        ]
    );
}

#[tokio::test]
async fn iam_user_gets_a_token_for_the_project() {
    let script = Script::new([answer(201, r#"{"token":{}}"#), answer(204, "")]);
    let user = Credentials::iam_user("account", "user", "passwordInvented");
    let client = settings(&script).credentials(user).project_id("p1");
    stop(&client.build().unwrap(), "s1").await.unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].path, "/v3/auth/tokens");
    assert!(seen[0].body.contains(r#""project":{"id":"p1"}"#));
    assert_eq!(seen[1].header("x-auth-token"), "tokenInvented");
}

#[tokio::test]
async fn id_that_is_another_path_sends_no_look_up() {
    let script = Script::default();
    let client = settings(&script).build().unwrap();
    let error = stop(&client, "../s2").await.unwrap_err();
    assert_eq!(error.operation(), Some("StopServer"));
    assert_eq!(script.count(), 0);
}

#[test]
fn region_that_the_service_does_not_know_is_the_only_problem() {
    let builder = ProjectClient::builder(&NOWHERE).region("eu-west-0");
    let builder = builder.credentials(Credentials::token("tokenInvented"));
    let line = builder.build().unwrap_err().to_string();
    assert!(line.contains("set an endpoint"), "{line}");
    assert!(!line.contains("project"), "{line}");
}
