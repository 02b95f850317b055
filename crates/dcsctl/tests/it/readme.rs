//! The commands and tables in the README of dcsctl and of the workspace.

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::service::{Service, bare, id, run};
use crate::stand_in_program::Program;

const README: &str = include_str!("../../README.md");

#[test]
fn workspace_readme_commands_succeed() {
    let service = Service::start_with(|builder| {
        builder
            .task(
                "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31",
                TaskStatus::IncrementalMigrating,
            )
            .task("8aa6a1b27c9d4e0f9b3c5d7e1f204a66", TaskStatus::Migrating)
    });
    let readme = include_str!("../../../../README.md");
    let commands: Vec<_> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ dcsctl "))
        .collect();
    assert_eq!(commands.len(), 4);
    for line in commands {
        let is_asked = line.starts_with("cutover") && !line.contains("--dry-run");
        // Off a terminal nobody can be asked.
        let answer = if is_asked { " --yes --interval 1s" } else { "" };
        service.run(&format!("{line}{answer}")).ended_with(0);
    }
}

/// The two blocks of "Try it": start of the stand-in, and commands.
fn tried() -> (&'static str, &'static str) {
    let (_, section) = README.split_once("\n## Try it\n").unwrap();
    let mut blocks = section.split("```sh\n").skip(1);
    let mut next = || blocks.next().unwrap().split_once("```").unwrap().0;
    (next(), next())
}

#[cfg(unix)]
#[test]
fn readme_try_it_succeeds_at_the_stand_in() {
    use std::{env, fs, iter, path::Path, process::Command};

    const ADDRESS: &str = "127.0.0.1:8810";
    let (start, commands) = tried();
    let start = start.replace("\\\n", " ").replace(ADDRESS, "127.0.0.1:0");
    let (cargo, arguments) = start.split_once(" -- ").unwrap();
    assert_eq!(cargo, "cargo run -p dcs-stand-in");
    let stand_in = Program::start(arguments.split_whitespace());
    assert!(commands.contains(ADDRESS));
    let commands = commands.replace(&format!("http://{ADDRESS}"), &stand_in.endpoint);

    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_dcsctl"));
    let path = env::var_os("PATH").unwrap();
    let paths = iter::once(program.parent().unwrap().to_owned()).chain(env::split_paths(&path));
    let mut shell = Command::new("sh");
    shell
        .env_clear()
        .env("PATH", env::join_paths(paths).unwrap())
        .current_dir(&folder)
        .args(["-eu", "-c", &commands]);
    let ran = run(&mut shell).ended_with(0);
    assert!(ran.stdout.contains("ROLLBACK_SUCCESS"), "{ran:?}");
    assert!(fs::exists(folder.path().join("dcsctl.1")).unwrap());
}

#[test]
fn readme_tries_and_describes_every_command() {
    let help = run(&mut bare("--help")).ended_with(0).stdout;
    let (_, commands) = help.split_once("\nCommands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let (_, tried) = tried();
    let names = commands.lines().map(|line| line.split_whitespace().next());
    for name in names.flatten().filter(|name| *name != "help") {
        assert!(tried.contains(&format!("dcsctl {name} ")), "{name}");
        assert!(README.contains(&format!("| `{name}` |")), "{name}");
    }
}

/// The keys in a row of the table of JSON objects.
fn keys_of(object: &str) -> Vec<&'static str> {
    let row = README
        .lines()
        .find(|line| line.starts_with(&format!("| {object}")));
    let (_, keys) = row.unwrap().trim_end_matches('|').rsplit_once('|').unwrap();
    keys.split('`').skip(1).step_by(2).collect()
}

/// The keys of an object in the order of the output.
fn keys_written(line: &str) -> Vec<String> {
    let object: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
    let mut keys: Vec<String> = object.keys().cloned().collect();
    keys.sort_by_key(|key| line.find(&format!("\"{key}\":")));
    keys
}

#[test]
fn readme_json_keys_match_the_output() {
    let outcome = keys_of("outcome of a task");
    let creation = [&outcome[..], &keys_of("outcome of `create`")].concat();
    let service = Service::start().with_fault("sync-stop*:429:retry-after=1");
    let line = format!("stop-sync --output json --max-attempts 2 {}", id(1));
    let ran = service.run(&line).ended_with(5);
    assert_eq!(keys_written(&ran.stdout), outcome);
    let event = ran.stderr.lines().next().unwrap();
    let event = event.strip_prefix("{\"event\":").unwrap();
    let event = event.strip_suffix('}').unwrap();
    assert_eq!(keys_written(event), keys_of("`{\"event\""));
    let ran = service.run(
        "create --output json --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g",
    );
    assert_eq!(keys_written(&ran.ended_with(0).stdout), creation);
    let ran = service
        .run(&format!("show --output json {}", id(77)))
        .ended_with(4);
    let error = ran.stderr.trim_end().strip_prefix("{\"error\":").unwrap();
    assert_eq!(keys_written(error.strip_suffix('}').unwrap()), outcome);
}
