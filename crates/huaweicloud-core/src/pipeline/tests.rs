//! What goes out for a request, and what must not.

use std::sync::Arc;

use super::*;
use crate::config::Service;
use crate::testing::{Body, Script, Seen, Step};
use crate::types::{Auth, Operation, Repeat, SuccessBody};
use crate::{Credentials, Error, ErrorKind};

pub(super) static SERVICE: Service = Service {
    name: "ECS",
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

fn answer(status: u16) -> Step {
    let answer = http::Response::builder()
        .status(status)
        .header("X-Subject-Token", "tokenInvented");
    Step::response(answer.body(Body::from("")).unwrap())
}

fn client(script: &Script, endpoint: &str) -> Client {
    Client::builder(&SERVICE)
        .endpoint(endpoint)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap()
}

/// The only request that these make.
async fn sent(make: impl for<'a> Fn(&'a Client) -> Request<'a>) -> Seen {
    let script = Script::new([answer(204)]);
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
async fn post_without_a_body_says_that_it_has_none() {
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
async fn read_has_no_content_length_and_no_project_that_its_path_has_not() {
    let seen = sent(|client| client.request(&SHOW)).await;
    assert_eq!((&*seen.method, &*seen.path), ("GET", "/v2/servers"));
    for name in ["content-length", "x-project-id", "api-version"] {
        assert!(!seen.headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn query_and_header_hold_what_is_set_and_escape_it() {
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
async fn debug_of_a_request_shows_neither_headers_nor_body() {
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
async fn body_is_json() {
    let body = serde_json::json!({"ids": ["s1"]});
    let seen = sent(|client| stop(client, "p1", "s1").body(&body)).await;
    assert_eq!(seen.body, r#"{"ids":["s1"]}"#);
}

/// The error of a request that must not be sent.
async fn refused(make: impl for<'a> Fn(&'a Client) -> Request<'a>) -> Error {
    let script = Script::default();
    let client = client(&script, "https://api.example.com");
    let error = make(&client).send::<()>().await.unwrap_err();
    assert_eq!(script.count(), 0, "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
    error
}

#[tokio::test]
async fn a_parameter_that_changes_the_path_is_refused() {
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
async fn parameter_missing_or_out_of_place_is_refused() {
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
async fn header_that_none_can_have_is_refused() {
    let error = refused(|client| stop(client, "p1", "s1").header("x-a", Some("a\nb"))).await;
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn response_gives_its_headers_and_shows_none() {
    let script = Script::new([answer(204)]);
    let client = client(&script, "https://api.example.com");
    let response = stop(&client, "p1", "s1").send::<()>().await.unwrap();
    assert_eq!(response.headers()["x-subject-token"], "tokenInvented");
    for shown in [format!("{response:?}"), format!("{:?}", response.headers())] {
        assert!(!shown.contains("tokenInvented"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn success_without_its_secret_header_is_an_error_that_keeps_what_came_before() {
    const ASK: Operation = Operation {
        id: "CreateToken",
        success: 201,
        success_body: SuccessBody::Json,
        changes: false,
        ..STOP
    };
    for value in ["", "to ken"] {
        let busy = http::Response::builder().status(503);
        let busy = Step::response(busy.header("X-Request-Id", "r-1").body("".into()).unwrap());
        let bare = http::Response::builder().status(201);
        let bare = bare.header("X-Subject-Token", value).body("{}".into());
        let script = Script::new([busy, Step::response(bare.unwrap())]);
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
fn calls_can_be_moved_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    fn assert_shared<T: Send + Sync + 'static>(_: &T) {}
    let client = client(&Script::default(), "https://api.example.com");
    assert_shared(&client);
    assert_send(stop(&client, "p1", "s1").send::<()>());
}
