//! Records and logs of requests, and the secrets that they must not hold.

use std::{
    collections::HashSet,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use dcs_stand_in::{Effect, StatusCode};

use crate::client::{
    AK, Call, PROJECT, SK, TASK, TOKEN, builder, in_time, now, stand_in, with_task,
};

#[tokio::test]
async fn record_has_operation_effect_status_and_request_id() {
    let stand_in = stand_in().await;
    Call::show(TASK).call(&stand_in).await;
    Call::stop(TASK).call(&stand_in).await;
    Call::stop(TASK).call(&stand_in).await;
    Call::stop(TASK).send(&stand_in).await;
    let answer = Call::new("GET", "/nowhere?a=b").send(&stand_in).await;
    let requests = stand_in.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|it| {
            (
                it.operation(),
                it.is_authenticated(),
                it.effect(),
                it.status(),
            )
        })
        .collect();
    let show = Some("ShowMigrationTask");
    let stop = Some("StopMigrationTaskSync");
    assert_eq!(
        seen,
        [
            (show, true, Effect::Shown, Some(200)),
            (stop, true, Effect::Stopped, Some(204)),
            (stop, true, Effect::Nothing, Some(400)),
            (stop, false, Effect::Nothing, Some(401)),
            (None, false, Effect::Nothing, Some(404)),
        ]
    );
    let last = &requests[4];
    assert_eq!(
        (last.method(), last.path(), last.query()),
        ("GET", "/nowhere", Some("a=b"))
    );
    assert_eq!(answer.header("X-Request-Id"), Some(last.id()));
    assert_eq!(requests[1].header("content-length"), Some("0"));
    assert_eq!(requests[1].header("x-sdk-date"), Some("20260102T030405Z"));
    assert_eq!(requests[1].header("api-version"), None);
}

#[tokio::test]
async fn request_ids_are_32_digits_and_unique() {
    let stand_in = stand_in().await;
    let mut ids = HashSet::new();
    for _ in 0..50 {
        let answer = Call::show(TASK).send(&stand_in).await;
        let id = answer.header("X-Request-Id").unwrap().to_owned();
        assert!(
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
        assert!(ids.insert(id));
    }
}

#[tokio::test]
async fn secrets_are_not_recorded_logged_or_shown() {
    let log = Log::default();
    let settings = builder()
        .temporary_access_key("AKTEMPORARY", "skTemporary", "stInvented")
        .log(log.clone());
    let shown_settings = format!("{settings:?}");
    let stand_in = with_task(settings).await;
    let signed = Call::show(TASK)
        .header("X-Security-Token", "stInvented")
        .header("X-Brand-New", "brandNewSecret")
        .signed_by(&stand_in, "AKTEMPORARY", "skTemporary", now());
    assert_eq!(signed.send(&stand_in).await.status, 200);
    let both = Call::stop(TASK)
        .header("Cookie", "cookieSecret")
        .token(TOKEN);
    assert_eq!(both.send(&stand_in).await.status, 204);
    let requests = stand_in.requests();
    for name in ["authorization", "x-security-token", "x-brand-new"] {
        assert_eq!(requests[0].header(name), Some("[redacted]"), "{name}");
    }
    assert_eq!(requests[1].header("x-auth-token"), Some("[redacted]"));
    for text in [
        format!("{requests:?}"),
        format!("{stand_in:?}"),
        shown_settings,
        log.text(),
    ] {
        for secret in [
            SK,
            AK,
            TOKEN,
            "AKTEMPORARY",
            "skTemporary",
            "stInvented",
            "brandNewSecret",
            "cookieSecret",
            "Signature=",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn log_has_a_line_per_request() {
    let log = Log::default();
    let stand_in = with_task(builder().log(log.clone())).await;
    Call::stop(TASK).call(&stand_in).await;
    Call::new("GET", "/no%20where?secret=1")
        .send(&stand_in)
        .await;
    stand_in.fault(dcs_stand_in::Fault::close());
    let mut closed = Call::show(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    in_time(tokio::io::copy(&mut closed, &mut tokio::io::sink()))
        .await
        .unwrap();
    crate::client::until(|| log.text().lines().count() == 3).await;
    let ids: Vec<_> = stand_in
        .requests()
        .iter()
        .map(|it| it.id().to_owned())
        .collect();
    let text = log.text();
    let starts = [
        format!(
            "POST /v2/{PROJECT}/migration-task/{TASK}/sync-stop 204 StopMigrationTaskSync {} ",
            ids[0]
        ),
        format!("GET /no%20where 404 - {} ", ids[1]),
        format!(
            "GET /v2/{PROJECT}/migration-task/{TASK} - ShowMigrationTask {} ",
            ids[2]
        ),
    ];
    for (line, start) in text.lines().zip(starts) {
        let taken = line.strip_prefix(&start).expect(line);
        taken.strip_suffix("ms").unwrap().parse::<f64>().unwrap();
    }
}

#[tokio::test]
async fn without_records_keeps_no_request() {
    let stand_in = with_task(builder().without_records()).await;
    let answer = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(
        StatusCode::from_u16(answer.status).unwrap(),
        StatusCode::NO_CONTENT
    );
    assert!(stand_in.requests().is_empty());
}

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
