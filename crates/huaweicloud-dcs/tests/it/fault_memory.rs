//! How much memory a response takes, measured in a child process.
#![cfg(target_os = "linux")]

use std::time::Duration;

use huaweicloud_dcs::{Credentials, ErrorKind, MigrationClient, TaskQuery};
use tokio::process::Command;

use crate::fault_sockets::{Act, Server, answer};

/// Makes a process of this program a child. The value is the endpoint for its list of tasks.
const ENDPOINT: &str = "MEMORY_ENDPOINT";
const REPORT: &str = "outcome of the list: ";
const MIB: usize = 1024 * 1024;

/// Lists of 8 MiB: the beginning, the repeated part, how often at most, and the end.
const LISTS: [(&str, &str, usize, &str); 7] = [
    (
        r#"{"migration_tasks":[{"error_message":""#,
        "tok ",
        usize::MAX,
        r#""}]}"#,
    ),
    (r#"{"migration_tasks":["#, "{},", usize::MAX, "{}]}"),
    (r#"{"migration_tasks":["#, "{},", 49_990, "{}]}"),
    (
        r#"{"migration_tasks":["#,
        r#"{"task_id":""},"#,
        24_990,
        "{}]}",
    ),
    (
        r#"{"migration_tasks":[],"more":["#,
        "[],",
        usize::MAX,
        "[]]}",
    ),
    (
        r#"{"migration_tasks":[{"error_message":""#,
        r"\\",
        usize::MAX,
        r#""}]}"#,
    ),
    (
        r#"{"migration_tasks":[{"error_message":""#,
        r"tokenInvented%41&amp;\u0041",
        usize::MAX,
        r#""}]}"#,
    ),
];

fn body((before, unit, most, after): (&str, &str, usize, &str)) -> String {
    let room = 8 * MIB - before.len() - after.len();
    let units = unit.repeat(most.min(room / unit.len()));
    let blanks = " ".repeat(room - units.len());
    format!("{blanks}{before}{units}{after}")
}

#[tokio::test]
async fn response_of_8_mib_takes_at_most_64_mib() {
    if let Ok(endpoint) = std::env::var(ENDPOINT) {
        println!("{REPORT}{}", list(&endpoint).await);
        return;
    }
    for shape in LISTS {
        let server = Server::always([Act::Read, answer("200 OK", &body(shape)), Act::Again]).await;
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args([
            "--exact",
            "--nocapture",
            "fault_memory::response_of_8_mib_takes_at_most_64_mib",
        ]);
        child.env(ENDPOINT, &server.endpoint).kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_secs(60), child.output());
        let written = String::from_utf8(output.await.unwrap().unwrap().stdout).unwrap();
        let report = written.lines().find_map(|line| line.split_once(REPORT));
        let (outcome, peak) = report.unwrap().1.split_once(' ').unwrap();
        let (before, unit, most, _) = shape;
        println!("{before}{unit}: {outcome}, {peak} KiB");
        let is_refused = most == usize::MAX && unit.ends_with(',');
        assert_eq!(
            outcome,
            if is_refused { "decode" } else { "read" },
            "{before}{unit}"
        );
        assert!(
            peak.parse::<usize>().unwrap() <= 64 * 1024,
            "{before}{unit}: {peak} KiB"
        );
    }
}

/// Lists tasks. Returns `read` or the kind of the error, and the peak memory of this process in KiB.
async fn list(endpoint: &str) -> String {
    let client = MigrationClient::builder()
        .endpoint(endpoint)
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::ak_sk("tok", "tokenInvented"))
        .build()
        .unwrap();
    let outcome = client.list(&TaskQuery::default()).await;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap().trim().trim_end_matches(" kB");
    let kind = outcome.err().map(|error| error.kind());
    format!("{} {peak}", kind.map_or("read", ErrorKind::as_str))
}
