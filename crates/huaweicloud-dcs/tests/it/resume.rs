//! A migration that is killed at any request and run again ends like an undisturbed one. Each run is a process of
//! `examples/cut_over`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use dcs_stand_in::{Effect, Fault, RecordedRequest, StandIn, TaskStatus, operations};
use futures_util::stream::{StreamExt as _, iter};
use huaweicloud_core::Operation;
use huaweicloud_dcs::{Credentials, LogQuery, MigrationClient, TaskQuery};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

const NAME: &str = "orders-to-v6";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
/// The longest that one process may take on a busy machine. It is shorter than the 30 s after which a client would
/// retry a read that the stand-in holds.
const PATIENCE: Duration = Duration::from_secs(20);
/// The number of requests of a run that polls everything once.
const FEWEST: usize = 15;
/// The number of concurrent runs. They mostly wait.
const AT_ONCE: usize = 6;

/// When a run is killed: at its request of this number, counted over all requests or over one operation.
#[derive(Clone, Copy, Debug)]
struct Kill {
    operation: Option<&'static Operation>,
    number: usize,
    /// Whether the stand-in acts before it holds the request. Otherwise it never acts on it.
    acted: bool,
}

impl Kill {
    /// Makes the stand-in hold that request longer than any test lasts. Earlier requests pass.
    fn hold(self, stand_in: &StandIn) {
        let aimed = |fault: Fault| match self.operation {
            Some(operation) => fault.on(operation),
            None => fault,
        };
        let before = u32::try_from(self.number - 1).unwrap();
        stand_in.fault(aimed(Fault::own_answer().times(before)));
        let held = Fault::own_answer().delay(Duration::from_secs(3600));
        let held = if self.acted {
            held.after_acting()
        } else {
            held
        };
        stand_in.fault(aimed(held));
    }

    /// The request, once the stand-in holds it.
    fn held(self, stand_in: &StandIn) -> Option<RecordedRequest> {
        let request = stand_in
            .requests()
            .into_iter()
            .filter(|request| {
                self.operation
                    .is_none_or(|operation| request.operation() == Some(operation.id))
            })
            .nth(self.number - 1)?;
        let is_there = if self.acted {
            request.effect() != Effect::Nothing
        } else {
            request.is_authenticated()
        };
        is_there.then_some(request)
    }
}

async fn stand_in() -> StandIn {
    // Long enough for the next run to see TERMINATING.
    stand_in_that_stops_in(Duration::from_millis(400)).await
}

async fn stand_in_that_stops_in(delay: Duration) -> StandIn {
    let short = Duration::from_millis(120);
    StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .project_id(PROJECT)
        .creation_duration(short)
        .full_copy_duration(short)
        .catch_up_duration(short)
        .stop_delay(delay)
        .start()
        .await
        .unwrap()
}

/// The example program, which `cargo test` builds.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().unwrap().parent().unwrap();
    let name = format!("cut_over{}", std::env::consts::EXE_SUFFIX);
    let example = built.join("examples").join(name);
    assert!(
        example.exists(),
        "{} is not there: cargo build --example cut_over",
        example.display()
    );
    example
}

