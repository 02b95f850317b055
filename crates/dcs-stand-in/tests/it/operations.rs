//! What is routed.

use dcs_stand_in::{iam_operations, operations};

use crate::client::{Call, PROJECT, TASK, TOKEN, stand_in};

#[tokio::test]
async fn every_operation_of_the_table_is_routed() {
    let stand_in = stand_in().await;
    let tables = [operations::OPERATIONS, iam_operations::OPERATIONS];
    assert_eq!(tables.map(<[_]>::len), [16, 2]);
    for operation in tables.concat() {
        let answer = Call::to(&operation).token(TOKEN).send(&stand_in).await;
        assert_ne!(answer.status, 404, "{} has no route", operation.id());
        let requests = stand_in.requests();
        assert_eq!(requests.last().unwrap().operation(), Some(operation.id()));
    }
}

#[tokio::test]
async fn everything_else_is_404_apigw_0101() {
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
async fn a_post_says_how_long_it_is() {
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
async fn a_body_over_12_mb_is_refused() {
    let stand_in = stand_in().await;
    let large = Call::stop(TASK)
        .without_header("Content-Length")
        .header("Content-Length", "12582913")
        .token(TOKEN);
    let answer = large.send(&stand_in).await;
    assert_eq!(answer.code(), (413, "APIGW.0201".into()));
    assert_eq!(answer.message(), "Request entity too large.");
}
