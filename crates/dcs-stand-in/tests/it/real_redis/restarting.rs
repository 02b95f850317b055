//! The state file: a stand-in that was killed in any phase goes on with what the servers show.

use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    servers::{PASSWORD, Server, are_missing, connect},
    writer::{Writer, held, prefix},
};
use crate::{
    client::{Call, PROJECT, TOKEN, in_time, until},
    program::Program,
};

/// Two servers, a state file, and a stand-in between them that is killed and started again.
struct Rehearsal {
    folder: TempDir,
    source: Server,
    target: Server,
    program: Program,
    task: String,
}

impl Rehearsal {
    /// Creates a task, which is not configured.
    async fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut rehearsal = Self {
            program: run(&folder, options),
            folder,
            source: Server::start(Some(PASSWORD)),
            target: Server::start(Some(PASSWORD)),
            task: String::new(),
        };
        rehearsal.source.fill(20, 16);
        let body = json!({
            "name": "rehearsal",
            "vpc_id": "vpcInvented",
            "subnet_id": "subnetInvented",
            "security_group_id": "groupInvented",
        });
        let created = rehearsal.post("migration/instance", &body).await;
        let id = created["instance_id"].as_str();
        rehearsal.task = id.unwrap_or_else(|| panic!("{created}")).into();
        rehearsal
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let call = Call::new("POST", format!("/v2/{PROJECT}/{path}"));
        let call = call.body(body.to_string()).token(TOKEN);
        let answer = self.program.send(call).await;
        assert!(answer.status < 300, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    async fn configure(&self, method: &str) {
        let end = |server: &Server| json!({"addrs": server.address(), "password": PASSWORD});
        let body = json!({
            "migration_method": method,
            "resume_mode": "auto",
            "source_instance": end(&self.source),
            "target_instance": end(&self.target),
        });
        let path = format!("migration/{}/task", self.task);
        self.post(&path, &body).await;
    }

    async fn follow(&self) {
        self.configure("incremental_migration").await;
        self.until("INCRMIGEATING").await;
    }

    async fn until(&self, status: &str) {
        self.program.until(&self.task, TOKEN, status).await;
    }

    async fn show(&self) -> Value {
        let call = Call::show(&self.task).token(TOKEN);
        self.program.send(call).await.json()
    }

    async fn stop(&self) {
        let path = format!("migration-task/{}/sync-stop", self.task);
        self.post(&path, &Value::Null).await;
    }

    /// Waits until the target holds all that the source does.
    async fn until_level(&self) {
        let path = format!("/v2/{PROJECT}/migration-task/{}/stats", self.task);
        in_time(async {
            loop {
                let call = Call::new("GET", path.clone()).token(TOKEN);
                if self.program.send(call).await.json()["offset"] == 0 {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// Kills the stand-in. Returns its log.
    fn kill(self) -> (Stopped, String) {
        let (code, log) = self.program.end("KILL");
        assert_eq!(code, None);
        let stopped = Stopped {
            folder: self.folder,
            source: self.source,
            target: self.target,
            task: self.task,
        };
        (stopped, log)
    }

    /// Kills the stand-in and starts another one.
    fn restart(self) -> Self {
        self.kill().0.start()
    }
}

/// A rehearsal whose stand-in was killed.
struct Stopped {
    folder: TempDir,
    source: Server,
    target: Server,
    task: String,
}

impl Stopped {
    fn start(self) -> Rehearsal {
        Rehearsal {
            program: run(&self.folder, &[]),
            folder: self.folder,
            source: self.source,
            target: self.target,
            task: self.task,
        }
    }
}

fn state(folder: &TempDir) -> PathBuf {
    folder.path().join("state.json")
}

fn run(folder: &TempDir, options: &[&str]) -> Program {
    let state = state(folder);
    let mut arguments = vec!["--engine", "redis", "--token", TOKEN, "--state"];
    arguments.push(state.to_str().unwrap());
    arguments.extend(options);
    Program::start(&arguments)
}

/// The ports of the fronts in a log, source first.
fn fronts(log: &str) -> Vec<u16> {
    let port = |line: &str| {
        line.strip_prefix("front of ")?
            .rsplit_once(':')?
            .1
            .parse()
            .ok()
    };
    log.lines().filter_map(port).collect()
}

#[tokio::test]
async fn killed_before_configure_keeps_the_task() {
    if are_missing() {
        return;
    }
    let rehearsal = Rehearsal::start(&[]).await;
    let file = std::fs::metadata(state(&rehearsal.folder)).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let (stopped, log) = rehearsal.kill();
    assert_eq!(log.matches(dcs_stand_in::RedisEngine::LIMITS).count(), 1);
    let rehearsal = stopped.start();
    assert_eq!(rehearsal.show().await["status"], "RUNNING");
    rehearsal.configure("full_amount_migration").await;
    rehearsal.until("SUCCESS").await;
    assert_eq!(rehearsal.target.keys(), 20);
    assert_eq!(rehearsal.restart().show().await["status"], "SUCCESS");
}

#[tokio::test]
async fn killed_during_full_copy_goes_on() {
    if are_missing() {
        return;
    }
    for (method, end) in [
        ("incremental_migration", "INCRMIGEATING"),
        ("full_amount_migration", "SUCCESS"),
    ] {
        let rehearsal = Rehearsal::start(&["--replication-rate", "0"]).await;
        rehearsal.configure(method).await;
        until(|| !rehearsal.target.is_master()).await;
        assert_eq!(rehearsal.show().await["status"], "FULLMIGRATING");
        let rehearsal = rehearsal.restart();
        rehearsal.until(end).await;
        assert_eq!(rehearsal.target.keys(), 20);
        assert_eq!(rehearsal.target.is_master(), end == "SUCCESS");
    }
}

#[tokio::test]
async fn killed_during_incremental_phase_goes_on_without_a_full_copy() {
    if are_missing() {
        return;
    }
    let rehearsal = Rehearsal::start(&[]).await;
    rehearsal.follow().await;
    let writer = Writer::start(rehearsal.source.port(), Some(PASSWORD));
    writer.more(20).await;
    let (stopped, _) = rehearsal.kill();
    writer.more(20).await;
    let rehearsal = stopped.start();
    assert_eq!(rehearsal.show().await["status"], "INCRMIGEATING");
    writer.more(20).await;
    let last = writer.end();
    rehearsal.until_level().await;
    assert_eq!(prefix(&held(&rehearsal.target)), last);
    let stats: String = rehearsal.source.order(&["INFO", "stats"]);
    assert!(stats.contains("sync_full:1\r"), "{stats}");
    assert_eq!(rehearsal.show().await["status"], "INCRMIGEATING");
}

#[tokio::test]
async fn killed_after_the_stop_was_accepted_stops_the_data() {
    if are_missing() {
        return;
    }
    let rehearsal = Rehearsal::start(&[]).await;
    rehearsal.follow().await;
    rehearsal.target.signal("STOP");
    rehearsal.stop().await;
    assert_eq!(rehearsal.show().await["status"], "TERMINATING");
    let rehearsal = rehearsal.restart();
    assert_eq!(rehearsal.show().await["status"], "TERMINATING");
    rehearsal.target.signal("CONT");
    rehearsal.until("TERMINATED").await;
    assert!(rehearsal.target.is_master());
    let rehearsal = rehearsal.restart();
    assert_eq!(rehearsal.show().await["status"], "TERMINATED");
    assert_eq!(rehearsal.target.keys(), 20);
}

#[tokio::test]
async fn restart_shows_what_happened_to_the_servers_meanwhile() {
    if are_missing() {
        return;
    }
    let rehearsal = Rehearsal::start(&[]).await;
    rehearsal.follow().await;
    let (stopped, _) = rehearsal.kill();
    stopped.target.order::<()>(&["REPLICAOF", "NO", "ONE"]);
    let rehearsal = stopped.start();
    rehearsal.until("FAILED").await;
    assert_eq!(rehearsal.target.keys(), 20);
}

#[tokio::test]
async fn killed_after_exchange_keeps_the_fronts_exchanged() {
    if are_missing() {
        return;
    }
    let rehearsal = Rehearsal::start(&[]).await;
    rehearsal.follow().await;
    let path = format!("migration-task/{}/exchange-ip", rehearsal.task);
    let body = json!({"exchanged_ip": ["127.0.0.1"], "is_exchange_domain": true});
    rehearsal.post(&path, &body).await;
    rehearsal.until("TERMINATED").await;
    assert_eq!(rehearsal.show().await["task_status"], "EXCHANGE_SUCCESS");
    let (stopped, log) = rehearsal.kill();
    let ports = fronts(&log);
    let rehearsal = stopped.start();
    let client = || connect(ports[0], Some(PASSWORD)).unwrap();
    let set = |name: &str| {
        let mut set = ::redis::cmd("SET");
        set.arg(name).arg("x").query::<()>(&mut client()).unwrap();
    };
    set("exchanged");
    assert_eq!(rehearsal.target.order::<u64>(&["EXISTS", "exchanged"]), 1);

    let path = format!("migration-task/{}/rollback-ip", rehearsal.task);
    rehearsal.post(&path, &Value::Null).await;
    let (stopped, log) = rehearsal.kill();
    assert_eq!(fronts(&log), ports, "a client keeps its address");
    // The rollback was accepted, so that it is done even if it was killed before.
    let rehearsal = stopped.start();
    in_time(async {
        while rehearsal.show().await["task_status"] != "ROLLBACK_SUCCESS" {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    set("back");
    assert_eq!(rehearsal.source.order::<u64>(&["EXISTS", "back"]), 1);
}

#[test]
fn broken_state_file_is_exit_1_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = state(&folder);
    std::fs::write(&path, "{").unwrap();
    let child = crate::program::command()
        .args(["--engine", "redis", "--token", TOKEN, "--state"])
        .arg(&path)
        .spawn();
    let output = child.unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("cannot use the state file"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
}

#[test]
fn engine_options_without_the_engine_are_exit_2() {
    let child = crate::program::command()
        .args(["--token", TOKEN, "--replication-rate", "9"])
        .spawn();
    let output = child.unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("go with --engine redis"), "{text}");
}
