//! The requests that are sent, and those that are refused.

use std::sync::Arc;

use super::*;
use crate::config::Service;
use crate::testing::{Script, Seen, Step};
use crate::types::{Auth, Operation, Repeat, SuccessBody};
use crate::{Credentials, Error, ErrorKind};

pub(super) static SERVICE: Service = Service {
    name: "ECS",
    endpoint_variable: "ECS_ENDPOINT",
    endpoint_of: |_| None,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "read it first",
};

pub(super) const STOP: Operation = Operation {
    id: "StopServer",
    method: "POST",
    path: "/v2/{project_id}/servers/{server_id}/stop",
    repeat: Repeat::Never,
    changes: true,
    success: 204,
    success_body: SuccessBody::Empty,
    auth: Auth::Required,
    secrets: &[],
    secret_headers: &["x-subject-token"],
    free_text: &[],
};

pub(super) const SHOW: Operation = Operation {
    id: "ShowServer",
    method: "GET",
    path: "/v2/servers",
    repeat: Repeat::Safe,
    changes: false,
    ..STOP
};

fn response(status: u16) -> Step {
    Step::status(status).header("X-Subject-Token", "tokenInvented")
}

fn client(script: &Script, endpoint: &str) -> Client {
    Client::builder(&SERVICE)
        .endpoint(endpoint)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap()
}

/// The only request that this call sends.
async fn sent(make: impl for<'a> Fn(&'a Client) -> Request<'a>) -> Seen {
    let script = Script::new([response(204)]);
    let client = client(&script, "https://api.example.com:8443");
    make(&client).send::<()>().await.unwrap();
    let [seen] = <[_; 1]>::try_from(script.seen()).unwrap();
    seen
}

fn stop<'a>(client: &'a Client, project: &str, server: &str) -> Request<'a> {
    let request = client.request(&STOP).path("project_id", project);
    request.path("server_id", server)
}

#[tokio::test]
async fn post_without_body_sends_content_length_zero() {
    let seen = sent(|client| stop(client, "p1", "s1")).await;
    assert_eq!(seen.method, "POST");
    assert_eq!(
        (&*seen.path, &*seen.query, &*seen.body),
        ("/v2/p1/servers/s1/stop", "", "")
    );
    for (name, value) in [
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("content-length", "0"),
        ("host", "api.example.com:8443"),
        ("x-project-id", "p1"),
    ] {
        assert_eq!(seen.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn get_without_project_sends_no_project_and_no_length() {
    let seen = sent(|client| client.request(&SHOW)).await;
    assert_eq!((&*seen.method, &*seen.path), ("GET", "/v2/servers"));
    for name in ["content-length", "x-project-id", "api-version"] {
        assert!(!seen.headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn query_and_header_send_escaped_values() {
    let seen = sent(|client| {
        client
            .request(&SHOW)
            .query("limit", Some(10))
            .query("name", Some("a b+/&é~"))
            .query("offset", None::<u32>)
            .header("x-language", Some("en-us"))
            .header("x-none", None::<&str>)
    });
    let seen = seen.await;
    assert_eq!(seen.query, "limit=10&name=a%20b%2B%2F%26%C3%A9~");
    assert_eq!(seen.header("x-language"), "en-us");
    assert!(!seen.headers.contains_key("x-none"));
}

#[tokio::test]
async fn request_debug_hides_headers_and_body() {
    let client = client(&Script::default(), "https://api.example.com");
    let request = stop(&client, "p1", "s1")
        .header("x-secret", Some("headerInvented"))
        .body(&serde_json::json!({"password": "bodyInvented"}));
    let shown = format!("{request:?}");
    assert!(
        shown.contains("StopServer") && shown.contains("/v2/p1/servers/s1"),
        "{shown}"
    );
    assert!(!shown.contains("Invented"), "{shown}");
}

#[tokio::test]
async fn body_is_sent_as_json() {
    let body = serde_json::json!({"ids": ["s1"]});
    let seen = sent(|client| stop(client, "p1", "s1").body(&body)).await;
    assert_eq!(seen.body, r#"{"ids":["s1"]}"#);
}

/// The error of a call that must send nothing.
async fn refused(make: impl for<'a> Fn(&'a Client) -> Request<'a>) -> Error {
    let script = Script::default();
    let client = client(&script, "https://api.example.com");
    let error = make(&client).send::<()>().await.unwrap_err();
    assert_eq!(script.count(), 0, "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
    error
}

#[tokio::test]
async fn path_parameter_that_changes_the_path_is_refused() {
    for id in [
        "", ".", "..", r"..\x", r"a\..\b", r"a\b", "a/b", "../x", "%2e%2e", "a?b", "a#b", "a b",
    ] {
        let error = refused(|client| stop(client, "p1", id)).await;
        assert!(
            error.to_string().starts_with("StopServer: server_id "),
            "{error}"
        );
        let error = refused(|client| stop(client, id, "s1")).await;
        assert!(error.to_string().contains("project_id "), "{error}");
    }
}

#[tokio::test]
async fn path_parameter_missing_or_misplaced_is_refused() {
    let error = refused(|client| client.request(&STOP)).await;
    assert!(error.to_string().contains("{project_id}"), "{error}");
    let error = refused(|client| client.request(&STOP).path("server_id", "s1")).await;
    assert!(
        error.to_string().contains("server_id is not the next"),
        "{error}"
    );
    let error = refused(|client| stop(client, "p1", "s1").path("server_id", "s1")).await;
    assert!(error.message().is_some());
}

#[tokio::test]
async fn header_with_a_line_break_is_refused() {
    let error = refused(|client| stop(client, "p1", "s1").header("x-a", Some("a\nb"))).await;
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn response_returns_headers_and_hides_them_in_debug() {
    let script = Script::new([response(204)]);
    let client = client(&script, "https://api.example.com");
    let response = stop(&client, "p1", "s1").send::<()>().await.unwrap();
    assert_eq!(response.headers()["x-subject-token"], "tokenInvented");
    for shown in [format!("{response:?}"), format!("{:?}", response.headers())] {
        assert!(!shown.contains("tokenInvented"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn success_without_secret_header_is_a_decode_error() {
    const ASK: Operation = Operation {
        id: "CreateToken",
        success: 201,
        success_body: SuccessBody::Json,
        changes: false,
        ..STOP
    };
    for value in ["", "to ken"] {
        let script = Script::new([
            Step::status(503).header("X-Request-Id", "r-1"),
            Step::json(201, "{}").header("X-Subject-Token", value),
        ]);
        let client = client(&script, "https://api.example.com");
        let request = client.request(&ASK).path("project_id", "p1");
        let asked = request.path("server_id", "s1").send::<serde_json::Value>();
        let error = asked.await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Decode, Some(201))
        );
        assert_eq!(error.body(), b"{}");
        let previous = error.previous().and_then(Error::request_id);
        assert_eq!(previous, Some("r-1"));
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, "the header x-subject-token has no value");
    }
}

#[test]
fn call_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    fn assert_shared<T: Send + Sync + 'static>(_: &T) {}
    let client = client(&Script::default(), "https://api.example.com");
    assert_shared(&client);
    assert_send(stop(&client, "p1", "s1").send::<()>());
}
