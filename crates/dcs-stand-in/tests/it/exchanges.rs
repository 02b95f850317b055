//! Exchanges of IP addresses and their rollback.

use std::time::Duration;

use dcs_stand_in::Effect;

use crate::{
    client::{TASK, builder, with_task},
    generated::{Caller, caller},
};

const MINUTE: Duration = Duration::from_secs(60);

async fn both(caller: &Caller<'_>) -> (String, Option<String>) {
    let shown = caller.show(TASK).await.unwrap();
    (shown.status.unwrap().to_string(), shown.task_status)
}

#[tokio::test]
async fn exchange_stops_the_copy_and_rolls_back_once() {
    let stand_in = with_task(builder().exchange_duration(MINUTE)).await;
    let caller = caller(&stand_in);
    let refused = Err((400, "DCS.4957".to_owned()));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(both(&caller).await, ("INCRMIGEATING".into(), None));
    assert_eq!(caller.roll_back_ip(TASK).await, refused);

    assert_eq!(caller.exchange_ip(TASK).await, Ok(()));
    assert_eq!(
        both(&caller).await,
        ("TERMINATING".into(), text("EXCHANGING"))
    );
    assert_eq!(caller.roll_back_ip(TASK).await, refused);
    assert_eq!(caller.exchange_ip(TASK).await, refused);
    stand_in.advance(MINUTE);
    assert_eq!(
        both(&caller).await,
        ("TERMINATED".into(), text("EXCHANGE_SUCCESS"))
    );

    assert_eq!(caller.roll_back_ip(TASK).await, Ok(()));
    assert_eq!(caller.roll_back_ip(TASK).await, refused);
    assert_eq!(both(&caller).await.1, text("EXCHANGE_SUCCESS"));
    stand_in.advance(MINUTE);
    assert_eq!(
        both(&caller).await,
        ("TERMINATED".into(), text("ROLLBACK_SUCCESS"))
    );
    assert_eq!(caller.roll_back_ip(TASK).await, refused);
    assert_eq!(stand_in.effect_count(TASK, Effect::IpExchanged), 1);
    assert_eq!(stand_in.effect_count(TASK, Effect::IpRolledBack), 1);
}

#[tokio::test]
async fn exchange_status_set_by_test_is_shown() {
    let stand_in = with_task(builder()).await;
    let caller = caller(&stand_in);
    stand_in.set_exchange_status(TASK, Some("SOMETHING_NEW"));
    assert_eq!(
        both(&caller).await,
        ("INCRMIGEATING".into(), Some("SOMETHING_NEW".into()))
    );
    stand_in.set_exchange_status(TASK, Some("EXCHANGE_SUCCESS"));
    assert_eq!(caller.roll_back_ip(TASK).await, Ok(()));
    assert_eq!(both(&caller).await.1.as_deref(), Some("ROLLBACK_SUCCESS"));
    stand_in.set_exchange_status(TASK, None);
    assert_eq!(both(&caller).await.1, None);
}

#[tokio::test]
async fn log_lists_exchange_in_order() {
    let stand_in = with_task(builder().exchange_duration(MINUTE)).await;
    let caller = caller(&stand_in);
    caller.exchange_ip(TASK).await.unwrap();
    stand_in.advance(MINUTE);
    caller.batch_restart(&[TASK]).await.unwrap();
    let log = caller.logs(TASK, (None, None), None).await.unwrap();
    let keywords: Vec<_> = log
        .migration_logs
        .unwrap()
        .into_iter()
        .flat_map(|it| it.keyword.unwrap())
        .collect();
    assert_eq!(
        keywords,
        [
            "INCRMIGEATING",
            "TERMINATING",
            "EXCHANGING",
            "TERMINATED",
            "EXCHANGE_SUCCESS",
            "FULLMIGRATING",
            "INCRMIGEATING",
        ]
    );
}
