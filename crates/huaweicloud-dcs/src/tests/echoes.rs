//! Secrets that the service echoes in any spelling are redacted from errors and from free text.

use std::error::Error as _;

use futures_util::TryStreamExt as _;

use super::*;
use crate::{Condition, Error, ErrorKind, LogQuery, TaskQuery, WaitConfig, types};

const TOKEN: &str = "tok/en+Invented\"&=01";
/// Reversible spellings of the token.
const SPELLINGS: [&str; 12] = [
    r#"tok/en+Invented"&=01"#,
    r#"tok\/en\u002bInvented\"\u0026=01"#,
    "tok%2Fen%2BInvented%22%26%3D01",
    "tok%2fen+Invented%22&%3d01",
    "tok/en+Invented&quot;&amp;=01",
    "tok&#47;en&#x2B;Invented&#34;&#038;&#x03d;01",
    r"tok\/en+Invented&quot;&amp;=01",
    // Base64 with and without padding, and after a user name.
    "dG9rL2VuK0ludmVudGVkIiY9MDE=",
    "dG9rL2VuK0ludmVudGVkIiY9MDE",
    r"dG9rL2VuK0ludmVudGVkIiY9MDE\u003d",
    "dXNlcjp0b2svZW4rSW52ZW50ZWQiJj0wMTo=",
    "Basic dXNlcm46dG9rL2VuK0ludmVudGVkIiY9MDE",
];

fn with_token(steps: impl IntoIterator<Item = Step>) -> MigrationClient {
    let settings = settings().credentials(Credentials::token(TOKEN));
    client_with(settings, &Script::new(steps))
}

/// Everything that an error shows.
fn shown(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let causes: Vec<_> = causes.map(|cause| format!("{cause} {cause:?}")).collect();
    let body = String::from_utf8_lossy(error.body());
    format!("{error} {error:?} {:?} {causes:?} {body}", error.message())
}

