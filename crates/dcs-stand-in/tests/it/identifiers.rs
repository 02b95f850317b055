//! Unknown and malformed IDs of projects and tasks.

use dcs_stand_in::StandIn;
use serde_json::json;

use crate::client::{Call, PROJECT, TASK, TOKEN, builder, stand_in};

const OTHER: &str = "ffffffffffffffffffffffffffffffff";

fn show_in(project: &str) -> Call {
    Call::new("GET", format!("/v2/{project}/migration-task/{TASK}"))
}

async fn code(call: Call, to: &StandIn) -> (u16, String) {
    call.call(to).await.code()
}

#[tokio::test]
async fn unknown_task_is_400_dcs_4133_with_null_message() {
    let stand_in = stand_in().await;
    for task in [
        "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
        "00000000-0000-0000-0000-000000000000",
    ] {
        for call in [Call::show(task), Call::stop(task)] {
            let answer = call.call(&stand_in).await;
            assert_eq!(answer.status, 400);
            let body =
                json!({ "error_msg": null, "error_code": "DCS.4133", "error_ext_msg": null });
            assert_eq!(answer.json(), body);
        }
    }
}

#[tokio::test]
async fn malformed_task_id_is_400_dcs_4070() {
    let stand_in = stand_in().await;
    for task in [
        "x",
        "..",
        "%2e%2e",
        "a%2Fb",
        "%FF",
        "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a3",
    ] {
        for call in [Call::show(task), Call::stop(task)] {
            let answer = call.token(TOKEN).send(&stand_in).await;
            assert_eq!(answer.code(), (400, "DCS.4070".into()), "{task}");
            assert_eq!(answer.message(), "Invalid task ID format.");
        }
    }
}

#[tokio::test]
async fn task_id_of_32_digits_is_accepted() {
    let digits = "8aa6a1b27c9d4e0f9b3c5d7e1f204a66";
    let running = dcs_stand_in::TaskStatus::Migrating;
    let stand_in = builder().task(digits, running).start().await.unwrap();
    assert_eq!(Call::stop(digits).call(&stand_in).await.status, 204);
}

#[tokio::test]
async fn project_malformed_or_of_others_is_refused() {
    let stand_in = stand_in().await;
    assert_eq!(
        code(show_in("my-project"), &stand_in).await,
        (400, "DCS.4002".into())
    );
    assert_eq!(
        code(show_in(OTHER), &stand_in).await,
        (401, "DCS.1004".into())
    );
    let meant_elsewhere = show_in(PROJECT).header("X-Project-Id", OTHER);
    assert_eq!(
        code(meant_elsewhere, &stand_in).await,
        (401, "DCS.1004".into())
    );
}

#[tokio::test]
async fn project_unset_accepts_any_project() {
    let stand_in = StandIn::builder().token(TOKEN).start().await.unwrap();
    let answer = show_in(OTHER).token(TOKEN).send(&stand_in).await;
    assert_eq!(answer.code(), (400, "DCS.4133".into()));
    let answer = show_in("my-project").token(TOKEN).send(&stand_in).await;
    assert_eq!(answer.code(), (400, "DCS.4002".into()));
}

#[tokio::test]
async fn credentials_are_checked_before_ids() {
    let stand_in = stand_in().await;
    assert_eq!(
        Call::show("x").send(&stand_in).await.code(),
        (401, "APIGW.0301".into())
    );
}
