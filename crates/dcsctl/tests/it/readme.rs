//! The commands that the README of the workspace shows.

use dcs_stand_in::TaskStatus;

use crate::service::Service;

#[test]
fn each_command_that_the_readme_shows_does_its_work() {
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
