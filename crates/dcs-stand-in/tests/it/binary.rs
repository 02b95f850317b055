//! The program: its first line, its log, its exit codes.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    process::{Command, Output},
};

use dcs_stand_in::operations;

use crate::{
    client::{AK, Answer, Call, PROJECT, SK, TASK, TOKEN, in_time},
    program::{Program, command, wait},
};

fn ended(arguments: &[&str]) -> Output {
    ended_by_itself(command().args(arguments))
}

fn ended_by_itself(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    wait(&mut child);
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn program_serves_logs_and_ends_with_ctrl_c() {
    let program = Program::start(&[
        "--ak",
        AK,
        "--sk",
        SK,
        "--token",
        TOKEN,
        "--project-id",
        PROJECT,
        "--task",
        &format!("{TASK}=INCRMIGEATING"),
        "--stop-delay",
        "10ms",
        "--fault",
        "sync-stop:503:html",
        "--fault",
        "sync-stop:close",
    ]);
    assert!(program.address.ip().is_loopback());
    let stop = || Call::stop(TASK).token(TOKEN);
    assert_eq!(program.send(stop()).await.status, 503);
    let mut closed = stop().begin(program.address).await;
    assert_eq!(
        in_time(tokio::io::copy(&mut closed, &mut tokio::io::sink()))
            .await
            .unwrap(),
        0
    );
    assert_eq!(program.send(stop()).await.status, 204);
    assert_eq!(
        program
            .send(Call::show(TASK).token("tokenWrong"))
            .await
            .status,
        401
    );
    assert_eq!(program.send(Call::new("GET", "/x")).await.status, 404);
    let (code, log) = program.end("INT");
    assert_eq!(code, Some(0));
    let fields: Vec<Vec<&str>> = log.lines().map(|line| line.split(' ').collect()).collect();
    let seen: Vec<_> = fields.iter().map(|it| (it[0], it[2], it[3])).collect();
    let stop = "StopMigrationTaskSync";
    assert_eq!(
        seen,
        [
            ("POST", "503", stop),
            ("POST", "-", stop),
            ("POST", "204", stop),
            ("GET", "401", "ShowMigrationTask"),
            ("GET", "404", "-"),
        ]
    );
    for line in fields {
        assert_eq!((line.len(), line[4].len()), (6, 32), "{line:?}");
        assert!(line[5].ends_with("ms"));
    }
    for secret in [AK, SK, TOKEN, "tokenWrong"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn program_during_slow_stop_ends_with_sigterm() {
    let task = format!("{TASK}=MIGRATING");
    let program = Program::start(&["--token", TOKEN, "--task", &task, "--stop-delay", "1h"]);
    let _waiting = Call::stop(TASK).token(TOKEN).begin(program.address).await;
    let shown = program.send(Call::show(TASK).token(TOKEN)).await;
    assert_eq!(shown.status, 200);
    let (code, log) = program.end("TERM");
    assert_eq!(code, Some(0));
    assert!(
        log.lines().any(|line| line.contains("/sync-stop - ")),
        "{log}"
    );
}

#[cfg(unix)]
#[test]
fn program_listens_on_the_given_address() {
    let program = Program::start(&["--token", TOKEN]);
    let address = program.address.to_string();
    let taken = ended(&["--token", TOKEN, "--listen", &address]);
    assert_eq!(taken.status.code(), Some(1));
    let message = String::from_utf8(taken.stderr).unwrap();
    assert!(
        message.starts_with(&format!("error: cannot listen on {address}")),
        "{message}"
    );
    assert_eq!(program.end("INT").0, Some(0));
    let again = Program::start(&["--token", TOKEN, "--listen", &address]);
    assert_eq!(again.address.to_string(), address);
}

#[cfg(unix)]
#[tokio::test]
async fn listen_any_address_warns_once() {
    let program = Program::start(&["--token", TOKEN, "--listen", "0.0.0.0:0"]);
    assert!(program.address.ip().is_unspecified());
    let port = program.address.port();
    let loopback = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = Call::new("GET", "/v3/projects")
        .token(TOKEN)
        .begin(loopback)
        .await;
    assert_eq!(Answer::read(&mut stream).await.status, 200);
    let (code, log) = program.end("INT");
    assert_eq!(code, Some(0));
    let (warning, requests) = log.split_once('\n').unwrap();
    assert_eq!(
        warning,
        format!(
            "warning: listening on 0.0.0.0:{port}: plain HTTP that others can reach, for tests only; \
             allow it in the client with danger_allow_http(host)"
        )
    );
    assert_eq!(requests.lines().count(), 1, "{requests}");
}

#[tokio::test]
async fn several_keys_or_a_temporary_key_are_known() {
    let pairs = Program::start(&["--ak", "A1", "--sk", "s1", "--ak", "A2", "--sk", "s2"]);
    let temporary = Program::start(&["--ak", "A1", "--sk", "s1", "--security-token", "t1"]);
    // The program uses the clock of the machine. For a known key, it refuses an old date before it compares the signature.
    for (program, ak, why) in [
        (&pairs, "A1", "signature expired"),
        (&pairs, "A2", "signature expired"),
        (&pairs, "A3", "ak A3 not exist"),
        (&temporary, "A1", "signature expired"),
    ] {
        let authorization = format!(
            "SDK-HMAC-SHA256 Access={ak}, SignedHeaders=x-sdk-date, Signature={}",
            "0".repeat(64)
        );
        let call = Call::show(TASK)
            .header("X-Sdk-Date", "20200101T000000Z")
            .header("Authorization", &authorization);
        let message = program.send(call).await.message();
        assert!(message.ends_with(why), "{message}");
    }
}

#[tokio::test]
async fn user_gets_a_token_and_task_goes_on_by_itself() {
    let program = Program::start(&[
        "--user",
        "example-account:migrator:Invented-Passw0rd",
        "--project",
        &format!("{PROJECT}=ap-southeast-1"),
        "--token",
        TOKEN,
        "--creation-duration",
        "100ms",
        "--full-copy-duration",
        "100ms",
        "--catch-up-duration",
        "1h",
        "--numbers-as-strings",
    ]);
    let request =
        include_str!("../../../../spec/examples/KeystoneCreateUserTokenByPassword/request.json");
    let call = Call::new("POST", "/v3/auth/tokens").body(request);
    let answer = program.send(call).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let token = answer.header("X-Subject-Token").unwrap();

    let request = include_str!("../../../../spec/examples/CreateOnlineMigrationTask/request.json");
    let call = Call::to(&operations::CREATE_ONLINE_MIGRATION_TASK).body(request);
    let created = program.send(call.token(token)).await.json();
    let task = created["instance_id"].as_str().unwrap();
    program.until(task, token, "RUNNING").await;
    let request = include_str!("../../../../spec/examples/SetOnlineMigrationTask/request.json");
    let path = format!("/v2/{PROJECT}/migration/{task}/task");
    let call = Call::new("POST", path).body(request).token(token);
    assert_eq!(program.send(call).await.status, 200);
    program.until(task, token, "INCRMIGEATING").await;
    let path = format!("/v2/{PROJECT}/migration-task/{task}/stats");
    let stats = program.send(Call::new("GET", path).token(token)).await;
    let lag = stats.json()["offset"].as_str().map(str::to_owned);
    let lag: u32 = lag.unwrap().parse().unwrap();
    assert!((900..=1000).contains(&lag), "{lag}");
}

#[test]
fn bad_arguments_are_exit_2_with_one_message() {
    let task = format!("{TASK}=INCRMIGRATION");
    for (arguments, why) in [
        (&[][..], "give --ak and --sk, or --token, or --user"),
        (&["--ak", AK], "give one --sk for each --ak"),
        (
            &["--sk", SK, "--token", TOKEN],
            "give one --sk for each --ak",
        ),
        (
            &["--token", TOKEN, "--security-token", "x"],
            "--security-token goes with exactly one --ak",
        ),
        (&["--token", ""], "a part of a credential is empty"),
        (
            &["--token", TOKEN, "--listen", "localhost"],
            "invalid socket address",
        ),
        (
            &["--token", TOKEN, "--project-id", "p"],
            "malformed project ID \"p\"",
        ),
        (&["--token", TOKEN, "--task", "x"], "write ID=STATUS"),
        (
            &["--token", TOKEN, "--task", "x=RUNNING"],
            "malformed task ID \"x\"",
        ),
        (
            &["--token", TOKEN, "--task", &task],
            "\"INCRMIGRATION\" is not a status",
        ),
        (&["--token", TOKEN, "--stop-delay", "5"], "time unit needed"),
        (
            &["--token", TOKEN, "--fault", "show"],
            "missing `:` in fault \"show\"",
        ),
        (&["--user", SK], "give --user as ACCOUNT:NAME:PASSWORD"),
        (&["--user", "a::c"], "a part of a credential is empty"),
        (&["--token", TOKEN, "--project", "p"], "write ID=NAME"),
        (
            &["--token", TOKEN, "--project", "p=n"],
            "malformed project ID \"p\"",
        ),
        (
            &["--token", TOKEN, "--nonsense"],
            "unexpected argument '--nonsense'",
        ),
    ] {
        let output = ended(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(
            message.starts_with("error: ") && message.contains(why),
            "{message}"
        );
        assert!(output.stdout.is_empty());
        assert!(
            !message.contains(SK) && !message.contains(TOKEN),
            "{message}"
        );
    }
}

#[test]
fn environment_variables_are_not_read() {
    let output = ended_by_itself(
        command()
            .env("HUAWEICLOUD_SDK_AK", AK)
            .env("HUAWEICLOUD_SDK_SK", SK)
            .env("HW_AUTH_TOKEN", TOKEN),
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_and_readme_list_faults_and_all_options() {
    let output = ended(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains(dcs_stand_in::FAULT_GRAMMAR));
    assert!(help.contains("never give real ones"));
    let readme = include_str!("../../README.md");
    // The last usage is that of the feature redis.
    let usages = if cfg!(feature = "redis") { 2 } else { 1 };
    let usages = readme.split("```text\n").skip(2).take(usages);
    let usage: String = usages.map(|it| it.split_once("```").unwrap().0).collect();
    let options = |text: &str| -> BTreeSet<String> {
        text.split(|it: char| !(it.is_ascii_lowercase() || it == '-'))
            .filter(|word| word.starts_with("--"))
            .map(Into::into)
            .collect()
    };
    let mut all = options(help.split("How a FAULT").next().unwrap());
    for universal in ["--help", "--version"] {
        assert!(all.remove(universal));
    }
    assert_eq!(options(&usage), all, "the README lists all options");
    assert_eq!(ended(&["--version"]).status.code(), Some(0));
}