#[track_caller]
fn shows_no_token(shown: &str) {
    for part in ["nvented", "nZlbnR", "ludmVud", "SW52ZW50"] {
        assert!(!shown.contains(part), "{part}: {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn echoed_token_is_redacted_from_errors_in_any_spelling() {
    for spelling in SPELLINGS {
        // As message, as raw JSON text, and as HTML page of a gateway.
        let quoted = serde_json::to_string(&format!("you sent {spelling}.")).unwrap();
        let raw = format!(r#"{{"error_code":"X.1","more":"{spelling}"}}"#);
        for body in [
            format!(r#"{{"error_code":"X.1","error_msg":{quoted}}}"#),
            raw,
            format!("<p>{spelling}</p>"),
        ] {
            let error = with_token([says(400, body)]).stop_sync(TASK).await;
            let shown = shown(&error.unwrap_err());
            shows_no_token(&shown);
            assert!(shown.contains("[redacted]"), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn echoed_token_is_redacted_from_logs_in_any_spelling() {
    for spelling in SPELLINGS {
        let text = serde_json::to_string(&format!("you sent {spelling}")).unwrap();
        let logs = format!(r#"{{"migration_logs":[{{"message":{text},"keyword":["a",{text}]}}]}}"#);
        let client = with_token([says(200, logs)]);
        let logs = client.logs(TASK, &LogQuery::default()).await.unwrap();
        let log = logs.into_body().migration_logs.unwrap().remove(0);
        shows_no_token(&format!("{log:?}"));
        assert_eq!(log.message.as_deref(), Some(&*log.keyword.unwrap()[1]));
        assert!(log.message.unwrap().starts_with("you sent "));
    }
}

#[tokio::test(start_paused = true)]
async fn success_redacts_token_in_free_text_but_not_in_names() {
    let text = serde_json::to_string(TOKEN).unwrap();
    let tasks = format!(
        r#"{{"count":1,"migration_tasks":[{{"task_id":{text},"task_name":{text},"data_source":{text},
        "error_message":{text},"description":{text},"status":{text}}}]}}"#
    );
    let task = format!(
        r#"{{"task_id":{text},"task_name":{text},"status":{text},"task_status":{text},"description":{text},
        "source_instance":{{"addrs":{text},"id":{text},"name":{text}}}}}"#
    );
    let job = format!(r#"{{"job_id":{text},"status":{text},"fail_reason":{text}}}"#);
    let created = format!(r#"{{"id":{text},"name":{text},"error":{text}}}"#);
    let client = with_token([tasks.clone(), tasks, task, job, created].map(|body| says(200, body)));
    let hidden = Some("[redacted]");
    let kept = Some(TOKEN);

    let list = client
        .list(&TaskQuery::default())
        .await
        .unwrap()
        .into_body();
    let all: Vec<_> = client
        .list_all(TaskQuery::default())
        .try_collect()
        .await
        .unwrap();
    for task in list.migration_tasks.iter().flatten().chain(&all) {
        let texts = [&task.error_message, &task.description];
        assert_eq!(texts.map(Option::as_deref), [hidden; 2]);
        let names = [&task.task_id, &task.task_name, &task.data_source];
        assert_eq!(names.map(Option::as_deref), [kept; 3]);
        assert_eq!(task.status.as_ref().map(types::TaskStatus::as_str), hidden);
    }
    let task = client.show(TASK).await.unwrap().into_body();
    let source = task.source_instance.unwrap();
    let names = [
        task.task_id,
        task.task_name,
        source.addrs,
        source.id,
        source.name,
    ];
    assert!(
        names.iter().all(|name| name.as_deref() == kept),
        "{names:?}"
    );
    assert_eq!(
        [task.task_status.as_deref(), task.description.as_deref()],
        [hidden; 2]
    );
    assert_eq!(task.status.as_ref().map(types::TaskStatus::as_str), hidden);
    let job = client.show_job("job").await.unwrap().into_body();
    let texts = [
        job.status.as_deref(),
        job.fail_reason.as_deref(),
        job.job_id.as_deref(),
    ];
    assert_eq!(texts, [hidden, hidden, kept]);
    let settings = configuration("none");
    let configured = client.configure(TASK, &settings).await.unwrap().into_body();
    let texts = [configured.error.as_deref(), configured.name.as_deref()];
    assert_eq!(texts, [hidden, kept]);
}

fn configuration(password: &str) -> types::SetOnlineMigrationTaskBody {
    types::SetOnlineMigrationTaskBody::new(
        types::MigrationMethod::FullAmountMigration,
        types::ResumeMode::Auto,
        types::ConfigMigrationInstanceBody::default().with_password(password),
        types::ConfigMigrationInstanceBody::default(),
    )
}

#[tokio::test(start_paused = true)]
async fn wait_and_batch_errors_redact_an_echoed_token() {
    let text = serde_json::to_string(TOKEN).unwrap();
    let wait = || WaitConfig::default().with_timeout(Duration::from_secs(1));
    let failed = || says(200, format!(r#"{{"status":"FAIL","fail_reason":{text}}}"#));
    let unknown = || says(200, format!(r#"{{"status":{text},"task_status":{text}}}"#));
    let error = with_token([failed()])
        .wait_for_job("job", wait())
        .await
        .unwrap_err();
    assert_eq!(error.message(), Some("the job failed: [redacted]"));

    let client = with_token((0..9).map(|_| unknown()));
    let error = client.wait_for_job("job", wait()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait);
    shows_no_token(&shown(&error));
    let client = with_token((0..9).map(|_| unknown()));
    let error = client
        .wait_until(TASK, Condition::Stopped, wait())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait);
    shows_no_token(&shown(&error));

    let client = with_token([task("FAILED"), failed_because(&text[1..text.len() - 1])]);
    let error = client
        .wait_until(TASK, Condition::Stopped, wait())
        .await
        .unwrap_err();
    assert!(
        error.message().unwrap().ends_with(": [redacted]"),
        "{error}"
    );

    let failed = format!(
        r#"{{"migration_tasks":[{{"task_id":"{TASK}","result":"failed","error_code":{text},"error_msg":{text}}}]}}"#
    );
    let client = with_token([says(200, failed.clone()), says(200, failed)]);
    for results in [
        client.restart_many(&[TASK]).await,
        client.stop_many(&[TASK]).await,
    ] {
        let results = results.unwrap().into_body();
        let error = results[0].result().unwrap_err();
        assert_eq!(
            (error.message(), error.code()),
            (Some("[redacted]"), Some("[redacted]"))
        );
        shows_no_token(&shown(error));
    }
}

#[tokio::test(start_paused = true)]
async fn short_password_is_redacted_only_as_whole_word() {
    let configure = async |password: &str, message: &str| {
        let body = serde_json::json!({ "error_code": "DCS.4957", "error_msg": message });
        let script = Script::new([says(400, body.to_string())]);
        let settings = configuration(password);
        let error = client(&script)
            .configure(TASK, &settings)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("DCS.4957"), Some("r-1"))
        );
        error.message().unwrap().to_owned()
    };
    for (password, message, expected) in [
        (
            "pw1234",
            "bad password 'pw1234'.",
            "bad password '[redacted]'.",
        ),
        ("pw1234", "pw1234", "[redacted]"),
        ("pw1234", "密码pw1234错误", "密码[redacted]错误"),
        (
            "p&1",
            "p&1, p&amp;1, p%261, cCYx",
            "[redacted], [redacted], [redacted], [redacted]",
        ),
        (
            "pw1234",
            "pw12345 xpw1234 pw1234_",
            "pw12345 xpw1234 pw1234_",
        ),
        // Dots and dashes join the words of codes, ids and host names.
        (
            "4957",
            "see DCS.4957 of 7c1f-4957",
            "see DCS.4957 of 7c1f-4957",
        ),
        ("DCS", "not DCS", "not [redacted]"),
        // Only free text is searched, and no member names.
        ("error_code", "error_code", "[redacted]"),
        ("error_msg", "ok", "ok"),
    ] {
        assert_eq!(configure(password, message).await, expected, "{password}");
    }
}

#[tokio::test(start_paused = true)]
async fn decode_error_gives_position_and_no_value() {
    for body in [
        r#"{"task_id":"t","source_instance":"valueInvented"}"#,
        r#"{"task_id":"t","source_instance":["valueInvented"]}"#,
        r#"{"task_id":"t","backup_files":{"files":{"valueInvented":1}}}"#,
        r#"{"supported_features":"valueInvented"}"#,
        r#"{"status":{"valueInvented":1}}"#,
        r#"{"bandwidth_limit_mb":["valueInvented"]}"#,
        r#"{"task_id":"t","task_id":"valueInvented"}"#,
        r#"{"task_id":"valueInvented"#,
        r#"{"task_id":"valueInvented\q"}"#,
        r#"{"task_id":424242424242}"#,
    ] {
        let error = with_token([says(200, body)]).show(TASK).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Decode, Some(200))
        );
        let cause = error.source().unwrap();
        let shown = format!("{error} {error:?} {cause} {cause:?}");
        for value in ["valueInvented", "424242"] {
            assert!(!shown.contains(value), "{shown}");
        }
        assert!(cause.to_string().contains("line 1, column "), "{cause}");
        assert!(cause.source().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn response_over_50_000_values_is_decode_error() {
    // The object and its list count as two values.
    let list = |items: usize| {
        let items = vec!["{}"; items].join(" ,\n");
        says(200, format!(r#"{{"migration_tasks":[{items}]}}"#))
    };
    let most = with_token([list(49_998)]).list(&TaskQuery::default()).await;
    assert_eq!(
        most.unwrap().into_body().migration_tasks.unwrap().len(),
        49_998
    );
    let error = with_token([list(49_999)]).list(&TaskQuery::default()).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Decode, Some(200))
    );
    assert!(!error.is_retryable() && !error.may_have_been_applied());
    let line = error.to_string();
    assert!(
        line.contains("holds more than 50,000 values") && line.ends_with("ask for smaller pages")
    );
    // A call that changes something may have been applied.
    let tasks = vec![TASK; 1];
    let error = with_token([list(49_999)])
        .stop_many(&tasks)
        .await
        .unwrap_err();
    assert!(
        error.kind() == ErrorKind::Decode && error.may_have_been_applied(),
        "{error}"
    );
}
