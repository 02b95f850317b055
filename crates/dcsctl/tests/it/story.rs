//! A whole migration by commands: from the creation of the task to its deletion.

use serde_json::Value;

use crate::service::{ACCESS_KEY, PROJECT, Ran, SECRET_KEY, bare, run};
use crate::stand_in_program::Program;

/// The keys of every line about a task.
const OF_A_TASK: [&str; 10] = [
    "advice",
    "attempts",
    "code",
    "http_status",
    "kind",
    "message",
    "outcome",
    "request_id",
    "task_id",
    "time",
];

struct Story {
    stand_in: Program,
}

impl Story {
    fn begin() -> Self {
        let arguments = ["--ak", ACCESS_KEY, "--sk", SECRET_KEY, "--project-id"];
        Self {
            stand_in: Program::start(arguments.into_iter().chain([PROJECT])),
        }
    }

    fn run(&self, line: &str) -> Ran {
        run(bare(line)
            .env("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
            .env("HUAWEICLOUD_SDK_SK", SECRET_KEY)
            .env("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)
            .env("DCS_ENDPOINT", &self.stand_in.endpoint))
    }

    /// Runs a command that succeeds, and returns the objects that it writes.
    #[track_caller]
    fn objects(&self, line: &str) -> Vec<Value> {
        let ran = self.run(&format!("{line} --output json")).ended_with(0);
        let objects = ran.lines().into_iter().map(serde_json::from_str);
        objects.collect::<Result<_, _>>().unwrap()
    }

    #[track_caller]
    fn object(&self, line: &str) -> Value {
        let mut objects = self.objects(line);
        assert_eq!(objects.len(), 1, "{objects:?}");
        objects.remove(0)
    }

    /// Runs a command that changes a task. Checks the keys and returns the outcome.
    #[track_caller]
    fn outcome(&self, line: &str) -> String {
        let object = self.object(line);
        assert_eq!(keys(&object), OF_A_TASK, "{line}");
        object["outcome"].as_str().unwrap().to_owned()
    }
}

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn whole_migration_by_commands_succeeds() {
    let story = Story::begin();
    let password = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&password, "pwInvented\n").unwrap();

    let created = story
        .object("create --name orders-to-v6 --vpc-id v1 --subnet-id s1 --security-group-id g1");
    let mut of_creation = [&OF_A_TASK[..], &["job_id", "status"]].concat();
    of_creation.sort_unstable();
    assert_eq!(keys(&created), of_creation);
    assert_eq!(created["outcome"], "accepted");
    let task = created["task_id"].as_str().unwrap();

    let awaits = format!("wait --until awaits-configuration --interval 500ms {task}");
    assert_eq!(story.object(&awaits)["status"], "RUNNING");
    // Too early for a cut-over: nothing is sent.
    story.run(&format!("cutover --yes {task}")).ended_with(6);

    let configure = format!(
        "configure --method incremental --resume-mode auto --source-addrs 10.20.0.15:6379 \
         --source-password-file {} --target-id t1 {task}",
        password.path().display()
    );
    assert_eq!(story.outcome(&configure), "accepted");
    let incremental = format!("wait --until incremental-phase --interval 500ms {task}");
    assert_eq!(story.object(&incremental)["status"], "INCRMIGEATING");

    let stats = story.object(&format!("stats {task}"));
    assert_eq!(
        (&stats["full_migration_progress"], &stats["offset"]),
        (&100.into(), &0.into())
    );
    let listed = story.objects("list --all");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["task_id"], task);
    let logs = story.objects(&format!("logs {task}"));
    assert!(!logs.is_empty() && logs.iter().all(|entry| entry["message"].is_string()));

    let plan = story.object(&format!("cutover --dry-run {task}"));
    assert_eq!(keys(&plan), ["lag", "steps", "task_id", "would_send"]);
    assert_eq!(plan["would_send"], true);
    let shown = story.object(&format!("show {task}"));
    assert_eq!(shown["status"], "INCRMIGEATING");
    assert!(!shown.to_string().contains("pwInvented"));

    let cutover = format!("cutover --yes --interval 500ms --readings 1 {task}");
    assert_eq!(story.outcome(&cutover), "stopped");
    assert_eq!(
        story.object(&format!("show {task}"))["status"],
        "TERMINATED"
    );
    assert_eq!(story.outcome(&cutover), "already_stopped");
    let plan = story.object(&format!("cutover --dry-run {task}"));
    assert_eq!(plan["would_send"], false);

    assert_eq!(story.outcome(&format!("delete --yes {task}")), "deleted");
    story.run(&format!("show {task}")).ended_with(4);
    assert_eq!(story.objects("list --all"), [Value::Null; 0]);
}
