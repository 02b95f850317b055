//! Lists of tasks and of log entries, page by page.

use std::time::Duration;

use dcs_stand_in::TaskStatus;
use huaweicloud_dcs_api::types::{
    ListMigrationTaskLogsResponse, ListMigrationTaskResponse, MigrationMethod::IncrementalMigration,
};

use crate::{
    client::{Call, PROJECT, TASK, TOKEN, builder, stand_in},
    generated::{caller, other},
};

fn ids(page: ListMigrationTaskResponse) -> Vec<String> {
    let tasks = page.migration_tasks.unwrap();
    tasks.into_iter().map(|it| it.task_id.unwrap()).collect()
}

#[tokio::test]
async fn list_by_pages_keeps_the_order_of_creation() {
    let all: Vec<_> = (0..25).map(other).collect();
    let mut settings = builder();
    for id in &all {
        settings = settings.task(id, TaskStatus::Running);
    }
    let stand_in = settings.start().await.unwrap();
    let caller = caller(&stand_in);
    for ((limit, offset), expected) in [
        ((None, None), &all[..10]),
        ((None, Some(20)), &all[20..]),
        ((Some(1), Some(3)), &all[3..4]),
        ((Some(1000), None), &all[..]),
        ((Some(10), Some(25)), &[]),
        ((Some(10), Some(u32::MAX)), &[]),
    ] {
        let page = caller.list((limit, offset), None).await.unwrap();
        assert_eq!(page.count, Some(25));
        assert_eq!(ids(page), expected);
    }
}

#[tokio::test]
async fn list_page_out_of_range_is_refused() {
    let stand_in = stand_in().await;
    let tasks = format!("/v2/{PROJECT}/migration-tasks");
    let logs = format!("/v2/{PROJECT}/migration-task/{TASK}/logs");
    for (path, query) in [
        (&tasks, "limit=0"),
        (&tasks, "limit=1001"),
        (&tasks, "limit=ten"),
        (&tasks, "offset=-1"),
        (&logs, "offset=-1"),
        (&logs, "limit=-1"),
        (&logs, "log_level=LOUD"),
        (&logs, "log_level=info"),
    ] {
        let call = Call::new("GET", format!("{path}?{query}")).token(TOKEN);
        let answer = call.send(&stand_in).await;
        assert_eq!(answer.code(), (400, "DCS.4062".into()), "{query}");
        let name = query.split_once('=').unwrap().0;
        let message = format!("Invalid {name} parameter in the request.");
        assert_eq!(answer.message(), message);
    }
}

#[tokio::test]
async fn list_by_part_of_name_finds_tasks() {
    let stand_in = builder().start().await.unwrap();
    let caller = caller(&stand_in);
    let (first, _) = caller.create_online("orders-to-v6").await.unwrap();
    let (second, _) = caller.create_online("users-to-v6").await.unwrap();
    for (name, expected) in [
        ("orders-to-v6", vec![&first]),
        ("to-v6", vec![&first, &second]),
        ("Orders", vec![]),
        ("orders to", vec![]),
    ] {
        let page = caller.list((None, None), Some(name)).await.unwrap();
        assert_eq!(page.count, i64::try_from(expected.len()).ok());
        let found = ids(page);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn list_leaves_out_tasks_with_status_deleted() {
    let stand_in = stand_in().await;
    stand_in.set_task_status(TASK, TaskStatus::Deleted);
    let caller = caller(&stand_in);
    assert_eq!(
        caller.list((None, None), None).await.unwrap().count,
        Some(0)
    );
    assert_eq!(caller.status(TASK).await, "DELETED");
}

fn messages(page: ListMigrationTaskLogsResponse) -> Vec<String> {
    let logs = page.migration_logs.unwrap();
    let line = |it: huaweicloud_dcs_api::types::MigrationLog| {
        format!("{} {}", it.log_level.unwrap(), it.message.unwrap())
    };
    logs.into_iter().map(line).collect()
}

#[tokio::test]
async fn log_has_an_entry_per_change() {
    let minute = Duration::from_secs(60);
    let settings = builder()
        .creation_duration(minute)
        .full_copy_duration(minute);
    let stand_in = settings.start().await.unwrap();
    let caller = caller(&stand_in);
    let (task, _) = caller.create_online("orders-to-v6").await.unwrap();
    let page = caller.logs(&task, (None, None), None).await.unwrap();
    assert_eq!(page.log_num, Some(1));
    let first = &page.migration_logs.unwrap()[0];
    assert_eq!(
        first.created_at.as_deref(),
        Some("2026-01-02T03:04:05.000Z")
    );
    assert_eq!(first.keyword, Some(vec!["CREATING".to_owned()]));
    stand_in.advance(minute);
    caller.configure(&task, IncrementalMigration).await.unwrap();
    stand_in.advance(minute);
    caller.exchange_ip(&task).await.unwrap();
    stand_in.fail_task(&task, "the source is gone");
    let all = [
        "INFO the task is CREATING",
        "INFO the task is RUNNING",
        "INFO the task is FULLMIGRATING",
        "INFO the task is INCRMIGEATING",
        "INFO the task is TERMINATING",
        "INFO the task is TERMINATED",
        "INFO the exchange of IP addresses is EXCHANGING",
        "INFO the exchange of IP addresses is EXCHANGE_SUCCESS",
        "ERROR the task is FAILED: the source is gone",
    ];
    let log = async |page, level| messages(caller.logs(&task, page, level).await.unwrap());
    let mut seen = log((None, None), None).await;
    // Entries of the same moment have no order.
    seen.sort();
    let mut expected = all;
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(log((Some(2), Some(1)), None).await, &all[1..3]);
    assert_eq!(log((Some(0), None), None).await, &all[..0]);
    assert_eq!(log((None, None), Some("ERROR")).await, &all[8..]);
    assert_eq!(log((None, None), Some("INFO")).await.len(), 8);
    assert_eq!(log((None, None), Some("DEBUG")).await.len(), 0);
    let errors = caller
        .logs(&task, (None, None), Some("ERROR"))
        .await
        .unwrap();
    assert_eq!(errors.log_num, Some(1));
}