fn story(stand_in: &StandIn) -> Child {
    Command::new(example())
        .arg(NAME)
        .env_clear()
        .env("DCS_ENDPOINT", stand_in.endpoint())
        .env("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)
        .env("HUAWEICLOUD_SDK_AK", "AKINVENTED")
        .env("HUAWEICLOUD_SDK_SK", "skInvented")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Calls `look` until it returns something, or until the run ends.
async fn seen<T>(look: impl Fn() -> Option<T>, run: &mut Child, what: &str) -> Option<T> {
    let watch = async {
        loop {
            if let Some(found) = look() {
                return Some(found);
            }
            if run.try_wait().unwrap().is_some() {
                return None;
            }
            sleep(Duration::from_millis(2)).await;
        }
    };
    let found = timeout(PATIENCE, watch).await;
    assert!(found.is_ok(), "{what}: not within {PATIENCE:?}");
    found.unwrap()
}

/// The output of a run that must succeed.
async fn told(run: Child, what: &str) -> String {
    let output = timeout(PATIENCE, run.wait_with_output()).await;
    assert!(output.is_ok(), "{what}: not within {PATIENCE:?}");
    let output = output.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}{complaint}");
    assert!(said.contains("the task is TERMINATED"), "{what}: {said}");
    said
}

/// Kills a run and finishes its migration by another run. Returns the operation at which the first was killed, or
/// nothing if it ended before.
async fn kill_and_resume(kill: Kill) -> Option<String> {
    let what = format!("{kill:?}");
    let stand_in = stand_in().await;
    kill.hold(&stand_in);
    let mut run = story(&stand_in);
    let held = seen(|| kill.held(&stand_in), &mut run, &what).await;
    let Some(held) = held else {
        told(run, &what).await;
        return None;
    };
    run.kill().await.unwrap();
    let operation = held.operation().unwrap();
    let is_lost_stop = !kill.acted && operation == operations::STOP_MIGRATION_TASK_SYNC.id;
    if is_lost_stop {
        let status = stand_in.task_status(&created(&stand_in, &what));
        assert_eq!(status, Some(TaskStatus::IncrementalMigrating), "{what}");
    }
    told(story(&stand_in), &what).await;
    ends_like_one_that_nobody_disturbed(&stand_in, usize::from(is_lost_stop), &what).await;
    Some(operation.to_owned())
}

/// The id of the only task created.
fn created(stand_in: &StandIn, what: &str) -> String {
    let requests = stand_in.requests();
    let created: Vec<_> = requests
        .iter()
        .filter(|request| request.effect() == Effect::Created)
        .flat_map(RecordedRequest::tasks)
        .collect();
    assert_eq!(created.len(), 1, "{what}: {created:?}");
    created[0].to_owned()
}

async fn ends_like_one_that_nobody_disturbed(stand_in: &StandIn, lost_stops: usize, what: &str) {
    let task = created(stand_in, what);
    for (effect, count) in [(Effect::Configured, 1), (Effect::Stopped, 1)] {
        let seen = stand_in.effect_count(&task, effect);
        assert_eq!(seen, count, "{what}: {effect:?}");
    }
    // Refused stops count, too: they would have been sent at the wrong time.
    let requests = stand_in.requests();
    let of = |operation: &Operation| {
        let named = |request: &&RecordedRequest| request.operation() == Some(operation.id);
        requests.iter().filter(named).count()
    };
    let stops = of(&operations::STOP_MIGRATION_TASK_SYNC);
    assert_eq!(stops, 1 + lost_stops, "{what}");

    let client = MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id(PROJECT)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .timeout(PATIENCE)
        .build()
        .unwrap();
    let list = client.list(&TaskQuery::default()).await.unwrap();
    let list = list.into_body().migration_tasks.unwrap();
    assert_eq!(list.len(), 1, "{what}");
    assert_eq!(list[0].task_name.as_deref(), Some(NAME), "{what}");
    // The log holds each status in order: the stop arrived in the incremental phase.
    let log = client.logs(&task, &LogQuery::default()).await.unwrap();
    let log = log.into_body().migration_logs.unwrap();
    let changes = log.into_iter().flat_map(|entry| entry.keyword.unwrap());
    assert_eq!(
        changes.collect::<Vec<_>>(),
        [
            "CREATING",
            "RUNNING",
            "FULLMIGRATING",
            "INCRMIGEATING",
            "TERMINATING",
            "TERMINATED"
        ],
        "{what}"
    );
}

async fn kill_each(kills: impl IntoIterator<Item = Kill>) -> Vec<(Kill, Option<String>)> {
    iter(kills)
        .map(|kill| async move { (kill, kill_and_resume(kill).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}

#[tokio::test]
async fn run_killed_at_any_request_resumes_and_stops_once() {
    let stand_in = stand_in().await;
    told(story(&stand_in), "undisturbed").await;
    ends_like_one_that_nobody_disturbed(&stand_in, 0, "undisturbed").await;
    let count = stand_in.requests().len();
    let kills = (1..=count).flat_map(|number| {
        [false, true].map(|acted| Kill {
            operation: None,
            number,
            acted,
        })
    });
    for (kill, operation) in kill_each(kills).await {
        // A run on a slow machine polls less often and may end earlier.
        assert!(operation.is_some() || kill.number > FEWEST, "{kill:?}");
    }
}

#[tokio::test]
async fn run_killed_at_changing_call_resumes_and_stops_once() {
    let acting = [
        &operations::CREATE_ONLINE_MIGRATION_TASK,
        &operations::SET_ONLINE_MIGRATION_TASK,
        &operations::STOP_MIGRATION_TASK_SYNC,
    ];
    let kills = acting.into_iter().flat_map(|operation| {
        [false, true].map(|acted| Kill {
            operation: Some(operation),
            number: 1,
            acted,
        })
    });
    for (kill, operation) in kill_each(kills).await {
        let expected = kill.operation.map(|operation| operation.id);
        assert_eq!(operation.as_deref(), expected, "{kill:?}");
    }
}

#[tokio::test]
async fn run_killed_while_stopping_resumes_and_sends_nothing() {
    let hours = Duration::from_secs(3600);
    let stand_in = stand_in_that_stops_in(hours).await;
    let requests = || stand_in.requests();
    let stopping = || {
        let last = requests().pop()?;
        (last.effect() == Effect::Stopped).then_some(())
    };
    let mut run = story(&stand_in);
    seen(stopping, &mut run, "stop").await.unwrap();
    run.kill().await.unwrap();

    // The run finds, reads and checks the task, and polls at least twice.
    let count = requests().len() + 5;
    let waiting = || (requests().len() >= count).then_some(());
    let mut run = story(&stand_in);
    seen(waiting, &mut run, "wait").await.unwrap();
    stand_in.advance(hours);
    let said = told(run, "resumed").await;
    assert!(said.contains("task checked: TERMINATING"), "{said}");
    assert!(said.contains("stop skipped: already sent"), "{said}");
    ends_like_one_that_nobody_disturbed(&stand_in, 0, "resumed").await;
}

#[tokio::test]
async fn run_after_finished_run_is_already_stopped() {
    let stand_in = stand_in().await;
    told(story(&stand_in), "first").await;
    let said = told(story(&stand_in), "second").await;
    assert!(said.contains("stop skipped: already sent"), "{said}");
    assert!(said.contains("AlreadyStopped"), "{said}");
    ends_like_one_that_nobody_disturbed(&stand_in, 0, "second").await;
}

#[tokio::test]
async fn example_without_arguments_runs_by_itself() {
    let run = Command::new(example())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let said = told(run, "rehearsal").await;
    assert!(said.contains("Stopped"), "{said}");
}
