//! What the README of this program, and that of the workspace, show.

use dcs_stand_in::TaskStatus;

use crate::service::{Service, bare, run};
use crate::stand_in_program::Program;

const README: &str = include_str!("../../README.md");

#[test]
fn each_command_that_the_workspaces_readme_shows_does_its_work() {
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
    assert_eq!(commands.len(), 5);
    for line in commands {
        service.run(line).ended_with(0);
    }
}

/// The two blocks of "Try it": what starts the stand-in, and what is done there.
fn tried() -> (&'static str, &'static str) {
    let (_, section) = README.split_once("\n## Try it\n").unwrap();
    let mut blocks = section.split("```sh\n").skip(1);
    let mut next = || blocks.next().unwrap().split_once("```").unwrap().0;
    (next(), next())
}

#[cfg(unix)]
#[test]
fn what_the_readme_tries_at_the_stand_in_works() {
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
fn each_command_is_tried_and_described() {
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
