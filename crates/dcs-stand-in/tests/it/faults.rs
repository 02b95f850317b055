//! Faults on the wire.

use std::time::Duration;

use dcs_stand_in::{
    Effect, Fault, HeaderName, HeaderValue, RecordedRequest, StandIn, StatusCode, TaskStatus,
    operations,
};
use tokio::io::AsyncReadExt;

use crate::client::{Call, TASK, builder, in_time, stand_in, until, with_task};

const MIB: usize = 1024 * 1024;

/// All bytes of the response to a signed call.
async fn raw(call: Call, to: &StandIn) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut stream = call.signed(to).begin(to.address()).await;
    in_time(stream.read_to_end(&mut bytes)).await.unwrap();
    bytes
}

fn effects(stand_in: &StandIn) -> Vec<Effect> {
    stand_in
        .requests()
        .iter()
        .map(RecordedRequest::effect)
        .collect()
}

#[tokio::test]
async fn fault_status_replaces_the_act() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::SERVICE_UNAVAILABLE));
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(answer.code(), (503, "APIGW.0613".into()));
    assert_eq!(
        answer.json()["request_id"].as_str(),
        answer.header("X-Request-Id")
    );
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(
        stand_in.task_status(TASK),
        Some(TaskStatus::IncrementalMigrating)
    );
    assert_eq!(effects(&stand_in), [Effect::Nothing]);
    // It struck once.
    assert_eq!(Call::stop(TASK).call(&stand_in).await.status, 204);
}

#[tokio::test]
async fn fault_status_after_acting_keeps_the_effect() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::GATEWAY_TIMEOUT).after_acting());
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(answer.code(), (504, "APIGW.0201".into()));
    assert_eq!(answer.message(), "Backend timeout.");
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
    assert_eq!(effects(&stand_in), [Effect::Stopped]);
}

#[tokio::test]
async fn fault_status_has_its_usual_body() {
    let stand_in = stand_in().await;
    for (status, code) in [
        (400, "DCS.4063"),
        (401, "APIGW.0301"),
        (403, "DCS.2003"),
        (404, "DCS.4001"),
        (405, "DCS.5001"),
        (429, "APIGW.0308"),
        (500, "DCS.5000"),
        (502, "APIGW.0201"),
        (503, "APIGW.0613"),
        (504, "APIGW.0201"),
        (418, "APIGW.0201"),
    ] {
        stand_in.fault(Fault::answer(StatusCode::from_u16(status).unwrap()));
        let answer = Call::show(TASK).call(&stand_in).await;
        assert_eq!(answer.code(), (status, code.into()));
        let member = if code.starts_with("DCS.") {
            "error_ext_msg"
        } else {
            "request_id"
        };
        assert!(
            answer.json().as_object().unwrap().contains_key(member),
            "{status}"
        );
    }
    stand_in.fault(Fault::answer(StatusCode::ACCEPTED));
    let answer = Call::show(TASK).call(&stand_in).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
}

#[tokio::test]
async fn fault_strikes_its_operation_the_given_times() {
    let stand_in = stand_in().await;
    stand_in.fault(
        Fault::answer(StatusCode::TOO_MANY_REQUESTS)
            .on(&operations::STOP_MIGRATION_TASK_SYNC)
            .times(2),
    );
    stand_in.fault(Fault::answer(StatusCode::BAD_GATEWAY).times(0));
    stand_in.fault(Fault::answer(StatusCode::FORBIDDEN).always());
    let mut seen = Vec::new();
    for call in [
        Call::show(TASK),
        Call::stop(TASK),
        Call::stop(TASK),
        Call::stop(TASK),
        Call::show(TASK),
    ] {
        seen.push(call.call(&stand_in).await.status);
    }
    assert_eq!(seen, [403, 429, 429, 403, 403]);
}

#[tokio::test]
async fn fault_spares_refused_requests() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::BAD_GATEWAY));
    assert_eq!(Call::show(TASK).send(&stand_in).await.status, 401);
    assert_eq!(
        Call::new("GET", "/nowhere").send(&stand_in).await.status,
        404
    );
    assert_eq!(Call::show(TASK).call(&stand_in).await.status, 502);
    assert!(stand_in.requests()[2].is_authenticated());
}

#[tokio::test]
async fn fault_replaces_headers_and_body() {
    let stand_in = stand_in().await;
    let header = |name: &'static str, value| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    let (name, value) = header("x-request-id", "mine");
    let (retry, after) = header("retry-after", "7");
    stand_in.fault(
        Fault::answer(StatusCode::TOO_MANY_REQUESTS)
            .header(name, value)
            .header(retry, after)
            .body(r#"{"error_code":"X"}"#),
    );
    let answer = Call::show(TASK).call(&stand_in).await;
    assert_eq!(answer.header("X-Request-Id"), Some("mine"));
    assert_eq!(answer.header("Retry-After"), Some("7"));
    assert_eq!(answer.header("Content-Length"), Some("18"));
    assert_eq!(answer.body, r#"{"error_code":"X"}"#);
}

#[tokio::test]
async fn fault_html_sends_a_page() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::SERVICE_UNAVAILABLE).html());
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("Content-Type"), Some("text/html"));
    assert!(answer.body.starts_with("<html>"), "{}", answer.body);
    assert!(answer.header("X-Request-Id").is_some());
}

