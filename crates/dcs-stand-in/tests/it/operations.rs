//! Routes.

use dcs_stand_in::{Operation, iam_operations, operations};
use serde_json::{Map, Value};

use crate::client::{Call, PROJECT, TASK, TOKEN, stand_in};

/// The operations that the stand-in must serve: those without the mark `x-surface: codec`.
pub(crate) fn asked_for() -> Vec<Operation> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec");
    let mut unasked = Vec::new();
    for file in std::fs::read_dir(spec).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == "yaml") {
            unasked.extend(codec_only(&std::fs::read_to_string(path).unwrap()));
        }
    }
    let mut operations = [operations::OPERATIONS, iam_operations::OPERATIONS].concat();
    operations.retain(|operation| !unasked.iter().any(|id| id == operation.id));
    operations
}

/// The operations of an OpenAPI document that are marked `x-surface: codec`.
fn codec_only(document: &str) -> Vec<String> {
    let document: Value = serde_saphyr::from_str(document).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    paths
        .filter_map(Value::as_object)
        .flat_map(Map::values)
        .filter(|operation| operation["x-surface"] == "codec")
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn operations_without_codec_mark_are_routed() {
    let stand_in = stand_in().await;
    let mut missing = Vec::new();
    for operation in asked_for() {
        let id = operation.id;
        let answer = Call::to(&operation).token(TOKEN).send(&stand_in).await;
        let is_known = stand_in.requests().last().unwrap().operation() == Some(id);
        if answer.status == 404 || !is_known {
            missing.push(id);
        }
    }
    assert!(
        missing.is_empty(),
        "no route for {missing:?}: add each to the table in src/call.rs, or mark it `x-surface: codec` in spec/"
    );
}

#[test]
fn operation_marked_codec_is_not_required() {
    let document = "
paths:
  /a:
    parameters: []
    get:
      operationId: Asked
    post:
      operationId: Unasked
      x-surface: codec
";
    assert_eq!(codec_only(document), ["Unasked"]);
}

#[tokio::test]
async fn unknown_path_or_method_is_404_apigw_0101() {
    let stand_in = stand_in().await;
    let show = format!("/v2/{PROJECT}/migration-task/{TASK}");
    for (method, path) in [
        ("GET", "/".to_owned()),
        ("GET", format!("{show}/")),
        ("GET", format!("{show}/sync-stop")),
        ("POST", format!("{show}/sync-stop/")),
        ("POST", show.clone()),
        ("DELETE", show.clone()),
        ("OPTIONS", show.clone()),
        ("GET", format!("/v2/{PROJECT}/migration-task/")),
        ("POST", format!("/v2/{PROJECT}/migration-task//sync-stop")),
        ("POST", format!("/v2//migration-task/{TASK}/sync-stop")),
        ("GET", show.replace("/v2/", "/v1.0/")),
        ("GET", show.replace("migration-task", "migration-tasks")),
    ] {
        let answer = Call::new(method, path.clone()).send(&stand_in).await;
        assert_eq!(answer.code(), (404, "APIGW.0101".into()), "{method} {path}");
        assert_eq!(
            answer.json()["request_id"].as_str(),
            answer.header("X-Request-Id")
        );
    }
    let head = Call::new("HEAD", show).send(&stand_in).await;
    assert_eq!(head.status, 404);
}

#[tokio::test]
async fn post_without_length_is_411() {
    let stand_in = stand_in().await;
    let silent = Call::stop(TASK).without_header("Content-Length");
    let answer = silent.clone().call(&stand_in).await;
    assert_eq!(answer.code(), (411, "APIGW.0201".into()));
    let chunked = silent
        .token(TOKEN)
        .header("Transfer-Encoding", "chunked")
        .raw_body("0\r\n\r\n");
    assert_eq!(chunked.send(&stand_in).await.status, 204);
}

#[tokio::test]
async fn body_over_12_mb_is_refused() {
    let stand_in = stand_in().await;
    let large = Call::stop(TASK)
        .without_header("Content-Length")
        .header("Content-Length", "12582913")
        .token(TOKEN);
    let answer = large.send(&stand_in).await;
    assert_eq!(answer.code(), (413, "APIGW.0201".into()));
    assert_eq!(answer.message(), "Request entity too large.");
}