#[tokio::test]
async fn fault_redirect_sends_307_with_location() {
    let stand_in = stand_in().await;
    stand_in.fault("any:redirect=http://127.0.0.1:9/x".parse().unwrap());
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!((answer.status, answer.body.as_str()), (307, ""));
    assert_eq!(answer.header("Location"), Some("http://127.0.0.1:9/x"));
    assert_eq!(effects(&stand_in), [Effect::Nothing]);
}

#[tokio::test]
async fn fault_close_sends_no_response_and_has_no_effect() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::close());
    assert_eq!(raw(Call::stop(TASK), &stand_in).await, b"");
    assert_eq!(
        stand_in.task_status(TASK),
        Some(TaskStatus::IncrementalMigrating)
    );
    assert_eq!(stand_in.requests()[0].status(), None);
    assert!(stand_in.requests()[0].is_authenticated());
}

#[tokio::test]
async fn fault_close_after_acting_keeps_the_effect() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::close().after_acting());
    assert_eq!(raw(Call::stop(TASK), &stand_in).await, b"");
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
    assert_eq!(stand_in.requests()[0].status(), None);
    assert_eq!(effects(&stand_in), [Effect::Stopped]);
}

#[tokio::test]
async fn fault_connection_close_closes_before_reading() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::close_connection().on(&operations::SHOW_MIGRATION_TASK));
    let mut stream = tokio::net::TcpStream::connect(stand_in.address())
        .await
        .unwrap();
    assert_eq!(in_time(stream.read(&mut [0])).await.unwrap(), 0);
    assert!(stand_in.requests().is_empty());
    assert_eq!(Call::show(TASK).call(&stand_in).await.status, 200);
}

#[tokio::test]
async fn fault_delay_comes_before_or_after_the_act() {
    let stand_in = stand_in().await;
    let hour = Duration::from_secs(3600);
    for (fault, effect) in [
        (Fault::own_answer().delay(hour), Effect::Nothing),
        (
            Fault::own_answer().delay(hour).after_acting(),
            Effect::Stopped,
        ),
    ] {
        stand_in.fault(fault);
        let mut waiting = Call::stop(TASK)
            .signed(&stand_in)
            .begin(stand_in.address())
            .await;
        until(|| {
            stand_in
                .requests()
                .last()
                .is_some_and(RecordedRequest::is_authenticated)
        })
        .await;
        let silence = tokio::time::timeout(Duration::from_millis(50), waiting.read_u8()).await;
        assert!(silence.is_err(), "it was answered");
        assert_eq!(stand_in.requests().last().unwrap().effect(), effect);
    }
    stand_in.set_task_status(TASK, TaskStatus::Migrating);
    stand_in.fault(Fault::own_answer().delay(Duration::from_millis(20)));
    assert_eq!(Call::stop(TASK).call(&stand_in).await.status, 204);
}

#[tokio::test]
async fn fault_truncate_sends_half_a_body() {
    let stand_in = stand_in().await;
    for fault in [
        Fault::answer(StatusCode::INTERNAL_SERVER_ERROR).truncated(),
        Fault::own_answer().truncated(),
        Fault::answer(StatusCode::OK).huge().truncated(),
    ] {
        stand_in.fault(fault);
        let answer = Call::show(TASK).call(&stand_in).await;
        let announced: usize = answer.header("Content-Length").unwrap().parse().unwrap();
        let sent = answer.body.len();
        assert!(0 < sent && sent < announced, "{sent} of {announced}");
    }
    // Without a body there is nothing to truncate.
    stand_in.fault(Fault::own_answer().truncated());
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
}

#[tokio::test]
async fn fault_huge_sends_64_mib() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::INTERNAL_SERVER_ERROR).huge());
    let answer = Call::show(TASK).call(&stand_in).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("Content-Length"), Some("67108864"));
    assert_eq!(answer.body.len(), 64 * MIB);
}

#[tokio::test]
async fn fault_endless_sends_without_end() {
    let stand_in = stand_in().await;
    stand_in.fault(Fault::answer(StatusCode::BAD_GATEWAY).endless());
    let mut stream = Call::show(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    let mut bytes = vec![0; 80 * MIB];
    in_time(stream.read_exact(&mut bytes)).await.unwrap();
    let head = String::from_utf8_lossy(&bytes[..400]);
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert!(head.contains("Transfer-Encoding: chunked"), "{head}");
}

#[tokio::test]
async fn fault_always_204_never_stops_the_task() {
    // Benchmarks use this: every stop gets a 204.
    let stand_in = with_task(builder().without_records()).await;
    stand_in.fault(Fault::answer(StatusCode::NO_CONTENT).always());
    for _ in 0..3 {
        assert_eq!(Call::stop(TASK).call(&stand_in).await.status, 204);
    }
    assert_eq!(
        stand_in.task_status(TASK),
        Some(TaskStatus::IncrementalMigrating)
    );
}
